"""What a provider calls back with: written by servers, signed, checked and read by receivers.

A receiver decides success by `code` and treats null, missing and empty data alike. The body is not signed,
only the task id and the time, so a callback is a reason to look at the record and never more.
"""

import base64
import hashlib
import hmac
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import ValidationError

from suno_web.suno import wire
from suno_web.suno.schemas import Lyrics, Track
from suno_web.suno.states import Family

TIMESTAMP_HEADER, SIGNATURE_HEADER = "X-Webhook-Timestamp", "X-Webhook-Signature"
LONGEST_AGE = 300.0

# How a server delivers: seconds to wait for an answer, and pauses before each retry.
TIMEOUT, RETRY_AFTER = 15.0, (1.0, 2.0, 4.0)

Stage = Literal["text", "first", "complete", "error"]

_EXTENDING = ("extend", "upload_cover", "upload_extend")


class Unreadable(ValueError):
    """The body is no callback of this API."""


@dataclass(frozen=True)
class Callback:
    """A callback of any family. callback_type is "complete" for families that name no stage."""

    task_id: str
    callback_type: str
    code: int
    msg: str
    family: Family
    tracks: tuple[Track, ...]
    lyrics: tuple[Lyrics, ...]
    data: Mapping[str, Any]

    @property
    def is_success(self) -> bool:
        return self.code == 200


def sign(key: str, task_id: str, timestamp: int | str) -> str:
    """The signature of a callback about this task: base64 of HMAC-SHA256 over "<task id>.<timestamp>"."""
    digest = hmac.new(key.encode(), f"{task_id}.{timestamp}".encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def headers(key: str, task_id: str, *, now: float | None = None) -> dict[str, str]:
    """The two headers that sign a callback."""
    timestamp = str(int(time.time() if now is None else now))
    return {TIMESTAMP_HEADER: timestamp, SIGNATURE_HEADER: sign(key, task_id, timestamp)}


def is_genuine(key: str, received: Mapping[str, str], task_id: str, *, now: float | None = None) -> bool:
    """Whether the headers carry a signature by this key for this task, no more than five minutes off.

    received: headers by name, such as Django's `request.headers`.
    """
    timestamp, signature = received.get(TIMESTAMP_HEADER, ""), received.get(SIGNATURE_HEADER, "")
    if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= 12):
        return False
    if abs((time.time() if now is None else now) - int(timestamp)) > LONGEST_AGE:
        return False
    return hmac.compare_digest(sign(key, task_id, timestamp).encode(), signature.encode())


def task_id_of(body: Mapping[str, Any]) -> str:
    """The id of the task a callback is about, wherever its family puts it; "" if nowhere."""
    data = body.get("data")
    inner = data if isinstance(data, Mapping) else {}
    for value in (inner.get("task_id"), inner.get("taskId"), body.get("taskId")):
        if isinstance(value, str | int) and str(value).strip():
            return str(value)
    return ""


def parse(body: bytes | str | Mapping[str, Any]) -> Callback:
    """Read a callback of any family. Raises Unreadable."""
    try:
        whole = body if isinstance(body, Mapping) else wire.loads(body)
    except ValueError as exc:
        raise Unreadable("The callback is not JSON.") from exc
    if not isinstance(whole, Mapping) or not (task_id := task_id_of(whole)):
        raise Unreadable("The callback names no task.")
    data = whole.get("data")
    inner: Mapping[str, Any] = data if isinstance(data, Mapping) else {}
    code = whole.get("code")
    family = _family(inner)
    listed = inner.get("data")
    items = [item for item in listed if isinstance(item, Mapping)] if isinstance(listed, list) else []
    try:
        return Callback(
            task_id=task_id,
            callback_type=str(inner.get("callbackType") or "complete"),
            code=code if isinstance(code, int) else 0,
            msg=str(whole.get("msg") or ""),
            family=family,
            tracks=tuple(Track.model_validate(item) for item in items) if family is Family.MUSIC else (),
            lyrics=tuple(Lyrics.model_validate(item) for item in items) if family is Family.LYRICS else (),
            data=inner,
        )
    except ValidationError as exc:
        raise Unreadable("The callback's data has an unknown shape.") from exc


def music(
    task_id: str,
    stage: Stage,
    tracks: Sequence[Track] = (),
    *,
    operation: str = "generate",
    code: int | None = None,
    msg: str = "",
) -> dict[str, Any]:
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


def lyrics(
    task_id: str, variants: Sequence[Lyrics] = (), *, code: int = 200, msg: str = ""
) -> dict[str, Any]:
    """The one body of a lyrics task. A failure says "complete" too; only its code differs."""
    found = [
        {"text": one.text, "title": one.title, "status": one.status, "error_message": one.error_message}
        for one in variants
    ]
    msg = msg or ("All generated successfully." if code == 200 else "Lyrics generation failed")
    data = {"callbackType": "complete", "task_id": task_id, "data": found if code == 200 else None}
    return {"code": code, "msg": msg, "data": data}


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


def _family(data: Mapping[str, Any]) -> Family:
    marks = {
        "audioWavUrl": Family.WAV,
        "vocal_separation_info": Family.STEMS,
        "instruments": Family.MIDI,
        "video_url": Family.MP4,
        "images": Family.COVER,
        "validateInfo": Family.VOICE,
        "voiceId": Family.VOICE,
    }
    for mark, family in marks.items():
        if mark in data:
            return family
    items = data.get("data")
    if isinstance(items, list) and items and isinstance(items[0], Mapping) and "text" in items[0]:
        return Family.LYRICS
    return Family.MUSIC
