"""Files reach browsers whole or in ranges, under conditions, and in bounded memory."""

import asyncio
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from django.http import Http404
from django.test import RequestFactory

from suno_web import media

SONG = bytes(range(256)) * 1000
MEGABYTE = 1024 * 1024


@pytest.fixture
def song(tmp_path):
    path = tmp_path / "song.mp3"
    path.write_bytes(SONG)
    return path


def ask(path: Path, method: str = "GET", **headers: str):
    request = RequestFactory().generic(method, "/song", headers=headers)
    return media.file_response(request, path, content_type="audio/mpeg")


def test_whole_file_comes_with_its_length_and_says_that_it_has_ranges(song):
    response = ask(song)

    assert response.status_code == 200
    assert response["Content-Length"] == str(len(SONG))
    assert response["Accept-Ranges"] == "bytes"
    assert response["Content-Type"] == "audio/mpeg"
    assert response.getvalue() == SONG


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=100-199", 100, 200),
        ("bytes=255990-", 255_990, 256_000),
        ("bytes=-500", 255_500, 256_000),
        ("bytes=-999999", 0, 256_000),
        ("bytes=255000-999999", 255_000, 256_000),
    ],
)
def test_a_range_is_answered_with_exactly_those_bytes(song, asked, start, stop):
    response = ask(song, range=asked)

    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes {start}-{stop - 1}/256000"
    assert response["Content-Length"] == str(stop - start)
    assert response.getvalue() == SONG[start:stop]


@pytest.mark.parametrize("asked", ["bytes=256000-", "bytes=999999-1000000", "bytes=-0"])
def test_a_range_outside_the_file_is_refused_with_the_size(song, asked):
    response = ask(song, range=asked)

    assert (response.status_code, response["Content-Range"], response.content) == (416, "bytes */256000", b"")


@pytest.mark.parametrize("asked", ["bytes=0-1,5-9", "bytes=9-5", "bytes=-", "lines=1-2", "bytes=a-b"])
def test_several_ranges_and_nonsense_get_the_whole_file(song, asked):
    response = ask(song, range=asked)

    assert response.status_code == 200
    assert response.getvalue() == SONG


def test_head_tells_the_length_and_sends_nothing(song):
    response = ask(song, "HEAD")

    assert (response.status_code, response["Content-Length"], response.content) == (200, str(len(SONG)), b"")


def test_an_unchanged_file_is_not_sent_again(song):
    first = ask(song)

    by_tag = ask(song, if_none_match=first["ETag"])
    by_date = ask(song, if_modified_since=first["Last-Modified"])

    assert (by_tag.status_code, by_date.status_code) == (304, 304)
    assert by_tag["ETag"] == first["ETag"]


def test_a_range_of_a_file_that_changed_gets_the_new_file_whole(song):
    tag, date = ask(song)["ETag"], ask(song)["Last-Modified"]
    assert ask(song, range="bytes=0-9", if_range=tag).status_code == 206
    assert ask(song, range="bytes=0-9", if_range=date).status_code == 206

    song.write_bytes(b"another song")
    os.utime(song, (1, 1))
    response = ask(song, range="bytes=0-9", if_range=tag)

    assert (response.status_code, response.getvalue()) == (200, b"another song")
    assert ask(song, range="bytes=0-9", if_range=date).status_code == 200


def test_a_download_is_named(song):
    response = media.file_response(
        RequestFactory().get("/song"), song, content_type="audio/mpeg", filename="Größe.mp3"
    )

    assert response["Content-Disposition"] == "attachment; filename*=utf-8''Gr%C3%B6%C3%9Fe.mp3"


def test_an_empty_file_has_no_ranges(tmp_path):
    (tmp_path / "empty").touch()

    assert ask(tmp_path / "empty").getvalue() == b""
    assert ask(tmp_path / "empty", range="bytes=0-").status_code == 416


def test_a_missing_file_is_not_found(tmp_path):
    with pytest.raises(Http404):
        ask(tmp_path / "nothing")


def test_the_proxy_sends_the_file_when_the_operator_says_so(settings, tmp_path):
    settings.MEDIA_SERVE, settings.MEDIA_ROOT = "accel", tmp_path
    (tmp_path / "tracks").mkdir()
    (tmp_path / "tracks" / "a b.mp3").write_bytes(SONG)

    response = ask(tmp_path / "tracks" / "a b.mp3", range="bytes=0-9")

    assert response.status_code == 200
    assert response["X-Accel-Redirect"] == "/internal-media/tracks/a%20b.mp3"
    assert response.content == b""


def test_a_growing_file_is_followed_to_its_end(tmp_path):
    path, done = tmp_path / "growing.mp3", False

    async def finished() -> bool:
        return done

    async def write() -> None:
        nonlocal done
        for part in (b"one ", b"two ", b"three"):
            await asyncio.sleep(0.03)
            with path.open("ab") as file:
                file.write(part)
        done = True

    async def listen() -> list[bytes]:
        writing = asyncio.create_task(write())
        parts = [part async for part in media.follow(path, finished, poll=0.005)]
        await writing
        return parts

    assert asyncio.run(listen()) == [b"one ", b"two ", b"three"]


def test_a_file_whose_writer_died_is_given_up(tmp_path):
    (tmp_path / "cut.mp3").write_bytes(b"half")

    async def never() -> bool:
        return False

    async def listen() -> list[bytes]:
        return [part async for part in media.follow(tmp_path / "cut.mp3", never, poll=0.01, patience=0.05)]

    assert asyncio.run(listen()) == [b"half"]


def test_a_growing_response_streams_without_a_length(tmp_path):
    (tmp_path / "whole.mp3").write_bytes(b"all of it")

    async def yes() -> bool:
        return True

    response = media.growing_response(
        RequestFactory().get("/"), tmp_path / "whole.mp3", yes, content_type="audio/mpeg"
    )

    assert "Content-Length" not in response
    assert (response["Accept-Ranges"], response.getvalue()) == ("none", b"all of it")


# --- A real server ---

SERVER = """
import os, sys
from django.conf import settings
settings.configure(ALLOWED_HOSTS=["*"], ROOT_URLCONF="__main__", MEDIA_SERVE="self", SECRET_KEY="x",
    MIDDLEWARE=["django.middleware.common.CommonMiddleware"])
from django.core.asgi import get_asgi_application
from django.urls import path
from suno_web import media
def song(request):
    return media.file_response(request, sys.argv[2], content_type="audio/mpeg")
async def finished():
    return True
def growing(request):
    return media.growing_response(request, sys.argv[2], finished, content_type="audio/mpeg")
urlpatterns = [path("song", song), path("growing", growing)]
import uvicorn
uvicorn.run(media.Carrier(get_asgi_application()), port=int(sys.argv[1]), log_level="error")
"""


@pytest.fixture
def big_song(tmp_path):
    path = tmp_path / "big.mp3"
    with path.open("wb") as file:
        for number in range(100):
            file.write(bytes([number]) * MEGABYTE)
    return path


@pytest.fixture
def server(big_song):
    """The address and process of a uvicorn that serves a 100 MB file from an ordinary synchronous view."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-c", SERVER, str(port), str(big_song)])
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield port, psutil.Process(process.pid)
    finally:
        process.kill()
        process.wait()


def open_song(port: int, extra: str = "", path: str = "/song") -> socket.socket:
    reader = socket.socket()
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
    reader.settimeout(20)
    reader.connect(("127.0.0.1", port))
    reader.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{extra}\r\n".encode())
    return reader


def read_all(reader: socket.socket) -> tuple[bytes, bytes]:
    received = bytearray()
    while chunk := reader.recv(MEGABYTE):
        received += chunk
    head, _, body = bytes(received).partition(b"\r\n\r\n")
    return head, body


def test_four_slow_readers_of_a_large_file_cost_little_memory_and_no_threads(server):
    port, process = server
    read_all(open_song(port, "Range: bytes=0-99\r\n"))
    memory = process.memory_info().rss

    readers = [open_song(port) for _ in range(4)]
    for _ in range(20):
        for reader in readers:
            assert reader.recv(65536)
        time.sleep(0.02)
    grown, threads = process.memory_info().rss - memory, process.num_threads()
    for reader in readers:
        reader.close()

    assert grown < 16 * MEGABYTE
    # The loop, the pool that reads from the disk and one for Django: not one a download.
    assert threads < 24


def test_ranges_over_the_wire_are_byte_exact(server, big_song):
    port, _ = server

    head, body = read_all(open_song(port, f"Range: bytes={MEGABYTE - 10}-{MEGABYTE + 9}\r\n"))

    assert head.startswith(b"HTTP/1.1 206")
    assert b"x-body-follows" not in head.lower()
    assert body == b"\x00" * 10 + b"\x01" * 10
    head, body = read_all(open_song(port))
    assert body == big_song.read_bytes()


def test_a_growing_file_goes_over_the_wire_without_a_length(server, big_song):
    port, _ = server

    head, body = read_all(open_song(port, path="/growing"))

    assert b"content-length" not in head.lower()
    assert b"transfer-encoding: chunked" in head.lower()
    assert len(body) > big_song.stat().st_size
