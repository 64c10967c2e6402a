"""The steps a task takes, each with the callback it owes. A status only moves forward, and only once.

Each step returns the deliveries it created, so that the caller may start them once all is committed.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from suno_web.engine import charging, endings, files, processing_records, records
from suno_web.engine.endings import Ending
from suno_web.engine.models import Delivery, Task, Track
from suno_web.suno import callbacks
from suno_web.suno.schemas import Lyrics
from suno_web.suno.states import Family, LyricsStatus, MusicStatus

# The content filter's code.
MODERATED = 400
# Calls that tell nothing before they are complete.
SILENT_UNTIL_COMPLETE = ("replace_section",)


@transaction.atomic
def text_done(task: Task, tracks: Sequence[Track]) -> list[Delivery]:
    """Every take has its words and a place to stream from."""
    if not (current := _unfinished(task)) or current.status != MusicStatus.PENDING:
        return []
    current.state = Task.State.DONE
    current.save(update_fields=["state"])
    Track.objects.bulk_create(tracks)
    body = callbacks.music(task.pk, "text", operation=task.operation)
    return _advance(current, MusicStatus.TEXT_SUCCESS, body)


@transaction.atomic
def take_done(track: Track) -> list[Delivery]:
    """One take is finished and its file in place; with the last one the task succeeds."""
    done = Track.objects.filter(pk=track.pk, state=Track.State.RUNNING, attempts=track.attempts)
    current = _unfinished(track.task)
    if current is None or not done.update(state=Track.State.DONE, finished_at=timezone.now()):
        return []
    tracks = list(current.tracks.defer("plan"))
    if all(one.state == Track.State.DONE for one in tracks):
        body = callbacks.music(current.pk, "complete", [records.track(one, current) for one in tracks])
        return _advance(current, MusicStatus.SUCCESS, body)
    finished = [records.track(one, current) for one in tracks if one.state == Track.State.DONE]
    return _advance(current, MusicStatus.FIRST_SUCCESS, callbacks.music(current.pk, "first", finished))


@transaction.atomic
def lyrics_done(task: Task, variants: Sequence[Lyrics]) -> list[Delivery]:
    """All sets of lyrics are written."""
    if not (current := _unfinished(task)):
        return []
    current.variants, current.state = [one.wire() for one in variants], Task.State.DONE
    current.save(update_fields=["variants", "state"])
    return _advance(current, LyricsStatus.SUCCESS, callbacks.lyrics(task.pk, variants))


@transaction.atomic
def made(task: Task, result: dict[str, Any]) -> list[Delivery]:
    """What was to be made from a take is there. The run that is still the row's says so."""
    current = _unfinished(task)
    if current is None or current.attempts != task.attempts:
        return []
    current.result, current.progress, current.state = result, 1.0, Task.State.DONE
    current.save(update_fields=["result", "progress", "state"])
    return _advance(current, endings.of(current).success, processing_records.told(current))


@transaction.atomic
def moderated(task: Task) -> list[Delivery]:
    """The request holds words that this engine does not sing."""
    message = "The request was flagged for moderation. Please rephrase it."
    return _fail(task, MusicStatus.SENSITIVE_WORD_ERROR, MODERATED, message)


@transaction.atomic
def refused(task: Task, problem: str) -> list[Delivery]:
    """Nothing can be made of what the request names, and trying again would not help."""
    ending: Ending = endings.of(task)
    return _fail(task, ending.refused, ending.refused_code, f"{problem}{_given_back(task)}")


@transaction.atomic
def failed(task: Task) -> list[Delivery]:
    """It went wrong more often than it is tried. Nothing is kept and nothing is charged."""
    ending: Ending = endings.of(task)
    message = f"{ending.message}{_given_back(task)} Please try again."
    return _fail(task, ending.failed, ending.failed_code, message)


def _given_back(task: Task) -> str:
    return " The credits were given back." if task.price else ""


def _fail(task: Task, status: str, code: int, message: str) -> list[Delivery]:
    if not (current := _unfinished(task)):
        return []
    current.state, current.error_code, current.error_message = Task.State.FAILED, code, message
    current.save(update_fields=["state", "error_code", "error_message"])
    charging.give_back_task(current)
    for audio_id in current.tracks.values_list("pk", flat=True):
        transaction.on_commit(partial(files.discard, audio_id))
    transaction.on_commit(partial(files.discard_made, current.pk))
    current.tracks.update(state=Track.State.FAILED, has_files=False)
    return _advance(current, status, _failure_body(current, code, message))


def _failure_body(task: Task, code: int, message: str) -> dict[str, Any]:
    family = Family(task.family)
    if family is Family.MUSIC:
        return callbacks.music(task.pk, "error", operation=task.operation, code=code, msg=message)
    tell: dict[Family, Callable[..., dict[str, Any]]] = {
        Family.LYRICS: callbacks.lyrics,
        Family.WAV: callbacks.wav,
        Family.STEMS: callbacks.stems,
        Family.MIDI: callbacks.midi,
        Family.MP4: callbacks.mp4,
        Family.COVER: callbacks.cover,
    }
    return tell[family](task.pk, code=code, msg=message)


def _unfinished(task: Task) -> Task | None:
    """The task as it is now, locked until the transaction ends; None when it has ended already."""
    current = Task.objects.select_for_update().get(pk=task.pk)
    return None if current.is_finished else current


def _advance(task: Task, status: str, body: dict[str, Any]) -> list[Delivery]:
    task.status = status
    if task.is_finished:
        task.finished_at = timezone.now()
    task.save(update_fields=["status", "finished_at"])
    stage = str(body["data"].get("callbackType", "complete"))
    is_told = task.is_finished or task.operation not in SILENT_UNTIL_COMPLETE
    if not (task.callback_url and is_told):
        return []
    return [Delivery.objects.create(task=task, stage=stage, body=body)]
