"""Send a generation to the provider: once, whatever happens on the way.

The row is claimed before the call. If the answer is lost the row stays SENDING: the provider may be at work, so it is
not sent again. The callback's token still tells which generation a task belongs to (`adopt`); if none comes in time,
the sweep gives it up and its credits go back.
"""

from datetime import timedelta
from typing import Any, assert_never

from django.db import IntegrityError, transaction
from django.utils import timezone

from suno_web.studio import history, outcomes, provider
from suno_web.studio.models import Generation, Track
from suno_web.suno import schemas
from suno_web.suno.client import Client
from suno_web.suno.errors import Refused, SunoError, Unanswered

FIRST_LOOK_AFTER = timedelta(seconds=3)
Operation, Status = Generation.Operation, Generation.Status


def send(generation_id: str) -> None:
    """Ask the provider for what a generation wants. Only the run that claims the row sends."""
    generation = claim(generation_id)
    if generation is None:
        return
    try:
        submit(generation, provider.client_of(generation))
    except Refused as refused:
        history.note(generation, "Refused by the provider", {"code": refused.code, "msg": refused.msg})
        outcomes.fail(generation, str(refused))
    except Unanswered as lost:
        if lost.maybe_accepted:
            with transaction.atomic():
                history.note(
                    generation, "The answer was lost; waiting for a callback", {"reason": lost.reason}
                )
                history.announce(generation)
        else:
            history.note(generation, "Nobody answered", {"reason": lost.reason})
            outcomes.fail(generation, str(lost))
    except SunoError as problem:
        outcomes.fail(generation, str(problem))


def claim(generation_id: str) -> Generation | None:
    """The generation, if this caller is the one to send it."""
    with transaction.atomic():
        claimed = Generation.objects.filter(pk=generation_id, status=Status.QUEUED).update(
            status=Status.SENDING, sent_at=timezone.now()
        )
        if not claimed:
            return None
        generation = Generation.objects.select_related("project__team").get(pk=generation_id)
        # From here on it belongs to this provider, whatever the team chooses later.
        generation.provider_url = provider.connection(generation.project.team).base_url
        generation.save(update_fields=["provider_url"])
        history.note(generation, "Sending", {"provider": generation.provider_url})
        history.announce(generation)
    return generation


def submit(generation: Generation, client: Client) -> None:
    """Make the call of the operation and write down what came of it. Raises SunoError."""
    request = {**generation.request, "callBackUrl": provider.callback_address(generation)}
    match Operation(generation.operation):
        case Operation.GENERATE:
            adopt(generation, client.generate(schemas.GenerateRequest.model_validate(request)).task_id)
        case Operation.LYRICS:
            adopt(generation, client.lyrics(schemas.LyricsRequest.model_validate(request)).task_id)
        case Operation.STYLE:
            boosted = client.boost_style(generation.request["content"])
            if boosted.result:
                _finish_at_once(generation, {"style": boosted.result}, boosted.wire())
            else:
                outcomes.fail(generation, boosted.error_message or boosted.error_msg or "No style came back.")
        case Operation.TIMESTAMPED_LYRICS:
            timed = client.timestamped_lyrics(generation.request["taskId"], generation.request["audioId"])
            _keep_words(generation, timed)
        case unknown:
            assert_never(unknown)


def adopt(generation: Generation, task_id: str, *, how: str = "Accepted by the provider") -> bool:
    """Note which task of the provider this is and follow it. False if it has a task, or has ended."""
    now = timezone.now()
    try:
        with transaction.atomic():
            adopted = Generation.objects.filter(pk=generation.pk, status=Status.SENDING, task_id="").update(
                status=Status.WAITING, task_id=task_id, next_poll_at=now + FIRST_LOOK_AFTER
            )
            if not adopted:
                return False
            generation.status, generation.task_id = Status.WAITING, task_id
            history.note(generation, how, {"taskId": task_id})
            history.announce(generation)
    except IntegrityError:
        # Another generation follows that task: two rows must never claim one song.
        history.note(generation, "The provider named a task that is another’s", {"taskId": task_id})
        return False
    return True


def _finish_at_once(generation: Generation, result: dict[str, Any], answer: Any) -> None:
    """End an operation whose answer is its result."""
    with transaction.atomic():
        Generation.objects.filter(pk=generation.pk).unfinished().update(result=result)
        history.note(generation, "Answered", answer)
        outcomes.finish(generation)


def _keep_words(generation: Generation, timed: schemas.TimestampedLyrics) -> None:
    words = [{"word": word.word, "startS": word.start_s, "endS": word.end_s} for word in timed.aligned_words]
    if not words:
        outcomes.fail(generation, "The provider found no sung words in this take.")
        return
    with transaction.atomic():
        Track.objects.filter(
            pk=generation.settings["track"], generation__project=generation.project_id
        ).update(words=words)
        _finish_at_once(generation, {"words": len(words)}, {"words": len(words)})
