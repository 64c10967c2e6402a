"""What a provider answers at once: a style text, timed words, a persona."""

from decimal import Decimal
from typing import Any, cast

from django.db import transaction

from suno_web.studio import history, outcomes
from suno_web.studio.models import Generation, Persona, Track
from suno_web.suno import schemas
from suno_web.suno.checks import Request
from suno_web.suno.client import Client

Operation = Generation.Operation
# More for one call is a mistake of whoever said so.
MOST_CHARGED = 1_000_000


def keep(generation: Generation, client: Client, request: Request) -> None:
    """Make a call that is answered at once and keep what came. Raises SunoError."""
    match Operation(generation.operation):
        case Operation.STYLE:
            _keep_style(generation, client.boost_style(cast(schemas.StyleRequest, request).content))
        case Operation.TIMESTAMPED_LYRICS:
            asked = cast(schemas.AudioQuery, request)
            _keep_words(generation, client.timestamped_lyrics(asked.task_id, asked.audio_id))
        case Operation.PERSONA:
            _keep_persona(generation, client.persona(cast(schemas.PersonaRequest, request)))
        case unknown:
            raise AssertionError(f"{unknown} is not answered at once")


def _keep_style(generation: Generation, boosted: schemas.BoostedStyle) -> None:
    if boosted.result:
        _note_charge(generation, boosted.credits_consumed)
        _finish(generation, {"style": boosted.result}, boosted.wire())
    else:
        outcomes.fail(generation, boosted.error_message or boosted.error_msg or "No style came back.")


def _note_charge(generation: Generation, consumed: float | None) -> None:
    """Keep what the provider says it charged, to be compared with our price."""
    if consumed is not None and 0 <= consumed < MOST_CHARGED:
        generation.credits_consumed = Decimal(str(consumed)).quantize(Decimal("0.01"))
        generation.save(update_fields=["credits_consumed"])


def _keep_words(generation: Generation, timed: schemas.TimestampedLyrics) -> None:
    words = [{"word": word.word, "startS": word.start_s, "endS": word.end_s} for word in timed.aligned_words]
    with transaction.atomic():
        # A program may ask about a take that is not here; its answer is all there is to keep then.
        if track_id := generation.settings.get("track"):
            Track.objects.filter(pk=track_id, generation__project=generation.project_id).update(words=words)
        _finish(generation, timed.wire(), {"words": len(words)})


@transaction.atomic
def _keep_persona(generation: Generation, made: schemas.Persona) -> None:
    if not made.persona_id:
        outcomes.fail(generation, "The provider made no persona.")
        return
    source = generation.inputs.select_related("track").first()
    Persona.objects.get_or_create(
        generation=generation,
        defaults={
            "project": generation.project,
            "track": source.track if source else None,
            "name": made.name or generation.title,
            "description": made.description or str(generation.request.get("description", "")),
            "persona_id": made.persona_id,
            "provider_url": generation.provider_url,
        },
    )
    _finish(generation, made.wire(), made.wire())


@transaction.atomic
def _finish(generation: Generation, result: dict[str, Any], answer: Any) -> None:
    """End an operation whose answer is its result."""
    Generation.objects.filter(pk=generation.pk).unfinished().update(result=result)
    history.note(generation, "Answered", answer)
    outcomes.finish(generation)
