"""Ask for music: write the request down, hold its price, and only then have it sent."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from statistics import median
from typing import Any, TypedDict
from uuid import UUID

from django.db import IntegrityError, transaction

from suno_web import background
from suno_web.accounts.models import User
from suno_web.credits import ledger, prices
from suno_web.studio import calls, history, sending
from suno_web.studio.models import Generation, Input, Project, Track, Upload

Operation = Generation.Operation


class Song(TypedDict, total=False):
    """A filled-in create form, in the contract's words but Python's case."""

    custom_mode: bool
    instrumental: bool
    model: str
    prompt: str
    style: str
    title: str
    negative_tags: str
    vocal_gender: str
    style_weight: float | None
    weirdness_constraint: float | None
    audio_weight: float | None
    persona_id: str


def price_of(operation: str, request: Mapping[str, Any]) -> Decimal:
    """Credits that a request costs now. Raises prices.NoPrice for what the price list does not know."""
    return prices.price(calls.price_key(operation, dict(request)), str(request.get("model") or ""))


def ask(
    project: Project,
    *,
    by: User,
    operation: Generation.Operation,
    request: dict[str, Any],
    inputs: Sequence[Track | Upload] = (),
    title: str = "",
    settings: dict[str, Any] | None = None,
    form_key: str | None = None,
    via: str = "",
    send: bool = True,
) -> Generation:
    """Record what a member wants, hold its price and queue it. Raises InsufficientCredits.

    request: in the contract's words, without callBackUrl, and without uploadUrl where the audio is in `inputs`.
    settings: the form, to fill in again. via: the name of the key of a program. The same form_key again gives the
    generation that it made the first time. send=False: the caller has it answered with `at_once`.
    """
    generation = Generation(
        project=project,
        requested_by=by,
        operation=operation,
        model=str(request.get("model") or ""),
        title=title.strip().partition("\n")[0][:80],
        request=request,
        settings=settings or {},
        form_key=form_key,
        price=price_of(operation, request),
        via=via[:80],
    )
    try:
        return _record(project, generation, inputs, by=by, send=send)
    except IntegrityError:
        # The form was sent twice: what the first one made is what this one asked for.
        if form_key and (made := Generation.objects.filter(project=project, form_key=form_key).first()):
            return made
        raise


def begin(project: Project, *, by: User, form: Song, form_key: str) -> Generation:
    """Ask for a song as the create form describes it. Raises InsufficientCredits."""
    return ask(
        project,
        by=by,
        operation=Operation.GENERATE,
        form_key=form_key,
        title=form.get("title", "") if form.get("custom_mode") else form.get("prompt", ""),
        request=_song_request(form),
        settings=dict(form),
    )


def write_lyrics(project: Project, *, by: User, idea: str, form_key: str) -> Generation:
    """Have lyrics written about an idea; the variants arrive in `result`. Raises InsufficientCredits."""
    return ask(
        project,
        by=by,
        operation=Operation.LYRICS,
        form_key=form_key,
        title=idea,
        request={"prompt": idea},
        settings={"idea": idea},
    )


def boost_style(project: Project, *, by: User, style: str) -> Generation:
    """Have a style text made richer, at once. Its `result` is {"style": …} when DONE, else `problem` says why.

    Raises InsufficientCredits.
    """
    request = {"content": style}
    return at_once(ask(project, by=by, operation=Operation.STYLE, title=style, request=request, send=False))


def at_once(generation: Generation) -> Generation:
    """Send what the provider answers at once, and give back the generation as it is then: DONE or FAILED."""
    sending.send(str(generation.pk))
    generation.refresh_from_db()
    return generation


def usual_time(project: Project, operation: str = Operation.GENERATE) -> timedelta | None:
    """How long such a request usually takes in this team: the median of its last twenty. None: nobody knows yet."""
    finished = (
        Generation.objects.only("sent_at", "finished_at")
        .filter(
            project__team=project.team_id,
            operation=operation,
            status=Generation.Status.DONE,
            sent_at__isnull=False,
        )
        .order_by("-finished_at")[:20]
    )
    took = [
        (row.finished_at - row.sent_at).total_seconds() for row in finished if row.finished_at and row.sent_at
    ]
    return timedelta(seconds=median(took)) if took else None


@transaction.atomic
def _record(
    project: Project, generation: Generation, inputs: Sequence[Track | Upload], *, by: User, send: bool
) -> Generation:
    generation.save(force_insert=True)
    for position, source in enumerate(inputs):
        of = {"track": source} if isinstance(source, Track) else {"upload": source}
        Input.objects.create(generation=generation, position=position, **of)
    ledger.hold(
        project.team,
        generation.price,
        cause=generation.reference,
        by=by,
        project=project.pk,
        note=generation.title,
    )
    history.note(
        generation, "Requested, credits held", {"credits": str(generation.price), **generation.request}
    )
    if send:
        background.enqueue(sending.send, str(generation.pk))
    history.announce_credits(generation)
    history.announce(generation, is_new=True)
    return generation


def _song_request(form: Song) -> dict[str, Any]:
    """The form in the contract's words, without what simple mode ignores and what was left empty."""
    custom = form.get("custom_mode", False)
    request: dict[str, Any] = {
        "customMode": custom,
        "instrumental": form.get("instrumental", False),
        "model": form.get("model", ""),
        "prompt": form.get("prompt", ""),
    }
    if custom:
        request |= {"style": form.get("style", ""), "title": form.get("title", "")}
    optional = {
        "negativeTags": form.get("negative_tags"),
        "vocalGender": form.get("vocal_gender"),
        "styleWeight": form.get("style_weight"),
        "weirdnessConstraint": form.get("weirdness_constraint"),
        "audioWeight": form.get("audio_weight"),
        "personaId": form.get("persona_id"),
    }
    return request | {name: value for name, value in optional.items() if value not in (None, "")}


def try_again_settings(generation_id: UUID, *, by: User) -> dict[str, Any]:
    """The form that made a generation, to fill in again. Raises Generation.DoesNotExist for outsiders."""
    return dict(Generation.objects.visible_to(by).get(pk=generation_id).settings)
