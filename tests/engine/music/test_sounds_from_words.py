"""Sound effects and loops: what words bring, loops without a seam, tempo, key, level."""

import json

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view

from suno_web.engine.music import sounds, works
from suno_web.engine.music.master import loudness, true_peak
from suno_web.engine.music.sounds import families
from suno_web.engine.music.sounds.tape import Tape
from suno_web.engine.music.stems import MemoryKeeper
from suno_web.engine.music.synth import RATE

SYNTHESISED = [family.name for family in families.families().values() if family.make]


def planned(prompt: str, *, loop: bool = False, tempo: int | None = None, key: str = "Any", seed: int = 1):
    return sounds.plan(prompt, loop=loop, tempo=tempo, key=key, seed=seed)


@pytest.mark.parametrize(
    ("prompt", "names"),
    [
        ("Heavy rain on a tin roof with distant thunder", ["rain", "thunder"]),
        ("rain without any thunder", ["rain"]),
        ("Footsteps, then a door slams", ["footsteps", "door"]),
        ("a sci-fi laser gun", ["scifi", "laser"]),
        ("funky drum loop", ["drums"]),
        ("synth bass line with vinyl crackle", ["synth", "bass", "vinyl"]),
        ("UI click", ["click"]),
        ("loop", ["band"]),
        ("", ["band"]),
    ],
)
def test_words_bring_the_sounds_they_name(prompt, names):
    assert [family.name for family in families.asked_for(prompt)] == names


def test_what_no_word_names_is_found_by_its_meaning():
    assert families.asked_for("someone paces up and down the corridor")[0].name == "footsteps"
    assert families.asked_for("qwzx 0000")[0].name == "band"


@pytest.mark.parametrize("name", SYNTHESISED)
def test_no_loop_of_any_kind_has_a_seam(name):
    tape = Tape(round(2.5 * RATE), loop=True, bpm=96, tonic=9, minor=True, seed=5)

    families.families()[name].make(tape)

    assert np.isfinite(tape.sound).all()
    assert tape.sound.std() > 1e-4
    # A click as large as the jump from end to start must be part of the sound itself.
    inside = np.abs(np.diff(tape.sound, axis=1)).max()
    assert np.abs(tape.sound[:, 0] - tape.sound[:, -1]).max() <= inside
    # And so must the treble in a window across it.
    around = np.concatenate([tape.sound[0, -128:], tape.sound[0, :128]])
    inside = _treble(sliding_window_view(tape.sound[0], 256)[::37]).max()
    assert _treble(around[None]).max() <= inside * 1.1


def _treble(windows: np.ndarray) -> np.ndarray:
    return np.abs(np.fft.rfft(windows * np.hanning(256)))[:, 64:].sum(axis=1)


@pytest.mark.parametrize(
    ("prompt", "loop"),
    [
        ("rain", False),
        ("ocean waves", True),
        ("a drum loop", True),
        ("a warm synth pad", True),
        ("whoosh", False),
    ],
)
def test_sounds_are_loud_never_clip_and_are_never_digitally_silent(prompt, loop):
    made = planned(prompt, loop=loop, tempo=120).render(None)

    level = loudness(np.tile(made.audio.T, 2))
    assert -16.5 <= level <= -14.0
    assert true_peak(np.ascontiguousarray(made.audio.T)) <= -1.0
    assert 4.0 <= made.seconds <= 20.0
    silent = np.abs(made.audio).max(axis=1) == 0
    assert not (silent[:-441] & silent[1:-440]).any()
    assert made.words == ()


@pytest.mark.parametrize("tempo", [1, 61, 97, 140, 300])
def test_a_loop_is_whole_bars_of_the_tempo_long(tempo):
    for prompt in ("rain", "drum loop"):
        work = planned(prompt, loop=True, tempo=tempo)

        bars = work.frames / RATE * work.bpm / 240
        doublings = np.log2(work.bpm / tempo)
        assert bars == pytest.approx(round(bars), abs=1e-4)
        assert doublings == pytest.approx(round(doublings), abs=1e-6)
        assert 4.0 <= work.seconds <= 20.0


def test_a_drum_loop_goes_round_as_if_it_had_always_done():
    audio = planned("four on the floor drum loop", loop=True, tempo=124).render(None).audio

    around = np.concatenate([audio[-2205:], audio[:2205]])
    inside = np.abs(np.diff(audio, axis=0)).max()
    assert np.abs(np.diff(around, axis=0)).max() <= inside
    # The first beat is where the loop begins.
    assert np.abs(audio[:2205]).max() > 0.3


def test_a_drone_has_the_key_it_is_asked_for():
    audio = planned("dark drone", loop=True, tempo=200, key="F#m").render(None).audio[:, 0]

    spectrum = np.abs(np.fft.rfft(audio))
    loudest = np.fft.rfftfreq(len(audio), 1 / RATE)[int(np.argmax(spectrum))]
    assert round(12 * np.log2(loudest / 440) + 9) % 12 == 6


def test_what_the_prompt_says_of_tempo_key_and_length_counts_where_the_request_is_open():
    loop = planned("bass loop at 92 bpm in D minor", loop=True)
    effect = planned("7 seconds of wind")

    assert (loop.bpm, loop.tonic, loop.mode) == (92.0, 2, "minor")
    assert effect.seconds == pytest.approx(7.0)
    assert planned("bass loop at 92 bpm", loop=True, tempo=100).bpm == 100.0


def test_two_variants_differ_and_each_is_the_same_again():
    one, other = (planned("a coin, 4 seconds", seed=seed) for seed in (1, 2))
    again = works.load(json.loads(json.dumps(one.to_json())))

    first = one.render(None).audio
    assert again == one
    assert np.array_equal(again.render(None).audio, first)
    assert not np.array_equal(other.render(None).audio, first)


def test_a_loop_of_the_band_reads_back_and_has_its_players_as_stems():
    work = planned("drum and bass loop with rain", loop=True, tempo=170)
    keeper, sent = MemoryKeeper(), list[bytes]()

    assert works.load(json.loads(json.dumps(work.to_json()))) == work
    made = work.render(None, keep=keeper, stream=sent.append)
    assert {"drums", "bass", "fx"} <= set(keeper.stems)
    assert {stem.shape for stem in keeper.stems.values()} == {made.audio.shape}
    assert sent[0][:2] == b"\xff\xfb"
    assert (work.lyrics_text, work.title) == ("", "Drum and bass loop with rain")
