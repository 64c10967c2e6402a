"""Going on with a song or an upload: what stays, and whether the join can be heard in the measurements."""

import io
import json
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import soundfile

from suno_web.engine.music import extending, lyrics, works
from suno_web.engine.music.brief import Brief
from suno_web.engine.music.lyrics import Lyrics
from suno_web.engine.music.master import loudness
from suno_web.engine.music.production import Plan
from suno_web.engine.music.rendered import Rendered
from suno_web.engine.music.splicing import New, SplicedWork
from suno_web.engine.music.stems import MemoryKeeper
from suno_web.engine.music.synth import RATE
from tests.engine.music import joins
from tests.engine.music.memory_shelf import MemoryShelf, shelf_with_songs

SHORT = Brief("trains", "pop", "hopeful", 0.7, seconds=14.0, voice="female")


@pytest.fixture(scope="module")
def shelf() -> MemoryShelf:
    return shelf_with_songs()


@cache
def extended(ref: str, at_s: float, *, seed: int = 5) -> tuple[SplicedWork, Rendered]:
    """An extension of about fourteen seconds in the source's own style, on the shelf as "track:<ref>+"."""
    shelf = shelf_with_songs()
    source = shelf.work(ref)
    brief = source.brief if isinstance(source, Plan) else Brief("", "rock", "hopeful", 0.7, voice="none")
    work = extending.extend(
        shelf,
        ref,
        at_s=at_s,
        brief=replace(brief, seconds=14.0),
        lyrics=None,
        instrumental=False,
        seed=seed,
    )
    return work, shelf.put(f"{ref}+", work)


JOINED = [("track:sung", 8.0), ("track:band", 7.0), ("upload:band", 8.5)]


@pytest.mark.parametrize(("ref", "at_s"), JOINED)
def test_what_lies_before_the_join_is_the_same_to_the_sample(shelf, ref, at_s):
    work, song = extended(ref, at_s)
    join = work.parts[0].frames

    assert join > 5 * RATE
    assert np.array_equal(song.audio[:join], shelf.audio(ref)[:join])
    assert len(song.audio) == work.frames > join + 8 * RATE


@pytest.mark.parametrize(("ref", "at_s"), JOINED)
def test_neither_a_click_nor_a_hole_is_heard_at_the_join(ref, at_s):
    work, song = extended(ref, at_s)
    join = work.parts[0].frames

    assert joins.click(song.audio, join) < 1.5
    assert joins.hole(song.audio, join) < 6


@pytest.mark.parametrize(("ref", "at_s"), JOINED)
def test_loudness_holds_across_the_join(ref, at_s):
    work, song = extended(ref, at_s)
    join = work.parts[0].frames

    before, after = song.audio[join - 5 * RATE : join], song.audio[join : join + 5 * RATE]
    assert loudness(after.T) == pytest.approx(loudness(before.T), abs=2.5)
    assert song.true_peak <= -1.0


@pytest.mark.parametrize(("ref", "at_s"), [("track:band", 7.0), ("upload:band", 8.5)])
def test_the_beat_goes_on_where_it_would_have_come(shelf, ref, at_s):
    work, song = extended(ref, at_s)
    join = work.parts[0].frames
    bpm = shelf.work("track:band").song.bpm

    before = phase(song.audio[join - 6 * RATE : join], bpm, (join - 6 * RATE) / RATE)
    after = phase(song.audio[join : join + 8 * RATE], bpm, join / RATE)
    apart = (after - before + 0.25) % 0.5 - 0.25
    assert abs(apart) * 60 / bpm < 0.02
    assert work.parts[1].plan.song.bpm == pytest.approx(bpm, abs=0.05)


def phase(audio: np.ndarray, bpm: float, start_s: float) -> float:
    """Where in half a beat (0-0.5, from second 0) strokes fall: the mean angle of the onsets' strength."""
    hop = 128
    frames = np.lib.stride_tricks.sliding_window_view(audio.mean(axis=1), 512)[::hop] * np.hanning(512)
    strength = np.maximum(0, np.diff(np.log1p(100 * np.abs(np.fft.rfft(frames, axis=1))), axis=0)).sum(axis=1)
    strength = np.maximum(0, strength - np.percentile(strength, 80))
    times = start_s + (np.arange(len(strength)) * hop + 256) / RATE
    # Counted in quavers, so that off-beat strokes do not pull the mean aside.
    turns = times * bpm / 60 * 2
    angle = np.angle((strength * np.exp(2j * np.pi * turns)).sum())
    return float(angle / (2 * np.pi) / 2) % 0.5


def test_the_key_holds_and_is_heard(shelf):
    work, song = extended("track:band", 7.0)
    old, new = shelf.work("track:band").song, work.parts[1].plan.song

    assert (new.tonic, new.mode, new.genre) == (old.tonic, old.mode, old.genre)
    join = work.parts[0].frames
    assert np.corrcoef(chroma(song.audio[:join]), chroma(song.audio[join:]))[0, 1] > 0.6


def chroma(audio: np.ndarray) -> np.ndarray:
    """The energy of the twelve pitch classes between 110 and 1760 Hz."""
    power = np.abs(np.fft.rfft(audio.mean(axis=1))) ** 2
    hertz = np.fft.rfftfreq(len(audio), 1 / RATE)
    inside = (hertz > 110) & (hertz < 1760)
    classes = np.round(12 * np.log2(hertz[inside] / 440)).astype(int) % 12
    return np.log1p(np.bincount(classes, power[inside], 12))


def test_an_own_song_goes_on_from_the_first_bar_line_that_loses_nothing(shelf):
    song = shelf.work("track:sung").song
    bar = 240 / song.bpm
    found = [
        extending.extend(
            shelf, "track:sung", at_s=at, brief=SHORT, lyrics=None, instrumental=True, seed=1
        ).parts[0].end_s
        for at in (2 * bar, 2 * bar + 0.1, 2 * bar + 0.5, 99.0)
    ]  # fmt: skip

    assert found == pytest.approx(
        [2 * bar - 0.04, 2 * bar - 0.04, 3 * bar - 0.04, song.second(song.beats) - 0.04]
    )


def test_an_upload_goes_on_from_its_last_downbeat(shelf):
    bar = 240 / shelf.work("track:band").song.bpm
    work, _ = extended("upload:band", 8.5)

    downbeats = 0.5 + bar * np.arange(20)
    assert work.parts[0].end_s == pytest.approx(downbeats[downbeats <= 8.5].max() - 0.04, abs=0.005)


def test_an_upload_goes_on_over_its_own_chords(shelf):
    work, _ = extended("upload:band", 8.5)
    heard = {span.root for span in shelf.analysis("upload:band").chords}
    song = work.parts[1].plan.song

    assert {chord.root for section in song.sections for chord in section.chords[:-1]} <= heard | {song.tonic}


def test_new_words_are_timed_after_the_join_and_kept_ones_as_they_were(shelf):
    work, song = extended("track:sung", 8.0)
    join = work.parts[0].end_s
    old = [(word.text, word.start_s) for word in shelf.words("track:sung") if word.end_s < join]

    assert [(word.text, word.start_s) for word in song.words[: len(old)]] == old
    fresh = song.words[len(old) :]
    assert len(fresh) > 5
    assert all(join <= word.start_s < word.end_s <= song.seconds for word in fresh)
    assert [word.line for word in song.words] == sorted(word.line for word in song.words)


def test_given_words_are_sung_in_the_new_part(shelf):
    given = lyrics.parse("[Bridge]\nSilver rails are humming low\n[Chorus]\nHome is all I know")

    work = extending.extend(
        shelf, "track:sung", at_s=9.0, brief=None, lyrics=given, instrumental=False, seed=2
    )

    assert work.lyrics_text.startswith(
        "[Verse]\nThe last train home is calling me\nThe lights go by so silently\n\n"
        "[Bridge]\nSilver rails are humming low\n\n[Chorus]\nHome is all I know"
    )
    assert {line.text for line in work.parts[1].plan.song.lines} >= {"Silver rails are humming low"}


def test_a_song_without_given_words_gets_other_ones_and_its_own_chorus(shelf):
    work = extending.extend(
        shelf, "track:sung", at_s=99.0, brief=None, lyrics=None, instrumental=False, seed=2
    )
    new = work.parts[1].plan

    assert work.lyrics_text.count("Oh carry me home, carry me home") >= 2
    assert len(set(new.lyrics.lines) - set(shelf.work("track:sung").lyrics.lines)) >= 4
    assert 60 <= work.seconds - work.parts[0].end_s <= 95


def test_the_end_is_an_ending():
    work, song = extended("track:sung", 8.0)
    new = work.parts[1].plan.song

    assert np.abs(song.audio[-RATE // 20 :]).max() < 0.02
    assert new.sections[-1].chords[-1].length == 4.0
    last = max(note.length for track in new.tracks for note in track.notes if note.start >= new.beats - 4.2)
    assert last >= 4.0


def test_another_style_changes_the_band_but_neither_tempo_nor_key(shelf):
    rock = Brief("", "rock", "dark", 0.9, bpm=180.0, tonic=1, style="dark rock", seconds=12.0)
    old = shelf.work("track:sung").song

    work = extending.extend(shelf, "track:sung", at_s=8.0, brief=rock, lyrics=None, instrumental=True, seed=4)
    new = work.parts[1].plan.song

    assert (new.bpm, new.tonic, new.mode) == (old.bpm, old.tonic, old.mode)
    assert (work.genre, work.style) == ("rock", "dark rock")
    assert "rhythm left" in {track.name for track in new.tracks}


def test_an_instrumental_extension_has_no_new_words(shelf):
    work = extending.extend(
        shelf, "track:sung", at_s=9.0, brief=SHORT, lyrics=None, instrumental=True, seed=4
    )
    since = work.parts[1].since_s

    song = work.parts[1].plan.song
    assert all(song.second(line.notes[0].start) < since for line in song.lines)


def test_two_seeds_make_two_extensions():
    one, two = (extending.extend(
        shelf_with_songs(), "track:band", at_s=7.0, brief=None, lyrics=None, instrumental=True, seed=seed
    ) for seed in (1, 2))  # fmt: skip

    assert one.parts[0] == two.parts[0]
    assert one.parts[1].plan.song.tracks != two.parts[1].plan.song.tracks


def test_no_take_grows_beyond_eight_minutes(shelf):
    long = Brief("trains", "pop", "hopeful", 0.7, seconds=900.0, voice="female")

    sung, played = (
        extending.extend(shelf, "track:sung", at_s=10.0, brief=long, lyrics=None, instrumental=how, seed=1)
        for how in (False, True)
    )

    assert max(sung.seconds, played.seconds) <= 480.5
    assert played.seconds > 400


def test_an_extended_song_is_extended_again(shelf):
    first, heard = extended("track:sung", 8.0)

    work, song = extended("track:sung+", 15.0, seed=6)

    join = work.parts[0].frames
    assert join > first.parts[0].frames
    assert np.array_equal(song.audio[:join], heard.audio[:join])
    assert work.parts[1].plan.song.bpm == shelf.work("track:sung").song.bpm
    old_bar = 240 / shelf.work("track:sung").song.bpm
    assert (work.parts[0].end_s + 0.04) / old_bar == pytest.approx(
        round(work.parts[0].end_s / old_bar), abs=0.001
    )


def test_the_stream_is_the_take_itself_and_progress_rises(shelf):
    work, song = extended("track:band", 7.0)
    pieces, shares, keeper = list[bytes](), list[float](), MemoryKeeper()

    again = work.render(shelf, stream=pieces.append, progress=shares.append, keep=keeper)

    streamed, rate = soundfile.read(io.BytesIO(b"".join(pieces)))
    assert (rate, len(streamed)) == (RATE, len(song.audio))
    assert np.corrcoef(streamed[:, 0], song.audio[:, 0])[0, 1] > 0.99
    assert np.array_equal(again.audio, song.audio)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    check_stems(work, song, keeper)


def check_stems(work: SplicedWork, song: Rendered, keeper: MemoryKeeper) -> None:
    """Stems sound on both sides of the join, and together they are the take."""
    join = work.parts[0].frames
    for side in (slice(join - 4 * RATE, join), slice(join, join + 4 * RATE)):
        together = sum(stem[side, 0].astype(np.float32) for stem in keeper.stems.values())
        assert np.corrcoef(together, song.audio[side, 0])[0, 1] > 0.8


def test_a_spliced_work_survives_json():
    work, _ = extended("track:sung", 8.0)

    assert works.load(json.loads(json.dumps(work.to_json()))) == work


def test_what_was_stored_without_a_kind_is_a_song(shelf):
    plan = shelf.work("track:sung")

    stored = {name: value for name, value in plan.to_json().items() if name != "kind"}

    assert works.load(json.loads(json.dumps(stored))) == plan


def test_lyrics_of_an_instrumental_source_are_sung_by_a_new_voice(shelf):
    given = Lyrics("", lyrics.parse("[Verse]\nNow the band begins to sing").sections)

    work = extending.extend(
        shelf, "track:band", at_s=7.0, brief=None, lyrics=given, instrumental=False, seed=1
    )

    assert isinstance(work.parts[1], New)
    assert work.parts[1].plan.song.voice == "female"
    assert work.lyrics_text.startswith("[Verse]\nNow the band begins to sing")
