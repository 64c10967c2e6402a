"""From one reader of the log to every open stream of the process."""

import asyncio
import logging
import threading
import time
from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db import Error, connection

from suno_web.live import reading
from suno_web.live.publishing import CHANNEL
from suno_web.live.reading import Frame

logger = logging.getLogger(__name__)

# Asking SQLite whether anything was committed takes two microseconds, so it may be asked often.
SQLITE_LOOKS_EVERY = 0.05
POSTGRESQL_LOOKS_EVERY = 2.0
QUEUE_LENGTH = 256


class Subscription:
    """What one stream has still to send. When it falls too far behind it is `overrun` and gets no more."""

    def __init__(self, audiences: Collection[str]) -> None:
        self.audiences = frozenset(audiences)
        self.frames: asyncio.Queue[Frame] = asyncio.Queue(QUEUE_LENGTH)
        self.overrun = False


class Hub:
    """Hands each event to the streams of its audience. All but the reader runs in the event loop."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.position = 0
        # Before the reader knows where the present starts, a stream replaying the past may miss what follows.
        self.ready = asyncio.Event()
        self._subscriptions: dict[str, set[Subscription]] = defaultdict(set)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._read, name="live-reader", daemon=True)
        self._thread.start()

    def subscribe(self, audiences: Collection[str]) -> Subscription:
        subscription = Subscription(audiences)
        for audience in subscription.audiences:
            self._subscriptions[audience].add(subscription)
        return subscription

    def unsubscribe(self, subscription: Subscription) -> None:
        for audience in subscription.audiences:
            listeners = self._subscriptions.get(audience, set())
            listeners.discard(subscription)
            if not listeners:
                self._subscriptions.pop(audience, None)

    async def close(self) -> None:
        """Stop the reader."""
        self._stop.set()
        await asyncio.to_thread(self._thread.join, POSTGRESQL_LOOKS_EVERY + 1)

    def _deliver(self, frames: Iterable[Frame]) -> None:
        for frame in frames:
            self.position = frame.id
            for subscription in list(self._subscriptions.get(frame.audience, ())):
                try:
                    subscription.frames.put_nowait(frame)
                except asyncio.QueueFull:
                    subscription.overrun = True
                    self.unsubscribe(subscription)

    def _start(self, position: int) -> None:
        self.position = position
        self.ready.set()

    def _read(self) -> None:
        """The reader thread: on every commit, pass on what is new. Outlives any trouble with the database."""
        position: int | None = None
        while not self._stop.is_set():
            try:
                if position is None:
                    position = reading.last_id()
                    self.loop.call_soon_threadsafe(self._start, position)
                waker = _waker()
                while not self._stop.is_set():
                    while frames := reading.since(position):
                        position = frames[-1].id
                        self.loop.call_soon_threadsafe(self._deliver, frames)
                    waker.wait(self._stop)
            except Error:
                logger.exception("Reading live events failed; trying again.")
                connection.close()
                self._stop.wait(1)
            except RuntimeError:
                # The event loop is gone: the process is ending.
                break
        connection.close()


class _SQLiteWaker:
    def __init__(self) -> None:
        self._version = self._look()

    def _look(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA data_version")
            return int(cursor.fetchone()[0])

    def wait(self, stop: threading.Event) -> None:
        """Return once somebody else has committed."""
        while self._look() == self._version:
            if stop.wait(SQLITE_LOOKS_EVERY):
                return
        self._version = self._look()


class _PostgreSQLWaker:
    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"LISTEN {CHANNEL}")

    def wait(self, stop: threading.Event) -> None:
        """Return once somebody has published, or after two seconds."""
        started = time.monotonic()
        with connection.wrap_database_errors:
            for _ in connection.connection.notifies(timeout=POSTGRESQL_LOOKS_EVERY, stop_after=1):
                return
        if time.monotonic() - started < POSTGRESQL_LOOKS_EVERY / 2:
            # Whatever ended the wait early must not make this loop spin.
            stop.wait(SQLITE_LOOKS_EVERY)


def _waker() -> _SQLiteWaker | _PostgreSQLWaker:
    return _PostgreSQLWaker() if connection.vendor == "postgresql" else _SQLiteWaker()
