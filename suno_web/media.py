"""Files and growing streams on their way to a browser: ranges, conditions, bounded memory, no thread held.

A view decides who may have what and returns `file_response` or `carried`. Django gives every request a
thread for as long as it answers; so that a slow download or an open stream holds none, `Carrier` (in front of
Django, see `suno_web.asgi`) sends the body itself once Django is done. Without it, as in tests, the response
streams by itself.
"""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, http_date, parse_http_date_safe

CHUNK = 128 * 1024
# Where nginx finds the media folder when it sends the files (`internal; alias <data>/media/;`).
ACCEL_PREFIX = "/internal-media/"

Body = Callable[[], AsyncIterator[bytes]]
Scope = dict[str, Any]
Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

_SLOT = "suno_web.body"
_MARK = "X-Body-Follows"


def file_response(
    request: HttpRequest,
    path: str | Path,
    *,
    content_type: str,
    filename: str | None = None,
    cache: str = "private, max-age=3600",
) -> HttpResponseBase:
    """The file, or the range of it that was asked for. A filename makes it a download.

    Raises Http404 when the file is gone. Answers 200, 206, 304, 412 or 416; several ranges at once get the
    whole file, as HTTP allows.
    """
    path = Path(path)
    try:
        stat = path.stat()
    except FileNotFoundError as missing:
        raise Http404("The file is no longer there.") from missing
    headers = {"Content-Type": content_type, "Cache-Control": cache}
    if filename:
        headers["Content-Disposition"] = str(content_disposition_header(True, filename))
    root = Path(settings.MEDIA_ROOT).resolve()
    # The proxy is shown the media folder alone; the engine's files lie elsewhere.
    if settings.MEDIA_SERVE == "accel" and path.resolve().is_relative_to(root):
        inside = path.resolve().relative_to(root)
        return HttpResponse(headers=headers | {"X-Accel-Redirect": ACCEL_PREFIX + quote(str(inside))})

    etag, modified = f'"{stat.st_mtime_ns:x}-{stat.st_size:x}"', int(stat.st_mtime)
    headers |= {"Accept-Ranges": "bytes", "ETag": etag, "Last-Modified": http_date(modified)}
    unchanged = get_conditional_response(request, etag=etag, last_modified=modified)
    if unchanged is not None:
        for name in ("Cache-Control", "ETag", "Last-Modified"):
            unchanged.headers[name] = headers[name]
        return unchanged

    wanted = _wanted_range(request, stat.st_size, etag, modified)
    if wanted is not None and not wanted:
        return HttpResponse(
            status=416, headers={"Content-Range": f"bytes */{stat.st_size}", "Accept-Ranges": "bytes"}
        )
    part = wanted or range(stat.st_size)
    headers["Content-Length"] = str(len(part))
    if wanted:
        headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{stat.st_size}"
    return carried(request, lambda: _slice(path, part), status=206 if wanted else 200, headers=headers)


def _wanted_range(request: HttpRequest, size: int, etag: str, modified: int) -> range | None:
    """The bytes asked for: None for all of them, an empty range for some that do not exist."""
    header = request.headers.get("Range", "")
    unless_changed = request.headers.get("If-Range")
    if unless_changed and unless_changed != etag and parse_http_date_safe(unless_changed) != modified:
        return None
    match = re.fullmatch(r"bytes=\s*(\d*)-(\d*)\s*", header)
    if request.method != "GET" or not match or match.group(1, 2) == ("", ""):
        return None
    first, last = match.group(1, 2)
    if not first:
        return range(max(0, size - int(last)), size)
    if last and int(last) < int(first):
        return None
    return range(int(first), min(int(last) + 1 if last else size, size))


async def _slice(path: Path, part: range) -> AsyncIterator[bytes]:
    """The bytes of a file in chunks, each read in a thread: a slow disk must not stop the other streams."""
    file: BinaryIO = await asyncio.to_thread(path.open, "rb")
    try:
        await asyncio.to_thread(file.seek, part.start)
        left = len(part)
        while left and (chunk := await asyncio.to_thread(file.read, min(CHUNK, left))):
            left -= len(chunk)
            yield chunk
    finally:
        file.close()


async def follow(
    path: str | Path, finished: Callable[[], Awaitable[bool]], *, poll: float = 0.1, patience: float = 20
) -> AsyncIterator[bytes]:
    """The bytes of a file that another process still writes, as they come, until `finished` says it is whole.

    Ends as well when nothing was added for `patience` seconds: the writer may have died.
    """
    path, position, waited = Path(path), 0, 0.0
    while True:
        # Asked before reading: what is written between the two would otherwise be lost.
        whole = await finished()
        grown = False
        if path.exists():
            size = path.stat().st_size
            async for chunk in _slice(path, range(position, max(size, position))):
                position += len(chunk)
                grown = True
                yield chunk
        if whole:
            return
        waited = 0.0 if grown else waited + poll
        if waited >= patience:
            return
        await asyncio.sleep(poll)


def text_response(content: str, *, filename: str) -> HttpResponse:
    """A text that was made on the spot, as a download."""
    response = HttpResponse(content, content_type="text/plain; charset=utf-8")
    response.headers["Content-Disposition"] = str(content_disposition_header(True, filename))
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def growing_response(
    request: HttpRequest, path: str | Path, finished: Callable[[], Awaitable[bool]], *, content_type: str
) -> HttpResponseBase:
    """A file that still grows, sent as it is written; see `follow`. Its length is unknown: no ranges."""
    headers = {"Content-Type": content_type, "Cache-Control": "no-store", "Accept-Ranges": "none"}
    return carried(request, lambda: follow(path, finished), headers=headers | {"X-Accel-Buffering": "no"})


def carried(
    request: HttpRequest, body: Body, *, status: int = 200, headers: dict[str, str]
) -> HttpResponseBase:
    """A response whose body is an async iterator, sent without holding a thread where `Carrier` is there."""
    slot = getattr(request, "scope", {}).get(_SLOT)
    if request.method == "HEAD" and "Content-Length" in headers:
        return HttpResponse(status=status, headers=headers)
    # Streamed even where nothing is sent: the middleware would give any other response a length of 0.
    if request.method == "HEAD":
        return StreamedBody(_nothing, status=status, headers=headers)
    if slot is not None:
        slot.append(body)
        return StreamedBody(_nothing, status=status, headers=headers | {_MARK: "1"})
    return StreamedBody(body, status=status, headers=headers)


async def _nothing() -> AsyncIterator[bytes]:
    return
    yield b""


class StreamedBody(StreamingHttpResponse):
    """A body that streams in bounded memory under WSGI as well as ASGI."""

    def __init__(self, body: Body, **options: Any) -> None:
        super().__init__(_drained(body), **options)
        self._body = body

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._body()


def _drained(body: Body) -> Iterator[bytes]:
    with asyncio.Runner() as runner:
        chunks = body()
        try:
            while True:
                yield runner.run(_next(chunks))
        except StopAsyncIteration:
            return
        finally:
            runner.run(_close(chunks))


async def _next(chunks: AsyncIterator[bytes]) -> bytes:
    return await anext(chunks)


async def _close(chunks: AsyncIterator[bytes]) -> None:
    closing = getattr(chunks, "aclose", None)
    if closing is not None:
        await closing()


class Carrier:
    """ASGI middleware that sends the bodies handed over with `carried`, once the view's thread is free."""

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        bodies: list[Body] = []
        handed_over = False

        async def watch(message: Message) -> None:
            nonlocal handed_over
            if message["type"] == "http.response.start":
                mark = _MARK.lower().encode()
                headers = [(name, value) for name, value in message["headers"] if name.lower() != mark]
                handed_over = len(headers) < len(message["headers"])
                message = {**message, "headers": headers}
            elif handed_over:
                return
            await send(message)

        await self.application({**scope, _SLOT: bodies}, receive, watch)
        if handed_over:
            await send_body(bodies[-1](), receive, send)


async def send_body(chunks: AsyncIterator[bytes], receive: Receive, send: Send) -> None:
    """Send chunks as they come until they end or the client leaves."""

    async def sending() -> None:
        async for chunk in chunks:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    try:
        await until_gone(sending(), receive)
    finally:
        await _close(chunks)


async def until_gone(work: Awaitable[None], receive: Receive) -> None:
    """Do the work, or stop it when the client leaves."""

    async def gone() -> None:
        while (await receive())["type"] != "http.disconnect":
            continue

    working, leaving = asyncio.ensure_future(work), asyncio.ensure_future(gone())
    try:
        await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (working, leaving):
            if not task.done():
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
    if not working.cancelled():
        working.result()
