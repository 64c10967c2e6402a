"""What was published, read back: where the log stands, what a stream missed."""

import json
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Max, Min

from suno_web.live.models import Event

# Somebody further behind than this is quicker served by reloading what the page shows.
MOST_REPLAYED = 500


@dataclass(frozen=True, slots=True)
class Frame:
    """An event as it goes over the wire, encoded once for every stream that carries it."""

    id: int
    audience: str
    topic: str
    data: str

    def __bytes__(self) -> bytes:
        return f"id: {self.id}\nevent: {self.topic}\ndata: {self.data}\n\n".encode()


def last_id() -> int:
    """The id of the newest event: what a page puts into its stream's address as `?last=`."""
    newest: int | None = Event.objects.aggregate(newest=Max("id"))["newest"]
    return newest or 0


def since(cursor: int, audiences: Collection[str] | None = None) -> list[Frame]:
    """Events after the cursor, oldest first: of these audiences, or of all."""
    events = Event.objects.filter(id__gt=cursor).order_by("id")
    if audiences is not None:
        events = events.filter(audience__in=audiences)
    return [
        Frame(*row[:3], json.dumps(row[3], separators=(",", ":"), ensure_ascii=False))
        for row in events.values_list("id", "audience", "topic", "data")[: MOST_REPLAYED + 1]
    ]


def missed(cursor: int, audiences: Collection[str]) -> list[Frame] | None:
    """What a stream missed since the cursor; None when that is no longer known or too much to tell."""
    ends = Event.objects.aggregate(oldest=Min("id"), newest=Max("id"))
    oldest, newest = ends["oldest"] or 1, ends["newest"] or 0
    # Newer than the newest: the database was restored from a backup taken before the page was opened.
    if cursor + 1 < oldest or cursor > newest:
        return None
    frames = since(cursor, audiences)
    return frames if len(frames) <= MOST_REPLAYED else None
