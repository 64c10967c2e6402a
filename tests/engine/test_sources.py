"""What music is made from elsewhere: what can be used, and what becomes of the rest."""

import io
import shutil
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
import soundfile

from suno_web.engine import files, sourcing
from suno_web.engine.models import Charge, Task, Track
from suno_web.engine.shelving import FileShelf

RATE = 44_100


def tone(seconds: float, kind: str = "FLAC", rate: int = 8000) -> bytes:
    """A quiet note, as a file."""
    moments = np.arange(int(seconds * rate)) / rate
    file = io.BytesIO()
    soundfile.write(file, 0.1 * np.sin(2 * np.pi * 220 * moments), rate, format=kind)
    return file.getvalue()


class Quiet(SimpleHTTPRequestHandler):
    """A file server that counts what it is asked for."""

    asked: list[str] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        super().do_GET()

    def log_message(self, *args: object) -> None:
        """Tests look at `asked` instead of a log."""


@pytest.fixture
def elsewhere(tmp_path) -> Iterator[tuple[Path, str]]:
    """A folder and the address where a web server shows it."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    Quiet.asked = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield folder, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def cover(api, url: str, callback: str = "http://127.0.0.1:9/") -> str:
    """Ask for a cover of what is at an address."""
    wish = {
        "uploadUrl": url, "customMode": True, "instrumental": True, "model": "V5", "prompt": "",
        "style": "folk", "title": "Cover", "callBackUrl": callback,
    }  # fmt: skip
    return str(api.post("/api/v1/generate/upload-cover", wish)["data"]["taskId"])


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("gone.mp3", None, "404"),
        ("words.mp3", b"This is a text and no music. " * 400, "not audio"),
        ("cut off.flac", tone(4)[:40], "incomplete"),
        ("long.flac", tone(9 * 60, rate=1000), "8 minutes"),
    ],
)
def test_what_cannot_be_used_fails_the_task_with_a_reason_and_is_not_charged(
    api, work, receiver, elsewhere, name, content, problem
):
    folder, address = elsewhere
    if content is not None:
        (folder / name).write_bytes(content)
    task_id = cover(api, f"{address}/{name}", receiver.url)
    work()

    record = api.record(task_id)
    assert (record["status"], record["errorCode"]) == ("CREATE_TASK_FAILED", 400)
    assert problem in record["errorMessage"]
    assert receiver.stages == [("error", 400)]
    assert receiver.bodies[0]["data"]["data"] == []
    assert api.credits() == 100_000
    assert Charge.objects.filter(kind="REFUND").count() == 1
    assert list(files.source("").iterdir()) == []


def test_private_addresses_are_fetched_only_where_the_operator_allows_it(api, work, elsewhere, settings):
    settings.PRIVATE_ADDRESSES = False
    folder, address = elsewhere
    (folder / "tone.flac").write_bytes(tone(2))
    task_id = cover(api, f"{address}/tone.flac")
    work()

    assert "not a public address" in api.record(task_id)["errorMessage"]
    assert Quiet.asked == []


def test_music_is_fetched_and_decoded_once(api, elsewhere):
    folder, address = elsewhere
    (folder / "tone.flac").write_bytes(tone(2))
    shutil.copy(folder / "tone.flac", folder / "same.flac")
    account = Task.objects.get(pk=api.create()).account

    refs = {sourcing.music_at(account, f"{address}/{name}.flac") for name in ("tone", "same", "tone")}

    (ref,) = refs
    assert ref.startswith("upload:")
    assert sourcing.seconds(ref) == pytest.approx(2, abs=0.01)
    audio = FileShelf().audio(ref)
    assert (audio.dtype, audio.shape) == (np.float32, (2 * RATE, 2))
    assert FileShelf().work(ref) is None


def test_own_takes_are_used_as_what_they_are(api, stranger, work):
    task_id = api.create()
    work()
    track = Track.objects.filter(task=task_id).first()
    url = api.record(task_id)["response"]["sunoData"][0]["audioUrl"]
    mine, other = track.task.account, Task.objects.get(pk=stranger.create()).account

    assert sourcing.music_at(mine, url) == f"track:{track.pk}"
    # To others it is a recording like any other.
    assert sourcing.music_at(other, url).startswith("upload:")
    with pytest.raises(sourcing.Unusable):
        sourcing.take(other, str(track.pk))


def test_stems_and_master_that_were_dropped_are_made_again(api, work):
    task_id = api.create()
    work()
    track = Track.objects.filter(task=task_id).first()
    shelf, ref = FileShelf(), f"track:{track.pk}"
    audio, stems = shelf.audio(ref), {name: np.array(stem) for name, stem in shelf.stems(ref).items()}
    shutil.rmtree(files.stems(str(track.pk)))
    files.master(track.pk).unlink()

    again = shelf.stems(ref)

    assert again.keys() == stems.keys()
    assert all(np.array_equal(again[name], stems[name]) for name in stems)
    assert np.array_equal(shelf.audio(ref), audio)
