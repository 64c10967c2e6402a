"""Stems: kept while a song is mixed, handed out at the level they have in it."""

from functools import reduce
from operator import add

import numpy as np
import pytest
import soundfile

from suno_web.engine.music import lyrics, production, stemfiles, stems
from suno_web.engine.music.brief import Brief
from suno_web.engine.music.synth import RATE


@pytest.fixture(scope="module")
def song(tmp_path_factory):
    """A short sung song: its audio and its stems on disk. Its genre is the one whose master works hardest."""
    folder = tmp_path_factory.mktemp("stems")
    brief = Brief("trains", "synthpop", "hopeful", 0.6, seconds=10.0, voice="female")
    words = lyrics.parse("[Chorus]\nOh carry me home", "Home")
    rendered = production.render(production.plan(brief, words, seed=1), keep=stems.FileKeeper(folder))
    return rendered.audio, stems.kept(folder)


def in_sum(paths) -> np.ndarray:
    return reduce(add, (soundfile.read(path, dtype="float32")[0] for path in paths.values()))


def assert_is_the_song(together: np.ndarray, audio: np.ndarray) -> None:
    level = 20 * np.log10(together.std() / audio.std())
    assert together.shape == audio.shape
    assert np.corrcoef(together.ravel(), audio.ravel())[0, 1] >= 0.98
    assert abs(level) <= 1.0


def test_stems_are_named_as_the_contract_names_them_and_add_up_to_the_song(song, tmp_path):
    audio, kept = song
    shares = list[float]()

    paths = stemfiles.write(tmp_path, kept, audio=audio, progress=shares.append)

    assert {"vocal", "drums", "bass", "synth", "fx"} <= set(paths) <= set(stems.CONTRACT_NAMES.values())
    assert_is_the_song(in_sum(paths), audio)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_a_separated_song_is_its_voice_and_the_rest_of_it(song, tmp_path):
    audio, kept = song

    paths = stemfiles.write(tmp_path, kept, audio=audio, split=False)

    assert list(paths) == ["vocal", "instrumental"]
    assert_is_the_song(in_sum(paths), audio)


def test_stems_as_mp3_keep_the_length_of_the_song(song, tmp_path):
    audio, kept = song

    paths = stemfiles.write(tmp_path, {"vocals": kept["vocals"]}, audio=audio, split=False, kind="mp3")

    info = soundfile.info(paths["vocal"])
    assert (info.format, info.samplerate, info.channels) == ("MP3", RATE, 2)
    assert abs(info.frames - len(audio)) <= 2 * 1152


def test_joined_recordings_that_passed_no_bus_add_up_too(song):
    audio, _ = song
    halves = {"drums": audio * np.float32(0.5), "fx": audio * np.float32(0.25)}

    balance = stems.Balance(halves, audio)

    together = stems.together(balance.applied(part) for part in halves.values())
    assert np.abs(together - audio).max() < 0.02


@pytest.mark.parametrize("keeper", ["memory", "file"])
def test_what_is_never_written_is_silence_and_what_is_never_heard_is_no_stem(keeper, tmp_path):
    keep = stems.MemoryKeeper() if keeper == "memory" else stems.FileKeeper(tmp_path)
    keep.write("drums", 100, np.full((2, 50), 0.5, np.float32))
    keep.write("fx", 0, np.zeros((2, 150), np.float32))
    keep.close(400)

    found = keep.stems if isinstance(keep, stems.MemoryKeeper) else stems.kept(tmp_path)
    assert list(found) == ["drums"]
    assert (found["drums"].shape, found["drums"].dtype) == ((400, 2), np.float16)
    assert np.flatnonzero(found["drums"][:, 0]).tolist() == list(range(100, 150))


def test_stems_of_a_render_that_never_ended_are_none(tmp_path):
    keep = stems.FileKeeper(tmp_path)
    keep.write("drums", 0, np.full((2, 50), 0.5, np.float32))

    assert stems.kept(tmp_path) is None


def test_a_silent_stem_gets_no_file(tmp_path):
    tone = np.sin(np.arange(RATE) / 20).astype(np.float32)[:, None].repeat(2, axis=1)

    paths = stemfiles.write(tmp_path, {"drums": tone * np.float32(0.3), "fx": np.zeros_like(tone)})

    assert list(paths) == ["drums"]
    assert [path.name for path in tmp_path.iterdir()] == ["drums.flac"]


def test_stems_without_a_name_in_the_contract_count_as_effects():
    one = np.full((4, 2), 0.25, np.float16)

    assert stems.named({"fx": one, "theremin": one, "vocals": one})["fx"].tolist() == [[0.5, 0.5]] * 4
