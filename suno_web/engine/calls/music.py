"""Asking for music: from an idea, or from other music."""

from collections.abc import Callable
from typing import Any

from suno_web.engine import composing, records, sourcing
from suno_web.engine.calls import tasks
from suno_web.engine.models import Account, Track
from suno_web.suno import errors, limits, operations, schemas
from suno_web.suno.operations import Operation
from suno_web.suno.states import Family

Handler = Callable[[Account, Any], schemas.TaskCreated]


def record(account: Account, asked: schemas.TaskQuery) -> schemas.MusicRecord | None:
    """A music task of the account, None for strangers' and other families'."""
    task = tasks.found(account, Family.MUSIC, asked.task_id)
    return records.music(task) if task else None


def extend(account: Account, asked: schemas.ExtendRequest) -> schemas.TaskCreated:
    """Accept a continuation. An unknown track is not refused: the task says so, as the live service has it."""
    source = sourcing.take_of(account, asked.audio_id)
    if source:
        _check_model(source, asked.model)
        if asked.default_param_flag and (asked.continue_at or 0) >= source.seconds:
            raise errors.Invalid(
                f"continueAt must be less than the length of the track, {source.seconds:g} seconds"
            )
    return _queued(account, operations.EXTEND, asked, source)


def replace_section(account: Account, asked: schemas.ReplaceSectionRequest) -> schemas.TaskCreated:
    """Accept new bars for a track or an upload."""
    if not asked.audio_id:
        return _queued(account, operations.REPLACE_SECTION, asked)
    source = sourcing.take_of(account, asked.audio_id)
    if source is None or source.task_id != asked.task_id:
        raise errors.Invalid("Record does not exist")
    if asked.infill_end_s > source.seconds:
        raise errors.Invalid(f"infillEndS must be within the track, which has {source.seconds:g} seconds")
    if asked.infill_end_s - asked.infill_start_s > limits.LARGEST_SECTION * source.seconds:
        raise errors.Invalid("No more than half of the track can be replaced at once")
    return _queued(account, operations.REPLACE_SECTION, asked, source)


def _accepting(operation: Operation[Any, schemas.TaskCreated]) -> Handler:
    """A handler that has nothing to look at before the task is done."""

    def accept(account: Account, asked: Any) -> schemas.TaskCreated:
        return _queued(account, operation, asked)

    return accept


HANDLERS: dict[Operation[Any, Any], Any] = {
    **{
        operation: _accepting(operation)
        for operation in (
            operations.GENERATE,
            operations.UPLOAD_COVER,
            operations.UPLOAD_EXTEND,
            operations.ADD_INSTRUMENTAL,
            operations.ADD_VOCALS,
            operations.MASHUP,
            operations.SOUNDS,
        )
    },
    operations.EXTEND: extend,
    operations.REPLACE_SECTION: replace_section,
    operations.MUSIC_RECORD: record,
}


def _queued(
    account: Account,
    operation: Operation[Any, schemas.TaskCreated],
    asked: Any,
    source: Track | None = None,
) -> schemas.TaskCreated:
    task = tasks.created(account, operation, asked, source=source)
    composing.queue(task)
    return schemas.TaskCreated(task_id=task.pk)


def _check_model(source: Track, model: str) -> None:
    made_with = source.task.request.get("model")
    if made_with and made_with != model:
        raise errors.Invalid(f"model must be the source's model, {made_with}")
