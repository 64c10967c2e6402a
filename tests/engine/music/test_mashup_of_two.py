"""Mashups: whether voice and backing agree in time and in key."""

import json
from functools import cache

import numpy as np
import pytest

from suno_web.engine.music import layeraudio, leadsheet, mashing, theory, works
from suno_web.engine.music.brief import Brief
from suno_web.engine.music.layering import LayeredWork
from suno_web.engine.music.layers import KeptLayer, SongLayer
from suno_web.engine.music.leadsheet import LeadSheet
from suno_web.engine.music.melody import TuneNote
from suno_web.engine.music.score import Chord, Section
from suno_web.engine.music.synth import RATE
from suno_web.engine.music.tempomap import TempoMap
from tests.engine.music.memory_shelf import WORDS, MemoryShelf, shelf_with_songs

POP = Brief("", "pop", "hopeful", 0.6, voice="female", style="pop")


@pytest.fixture(scope="module")
def shelf() -> MemoryShelf:
    return shelf_with_songs()


@cache
def mashed(seed: int = 0, wanted: tuple[str, ...] = ()) -> LayeredWork:
    brief = Brief("", "pop", "hopeful", 0.6, wanted=wanted, voice="female", style="pop")
    return mashing.mash(shelf_with_songs(), "track:sung", "upload:band", brief=brief, lyrics=None, seed=seed)


def kept(work: LayeredWork, role: str) -> KeptLayer:
    return next(layer for layer in work.layers if isinstance(layer, KeptLayer) and layer.role == role)


def sheet(bpm: float, tonic: int, mode: str) -> LeadSheet:
    chords = tuple(Chord(4.0 * bar, 4, (tonic, tonic, tonic), 1) for bar in range(8))
    return LeadSheet(
        TempoMap(bpm, 0.0),
        tonic,
        mode,
        (Section("Verse", "verse", 0.0, 8, 0.5, chords),),
        (TuneNote(0, 1, 60),),
    )


@pytest.mark.parametrize("seed", [0, 1])
def test_beats_of_the_voice_fall_on_beats_of_the_backing(shelf, seed):
    work = mashed(seed)
    voice, backing = kept(work, "voice"), kept(work, "backing")
    giver, ground = leadsheet.of(shelf, voice.ref), leadsheet.of(shelf, backing.ref)
    (whole,) = backing.cuts
    beats = np.array([whole.heard(ground.time.second(beat)) for beat in range(int(ground.beats) + 1)])

    for cut in voice.cuts:
        sung = [giver.time.second(beat) for beat in range(int(giver.beats))]
        heard = [cut.heard(second) for second in sung if cut.start_s <= second <= cut.end_s]
        assert heard
        assert max(np.abs(beats - second).min() for second in heard) < 0.02


def test_stretching_leaves_beats_where_the_cut_puts_them():
    clicks = np.zeros((2, 4 * RATE), np.float32)
    for beat in range(8):
        clicks[:, beat * RATE // 2 : beat * RATE // 2 + 200] = 0.8

    heard = layeraudio.stretched(clicks, 1.08, 3.0)

    for beat in range(1, 7):
        wanted = int(beat * RATE / 2 / 1.08)
        around = np.abs(heard[0, wanted - 2000 : wanted + 2000])
        assert abs(int(around.argmax()) - 2000) < 0.02 * RATE


@pytest.mark.parametrize(
    ("one", "other", "bars", "speed"),
    [(100, 105, 1.0, 1.0), (70, 140, 2.0, 1.0), (140, 72, 0.5, 1.0), (100, 140, 1.0, 0.845154)],
)
def test_a_voice_takes_half_or_double_time_rather_than_much_stretch(one, other, bars, speed):
    assert mashing.pace(sheet(one, 0, "major"), sheet(other, 0, "major")) == (
        bars,
        pytest.approx(speed, abs=1e-4),
    )


@pytest.mark.parametrize(
    ("one", "other", "semitones"),
    [
        ((9, "minor"), (0, "major"), 0),
        ((0, "major"), (2, "major"), 2),
        ((0, "major"), (10, "major"), -2),
        ((0, "major"), (1, "minor"), 4),
        ((0, "major"), (5, "major"), 0),
    ],
)
def test_a_voice_moves_the_least_that_brings_it_into_the_key(one, other, semitones):
    assert mashing.transposition(sheet(100, *one), sheet(100, *other)) == semitones


def test_both_sides_share_a_scale(shelf):
    work = mashed()
    voice, backing = kept(work, "voice"), kept(work, "backing")
    giver, ground = leadsheet.of(shelf, voice.ref), leadsheet.of(shelf, backing.ref)

    moved = {(pitch + int(voice.semitones)) % 12 for pitch in theory.scale(giver.tonic, giver.mode)}

    assert len(moved & set(theory.scale(ground.tonic, ground.mode))) >= 6


def test_the_takes_of_a_request_swap_the_roles_unless_only_one_has_a_voice(shelf):
    other = [
        kept(mashing.mash(shelf, "track:sung", "track:sung", brief=POP, lyrics=None, seed=s), "voice").ref
        for s in (0, 1)
    ]

    assert other == ["track:sung", "track:sung"]
    assert [kept(mashed(seed), "voice").ref for seed in (0, 1)] == ["track:sung", "track:sung"]
    assert kept(mashed(), "voice").side == "vocal"
    assert kept(mashed(), "backing").side == "all"


def test_a_mashup_sounds_from_its_first_moment_and_keeps_its_words_timed(shelf):
    work = mashed()
    (cut,) = kept(work, "voice").cuts

    rendered = work.render(shelf)

    assert rendered.lufs == pytest.approx(-14.0, abs=0.3)
    assert rendered.true_peak <= -1.0
    assert rendered.seconds == pytest.approx(work.seconds, abs=1e-3)
    assert np.abs(rendered.audio[: RATE // 2]).max() > 0.05
    assert np.abs(rendered.audio[-200:]).max() < 0.02
    words = shelf.words("track:sung")
    assert rendered.words[0].start_s == pytest.approx(max(0.0, cut.heard(words[0].start_s)), abs=0.002)
    assert rendered.words[0].text == words[0].text


def test_a_brief_may_add_drums_on_the_beat_of_the_backing(shelf):
    work = mashed(0, ("drums",))
    extra = next(layer for layer in work.layers if isinstance(layer, SongLayer))

    assert {track.stem for track in extra.song.tracks} <= {"drums", "percussion"}
    assert extra.song.bpm == pytest.approx(
        leadsheet.of(shelf, "upload:band").bpm * kept(work, "backing").cuts[0].speed
    )
    assert extra.at_s == pytest.approx(0.0, abs=0.01)


def test_words_are_sung_over_two_recordings_without_a_voice(shelf):
    work = mashing.mash(shelf, "track:band", "upload:band", brief=POP, lyrics=WORDS, seed=0)

    assert [layer.song.lines[0].text for layer in work.layers if isinstance(layer, SongLayer)] == [
        WORDS.lines[0]
    ]
    assert kept(work, "voice").side == "upper"


def test_a_mashup_is_stored_and_read_back():
    work = mashed(0, ("drums",))

    assert works.load(json.loads(json.dumps(work.to_json()))) == work
