"""What was made from takes, as the contract's records and callbacks."""

from datetime import UTC, datetime
from typing import Any

from suno_web.engine import addresses
from suno_web.engine.models import Task
from suno_web.suno import callbacks, schemas
from suno_web.suno.states import CoverFlag, Family, MidiFlag


def wav(task: Task) -> schemas.WavRecord:
    """State and file of a WAV conversion."""
    return schemas.WavRecord(
        response=schemas.WavResponse(audio_wav_url=_url(task)) if task.result else None,
        create_time=_written(task.created_at),
        complete_time=_written(task.finished_at),
        **_of_track(task),
    )


def stems(task: Task) -> schemas.StemsRecord:
    """State and files of a separation. Every key is there; what was not asked for or is silent is null."""
    found = {f"{name}_url": url for name, url in stem_urls(task).items() if name in schemas.STEM_NAMES}
    parts = [
        schemas.StemTrack(
            id=one["id"],
            audio_url=addresses.made(task.pk, one["file"]),
            stem_type_group_name=one.get("label") or name.replace("_", " ").title(),
            duration=task.result["seconds"],
        )
        for name, one in task.result.get("stems", {}).items()
    ]
    return schemas.StemsRecord(
        response=schemas.StemsResponse(origin_data=parts, **found) if task.result else None,
        create_time=_millis(task.created_at),
        complete_time=_millis(task.finished_at),
        **_of_track(task),
    )


def stem_urls(task: Task) -> dict[str, str]:
    """Address by stem name."""
    return {name: addresses.made(task.pk, one["file"]) for name, one in task.result.get("stems", {}).items()}


def midi(task: Task) -> schemas.MidiRecord:
    """State and notes of a transcription."""
    data = None
    if task.result:
        data = schemas.MidiData(state="complete", instruments=task.result["instruments"])
    return schemas.MidiRecord(
        audio_id=task.request.get("audioId") or None,
        midi_data=data,
        success_flag=_flag(task, MidiFlag.PENDING),
        create_time=_millis(task.created_at),
        complete_time=_millis(task.finished_at),
        **_of_task(task),
    )


def video(task: Task) -> schemas.VideoRecord:
    """State, progress and file of a video."""
    return schemas.VideoRecord(
        response=schemas.VideoResponse(video_url=_url(task)) if task.result else None,
        create_time=_written(task.created_at),
        complete_time=_written(task.finished_at),
        # No part of the contract; clients ignore what they do not know.
        progress=round(task.progress, 3),
        **_of_track(task),
    )


def cover(task: Task) -> schemas.CoverRecord:
    """State and files of cover images."""
    waits = CoverFlag.GENERATING if task.state == Task.State.RUNNING else CoverFlag.PENDING
    return schemas.CoverRecord(
        parent_task_id=task.request["taskId"],
        response=schemas.CoverResponse(images=image_urls(task)) if task.result else None,
        success_flag=_flag(task, waits),
        create_time=_iso(task.created_at),
        complete_time=_iso(task.finished_at),
        **_of_task(task),
    )


def image_urls(task: Task) -> list[str]:
    return [addresses.made(task.pk, name) for name in task.result.get("files", [])]


def told(task: Task) -> dict[str, Any]:
    """The callback of a task that succeeded."""
    match Family(task.family):
        case Family.WAV:
            return callbacks.wav(task.pk, _url(task))
        case Family.STEMS:
            return callbacks.stems(task.pk, stem_urls(task))
        case Family.MIDI:
            instruments = midi(task).instruments
            return callbacks.midi(task.pk, instruments)
        case Family.MP4:
            return callbacks.mp4(task.pk, _url(task))
        case Family.COVER:
            return callbacks.cover(task.pk, image_urls(task))
        case family:
            raise ValueError(f"{family} tells of itself elsewhere")


def _url(task: Task) -> str:
    return addresses.made(task.pk, task.result["file"])


def _of_task(task: Task) -> dict[str, Any]:
    return {
        "task_id": task.pk,
        "callback_url": task.callback_url,
        "error_code": task.error_code,
        "error_message": task.error_message or None,
    }


def _of_track(task: Task) -> dict[str, Any]:
    return _of_task(task) | {
        "music_id": task.request.get("audioId") or None,
        "music_index": task.source.index if task.source else 0,
        "success_flag": task.status,
    }


def _flag(task: Task, waiting: int) -> int:
    """The number of a status, which is a word only until the task has ended."""
    return int(task.status) if task.status.isdecimal() else int(waiting)


def _millis(moment: datetime | None) -> int | None:
    return int(moment.timestamp() * 1000) if moment else None


def _written(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S") if moment else None


def _iso(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
