"""The command line, from a prompt to a file."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import soundfile

from suno_web.engine.music.__main__ import main

ROOT = Path(__file__).parents[3]


def test_a_prompt_becomes_a_song_and_says_what_was_understood_and_made(tmp_path):
    words = tmp_path / "words.txt"
    words.write_text("[Verse]\nThe last train home is calling me\n[Chorus]\nCarry me home\n")
    output = tmp_path / "song.mp3"

    run = subprocess.run(
        [
            sys.executable,
            "-m",
            "suno_web.engine.music",
            "an upbeat synth-pop song in A minor, 120 bpm, 20 seconds",
            *("-o", str(output), "--lyrics", str(words), "--seed", "3", "--json"),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert (run.returncode, run.stderr) == (0, "")
    told = json.loads(run.stdout)
    understood, made = told["understood"], told["made"]
    assert {name: understood[name] for name in ("genre", "bpm", "key", "mode", "seconds")} == {
        "genre": "synthpop",
        "bpm": 120.0,
        "key": "A minor",
        "mode": "minor",
        "seconds": 20.0,
    }
    assert (made["bpm"], made["key"], made["voice"]) == (120.0, "A minor", "female")
    assert made["seconds"] == pytest.approx(20, rel=0.08)
    assert made["seconds"] == pytest.approx(soundfile.info(output).duration, abs=0.06)
    assert [word["text"] for word in made["words"]][:4] == ["The", "last", "train", "home"]
    assert made["lufs"] == pytest.approx(-14, abs=0.5)
    assert made["true_peak"] <= -1
    assert {"Verse", "Chorus"} <= {section["name"] for section in made["sections"]}


def test_an_instrumental_is_written_as_wav_where_the_name_says_so(tmp_path, capsys):
    output = tmp_path / "song.wav"

    code = main(["a calm piano piece, 25 seconds", "-o", str(output), "--instrumental", "--json"])

    assert code == 0
    made = json.loads(capsys.readouterr().out)["made"]
    assert (made["voice"], made["words"]) == ("none", [])
    assert soundfile.info(output).duration == pytest.approx(25, rel=0.08)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ["song", "-o", "{tmp}/song.mp3", "--lyrics", "{tmp}/none.txt"],
            "The lyrics file {tmp}/none.txt cannot be read as text.",
        ),
        (
            ["song", "-o", "{tmp}/missing/song.mp3"],
            "{tmp}/missing/song.mp3 cannot be written: No such file or directory.",
        ),
        (["song", "-o", "{tmp}/song.ogg"], "{tmp}/song.ogg is neither .mp3 nor .wav."),
        (["", "-o", "{tmp}/song.mp3"], "The prompt is empty: say what the song is about or how it sounds."),
        (["x" * 5001, "-o", "{tmp}/song.mp3"], "The prompt has 5001 characters; 5000 are possible."),
    ],
    ids=["no lyrics file", "no folder", "unknown kind", "empty", "too long"],
)
def test_what_cannot_be_done_is_said_in_one_sentence(tmp_path, capsys, arguments, sentence):
    code = main([argument.replace("{tmp}", str(tmp_path)) for argument in arguments])

    assert (code, capsys.readouterr().err) == (2, sentence.replace("{tmp}", str(tmp_path)) + "\n")
    assert not list(tmp_path.iterdir())


def test_a_sound_font_that_is_not_there_is_named(tmp_path):
    run = subprocess.run(
        [
            sys.executable,
            "-m",
            "suno_web.engine.music",
            "jazz, 15 seconds",
            "--instrumental",
            "-o",
            str(tmp_path / "a.mp3"),
        ],
        cwd=ROOT,
        env={"ENGINE_SOUNDFONT": "/nowhere/font.sf3", "PATH": ""},
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert (run.returncode, run.stderr) == (2, "The sound font /nowhere/font.sf3 does not exist.\n")
