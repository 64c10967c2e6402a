"""What the fake provider's record-info says of each family, written from the contract's text."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tests.provider import media
from tests.provider.script import Habit, Task

if TYPE_CHECKING:
    from tests.provider.server import FakeSuno

LYRICS = "[Verse]\nLow tide, the last train hums\n[Chorus]\nTake me home"
TWO = ("vocal", "instrumental")
TWELVE = (
    "vocal", "backingVocals", "drums", "bass", "guitar", "keyboard", "percussion",
    "strings", "synth", "fx", "brass", "woodwinds",
)  # fmt: skip
_STEM_KEYS = (*TWO, *TWELVE[1:5], "piano", *TWELVE[5:])
_MIDI_FLAGS = {"PENDING": 0, "SUCCESS": 1, "CREATE_TASK_FAILED": 2}
_COVER_FLAGS = {"PENDING": 0, "SUCCESS": 1, "GENERATING": 2}
_AT, _AT_ISO, _AT_EPOCH = "2026-01-01 00:00:00", "2026-01-01T00:00:00.000Z", 1767225600000


def of(suno: "FakeSuno", task: Task) -> dict[str, Any]:
    """`data` of the family's record-info, in the ways the provider has been told to write."""
    written = _FAMILIES[task.family](suno, task) | task.extra
    for habit in suno.habits:
        written = _in(habit, written)
    return written


def music(suno: "FakeSuno", task: Task) -> dict[str, Any]:
    """Null response while pending, then both tracks with every key."""
    response: dict[str, Any] = {"taskId": task.id, "sunoData": [] if task.has_failed else tracks(suno, task)}
    if task.has_failed:
        response["errorMessage"] = task.error_message
    return {
        "taskId": task.id,
        "parentMusicId": str(task.request.get("audioId") or ""),
        "param": json.dumps(task.request),
        "response": None if task.status == "PENDING" else response,
        "status": task.status,
        "type": "chirp-crow",
        "operationType": task.operation,
        **_trouble(task),
        "createTime": _AT_EPOCH,
    }


def lyrics(suno: "FakeSuno", task: Task) -> dict[str, Any]:
    return {
        "taskId": task.id,
        "param": json.dumps(task.request),
        "response": {"taskId": task.id, "data": variants()} if task.status == "SUCCESS" else None,
        "status": task.status,
        "type": "LYRICS",
        **_trouble(task),
    }


def wav(suno: "FakeSuno", task: Task) -> dict[str, Any]:
    url = f"{suno.url}/files/{task.id}.wav"
    return _of_track(suno, task, {"audioWavUrl": url}, create_time=_AT)


def mp4(suno: "FakeSuno", task: Task) -> dict[str, Any]:
    return _of_track(suno, task, {"videoUrl": f"{suno.url}/files/{task.id}.mp4"}, create_time=_AT)


def stems(suno: "FakeSuno", task: Task) -> dict[str, Any]:
    urls = stem_urls(suno, task)
    single = task.request.get("type") == "split_stem_advanced"
    found = [
        {
            "duration": media.SECONDS,
            "audio_url": url,
            "stem_type_group_name": str(task.request.get("stemName")) if single else name.title(),
            "id": f"{task.id}-{name}",
        }
        for name, url in urls.items()
    ]
    filled = {} if single else urls
    response = {"id": None, "originUrl": None, "originData": found}
    response |= {f"{name}Url": filled.get(name) for name in _STEM_KEYS}
    return _of_track(suno, task, response, create_time=_AT_EPOCH)


def midi(suno: "FakeSuno", task: Task) -> dict[str, Any]:
    done = task.status == "SUCCESS"
    return {
        "taskId": task.id,
        "recordTaskId": -1,
        "audioId": task.request.get("audioId", ""),
        "callbackUrl": task.request.get("callBackUrl"),
        "createTime": _AT_EPOCH,
        "completeTime": _AT_EPOCH if done else None,
        "midiData": {"state": "complete", "instruments": instruments()} if done else None,
        "successFlag": _MIDI_FLAGS.get(task.status, 3 if task.has_failed else task.status),
        **_trouble(task),
    }


def cover(suno: "FakeSuno", task: Task) -> dict[str, Any]:
    done = task.status == "SUCCESS"
    trouble = {"errorCode": 200, "errorMessage": ""} if done else _trouble(task)
    return {
        "taskId": task.id,
        "parentTaskId": task.request.get("taskId", ""),
        "callbackUrl": task.request.get("callBackUrl"),
        "createTime": _AT_ISO,
        "completeTime": _AT_ISO if done else None,
        "response": {"images": images(suno, task)} if done else None,
        "successFlag": _COVER_FLAGS.get(task.status, 3 if task.has_failed else task.status),
        **trouble,
    }


def tracks(suno: "FakeSuno", task: Task) -> list[dict[str, Any]]:
    """All takes; audio is named only for those that the state calls done. A replaced section has one take."""
    done = {"FIRST_SUCCESS": 1, "SUCCESS": 2}.get(task.status, 0)
    found = []
    for take, audio_id in enumerate(task.audio_ids[:1] if is_single(task) else task.audio_ids):
        base = f"{suno.url}/files/{audio_id}"
        audio = f"{base}.mp3" if take < done else ""
        found.append(
            {
                "id": audio_id,
                "audioUrl": audio,
                "sourceAudioUrl": audio,
                "streamAudioUrl": base,
                "sourceStreamAudioUrl": base,
                "imageUrl": f"{base}.jpeg",
                "sourceImageUrl": f"{base}.jpeg",
                "prompt": "" if task.request.get("instrumental") else LYRICS,
                "modelName": "chirp-crow",
                "title": task.request.get("title") or "Low Tide",
                "tags": task.request.get("style") or task.request.get("tags") or "folk, calm",
                "createTime": _AT,
                "duration": media.SECONDS if audio else None,
            }
            | task.track_extra
        )
    return found


def is_single(task: Task) -> bool:
    return task.operation in ("replace_section", "add_instrumental", "add_vocals")


def stem_urls(suno: "FakeSuno", task: Task) -> dict[str, str]:
    """Address by camelCase stem name: two, or all but two that are silent, or the single one."""
    kind = task.request.get("type") or "separate_vocal"
    names = {"separate_vocal": TWO, "split_stem": TWELVE[:-2]}.get(str(kind), ("single",))
    return {name: f"{suno.url}/files/{task.id}.{name}.mp3" for name in names}


def images(suno: "FakeSuno", task: Task) -> list[str]:
    return [f"{suno.url}/files/{task.id}.{number}.png" for number in (1, 2)]


def instruments() -> list[dict[str, Any]]:
    notes = [{"pitch": 60, "start": 0.0, "end": 0.5, "velocity": 0.75}]
    return [{"name": "Piano", "notes": notes}, {"name": "Drums", "notes": [notes[0] | {"pitch": 36}]}]


def variants(error_key: str = "errorMessage") -> list[dict[str, Any]]:
    return [
        {"text": LYRICS, "title": title, "status": "complete", error_key: ""}
        for title in ("Last Train", "Low Tide")
    ]


def _of_track(suno: "FakeSuno", task: Task, response: Any, *, create_time: Any) -> dict[str, Any]:
    done = task.status == "SUCCESS"
    source = suno.tasks.get(str(task.request.get("taskId")))
    audio_id = str(task.request.get("audioId") or "")
    known = source is not None and audio_id in source.audio_ids
    return {
        "taskId": task.id,
        "musicId": audio_id or None,
        "callbackUrl": task.request.get("callBackUrl"),
        "musicIndex": source.audio_ids.index(audio_id) if source and known else 0,
        "createTime": create_time,
        "completeTime": create_time if done else None,
        "response": response if done else None,
        "successFlag": task.status,
        **_trouble(task),
    }


def _trouble(task: Task) -> dict[str, Any]:
    return {"errorCode": task.error_code, "errorMessage": task.error_message}


def _in(habit: Habit, value: Any, name: str = "") -> Any:
    """The same answer as a provider of this habit writes it."""
    if isinstance(value, dict):
        written = {key: _in(habit, inner, key) for key, inner in value.items()}
        return written | {"weather": {"wind": 3}} if habit == "unknown fields" else written
    if isinstance(value, list):
        return None if habit == "nulls for blanks" and not value else [_in(habit, one) for one in value]
    if habit == "nulls for blanks" and value == "":
        return None
    if habit == "numbers as text" and isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if name in ("createTime", "completeTime") and value is not None:
        return {"epoch times": _AT_EPOCH, "ISO times": _AT_ISO}.get(habit, value)
    return value


_FAMILIES: Mapping[str, Any] = {
    "music": music,
    "lyrics": lyrics,
    "wav": wav,
    "stems": stems,
    "midi": midi,
    "mp4": mp4,
    "cover": cover,
}
