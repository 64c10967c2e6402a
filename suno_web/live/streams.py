"""The stream of events to a browser, answered in front of Django.

Through Django's own handler every open stream would hold a thread and, with a login cookie, a connection to
the database. Here a stream is a queue; who may listen is looked up in a small pool of threads.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar
from urllib.parse import parse_qs

from django.conf import settings

from suno_web.live import entrance, reading
from suno_web.live.hub import Hub, Subscription
from suno_web.live.publishing import REFRESH
from suno_web.live.reading import Frame
from suno_web.media import Application, Receive, Scope, Send, send_body

PING_SECONDS = 20
# How long a browser waits before it connects again.
RETRY_MS = 1000
LOOK_UPS = 2

P = ParamSpec("P")
T = TypeVar("T")

HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]


class LiveStreams:
    """ASGI middleware that answers one path with events and passes everything else on."""

    def __init__(self, application: Application, *, path: str) -> None:
        self.application = application
        self.path = path
        self._hub: Hub | None = None
        self._pool = ThreadPoolExecutor(LOOK_UPS, thread_name_prefix="live-lookup")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live_and_die(receive, send)
        elif scope["type"] == "http" and scope["path"] == self.path:
            await self._stream(scope, receive, send)
        else:
            await self.application(scope, receive, send)

    async def _live_and_die(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.shutdown" and self._hub:
                await self._hub.close()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                self._pool.shutdown(wait=False, cancel_futures=True)
                return

    async def _stream(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "GET":
            await _refuse(send, 405)
            return
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]
        }
        cookies = headers.get("cookie", "")
        audiences = await self._look_up(entrance.admitted, cookies)
        if audiences is None:
            await _refuse(send, 401)
            return
        if self._hub is None:
            self._hub = Hub()
        await self._hub.ready.wait()
        cursor = _cursor(headers.get("last-event-id"), scope["query_string"].decode("latin-1"))
        if cursor is None:
            cursor = await self._look_up(reading.last_id)
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        chunks = self._events(self._hub, cookies, audiences, cursor)
        # A browser that reads no more must not keep its stream: then `send` never returns.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(settings.LIVE_STREAM_SECONDS + PING_SECONDS):
                await send_body(chunks, receive, send)

    async def _look_up(self, query: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        running = asyncio.get_running_loop()
        return await running.run_in_executor(self._pool, lambda: entrance.patiently(query, *args, **kwargs))

    async def _events(
        self, hub: Hub, cookies: str, audiences: frozenset[str] | None, sent: int
    ) -> AsyncIterator[bytes]:
        """What was missed, then what happens, until it is time to log in again."""
        end = hub.loop.time() + settings.LIVE_STREAM_SECONDS
        # Browsers remember an id only from an event that has data.
        yield f"retry: {RETRY_MS}\n".encode() + _ping(sent)
        while audiences is not None:
            subscription = hub.subscribe(audiences)
            try:
                # What the reader has not seen yet will come by the subscription.
                if sent != hub.position:
                    sent, chunk = await self._catch_up(sent, audiences)
                    if chunk:
                        yield chunk
                admitted = True
                while admitted:
                    frames = await _next(subscription, min(end - hub.loop.time(), PING_SECONDS))
                    if subscription.overrun or hub.loop.time() >= end:
                        return
                    news = [frame for frame in frames if frame.id > sent]
                    # With nothing waiting, everything the reader has seen so far was not for this stream.
                    sent = max(sent, frames[-1].id if frames else hub.position)
                    if told := _told(news):
                        yield told
                    elif not frames:
                        yield _ping(sent)
                    admitted = all(frame.topic != REFRESH for frame in news)
            finally:
                hub.unsubscribe(subscription)
            audiences = await self._look_up(entrance.admitted, cookies)

    async def _catch_up(self, sent: int, audiences: frozenset[str]) -> tuple[int, bytes]:
        """What to tell a stream that stands at `sent`, and where it stands then."""
        missed = await self._look_up(reading.missed, sent, audiences)
        if missed is None:
            newest = await self._look_up(reading.last_id)
            return newest, f"id: {newest}\nevent: resync\ndata: {{}}\n\n".encode()
        return missed[-1].id if missed else sent, _told(missed)


def _told(frames: list[Frame]) -> bytes:
    """The frames as a browser gets them."""
    return b"".join(bytes(frame) for frame in frames if frame.topic != REFRESH)


async def _next(subscription: Subscription, seconds: float) -> list[Frame]:
    """The frames that wait, or the first to come; none when the time is over."""
    queue, frames = subscription.frames, []
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(max(0, seconds)):
            frames = [await queue.get()]
    # Also after the time is over: something may have come in that very moment.
    while not queue.empty():
        frames.append(queue.get_nowait())
    return frames


def _cursor(last_event_id: str | None, query: str) -> int | None:
    """Where the browser stands: its Last-Event-ID, else the page's `?last=`; None for the present."""
    for text in (last_event_id, parse_qs(query).get("last", [""])[0]):
        if text and text.isascii() and text.isdigit() and len(text) < 19:
            return int(text)
    return None


def _ping(sent: int) -> bytes:
    return f"id: {sent}\nevent: ping\ndata: {{}}\n\n".encode()


async def _refuse(send: Send, status: int) -> None:
    headers = [(b"content-length", b"0"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
