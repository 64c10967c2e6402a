"""What the fake provider says by itself and at once, written from the contract and not with our own schemas."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tests.provider import records
from tests.provider.records import LYRICS
from tests.provider.script import Task

if TYPE_CHECKING:
    from tests.provider.server import FakeSuno

__all__ = ["LYRICS", "aligned", "boosted", "callback", "signed"]

_BROKEN = "Internal Error - Please try again later"
_CONTINUING = ("extend", "upload_cover", "upload_extend")
_STAGES = {
    "text": (200, "Text generation completed successfully."),
    "first": (200, "First track generated successfully."),
    "complete": (200, "All generated successfully."),
    "error": (501, "Audio generation failed"),
}


def callback(suno: "FakeSuno", task_id: str, stage: str) -> dict[str, Any]:
    """The body of a callback, with what the task's state has; an unknown task has nothing."""
    task = suno.tasks.get(task_id)
    if task is None or task.family in ("music", "lyrics"):
        return _staged(suno, task_id, task, stage)
    failed = stage == "error"
    code, msg = (500, _BROKEN) if failed else (200, "success")
    data: dict[str, Any]
    match task.family:
        case "wav":
            data = {"task_id": task_id, "audioWavUrl": None if failed else f"{suno.url}/files/{task_id}.wav"}
        case "mp4":
            data = {"task_id": task_id, "video_url": None if failed else f"{suno.url}/files/{task_id}.mp4"}
        case "stems":
            msg = _BROKEN if failed else "vocal separation generated successfully."
            data = {"task_id": task_id, "vocal_separation_info": None if failed else _stems(suno, task)}
        case "midi":
            # Their own documentation shows times as text here.
            notes = [{"pitch": 60, "start": "0.0", "end": "0.5", "velocity": 0.75}]
            data = {"taskId": task_id}
            if not failed:
                data |= {"state": "complete", "instruments": [{"name": "Piano", "notes": notes}]}
        case _:
            code, msg = (501, "Cover generation failed") if failed else (200, "success")
            data = {"taskId": task_id, "images": None if failed else records.images(suno, task)}
    return {"code": code, "msg": msg, "data": data}


def stages(task: Task) -> tuple[str, ...]:
    """Which callbacks a task that goes well makes, in their order."""
    if task.family != "music" or task.operation == "replace_section":
        return ("complete",)
    return ("text", "first", "complete")


def signed(key: str, task_id: str, timestamp: int) -> dict[str, str]:
    digest = hmac.new(key.encode(), f"{task_id}.{timestamp}".encode(), hashlib.sha256).digest()
    return {"X-Webhook-Timestamp": str(timestamp), "X-Webhook-Signature": base64.b64encode(digest).decode()}


def boosted(content: str) -> dict[str, Any]:
    return {
        "taskId": "0f3c9a",
        "param": content,
        "result": f"{content}, warm analogue synths, driving bass",
        "creditsConsumed": 0.4,
        "creditsRemaining": 999.6,
        "successFlag": "成功",
        "errorCode": None,
        "errorMsg": "",
        "createTime": 1767225600000,
    }


def aligned() -> dict[str, Any]:
    words = [
        {"word": "[Verse]\nLow ", "success": True, "startS": 0.25, "endS": 0.5, "palign": 0},
        {"word": "tide ", "success": True, "startS": 0.5, "endS": 1.0, "palign": 0},
    ]
    return {"alignedWords": words, "waveformData": [0, 0.5, 1], "hootCer": 0.1, "isStreamed": False}


def _staged(suno: "FakeSuno", task_id: str, task: Task | None, stage: str) -> dict[str, Any]:
    """The families that name a stage. How a failure looks depends on the operation."""
    code, msg = _STAGES[stage]
    operation = task.operation if task else "generate"
    data: dict[str, Any] = {
        "callbackType": stage,
        "task_id": task_id,
        "data": None if stage == "error" else [],
    }
    if task and task.family == "lyrics":
        data["callbackType"] = "complete"
        data["data"] = None if stage == "error" else records.variants("error_message")
        code, msg = (400, "Song Description flagged for moderation") if stage == "error" else (code, msg)
    elif stage == "error" and operation == "replace_section":
        del data["data"]
        data["error"] = msg
    elif stage == "error":
        data["data"] = [] if operation in _CONTINUING else None
    elif task:
        data["data"] = [_snake(track) for track in records.tracks(suno, task)]
    if stage == "text" and operation in _CONTINUING:
        msg = "Text generation completed."
    return {"code": code, "msg": msg, "data": data}


def _stems(suno: "FakeSuno", task: Task) -> dict[str, str]:
    names = records.TWO if task.request.get("type") in (None, "separate_vocal") else records.TWELVE
    urls = records.stem_urls(suno, task)
    return {"origin_url": ""} | {f"{_snake_name(name)}_url": urls.get(name, "") for name in names}


def _snake(track: Mapping[str, Any]) -> dict[str, Any]:
    return {_snake_name(name): value for name, value in track.items()}


def _snake_name(name: str) -> str:
    """camelCase to snake_case, but callbacks leave createTime alone."""
    if name == "createTime":
        return name
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
