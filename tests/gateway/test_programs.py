"""Programs that others wrote for the Suno API, run against the whole studio with another base address and key.

The wheels in `programs/` are as their authors published them. The samples are those of the studio's own keys page,
cut out of it; only the prompt is made shorter, so that the song is.
"""

import hashlib
import html
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from playwright._impl._driver import compute_driver_executable

from tests.running import ADMIN, RunningStudio

PROGRAMS = Path(__file__).parent / "programs"
PROMPT = "A calm and relaxing piano track with soft melodies"


@pytest.fixture(scope="module")
def studio() -> Iterator[RunningStudio]:
    with RunningStudio() as running:
        yield running


@pytest.fixture(scope="module")
def key(studio) -> str:
    return studio.manage("apikey", "create", "--email", ADMIN, "--name", "programs").strip()


@pytest.fixture(scope="module")
def samples(studio, key) -> dict[str, str]:
    """The samples on the keys page, by language, with the key in them."""
    page = studio.log_in().get(f"{studio.url}/settings/keys/", timeout=10).text
    found = re.findall(r'data-sample="(\w+)"><code>(.*?)</code>', page, re.DOTALL)
    return {
        name: html.unescape(text).replace("YOUR_API_KEY", key).replace(PROMPT, "calm piano, 12 seconds")
        for name, text in found
    }


def run(*command: str | Path, wheel: str = "", **env: str) -> str:
    """Run a program to its end, outside the studio's own folder. Returns what it printed."""
    path = str(PROGRAMS / wheel) if wheel else ""
    ran = subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        timeout=180,
        cwd=PROGRAMS,
        env={**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1", **env},
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def is_mp3(path: Path) -> bool:
    return path.stat().st_size > 50_000 and path.read_bytes()[:3] in (b"ID3", b"\xff\xfb\x90")


@pytest.mark.parametrize(
    "package",
    json.loads((PROGRAMS / "MANIFEST.json").read_text())["packages"],
    ids=lambda one: one["package"],
)
def test_the_programs_are_as_their_authors_published_them(package):
    licence = package["licence"].partition("(")[2].rstrip(")")
    assert (PROGRAMS / licence).read_text().startswith("MIT License")
    for name, checksum in package["files"].items():
        assert hashlib.sha256((PROGRAMS / name).read_bytes()).hexdigest() == checksum


def test_hermes_music_makes_and_downloads_a_song(studio, key, tmp_path):
    said = run(
        sys.executable,
        PROGRAMS / "use_hermes_music.py",
        studio.url,
        tmp_path,
        wheel="hermes_music-0.2.0-py3-none-any.whl",
        SUNO_API_KEY=key,
    )
    tracks = json.loads(said)["tracks"]
    assert len(tracks) == 2
    assert all(is_mp3(Path(track["file"])) and track["duration"] > 5 for track in tracks)


def test_suno_easy_makes_songs_lyrics_styles_and_uploads(studio, key, tmp_path):
    said = run(
        sys.executable,
        PROGRAMS / "use_suno_easy.py",
        studio.url,
        key,
        tmp_path,
        wheel="suno_easy-0.2.0-py3-none-any.whl",
    )
    made = json.loads(said)
    assert len(made["songs"]) == 2
    assert is_mp3(tmp_path / "song0.mp3")
    assert (tmp_path / "cover.jpeg").read_bytes()[:2] == b"\xff\xd8"
    assert (made["upload"], len(made["lyrics"]) >= 2) == ("mine.mp3", True)
    assert "piano" in made["style"]
    assert 12 <= made["spent"] <= 14
    # The file needs no key, whatever asks for it.
    assert requests.get(made["upload_url"], timeout=10).headers["Content-Type"] == "audio/mpeg"


def test_the_curl_sample_asks_for_a_song(samples):
    shell = shutil.which("sh")
    assert shutil.which("curl"), "The cURL sample needs curl: install it (apt install curl)."
    answer = json.loads(run(shell, "-c", samples["curl"]))
    assert (answer["code"], answer["msg"], len(answer["data"]["taskId"])) == (200, "success", 32)


def test_the_python_sample_makes_a_song(samples):
    lines = run(sys.executable, "-c", samples["python"]).strip().splitlines()
    assert len(lines) == 2
    assert requests.get(lines[0].split()[-1], timeout=10).content[:3] == b"ID3"


def test_the_javascript_sample_makes_a_song(samples, tmp_path):
    # The browser tests bring a Node of their own, so that none has to be installed.
    node, _ = compute_driver_executable()
    sample = tmp_path / "sample.mjs"
    sample.write_text(samples["javascript"])
    lines = run(node, sample).strip().splitlines()
    assert len(lines) == 2
    assert requests.get(lines[0].split()[-1], timeout=10).content[:3] == b"ID3"
