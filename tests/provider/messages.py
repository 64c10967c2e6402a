"""What the fake provider says, written from the contract's text and not with our own schemas."""

import base64
import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Any

from tests.provider import media
from tests.provider.script import Task

if TYPE_CHECKING:
    from tests.provider.server import FakeSuno

LYRICS = "[Verse]\nLow tide, the last train hums\n[Chorus]\nTake me home"
_MUSIC_SAYS = {
    "text": (200, "Text generation completed successfully."),
    "first": (200, "First track generated successfully."),
    "complete": (200, "All generated successfully."),
    "error": (501, "Audio generation failed"),
}


def music_record(suno: "FakeSuno", task: Task) -> dict[str, Any]:
    """`data` of generate/record-info: null response while pending, then both tracks with every key."""
    failed = task.status.endswith(("_FAILED", "_ERROR", "_EXCEPTION"))
    response: dict[str, Any] | None = {"taskId": task.id, "sunoData": [] if failed else tracks(suno, task)}
    if failed and response is not None:
        response["errorMessage"] = task.error_message
    return {
        "taskId": task.id,
        "parentMusicId": "",
        "param": json.dumps(task.request),
        "response": None if task.status == "PENDING" else response,
        "status": task.status,
        "type": "chirp-crow",
        "operationType": "generate",
        "errorCode": task.error_code,
        "errorMessage": task.error_message,
        "createTime": 1767225600000,
    } | task.extra


def lyrics_record(task: Task) -> dict[str, Any]:
    return {
        "taskId": task.id,
        "param": json.dumps(task.request),
        "response": {"taskId": task.id, "data": _variants()} if task.status == "SUCCESS" else None,
        "status": task.status,
        "type": "LYRICS",
        "errorCode": task.error_code,
        "errorMessage": task.error_message,
    } | task.extra


def tracks(suno: "FakeSuno", task: Task) -> list[dict[str, Any]]:
    """Both takes; audio is named only for those that the state calls done."""
    done = {"FIRST_SUCCESS": 1, "SUCCESS": 2}.get(task.status, 0)
    found = []
    for take, audio_id in enumerate(task.audio_ids):
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
                "tags": task.request.get("style") or "folk, calm",
                "createTime": "2026-01-01 00:00:00",
                "duration": media.SECONDS if audio else None,
            }
            | task.track_extra
        )
    return found


def callback(suno: "FakeSuno", task_id: str, stage: str) -> dict[str, Any]:
    """The body of a callback, with what the task's state has; an unknown task has nothing."""
    task = suno.tasks.get(task_id)
    code, msg = _MUSIC_SAYS[stage]
    data: dict[str, Any] = {
        "callbackType": stage,
        "task_id": task_id,
        "data": None if stage == "error" else [],
    }
    if task and task.family == "lyrics":
        data["data"] = _variants("error_message")
    elif task and stage != "error":
        data["data"] = [{_snake(key): value for key, value in track.items()} for track in tracks(suno, task)]
    return {"code": code, "msg": msg, "data": data}


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


def _variants(error_key: str = "errorMessage") -> list[dict[str, Any]]:
    return [
        {"text": LYRICS, "title": title, "status": "complete", error_key: ""}
        for title in ("Last Train", "Low Tide")
    ]


def _snake(name: str) -> str:
    """camelCase to snake_case, but callbacks leave createTime alone."""
    if name == "createTime":
        return name
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
