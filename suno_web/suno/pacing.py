"""Asking no faster than a provider allows, across all processes of this machine.

A bucket holds as many tokens as may be spent in a period, and a token comes back one period after it was
taken. So no stretch of that length ever holds more requests than allowed, wherever the provider begins to
count.
"""

import fcntl
import hashlib
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

_SHARDS = 16
# Times further ahead than anyone waits were written before the clock was set back: they mean nothing now.
_FURTHEST_AHEAD = 120.0


@dataclass(frozen=True)
class Rate:
    """So many requests in so many seconds."""

    count: int
    seconds: float


CREATING = Rate(20, 10.0)
POLLING = Rate(3, 1.0)


class Pacer(Protocol):
    """Where tokens are taken. Another store (one shared by several machines) keeps this promise too."""

    def reserve(self, bucket: str, rate: Rate, *, at_most: float) -> float | None:
        """Take a token. Returns the seconds to wait before using it; None (none taken) if over at_most."""
        ...


class FilePacer:
    """Buckets in a folder, locked by the operating system, so that a killed process holds nothing back.

    Names are hashed: API keys name buckets and must not lie on disk. Many buckets share a file, and full ones
    are forgotten, so the folder never grows.
    """

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder)

    def reserve(self, bucket: str, rate: Rate, *, at_most: float) -> float | None:
        name = hashlib.sha256(bucket.encode()).hexdigest()
        with self._opened(name) as file:
            now = time.time()
            buckets = _still_spent(_load(file), now)
            period, times = buckets.get(name, (rate.seconds, []))
            ready = now if len(times) < rate.count else max(now, times[-rate.count] + rate.seconds)
            if ready - now > at_most:
                return None
            buckets[name] = (max(period, rate.seconds), [*times, ready])
            file.seek(0)
            file.truncate()
            json.dump(buckets, file)
            return ready - now

    @contextmanager
    def _opened(self, name: str) -> Iterator[IO[str]]:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self.folder / f"{int(name[:8], 16) % _SHARDS:02d}.json"
        with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file


Buckets = dict[str, tuple[float, list[float]]]


def _load(file: IO[str]) -> Buckets:
    """What the file holds; a file whose writer was killed halfway holds nothing."""
    try:
        return {
            name: (float(period), [float(at) for at in times])
            for name, (period, times) in json.load(file).items()
        }
    except (ValueError, TypeError, AttributeError):
        return {}


def _still_spent(buckets: Buckets, now: float) -> Buckets:
    """Without the tokens that have come back."""
    spent = {
        name: (period, [at for at in times if now - period < at < now + _FURTHEST_AHEAD])
        for name, (period, times) in buckets.items()
    }
    return {name: (period, times) for name, (period, times) in spent.items() if times}
