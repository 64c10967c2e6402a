"""What a test orders from the fake provider, and what the provider has noted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Family = Literal["music", "lyrics", "wav", "stems", "midi", "mp4", "cover"]
Kind = Literal["mp3", "jpeg", "wav", "mp4", "png"]
Spoiled = Literal["dead", "forbidden", "truncated", "slow", "oversize", "html", "wrong", "empty"]

Habit = Literal[
    "numbers as text",  # Flags, codes, seconds and times come as strings.
    "epoch times",  # Every time is a count of milliseconds.
    "ISO times",  # Every time is like 2026-01-01T00:00:00.000Z.
    "unknown fields",  # Records and tracks carry more than the contract names.
    "nulls for blanks",  # What is empty is null, lists included.
    "forgets tasks",  # Every record is null, as for a stranger's task.
]

Delivery = Literal["ordinary", "lost", "doubled", "reordered", "late", "forged"]


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
    """One request as it came. body: the JSON, the text fields of a form, or None."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any


@dataclass
class Task:
    """One task and what its record will say. extra: more fields of the record; track_extra: of each track.

    operation: which call made it, as `operationType` has it; status: the word of a music task's states, which
    families with numbers translate.
    """

    id: str
    family: Family
    request: Mapping[str, Any]
    audio_ids: tuple[str, str]
    operation: str = "generate"
    status: str = "PENDING"
    error_code: int | None = None
    error_message: str | None = None
    extra: dict[str, Any] = field(default_factory=dict)
    track_extra: dict[str, Any] = field(default_factory=dict)

    @property
    def has_failed(self) -> bool:
        return self.status.endswith(("_FAILED", "_ERROR", "_EXCEPTION"))
