"""Asking for what is made of a finished track: WAV, stems, MIDI, video, cover images."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import transaction

from suno_web.engine import processing, processing_records
from suno_web.engine.calls import tasks
from suno_web.engine.models import Account, Task, Track
from suno_web.suno import errors, operations, schemas
from suno_web.suno.operations import Operation
from suno_web.suno.states import Family

UNKNOWN = "Record does not exist"
# The one repeat that is told with this code, and with the task that was there before.
MADE_ALREADY = 400


@transaction.atomic
def wav(account: Account, asked: schemas.WavRequest) -> schemas.TaskCreated:
    """Accept a conversion, once a track."""
    source = _finished(account, asked.task_id, asked.audio_id)
    if Task.objects.filter(source=source, family=Family.WAV).exclude(state=Task.State.FAILED).exists():
        raise errors.Duplicate("WAV record already exists")
    return _queued(account, operations.WAV, asked, source=source)


@transaction.atomic
def stems(account: Account, asked: schemas.StemsRequest) -> schemas.TaskCreated:
    """Accept a separation, as often as it is asked for."""
    source = _finished(account, asked.task_id, asked.audio_id) if asked.task_id else None
    return _queued(account, operations.STEMS, asked, source=source)


@transaction.atomic
def video(account: Account, asked: schemas.VideoRequest) -> schemas.TaskCreated:
    """Accept a music video."""
    source = _finished(account, asked.task_id, asked.audio_id)
    return _queued(account, operations.VIDEO, asked, source=source)


@transaction.atomic
def midi(account: Account, asked: schemas.MidiRequest) -> schemas.TaskCreated:
    """Accept a transcription of a separation, or of one stem of it."""
    parent = tasks.found(account, Family.STEMS, asked.task_id)
    if not parent:
        raise errors.Invalid(UNKNOWN)
    if not parent.result:
        raise errors.Invalid("The separation is not finished")
    if asked.audio_id and asked.audio_id not in [one["id"] for one in parent.result["stems"].values()]:
        raise errors.Invalid(UNKNOWN)
    return _queued(account, operations.MIDI, asked, parent=parent)


@transaction.atomic
def cover(account: Account, asked: schemas.CoverRequest) -> schemas.TaskCreated:
    """Accept cover images, once a music task."""
    mine = Task.objects.filter(account=account, family=Family.MUSIC)
    parent = mine.select_for_update().filter(pk=asked.task_id).first()
    if not parent:
        raise errors.Invalid(UNKNOWN)
    if not parent.tracks.exists():
        raise errors.Invalid("The music is not finished yet")
    earlier = parent.children.filter(family=Family.COVER).exclude(state=Task.State.FAILED).first()
    if earlier:
        message = "The cover images were made already"
        raise errors.Invalid(message, code=MADE_ALREADY, data={"taskId": earlier.pk})
    return _queued(account, operations.COVER_IMAGES, asked, parent=parent)


def _record(family: Family, show: Callable[[Task], Any]) -> Callable[[Account, schemas.TaskQuery], Any]:
    """The record of a family; an unknown task is refused here, where for music it is answered with null."""

    def record(account: Account, asked: schemas.TaskQuery) -> Any:
        task = tasks.found(account, family, asked.task_id)
        if not task:
            raise errors.Invalid(UNKNOWN)
        return show(task)

    return record


HANDLERS: dict[Operation[Any, Any], Any] = {
    operations.WAV: wav,
    operations.WAV_RECORD: _record(Family.WAV, processing_records.wav),
    operations.STEMS: stems,
    operations.STEMS_RECORD: _record(Family.STEMS, processing_records.stems),
    operations.MIDI: midi,
    operations.MIDI_RECORD: _record(Family.MIDI, processing_records.midi),
    operations.VIDEO: video,
    operations.VIDEO_RECORD: _record(Family.MP4, processing_records.video),
    operations.COVER_IMAGES: cover,
    operations.COVER_RECORD: _record(Family.COVER, processing_records.cover),
}


def _finished(account: Account, task_id: str, audio_id: str) -> Track:
    """A finished take of the account, locked until the transaction ends: what may be made once is made once."""
    try:
        tracks = Track.objects.filter(pk=UUID(audio_id), task__pk=task_id, task__account=account)
    except ValueError as exc:
        raise errors.Invalid(UNKNOWN) from exc
    if not (track := tracks.select_for_update(of=("self",)).first()):
        raise errors.Invalid(UNKNOWN)
    if track.state != Track.State.DONE:
        raise errors.Invalid("The track is not finished yet")
    if not track.has_files:
        raise errors.Invalid("The track is older than its files are kept")
    return track


def _queued(
    account: Account,
    operation: Operation[Any, schemas.TaskCreated],
    asked: Any,
    *,
    source: Track | None = None,
    parent: Task | None = None,
) -> schemas.TaskCreated:
    task = tasks.created(account, operation, asked, source=source, parent=parent)
    processing.queue(task)
    return schemas.TaskCreated(task_id=task.pk)
