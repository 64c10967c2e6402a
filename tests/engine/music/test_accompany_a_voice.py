"""A band under a lone voice, and a voice over a recording."""

import json
import random
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from suno_web.engine.music import (
    accompanying,
    leadsheet,
    lyrics,
    production,
    pulse,
    singing_over,
    theory,
    works,
)
from suno_web.engine.music.analysis.model import Analysis, MelodyNote
from suno_web.engine.music.brief import Brief
from suno_web.engine.music.layering import LayeredWork
from suno_web.engine.music.layers import KeptLayer, SongLayer
from suno_web.engine.music.lyricist import write
from suno_web.engine.music.melody import TuneNote
from suno_web.engine.music.pulse import SungSecond
from suno_web.engine.music.rendered import Rendered
from suno_web.engine.music.score import Song
from suno_web.engine.music.stems import MemoryKeeper
from suno_web.engine.music.synth import RATE
from suno_web.engine.music.tempomap import TempoMap
from tests.engine.music.memory_shelf import WORDS, MemoryShelf, plan_of, shelf_with_songs

ROCK = Brief("", "rock", "hopeful", 0.7, voice="none", style="rock")
POP = Brief("the sea", "pop", "hopeful", 0.6, voice="female", style="pop")


@cache
def shelf_with_a_voice() -> MemoryShelf:
    """The shelf with the dry voice of its sung song as "upload:voice", its notes heard but no beat."""
    shelf = shelf_with_songs()
    song = shelf.work("track:sung").song
    voice = shelf.stems("track:sung")["vocals"].astype(np.float32)
    notes = tuple(
        MelodyNote(song.second(note.start), song.second(note.end), note.pitch)
        for line in song.lines
        for note in line.notes
    )
    heard = Analysis(len(voice) / RATE, 100.0, (), (), 0, "major", (), notes, (), (), -18.0)
    shelf.put_foreign("upload:voice", voice, heard)
    return shelf


@pytest.fixture(scope="module")
def shelf() -> MemoryShelf:
    return shelf_with_a_voice()


@cache
def accompanied(ref: str) -> LayeredWork:
    return accompanying.accompany(shelf_with_a_voice(), ref, brief=ROCK, seed=4)


@cache
def sounding(ref: str) -> tuple[Rendered, dict[str, np.ndarray], list[float]]:
    keeper, steps = MemoryKeeper(), list[float]()
    rendered = accompanied(ref).render(shelf_with_a_voice(), progress=steps.append, keep=keeper)
    return rendered, keeper.stems, steps


@cache
def sung_over(ref: str) -> LayeredWork:
    return singing_over.sing_over(shelf_with_a_voice(), ref, brief=POP, lyrics=WORDS, seed=4)


def song_of(work: LayeredWork) -> Song:
    return next(layer.song for layer in work.layers if isinstance(layer, SongLayer))


def kept(work: LayeredWork) -> KeptLayer:
    return next(layer for layer in work.layers if isinstance(layer, KeptLayer))


def sung_seconds(song: Song, *, loose: float, seed: int) -> list[SungSecond]:
    source = random.Random(seed)
    return [
        SungSecond(song.second(note.start) + source.gauss(0, loose), song.second(note.end), note.pitch)
        for line in song.lines
        for note in line.notes
    ]


def songs(count: int) -> list[Song]:
    genres = ("folk", "pop", "rock", "synthpop")
    briefs = [Brief("the sea", genres[i % 4], "hopeful", 0.6, seconds=40.0, seed=i) for i in range(count)]
    return [production.plan(brief, write(brief, seed=i), seed=i).song for i, brief in enumerate(briefs)]


def test_the_beat_the_bars_and_the_key_of_a_voice_are_found_from_its_notes_alone():
    found = [(song, pulse.of(sung_seconds(song, loose=0.012, seed=1), song.seconds)) for song in songs(12)]

    tempi = [abs(heard.time.bpm / song.bpm - 1) < 0.002 for song, heard in found]
    offbeat = [(heard.time.start_s * song.bpm / 60 + 2) % 4 - 2 for song, heard in found]
    shared = [
        len(set(theory.scale(song.tonic, song.mode)) & set(theory.scale(heard.tonic, heard.mode)))
        for song, heard in found
    ]
    assert all(tempi)
    assert sum(abs(beats) < 0.1 for beats in offbeat) >= 9
    assert np.mean(shared) >= 6.5


def test_a_singer_who_drifts_is_followed():
    song = songs(1)[0]

    def drifted(second: float) -> float:
        return second + 0.25 * np.sin(second / 6.0)

    sung = [
        SungSecond(drifted(note.start_s), drifted(note.end_s), note.midi)
        for note in sung_seconds(song, loose=0.008, seed=2)
    ]

    heard = pulse.of(sung, song.seconds)

    beats = [heard.time.beat(note.start_s) for note in sung]
    off = [abs(beat * 2 - round(beat * 2)) / 2 * 60 / song.bpm for beat in beats]
    assert heard.time.drift
    assert np.median(off) < 0.03


def test_a_band_that_follows_plays_its_beats_where_they_came():
    time = TempoMap(120.0, 1.0, ((0.0, 0.0), (8.0, 0.2), (16.0, 0.0)))
    song = plan_of("rock").song

    followed = time.followed(song)

    before, after = song.tracks[0].notes, followed.tracks[0].notes
    assert [time.start_s + followed.second(note.start) for note in after] == pytest.approx(
        [time.second(note.start) for note in before], abs=1e-3
    )
    assert time.beat(time.second(5.3)) == pytest.approx(5.3, abs=1e-3)


@pytest.mark.parametrize("ref", ["track:sung", "upload:voice"])
def test_the_band_has_the_tempo_and_the_scale_of_the_voice(shelf, ref):
    source, song = shelf.work("track:sung").song, song_of(accompanied(ref))

    assert song.bpm == pytest.approx(source.bpm, rel=0.002)
    shared = set(theory.scale(song.tonic, song.mode)) & set(theory.scale(source.tonic, source.mode))
    assert len(shared) >= 6
    assert song.genre == "rock"


def test_a_voice_without_pitch_is_accompanied_on_the_beat_that_was_heard(shelf):
    heard = replace(shelf.analysis("upload:band"), melody=())
    shelf.put_foreign("upload:rap", shelf.audio("upload:band"), heard)

    song = song_of(accompanying.accompany(shelf, "upload:rap", brief=ROCK, seed=4))

    assert song.bpm == shelf.work("track:band").song.bpm
    assert song.beats == shelf.work("track:band").song.beats + 8


def test_no_soloist_plays_while_the_voice_sings():
    song = song_of(accompanied("track:sung"))
    sung = shelf_with_a_voice().work("track:sung").song
    bars = {int(note.start // 4) for line in sung.lines for note in line.notes}

    soloists = leadsheet.leaders(song)

    assert not [n for track in soloists for n in track.notes if int((n.start + 0.1) // 4) in bars]


def test_the_voice_stays_where_it_was(shelf):
    rendered, stems, _ = sounding("upload:voice")
    voice = shelf.audio("upload:voice").mean(1)
    for heard in (rendered.audio.mean(1), stems["vocals"].astype(np.float32).mean(1)):
        size = 2 * max(len(voice), len(heard))
        across = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(voice, size)))
        assert int(across.argmax()) == 0


def test_what_is_layered_is_mastered_reported_and_kept_apart():
    rendered, stems, steps = sounding("upload:voice")

    assert rendered.lufs == pytest.approx(-14.0, abs=0.3)
    assert rendered.true_peak <= -1.0
    assert rendered.seconds == pytest.approx(accompanied("upload:voice").seconds, abs=1e-3)
    assert {"vocals", "drums", "bass"} <= set(stems)
    assert steps == sorted(steps)
    assert steps[-1] == 1.0


def test_the_words_of_a_kept_voice_stay_timed(shelf):
    work = accompanied("track:sung")

    assert tuple(kept(work).words(shelf.words("track:sung"))) == shelf.words("track:sung")


@pytest.mark.parametrize("ref", ["track:band", "upload:band"])
def test_words_are_sung_in_the_key_and_on_the_beat_of_a_recording(shelf, ref):
    source = shelf.work("track:band").song
    layer = next(layer for layer in sung_over(ref).layers if isinstance(layer, SongLayer))
    late = 0.5 if ref == "upload:band" else 0.0

    notes = [note for line in layer.song.lines for note in line.notes]

    assert len(notes) > 12
    scale = theory.scale(source.tonic, "major")
    assert {note.pitch % 12 for note in notes} <= set(scale)
    onsets = np.array([layer.at_s + layer.song.second(note.start) - late for note in notes])
    sixteenths = onsets * source.bpm / 15
    assert np.abs(sixteenths - np.round(sixteenths)).max() * 15 / source.bpm < 0.01


def test_strong_beats_have_notes_of_the_chord():
    song = song_of(sung_over("track:band"))
    strong = [
        (note.pitch % 12) in song.sections[line.section].chord_at(note.start).pitch_classes[:3]
        for line in song.lines
        for note in line.notes
        if note.start % 2 == 0
    ]

    assert np.mean(strong) > 0.8


def test_nobody_sings_where_somebody_sings_already(shelf):
    source = shelf.work("track:sung").song
    taken = {int(note.start // 4) for line in source.lines for note in line.notes}
    words = lyrics.parse("[Outro]\nSing it again")

    work = singing_over.sing_over(shelf, "track:sung", brief=POP, lyrics=words, seed=4)

    assert kept(work).side == "all"
    assert not taken & {int(n.start // 4) for line in song_of(work).lines for n in line.notes}


def test_a_voice_that_leaves_no_room_for_the_words_steps_out():
    work = sung_over("track:sung")

    assert kept(work).side == "instrumental"
    assert work.lyrics_text == WORDS.text


def test_sung_words_are_timed_where_they_are_heard(shelf):
    work = sung_over("upload:band")
    layer = next(layer for layer in work.layers if isinstance(layer, SongLayer))

    rendered = work.render(shelf)

    first = layer.at_s + layer.song.second(layer.song.lines[0].notes[0].start)
    spoken = " ".join(word.text for word in rendered.words)
    assert spoken == " ".join(line.text for line in layer.song.lines)
    assert rendered.words[0].start_s == pytest.approx(first, abs=0.25)
    assert len(rendered.audio) == len(shelf.audio("upload:band"))


def test_layered_works_are_stored_and_read_back():
    for work in (accompanied("upload:voice"), sung_over("upload:band")):
        assert works.load(json.loads(json.dumps(work.to_json()))) == work


def test_chords_carry_the_notes_above_them():
    notes = [
        TuneNote(float(beat), beat + 1.0, pitch)
        for beat, pitch in enumerate((60, 64, 67, 64, 65, 69, 72, 69))
    ]

    _, found = pulse.chords(notes, 2, 0, "major")

    assert [chord.root for chord in found] == [0, 5]
