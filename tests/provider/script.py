"""What a test orders from the fake provider, and what the provider has noted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Family = Literal["music", "lyrics"]
Spoiled = Literal["dead", "forbidden", "truncated", "oversize", "html", "empty"]


@dataclass(frozen=True)
class Answer:
    """One scripted answer.

    body: an envelope, or bytes sent as they are; None lets the request through to its ordinary answer. delay:
    seconds before answering. drop: close the connection instead, "before" anything is created or "after". to:
    answer only a request whose path ends so; by default any creating call.
    """

    body: Mapping[str, Any] | bytes | None = None
    status: int = 200
    delay: float = 0
    drop: Literal["before", "after"] | None = None
    to: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Received:
    """One request as it came. body: the JSON, or None."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any


@dataclass
class Task:
    """One task and what its record will say. extra: more fields of the record; track_extra: of each track."""

    id: str
    family: Family
    request: Mapping[str, Any]
    audio_ids: tuple[str, str]
    status: str = "PENDING"
    error_code: int | None = None
    error_message: str | None = None
    extra: dict[str, Any] = field(default_factory=dict)
    track_extra: dict[str, Any] = field(default_factory=dict)
