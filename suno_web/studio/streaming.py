"""A song that is still being made, passed on from the provider to a listener as it grows.

The provider's addresses never reach a browser: what it sends goes through here chunk by chunk, a thread for
each listener.
"""

import asyncio
import contextlib
import logging
import threading
from collections.abc import AsyncIterator, Collection
from typing import BinaryIO, cast

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from suno_web import media, outgoing
from suno_web.http import MemberRequest
from suno_web.studio import provider
from suno_web.studio.models import Track

logger = logging.getLogger(__name__)

MOST_LISTENERS = 32
MOST_BYTES = 200_000_000
LONGEST_SECONDS = 900.0
# Chunks that may wait for a slow listener before the provider has to wait as well.
WAITING = 16

_listeners: set["_Listener"] = set()


def track_stream(request: MemberRequest, track: Track) -> HttpResponseBase:
    """The provider's growing stream of a track; once the track is ours, its file. Raises Http404 before."""
    if track.is_archived:
        return redirect("studio:track_audio", track_id=track.pk)
    url = track.stream_url or track.audio_url
    if not url:
        raise Http404("There is nothing to hear of this take yet.")
    if len(_listeners) >= MOST_LISTENERS:
        text = "Too many people listen to unfinished takes just now. Wait a few seconds and try again."
        return HttpResponse(text, status=503, content_type="text/plain", headers={"Retry-After": "3"})
    own_hosts = provider.own_hosts(track.generation)
    headers = {"Content-Type": "audio/mpeg", "Cache-Control": "no-store", "Accept-Ranges": "none"}
    return media.carried(
        request, lambda: relay(url, own_hosts), headers=headers | {"X-Accel-Buffering": "no"}
    )


async def relay(url: str, own_hosts: Collection[str]) -> AsyncIterator[bytes]:
    """What an address sends, as it comes. Ends early when it fails; the download ends when nobody listens."""
    listener = _Listener()
    # Not a pool: its threads would be waited for when the process ends, for as long as a provider is silent.
    threading.Thread(target=_download, args=(url, own_hosts, listener), name="relay", daemon=True).start()
    try:
        while chunk := await listener.next():
            yield chunk
    finally:
        listener.leave()


def _download(url: str, own_hosts: Collection[str], listener: "_Listener") -> None:
    _listeners.add(listener)
    try:
        outgoing.fetch(
            url,
            cast("BinaryIO", listener),
            own_hosts=own_hosts,
            max_bytes=MOST_BYTES,
            deadline=LONGEST_SECONDS,
        )
    except _Left:
        pass
    except outgoing.OutgoingError as problem:
        logger.warning("A growing take stopped early: %s", problem)
    finally:
        _listeners.discard(listener)
        with contextlib.suppress(_Left):
            listener.finish()


class _Left(Exception):
    """Nobody listens any more."""


class _Listener:
    """Chunks on their way from the downloading thread to the event loop, a bounded number of them."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._chunks: asyncio.Queue[bytes] = asyncio.Queue()
        self._room = threading.Semaphore(WAITING)
        self._left = False

    def write(self, chunk: bytes) -> int:
        """Called by the download. Waits while the listener is slow; raises _Left when there is none."""
        self._room.acquire()
        if self._left:
            raise _Left
        self._put(chunk)
        return len(chunk)

    def finish(self) -> None:
        """Called by the download after the last chunk."""
        self._put(b"")

    async def next(self) -> bytes:
        """The next chunk; empty at the end."""
        chunk = await self._chunks.get()
        self._room.release()
        return chunk

    def leave(self) -> None:
        self._left = True
        self._room.release()

    def _put(self, chunk: bytes) -> None:
        try:
            self._loop.call_soon_threadsafe(self._chunks.put_nowait, chunk)
        except RuntimeError as ended:
            # The event loop was closed: the process is ending.
            raise _Left from ended
