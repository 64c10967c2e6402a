"""Covers: what of the source is kept, measured in the score and in the sound."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from suno_web.engine.music import analysis, covering, leadsheet, lyrics, theory, works
from suno_web.engine.music.brief import Brief
from suno_web.engine.music.lyrics import Lyrics
from suno_web.engine.music.melody import TuneNote
from suno_web.engine.music.production import Plan
from suno_web.engine.music.score import Note
from suno_web.engine.music.synth import RATE
from suno_web.engine.music.vocalline import RANGES
from tests.engine.music.memory_shelf import WORDS, MemoryShelf, shelf_with_songs

JAZZ = Brief("", "jazz", "calm", 0.5, bpm=96.0, tonic=2, mode="minor", voice="none", style="jazz, calm")
SUNG = replace(JAZZ, voice="female")


@pytest.fixture(scope="module")
def shelf() -> MemoryShelf:
    return shelf_with_songs()


def cover(ref: str, *, brief: Brief = JAZZ, words: Lyrics | None = None, weight: float | None = 1.0) -> Plan:
    return covering.cover(shelf_with_songs(), ref, brief=brief, lyrics=words, audio_weight=weight, seed=11)


@cache
def sounding(ref: str) -> np.ndarray:
    """The audio of a jazz cover."""
    return cover(ref).render(shelf_with_songs()).audio


def lead(plan: Plan) -> tuple[Note, ...]:
    return leadsheet.leaders(plan.song)[0].notes


def chroma(audio: np.ndarray) -> np.ndarray:
    """How strong each pitch class is in each half second, (12, halves), each column of length 1."""
    size = RATE // 2
    count = len(audio) // size
    spectrum = np.abs(np.fft.rfft(audio[: count * size].mean(1).reshape(count, size) * np.hanning(size)))
    hertz = np.fft.rfftfreq(size, 1 / RATE)
    used = (hertz > 65) & (hertz < 1200)
    classes = np.round(69 + 12 * np.log2(hertz[used] / 440)).astype(int) % 12
    found = np.stack([spectrum[:, used][:, classes == pitch].sum(1) for pitch in range(12)])
    return found / (np.linalg.norm(found, axis=0) + 1e-9)


def likeness(one: np.ndarray, other: np.ndarray, *, semitones: int = 0) -> float:
    halves = min(one.shape[1], other.shape[1])
    return float((one[:, :halves] * np.roll(other[:, :halves], semitones, axis=0)).sum(0).mean())


@pytest.mark.parametrize("ref", ["track:sung", "track:band", "upload:band"])
@pytest.mark.parametrize("weight", [0.1, 0.5, 1.0])
def test_a_cover_has_the_tempo_the_key_and_the_bars_of_its_source(shelf, ref, weight):
    source = shelf.work("track:band" if ref == "upload:band" else ref).song

    song = cover(ref, weight=weight).song

    assert song.genre == "jazz"
    assert song.bpm == pytest.approx(source.bpm, abs=0.01)
    assert set(theory.scale(song.tonic, song.mode)) & set(theory.scale(source.tonic, source.mode)) >= {
        source.tonic
    }
    assert song.tonic == source.tonic
    assert song.beats == source.beats


def test_only_a_tempo_asked_for_as_a_number_overrides_the_source(shelf):
    asked = covering.cover(shelf, "track:band", brief=JAZZ, lyrics=None, audio_weight=1.0, seed=1, bpm=90.0)

    assert cover("track:band").song.bpm == shelf.work("track:band").song.bpm
    assert asked.song.bpm == 90.0


@pytest.mark.parametrize("ref", ["track:band", "upload:band"])
def test_a_close_cover_has_the_chords_of_its_source_bar_by_bar(shelf, ref):
    def triads(plan):
        return [chord.pitch_classes[:3] for section in plan.song.sections for chord in section.chords]

    assert triads(cover(ref)) == triads(shelf.work("track:band"))


def test_a_close_cover_plays_the_tune_note_for_note(shelf):
    tune = leadsheet.of_song(shelf.work("track:sung").song).tune
    last = max(note.start for note in tune)

    # After the tune has ended the soloist may do as he likes.
    played = [note for note in lead(cover("track:sung")) if note.start < last + 1]

    octaves = {note.pitch - heard.pitch for note, heard in zip(played, tune, strict=True)}
    assert len(octaves) == 1
    assert octaves.pop() % 12 == 0
    swing = 0.35  # jazz plays its off-beats late
    assert all(abs(note.start - heard.start) < swing for note, heard in zip(played, tune, strict=True))


def test_the_words_of_the_source_are_sung_to_its_own_notes(shelf):
    source = shelf.work("track:sung").song
    tune = [(note.start, note.pitch) for line in source.lines for note in line.notes]

    song = cover("track:sung", brief=SUNG, words=WORDS).song

    sung = [(note.start, note.pitch) for line in song.lines for note in line.notes]
    assert [start for start, _ in sung] == [start for start, _ in tune]
    assert {(a - b) % 12 for (_, a), (_, b) in zip(sung, tune, strict=True)} == {0}


@pytest.mark.parametrize("voice", ["female", "male"])
def test_other_words_are_sung_on_the_sources_notes_within_the_singers_range(voice):
    words = lyrics.parse(
        "[Verse]\nRain on my window tonight\nRain on the river is bright\n[Chorus]\nLet it all go"
    )

    song = cover("track:sung", brief=replace(SUNG, voice=voice), words=words).song

    low, high = RANGES[voice]
    tune = leadsheet.of(shelf_with_songs(), "track:sung").tune
    sung = [note for line in song.lines for note in line.notes]
    assert {line.text for line in song.lines} == set(words.lines)
    assert all(low - 2 <= note.pitch <= high + 3 for note in sung)
    assert np.mean([any(_same_moment(note.start, heard) for heard in tune) for note in sung]) > 0.75


def _same_moment(beat: float, heard: TuneNote) -> bool:
    return abs(beat - heard.start) < 0.01


def test_a_loose_cover_has_a_tune_of_its_own():
    assert [note.pitch for note in lead(cover("track:sung", weight=0.1))] != [
        note.pitch for note in lead(cover("track:sung", weight=1.0))
    ]


def test_a_source_too_short_for_the_words_goes_round_again():
    words = lyrics.parse("\n\n".join(["[Verse]\n" + WORDS.sections[0].lines[0]] * 9))

    song = cover("track:band", brief=SUNG, words=words).song

    assert song.beats > shelf_with_songs().work("track:band").song.beats
    assert {line.line for line in song.lines} == set(range(9))


def test_a_cover_sounds_like_its_source_and_not_like_another_key(shelf):
    source, covered = chroma(shelf.audio("track:band")), chroma(sounding("track:band"))

    aligned = likeness(source, covered)

    assert aligned >= 0.7
    assert aligned - np.mean([likeness(source, covered, semitones=step) for step in (1, 3, 6)]) > 0.15


def test_audio_from_elsewhere_is_covered_as_it_is_heard(shelf):
    audio = shelf.audio("upload:band")
    shelf.put_foreign("upload:heard", audio, analysis.analyse(audio))
    source = shelf.work("track:band").song

    song = cover("upload:heard").song

    assert song.bpm == pytest.approx(source.bpm, rel=0.005)
    assert set(theory.scale(song.tonic, song.mode)) == set(theory.scale(source.tonic, "major"))
    bars = [chord.root for section in song.sections for chord in section.chords]
    original = [chord.root for section in source.sections for chord in section.chords]
    assert len(bars) - len(original) in (0, 1)
    assert np.mean([one == other for one, other in zip(bars, original, strict=False)]) > 0.6


def test_a_cover_is_stored_and_read_back(shelf):
    plan = cover("track:sung", brief=SUNG, words=WORDS)

    assert works.load(plan.to_json()) == plan
