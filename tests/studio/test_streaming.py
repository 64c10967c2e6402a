"""A take that is still rendered is heard through us as it grows."""

import asyncio
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.urls import reverse
from django.utils import timezone

from suno_web.studio import streaming
from suno_web.studio.models import Generation, Track


@dataclass
class Provider:
    """A file host that sends one chunk whenever it is told to, and none once `parts` holds None."""

    url: str = ""
    host: str = ""
    parts: list[bytes | None] = field(default_factory=list)
    more: threading.Condition = field(default_factory=threading.Condition)
    gone: threading.Event = field(default_factory=threading.Event)

    def part(self, number: int) -> bytes | None:
        with self.more:
            assert self.more.wait_for(lambda: len(self.parts) > number, 10)
            return self.parts[number]

    def send(self, *parts: bytes | None) -> None:
        with self.more:
            self.parts += parts
            self.more.notify_all()


@pytest.fixture
def growing() -> Iterator[Provider]:
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            try:
                for number in range(10_000):
                    part = provider.part(number)
                    self.wfile.write(b"%x\r\n%b\r\n" % (len(part or b""), part or b""))
                    if part is None:
                        return
            except OSError:
                provider.gone.set()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    provider.host = f"127.0.0.1:{server.server_port}"
    provider.url = f"http://{provider.host}/song.mp3"
    yield provider
    provider.send(None)
    server.shutdown()
    server.server_close()


@pytest.fixture
def rendering(project, growing) -> Track:
    project.team.provider = "kie"
    project.team.provider_url = project.team.provider_upload_url = f"http://{growing.host}"
    project.team.provider_key = "k"
    project.team.save()
    generation = Generation.objects.create(project=project, provider_url=f"http://{growing.host}")
    return Track.objects.create(generation=generation, take=1, audio_id="a", stream_url=growing.url)


def test_each_chunk_is_passed_on_when_it_comes(growing):
    async def listen() -> list[bytes]:
        heard = []
        stream = streaming.relay(growing.url, {growing.host})
        for part in (b"one", b"two", b"three"):
            growing.send(part)
            heard.append(await asyncio.wait_for(anext(stream), 5))
        growing.send(None)
        return heard + [chunk async for chunk in stream]

    assert asyncio.run(listen()) == [b"one", b"two", b"three"]


def test_the_download_ends_when_the_listener_leaves(growing):
    async def leave() -> None:
        stream = streaming.relay(growing.url, {growing.host})
        growing.send(b"one")
        await anext(stream)
        await stream.aclose()

    asyncio.run(leave())
    until = time.monotonic() + 5
    while not growing.gone.is_set() and time.monotonic() < until:
        growing.send(b"more" * 10_000)
        time.sleep(0.02)

    assert growing.gone.is_set()


def test_a_slow_listener_makes_the_provider_wait(growing):
    async def dawdle() -> int:
        stream = streaming.relay(growing.url, {growing.host})
        growing.send(*[bytes([number]) * 65536 for number in range(200)])
        await anext(stream)
        await asyncio.sleep(0.5)
        [listener] = streaming._listeners
        waiting = listener._chunks.qsize()
        await stream.aclose()
        return waiting

    assert asyncio.run(dawdle()) <= streaming.WAITING


def test_nothing_is_fetched_from_behind_our_own_walls(growing):
    async def listen() -> list[bytes]:
        return [chunk async for chunk in streaming.relay(growing.url, set())]

    growing.send(b"secret")
    assert asyncio.run(listen()) == []


def test_a_member_hears_a_take_that_is_still_rendered(growing, rendering, bob, client_for):
    growing.send(b"first ", b"second", None)

    response = client_for(bob).get(reverse("studio:track_stream", args=[rendering.pk]))

    assert (response.status_code, response["Content-Type"], response["Accept-Ranges"]) == (
        200,
        "audio/mpeg",
        "none",
    )
    assert "Content-Length" not in response
    assert response.getvalue() == b"first second"


def test_an_outsider_hears_nothing(rendering, charlie, client_for):
    assert client_for(charlie).get(reverse("studio:track_stream", args=[rendering.pk])).status_code == 404


def test_a_take_without_sound_yet_is_not_found(rendering, bob, client_for):
    Track.objects.update(stream_url="")

    assert client_for(bob).get(reverse("studio:track_stream", args=[rendering.pk])).status_code == 404


def test_an_archived_take_is_heard_from_its_file(rendering, bob, client_for):
    Track.objects.update(archived_at=timezone.now())

    response = client_for(bob).get(reverse("studio:track_stream", args=[rendering.pk]))

    assert response["Location"] == reverse("studio:track_audio", args=[rendering.pk])


def test_more_listeners_than_we_can_serve_are_asked_to_wait(rendering, bob, client_for, monkeypatch):
    monkeypatch.setattr(streaming, "MOST_LISTENERS", 0)

    response = client_for(bob).get(reverse("studio:track_stream", args=[rendering.pk]))

    assert (response.status_code, response["Retry-After"]) == (503, "3")
    assert response.content.startswith(b"Too many people listen")
