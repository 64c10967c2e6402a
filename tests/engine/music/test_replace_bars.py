"""New bars in place of old ones: everything around them stays, and they fit in."""

import json
from functools import cache

import numpy as np
import pytest

from suno_web.engine.music import lyrics, replacing, works
from suno_web.engine.music.master import loudness
from suno_web.engine.music.production import Plan
from suno_web.engine.music.rendered import Rendered
from suno_web.engine.music.score import BEATS_PER_BAR
from suno_web.engine.music.splicing import Kept, New, SplicedWork
from suno_web.engine.music.synth import RATE
from tests.engine.music import joins
from tests.engine.music.memory_shelf import MemoryShelf, shelf_with_songs

RAIN = lyrics.parse("Rain on the window, rain on the floor\nHome is a river, home is a stone")


@pytest.fixture(scope="module")
def shelf() -> MemoryShelf:
    return shelf_with_songs()


@cache
def replaced(ref: str, start_s: float, end_s: float) -> tuple[SplicedWork, Rendered]:
    given = RAIN if ref == "track:sung" else None
    work = replacing.replace(
        shelf_with_songs(), ref, start_s=start_s, end_s=end_s, lyrics=given, style="", seed=7
    )
    return work, shelf_with_songs().put(f"{ref}~", work)


def bar_s(shelf: MemoryShelf, ref: str) -> float:
    plan = shelf.work(ref)
    assert isinstance(plan, Plan)
    return BEATS_PER_BAR * 60 / plan.song.bpm


# From within bar 2 to within bar 7 of the sung song, and bars 2 to 4 of the band.
RANGES = [("track:sung", 4.3, 13.7), ("track:band", 3.9, 8.2), ("upload:band", 4.4, 8.6)]


@pytest.mark.parametrize(("ref", "start_s", "end_s"), RANGES)
def test_all_around_the_new_bars_is_the_same_to_the_sample(shelf, ref, start_s, end_s):
    work, song = replaced(ref, start_s, end_s)
    old = shelf.audio(ref)
    (_, before), (start, new), (end, after) = work.placed

    assert (type(before), type(new), type(after)) == (Kept, New, Kept)
    assert len(song.audio) == len(old) == work.frames
    assert np.array_equal(song.audio[:start], old[:start])
    assert np.array_equal(song.audio[end:], old[end:])
    assert np.abs(song.audio[start:end] - old[start:end]).max() > 0.1


@pytest.mark.parametrize(("ref", "start_s", "end_s"), RANGES)
def test_neither_a_click_nor_a_hole_is_heard_at_either_join(ref, start_s, end_s):
    work, song = replaced(ref, start_s, end_s)

    for join in (work.placed[1][0], work.placed[2][0]):
        assert joins.click(song.audio, join) < 1.5
        assert joins.hole(song.audio, join) < 6


@pytest.mark.parametrize(("ref", "start_s", "end_s"), RANGES)
def test_the_new_bars_are_as_loud_as_those_around_them(shelf, ref, start_s, end_s):
    work, song = replaced(ref, start_s, end_s)
    start, end = work.placed[1][0], work.placed[2][0]

    was = loudness(shelf.audio(ref)[start:end].T)
    assert loudness(song.audio[start:end].T) == pytest.approx(was, abs=2.5)
    assert song.true_peak <= -1.0


@pytest.mark.parametrize(("start_s", "end_s", "first", "last"), [
    (4.3, 13.7, 2, 6), (4.6, 13.3, 2, 6), (5.0, 10.9, 3, 4), (5.0, 6.0, 2, 3), (0.0, 4.6, 0, 2), (12.0, 99.0, 6, 8)
])  # fmt: skip
def test_the_whole_bars_within_the_range_are_replaced(shelf, start_s, end_s, first, last):
    work = replacing.replace(shelf, "track:sung", start_s=start_s, end_s=end_s, lyrics=RAIN, style="", seed=7)
    bar = bar_s(shelf, "track:sung")
    start, new = next((start, part) for start, part in work.placed if isinstance(part, New))

    assert start / RATE == pytest.approx(max(0.0, first * bar - 0.04), abs=1e-4)
    assert start / RATE + new.seconds == pytest.approx(last * bar - 0.04, abs=1e-4)


def test_the_chords_stay_and_the_tune_is_new(shelf):
    work, _ = replaced("track:sung", 4.3, 13.7)
    old, new = shelf.work("track:sung").song, work.parts[1].plan.song
    shift = (4.499 - work.parts[1].since_s - 0.04) * old.bpm / 60

    for bar in range(2, 6):
        there = next(item for item in old.sections if bar * 4 < item.end).chord_at(bar * 4)
        beat = bar * 4 - shift
        here = next(item for item in new.sections if beat + 0.01 < item.end).chord_at(beat + 0.01)
        assert here.pitch_classes == there.pitch_classes
    assert (new.bpm, new.tonic, new.mode) == (old.bpm, old.tonic, old.mode)
    tunes = [[note.pitch for line in song.lines for note in line.notes] for song in (old, new)]
    assert tunes[0] != tunes[1]


def test_given_words_take_the_place_of_the_old_ones_in_time_and_in_the_text(shelf):
    work, song = replaced("track:sung", 4.3, 13.7)
    start, end = work.placed[1][0] / RATE, work.placed[2][0] / RATE

    assert work.lyrics_text == (
        "[Verse]\nThe last train home is calling me\nRain on the window, rain on the floor\n\n"
        "[Chorus]\nHome is a river, home is a stone"
    )
    inside = [word for word in song.words if word.text in " ".join(RAIN.lines).split() and word.line > 0]
    assert len(inside) == 16
    assert all(start <= word.start_s < word.end_s <= end for word in inside)
    outside = [word for word in shelf.words("track:sung") if word.end_s < start]
    assert song.words[: len(outside)] == tuple(outside)
    assert [word.line for word in song.words] == [0] * 7 + [1] * 8 + [2] * 8


def test_sections_stay_where_they_were(shelf):
    _, song = replaced("track:sung", 4.3, 13.7)

    assert [item.name for item in song.sections] == ["Verse", "Chorus", "Outro"]
    assert all(a.end_s == b.start_s for a, b in zip(song.sections, song.sections[1:], strict=False))


def test_bars_that_were_sung_get_other_words_where_none_are_given(shelf):
    work = replacing.replace(shelf, "track:sung", start_s=0.0, end_s=9.1, lyrics=None, style="", seed=11)
    fresh = [line.text for line in work.parts[0].plan.song.lines]

    assert fresh
    assert "The last train home is calling me" not in work.lyrics_text
    assert "Oh carry me home, carry me home" in work.lyrics_text


def test_an_instrumental_gets_other_bars_of_the_same_band(shelf):
    work, song = replaced("track:band", 3.9, 8.2)
    old, new = shelf.work("track:band").song, work.parts[1].plan.song

    assert {track.name for track in new.tracks} <= {track.name for track in old.tracks}
    assert (song.words, work.lyrics_text) == ((), "")


def test_another_style_brings_other_players_for_these_bars_alone(shelf):
    work = replacing.replace(
        shelf, "track:band", start_s=3.9, end_s=8.2, lyrics=None, style="smoky jazz with saxophone", seed=3
    )

    assert work.parts[1].plan.song.genre == "jazz"
    assert (work.genre, work.style) == (shelf.work("track:band").genre, shelf.work("track:band").style)


def test_a_range_may_reach_across_an_earlier_join(shelf):
    replaced("track:sung", 4.3, 13.7)
    bar = bar_s(shelf, "track:sung")

    work = replacing.replace(
        shelf, "track:sung~", start_s=1 * bar, end_s=4 * bar, lyrics=RAIN, style="", seed=9
    )

    start, new = work.placed[1]
    assert start / RATE == pytest.approx(bar - 0.04, abs=1e-4)
    assert new.seconds == pytest.approx(3 * bar, abs=1e-4)
    old = shelf.work("track:sung").song
    chords = [chord.pitch_classes for section in new.plan.song.sections for chord in section.chords]
    assert chords == [chord.pitch_classes for section in old.sections for chord in section.chords][:5]


def test_bars_of_a_spliced_song_are_replaced_again(shelf):
    _, heard = replaced("track:sung", 4.3, 13.7)
    bar = bar_s(shelf, "track:sung")

    work = replacing.replace(
        shelf, "track:sung~", start_s=3 * bar, end_s=4 * bar, lyrics=None, style="", seed=9
    )
    song = work.render(shelf)

    assert len(song.audio) == len(heard.audio)
    assert work.placed[1][0] / RATE == pytest.approx(3 * bar - 0.04, abs=1e-4)
    assert np.array_equal(song.audio[: work.placed[1][0]], heard.audio[: work.placed[1][0]])
    assert works.load(json.loads(json.dumps(work.to_json()))) == work
