"""The engine alone, as `manage.py serve --only engine` runs it: real processes, queue, threads and files."""

import io
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import psutil
import pytest
import requests
import soundfile

from suno_web.suno import callbacks, errors, schemas
from suno_web.suno.client import Client
from tests.engine.conftest import KEY, SONG, WEBHOOK_KEY

FoundT = TypeVar("FoundT")


def eventually(look: Callable[[], FoundT | None], *, seconds: float) -> FoundT:
    """What is found within so many seconds."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := look():
            return found
        time.sleep(0.1)
    raise AssertionError(f"nothing came in {seconds} s")


@pytest.fixture(scope="module")
def serving(tmp_path_factory) -> Iterator[tuple[Client, psutil.Process]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("engine")
    own = {
        "SUNO_WEB_DATA": str(folder),
        "SUNO_WEB_PORT": str(port),
        "SUNO_WEB_ENGINE_KEY": KEY,
        "SUNO_WEB_ENGINE_WEBHOOK_KEY": WEBHOOK_KEY,
        "SUNO_WEB_PRIVATE_ADDRESSES": "true",
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SUNO_", "DATABASE_"))}
    with (folder / "log").open("wb") as log:
        command = [sys.executable, "manage.py", "serve", "--only", "engine"]
        process = subprocess.Popen(command, env=kept | own, stdout=log, stderr=log)
    suno = Client(f"http://127.0.0.1:{port}/engine", KEY)

    def answers() -> bool:
        try:
            return suno.credits() > 0
        except errors.SunoError:
            assert process.poll() is None, (folder / "log").read_text()
            return False

    try:
        eventually(answers, seconds=60)
        yield suno, psutil.Process(process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


@pytest.fixture
def suno(serving) -> Client:
    return serving[0]


def begin(suno: Client, **wish: Any) -> str:
    return suno.generate(schemas.GenerateRequest.model_validate(SONG | wish)).task_id


def text_of(suno: Client, task_id: str) -> schemas.MusicRecord:
    """The record once it has tracks."""

    def look() -> schemas.MusicRecord | None:
        record = suno.music_record(task_id)
        return record if record and record.tracks else None

    return eventually(look, seconds=60)


def end_of(suno: Client, task_id: str) -> schemas.MusicRecord:
    """The record once it is final."""

    def look() -> schemas.MusicRecord | None:
        record = suno.music_record(task_id)
        return record if record and record.is_final else None

    return eventually(look, seconds=150)


def test_song_is_heard_before_it_is_finished(suno, receiver):
    task_id = begin(suno, callBackUrl=receiver.url, prompt="calm piano, 40 seconds")
    stream_url = text_of(suno, task_id).tracks[0].stream_audio_url

    with requests.get(stream_url, stream=True, timeout=30) as heard:
        pieces = heard.iter_content(None)
        beginning = next(pieces)
        unfinished = suno.music_record(task_id)
        whole = beginning + b"".join(pieces)
    record = end_of(suno, task_id)

    assert heard.headers["Content-Type"] == "audio/mpeg"
    assert "Content-Length" not in heard.headers
    assert unfinished
    assert not unfinished.tracks[0].audio_url
    audio, rate = soundfile.read(io.BytesIO(whole))
    assert len(audio) / rate == pytest.approx(record.tracks[0].duration, abs=0.1)
    part = requests.get(record.tracks[0].audio_url, headers={"Range": "bytes=0-99"}, timeout=30)
    assert (part.status_code, len(part.content)) == (206, 100)
    assert requests.get(record.tracks[0].image_url, timeout=30).content[:3] == b"\xff\xd8\xff"
    eventually(lambda: len(receiver.bodies) == 3, seconds=20)
    assert receiver.stages == [("text", 200), ("first", 200), ("complete", 200)]
    for headers in receiver.headers:
        assert callbacks.is_genuine(WEBHOOK_KEY, headers, task_id)


def test_listener_of_a_killed_render_hears_the_whole_song(serving, suno):
    task_id = begin(suno, prompt="calm piano, 90 seconds")
    stream_url = text_of(suno, task_id).tracks[0].stream_audio_url

    with requests.get(stream_url, stream=True, timeout=60) as heard:
        pieces = heard.iter_content(None)
        beginning = next(pieces)
        for worker in renderers(serving[1]):
            worker.kill()
        whole = beginning + b"".join(pieces)
    record = end_of(suno, task_id)

    assert record.is_success
    audio, rate = soundfile.read(io.BytesIO(whole))
    assert len(audio) / rate == pytest.approx(record.tracks[0].duration, abs=0.1)


def renderers(serve: psutil.Process) -> list[psutil.Process]:
    """The two processes that render: those that compute."""
    parts = serve.children(recursive=True)
    before = {one.pid: sum(one.cpu_times()[:2]) for one in parts}
    time.sleep(0.5)
    return sorted(parts, key=lambda one: before[one.pid] - sum(one.cpu_times()[:2]))[:2]


def test_song_that_cannot_be_called_back_about_is_finished_all_the_same(suno):
    task_id = begin(suno, callBackUrl="http://127.0.0.1:9/nobody")

    assert end_of(suno, task_id).is_success
