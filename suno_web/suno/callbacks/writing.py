"""The bodies that a server calls back with, one function a family, as the contract's text has them.

A failure keeps its family's keys with nothing in them. Cover images and MIDI name their task `taskId`; `task_id`
is written beside it, because that is where a documented verifier of signatures looks.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from suno_web.suno.schemas import Lyrics, MidiInstrument, Track

Stage = Literal["text", "first", "complete", "error"]
Body = dict[str, Any]

_EXTENDING = ("extend", "upload_cover", "upload_extend")
_BROKEN = "Internal Error - Please try again later"
_TWO_STEMS = ("vocal", "instrumental")
_ALL_STEMS = (
    "vocal", "backing_vocals", "drums", "bass", "guitar", "keyboard",
    "percussion", "strings", "synth", "fx", "brass", "woodwinds",
)  # fmt: skip


def music(
    task_id: str,
    stage: Stage,
    tracks: Sequence[Track] = (),
    *,
    operation: str = "generate",
    code: int | None = None,
    msg: str = "",
) -> Body:
    """The body for one stage of a music task. operation: its name, which decides the shape of a failure."""
    failed = stage == "error"
    data: dict[str, Any] = {
        "callbackType": stage,
        "task_id": task_id,
        "data": [_snake(track) for track in tracks],
    }
    msg = msg or _music_message(stage, operation)
    if failed and operation == "replace_section":
        del data["data"]
        data["error"] = msg
    elif failed:
        data["data"] = [] if operation in _EXTENDING else None
    return {"code": code or (501 if failed else 200), "msg": msg, "data": data}


def lyrics(task_id: str, variants: Sequence[Lyrics] = (), *, code: int = 200, msg: str = "") -> Body:
    """The one body of a lyrics task. A failure says "complete" too; only its code differs."""
    found = [
        {"text": one.text, "title": one.title, "status": one.status, "error_message": one.error_message}
        for one in variants
    ]
    msg = msg or ("All generated successfully." if code == 200 else "Lyrics generation failed")
    data = {"callbackType": "complete", "task_id": task_id, "data": found if code == 200 else None}
    return {"code": code, "msg": msg, "data": data}


def wav(task_id: str, url: str | None = None, *, code: int = 200, msg: str = "") -> Body:
    """The one body of a WAV conversion."""
    return _body(code, msg, {"task_id": task_id, "audioWavUrl": url if code == 200 else None})


def stems(task_id: str, urls: Mapping[str, str] | None = None, *, code: int = 200, msg: str = "") -> Body:
    """The one body of a separation. urls: address by stem name; every key of its kind is written, filled or not."""
    found = urls or {}
    info: dict[str, str] | None = None
    if code == 200:
        msg = msg or "vocal separation generated successfully."
        names = _TWO_STEMS if set(found) <= set(_TWO_STEMS) else dict.fromkeys((*_ALL_STEMS, *found))
        info = {"origin_url": "", **{f"{name}_url": found.get(name, "") for name in names}}
    return _body(code, msg, {"task_id": task_id, "vocal_separation_info": info})


def midi(task_id: str, instruments: Iterable[MidiInstrument] = (), *, code: int = 200, msg: str = "") -> Body:
    """The one body of a transcription. A failure names nothing but the task."""
    found = {"state": "complete", "instruments": [one.wire() for one in instruments]} if code == 200 else {}
    return _body(code, msg, {"taskId": task_id, "task_id": task_id, **found})


def mp4(task_id: str, url: str | None = None, *, code: int = 200, msg: str = "") -> Body:
    """The one body of a music video."""
    return _body(code, msg, {"task_id": task_id, "video_url": url if code == 200 else None})


def cover(task_id: str, images: Sequence[str] = (), *, code: int = 200, msg: str = "") -> Body:
    """The one body of cover images."""
    if code == 501:
        msg = msg or "Cover generation failed"
    found = list(images) if code == 200 else None
    return _body(code, msg, {"taskId": task_id, "task_id": task_id, "images": found})


def _body(code: int, msg: str, data: Mapping[str, Any]) -> Body:
    return {"code": code, "msg": msg or ("success" if code == 200 else _BROKEN), "data": dict(data)}


def _music_message(stage: Stage, operation: str) -> str:
    if stage == "text":
        return (
            "Text generation completed."
            if operation in _EXTENDING
            else "Text generation completed successfully."
        )
    return {
        "first": "First track generated successfully.",
        "complete": "All generated successfully.",
        "error": "Audio generation failed",
    }[stage]


def _snake(track: Track) -> dict[str, Any]:
    """A track as callbacks write it: snake_case, except createTime."""
    written = track.model_dump(mode="json", by_alias=False)
    return {("createTime" if name == "create_time" else name): value for name, value in written.items()}
