"""A song from a running engine: heard while it grows, finished whatever is killed."""

import contextlib
import io
import sqlite3
import time
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests
import soundfile

from suno_web.suno import callbacks, schemas
from suno_web.suno.client import Client
from tests.engine.conftest import SONG, WEBHOOK_KEY
from tests.engine.running import eventually


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
        give_up_leases(serving[1])
        whole = beginning + b"".join(pieces)
    record = end_of(suno, task_id)

    assert record.is_success
    audio, rate = soundfile.read(io.BytesIO(whole))
    assert len(audio) / rate == pytest.approx(record.tracks[0].duration, abs=0.1)


def give_up_leases(serve: psutil.Process) -> None:
    """Let the time pass after which a worker that fell silent is taken for dead."""
    folder = Path(serve.environ()["SUNO_WEB_DATA"])
    with (
        contextlib.closing(sqlite3.connect(next(folder.glob("*.sqlite3")), timeout=20)) as database,
        database,
    ):
        database.execute("UPDATE engine_track SET overdue_at = '2000-01-01 00:00:00' WHERE state = 'RUNNING'")


def renderers(serve: psutil.Process) -> list[psutil.Process]:
    """The two processes that render: those that compute."""
    parts = serve.children(recursive=True)
    before = {one.pid: sum(one.cpu_times()[:2]) for one in parts}
    time.sleep(0.5)
    return sorted(parts, key=lambda one: before[one.pid] - sum(one.cpu_times()[:2]))[:2]


def test_song_that_cannot_be_called_back_about_is_finished_all_the_same(suno):
    task_id = begin(suno, callBackUrl="http://127.0.0.1:9/nobody")

    assert end_of(suno, task_id).is_success
