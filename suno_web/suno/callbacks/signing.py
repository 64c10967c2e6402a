"""Who sent a callback: the task id and the time, signed with a key that both sides have."""

import base64
import hashlib
import hmac
import time
from collections.abc import Mapping

TIMESTAMP_HEADER, SIGNATURE_HEADER = "X-Webhook-Timestamp", "X-Webhook-Signature"
LONGEST_AGE = 300.0


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
