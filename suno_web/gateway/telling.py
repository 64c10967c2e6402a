"""Tell programs how far their tasks are: looked at every second, a row for each thing to tell."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from suno_web.gateway import delivering, keys, making, records
from suno_web.gateway.models import Call, Delivery
from suno_web.studio.models import Generation
from suno_web.suno import callbacks
from suno_web.suno.states import Family, MusicStatus

Operation, Status = Generation.Operation, Generation.Status

AT_ONCE = 200
# The stages of takes, in the order they are told; of everything else only the last one is.
TEXT, FIRST, END = 1, 2, 3
_REACHED = {MusicStatus.PENDING: 0, MusicStatus.TEXT_SUCCESS: TEXT, MusicStatus.FIRST_SUCCESS: FIRST}
SILENT_UNTIL_COMPLETE = (Operation.REPLACE_SECTION,)
# Credits came back: what the contract calls a failure that may be tried again.
GIVEN_BACK = 531


def due() -> bool:
    """Whether there is anybody to tell, or anything still to deliver."""
    return Call.objects.filter(is_open=True).exists() or delivering.due().exists()


def tell() -> None:
    """Send what can be sent by now, write down what programs have to hear, and begin to deliver it."""
    making.send_what_waited()
    catch_up_all()
    delivering.start()


def catch_up_all() -> None:
    """Bring the calls that are open up to where their generations are, the oldest first."""
    count_anew()
    rows = Call.objects.filter(is_open=True).select_related("generation").order_by("created_at")
    for call in rows[:AT_ONCE]:
        catch_up(call)


def count_anew() -> None:
    """Count what a lead has changed, or approved at another price, against the keys' limits as it costs now."""
    changed = Call.objects.filter(is_open=True).exclude(charged=None).exclude(charged=F("generation__price"))
    settled = [Status.AWAITING, Status.FAILED]
    for call in changed.exclude(generation__status__in=settled).select_related("generation")[:AT_ONCE]:
        _count(call, call.generation.price)


@transaction.atomic
def _count(call: Call, price: Decimal) -> None:
    if Call.objects.filter(pk=call.pk, charged=call.charged, is_open=True).update(charged=price):
        keys.count_instead(call.key_id, price, of=call.charged or Decimal(0))


@transaction.atomic
def catch_up(call: Call) -> None:
    """Bring one call up to where its generation is. Two at once tell everything once."""
    generation = call.generation
    reached = _reached(generation)
    if reached <= call.told:
        return
    moved = Call.objects.filter(pk=call.pk, told=call.told, is_open=True)
    if not moved.update(told=reached, is_open=reached < END):
        return
    if generation.is_failed:
        keys.give_back(call.key_id, generation.price if call.charged is None else call.charged)
    if call.callback_url:
        owed = [
            Delivery(call=call, stage=stage, body=body, due_at=timezone.now())
            for stage, body in _news(generation, call.told, reached)
        ]
        Delivery.objects.bulk_create(owed)


def _reached(generation: Generation) -> int:
    if generation.is_finished:
        return END
    if (
        records.FAMILIES[generation.operation] != Family.MUSIC
        or generation.operation in SILENT_UNTIL_COMPLETE
    ):
        return 0
    return _REACHED.get(records.music_status(generation, list(generation.tracks.all())), 0)


def _news(generation: Generation, told: int, reached: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Stage and body of everything after `told` up to `reached`, in order."""
    family = records.FAMILIES[generation.operation]
    if family != Family.MUSIC:
        yield "complete", _processed(generation, family)
        return
    if generation.is_failed:
        yield "error", _music(generation, "error")
        return
    stages: tuple[callbacks.Stage, ...] = ("text", "first", "complete")
    if generation.operation in SILENT_UNTIL_COMPLETE:
        told = FIRST
    for stage in stages[told:reached]:
        yield stage, _music(generation, stage)


def _music(generation: Generation, stage: callbacks.Stage) -> dict[str, Any]:
    task_id, operation = generation.pk.hex, generation.operation
    if stage == "error":
        return callbacks.music(
            task_id, stage, operation=operation, code=_code(generation), msg=generation.problem
        )
    tracks = list(generation.tracks.all())
    if stage == "first":
        tracks = [one for one in tracks if one.is_archived][:1]
    told = [] if stage == "text" else [records.track(one, generation) for one in tracks]
    return callbacks.music(task_id, stage, told, operation=operation)


def _processed(generation: Generation, family: Family) -> dict[str, Any]:
    """The one body of a task that makes no takes."""
    task_id = generation.pk.hex
    failed: dict[str, Any] = {"code": records.error_code(generation), "msg": generation.problem}
    how = failed if generation.is_failed else {}
    assets = list(generation.assets.all())
    match family:
        case Family.LYRICS:
            return callbacks.lyrics(task_id, records.variants(generation), **how)
        case Family.WAV:
            return callbacks.wav(task_id, records.file_url(assets), **how)
        case Family.STEMS:
            return callbacks.stems(task_id, records.stem_urls(assets), **how)
        case Family.MIDI:
            return callbacks.midi(task_id, records.instruments(generation), **how)
        case Family.MP4:
            return callbacks.mp4(task_id, records.file_url(assets), **how)
        case _:
            return callbacks.cover(task_id, records.image_urls(assets), **how)


def _code(generation: Generation) -> int:
    code = records.error_code(generation)
    return GIVEN_BACK if code == records.FAILED else code
