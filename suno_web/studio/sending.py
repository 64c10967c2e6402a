"""Send a generation to the provider: once, whatever happens on the way.

The row is claimed before the call. If the answer is lost the row stays SENDING: the provider may be at work, so it is
not sent again. The callback's token still tells which generation a task belongs to (`adopt`); if none comes in time,
the sweep gives it up and its credits go back.
"""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from suno_web.studio import answers, calls, copies, history, outcomes, provider
from suno_web.studio.models import Generation
from suno_web.suno.client import Client
from suno_web.suno.errors import Refused, SunoError, Unanswered

FIRST_LOOK_AFTER = timedelta(seconds=3)
Status = Generation.Status


def send(generation_id: str) -> None:
    """Ask the provider for what a generation wants. Only the run that claims the row sends."""
    generation = claim(generation_id)
    if generation is None:
        return
    try:
        submit(generation, provider.client_of(generation))
    except Refused as refused:
        if adopt_existing(generation, refused):
            return
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
    except (SunoError, copies.SourceGone) as problem:
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
    """Make the call of the operation and write down what came of it. Raises SunoError, copies.SourceGone."""
    call = calls.CALLS[generation.operation]
    request = call.make.request.model_validate(
        {
            **generation.request,
            **copies.addresses(generation, client),
            "callBackUrl": provider.callback_address(generation),
        }
    )
    if call.record:
        adopt(generation, client.create(call.make, request).task_id)
    else:
        answers.keep(generation, client, request)


def adopt_existing(generation: Generation, refused: Refused) -> bool:
    """Follow the task that a refusal names: images are made once a song, and a repeat is told which task has them."""
    task_id = refused.data.get("taskId") if isinstance(refused.data, dict) else None
    return bool(task_id) and adopt(generation, str(task_id), how="Made before, as the provider says")


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
