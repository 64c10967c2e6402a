"""The files of a song: while it grows, when it is there, and when its time is over."""

import asyncio
import io
import threading
import time
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import soundfile
from django.test import Client
from django.utils import timezone

from suno_web.engine import composing, files, rendering, retention, streams
from suno_web.engine.models import Charge, Task, Track


class Listener(threading.Thread):
    """Somebody who plays the stream of a take from beginning to end."""

    def __init__(self, audio_id: UUID) -> None:
        super().__init__(daemon=True)
        self.audio_id, self.heard, self.first_at = audio_id, b"", 0.0
        self.start()

    def run(self) -> None:
        asyncio.run(self._listen())

    async def _listen(self) -> None:
        async for chunk in streams.follow(self.audio_id):
            self.first_at = self.first_at or time.monotonic()
            self.heard += chunk

    def all_heard(self) -> bytes:
        self.join(30)
        assert not self.is_alive()
        return self.heard


@pytest.fixture
def waiting(tmp_path) -> UUID:
    """A take that nobody renders yet."""
    audio_id = uuid4()
    files.folder(audio_id).mkdir(parents=True)
    return audio_id


@pytest.fixture
def finished(waiting) -> UUID:
    files.write(files.audio(waiting), bytes(range(256)) * 40)
    files.write(files.cover(waiting), b"\xff\xd8\xff a picture")
    return waiting


def test_stream_is_a_whole_song_heard_while_it_is_rendered(api):
    task_id = api.create(prompt="calm piano, 25 seconds")
    track = composing.write_text(Task.objects.claim(task_id))[0]
    listener = Listener(track.pk)

    rendering.render(str(track.pk))
    rendered_at = time.monotonic()

    audio, rate = soundfile.read(io.BytesIO(listener.all_heard()))
    track.refresh_from_db()
    assert listener.first_at < rendered_at
    assert len(audio) / rate == pytest.approx(track.seconds, abs=0.1)
    assert abs(audio).max() > 0.1


def test_listener_is_taken_over_by_the_second_attempt(waiting):
    song = bytes(range(256)) * 2000
    with files.growing(waiting, 1).open("wb") as first:
        first.write(song[:100_000])
    listener = Listener(waiting)
    time.sleep(0.3)
    with files.growing(waiting, 2).open("wb") as second:
        for start in range(0, len(song), 90_000):
            second.write(song[start : start + 90_000])
            second.flush()
            time.sleep(0.12)
    files.write(files.audio(waiting), b"mastered")

    assert listener.all_heard() == song


def test_stream_ends_when_the_song_fails(waiting):
    listener = Listener(waiting)
    time.sleep(0.2)
    files.discard(waiting)

    assert listener.all_heard() == b""


def test_stream_ends_when_the_renderer_falls_silent(waiting, monkeypatch):
    monkeypatch.setattr(streams, "PATIENCE", 0.3)
    with files.growing(waiting, 1).open("wb") as growing:
        growing.write(b"the beginning")

    assert Listener(waiting).all_heard() == b"the beginning"


def test_growing_stream_has_no_length_and_no_ranges(waiting, db):
    answer = Client().head(f"/engine/files/{waiting}/stream.mp3")

    assert (answer.status_code, answer["Content-Type"]) == (200, "audio/mpeg")
    assert "Content-Length" not in answer
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["{}.mp3", "{}/stream.mp3"])
def test_finished_song_is_open_to_anybody_in_ranges(finished, path, db):
    url, song = f"/engine/files/{path.format(finished)}", bytes(range(256)) * 40
    python = {"User-Agent": "Python-urllib/3.11"}

    whole = Client().get(url, headers=python)
    part = Client().get(url, headers={"Range": "bytes=1000-1999"})
    beyond = Client().get(url, headers={"Range": "bytes=20000-"})
    head = Client().head(url)

    assert (whole.status_code, b"".join(whole)) == (200, song)
    assert (whole["Content-Type"], whole["Accept-Ranges"]) == ("audio/mpeg", "bytes")
    assert (part.status_code, b"".join(part)) == (206, song[1000:2000])
    assert part["Content-Range"] == "bytes 1000-1999/10240"
    assert beyond.status_code == 416
    assert (head.status_code, head["Content-Length"], head.content) == (200, "10240", b"")
    assert Client().post(url).status_code == 405


def test_song_is_sent_from_here_where_a_proxy_sends_the_studios_files(finished, settings, db):
    settings.MEDIA_SERVE = "accel"

    answer = Client().get(f"/engine/files/{finished}.mp3")

    assert (answer.status_code, len(b"".join(answer))) == (200, 10240)


def test_cover_is_a_jpeg(api, finished):
    answer = Client().get(f"/engine/files/{finished}.jpeg")

    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")


@pytest.mark.parametrize("path", ["{}.mp3", "{}.jpeg", "{}/stream.mp3"])
def test_unknown_file_is_not_found(path, db):
    assert Client().get(f"/engine/files/{path.format(uuid4())}").status_code == 404


def test_files_are_kept_for_two_weeks_and_records_for_two_months(api):
    task_id = api.create()
    track = composing.write_text(Task.objects.claim(task_id))[0]

    def after(days: int) -> tuple[bool, bool, bool]:
        Task.objects.update(created_at=timezone.now() - timedelta(days=days))
        retention.purge()
        track_kept = Track.objects.filter(pk=track.pk).first()
        has_files = bool(track_kept and track_kept.has_files)
        return files.folder(track.pk).exists(), has_files, api.record(task_id) is not None

    assert after(13) == (True, True, True)
    assert after(15) == (False, False, True)
    assert after(61) == (False, False, False)
    assert Charge.objects.count() == 1
