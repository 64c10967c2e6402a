"""What the composer decides: forms that follow lyrics and lengths, singable lines, bands that obey."""

import json
from dataclasses import replace
from itertools import pairwise

import pytest

from suno_web.engine.music import composer, genres, lyrics, production, theory
from suno_web.engine.music.brief import Brief
from suno_web.engine.music.vocalline import LONGEST_LAST_VOWEL, RANGES

WORDS = lyrics.parse(
    """[Verse]
The last train home is leaving soon tonight
I see the window and the silver light
We wander over all the quiet town
And every shadow starts to settle down

[Pre-Chorus]
Wait for me, wait for me
Under the station clock

[Chorus]
Oh carry me home, carry me home
Under the neon and over the stone

[Bridge]
Slow down

[Chorus]
Oh carry me home, carry me home
Under the neon and over the stone
""",
    "Last Train",
)


def brief(genre: str = "pop", **changes: object) -> Brief:
    return replace(Brief("the last train home", genre, "hopeful", 0.6, voice="none"), **changes)


def sung(text: str, genre: str = "pop", **changes: object):
    return production.plan(brief(genre, voice="female", **changes), lyrics.parse(text), seed=1).song


@pytest.mark.parametrize("genre", genres.GENRES)
@pytest.mark.parametrize("seconds", [20.0, 65.0, 150.0, 240.0])
def test_an_instrumental_is_as_long_as_was_asked(genre, seconds):
    song = composer.compose(brief(genre, seconds=seconds), None, seed=2)

    assert song.seconds == pytest.approx(seconds, rel=0.08)


@pytest.mark.parametrize("genre", genres.GENRES)
def test_a_song_of_unsaid_length_takes_two_to_three_minutes(genre):
    assert 100 < composer.compose(brief(genre), None, seed=3).seconds < 200


@pytest.mark.parametrize("seconds", [75.0, 120.0, 180.0])
@pytest.mark.parametrize("bpm", [None, 84.0, 140.0])
def test_given_lyrics_are_fitted_to_the_length_that_was_asked(seconds, bpm):
    plan = production.plan(brief("pop", voice="female", seconds=seconds, bpm=bpm), WORDS, seed=4)

    assert plan.seconds == pytest.approx(seconds, rel=0.08)
    assert bpm is None or plan.song.bpm == bpm


def test_each_section_of_the_lyrics_becomes_a_section_of_the_song():
    song = production.plan(brief(voice="female"), WORDS, seed=5).song

    names = [song.sections[line.section].name for line in song.lines]
    order = [name for number, name in enumerate(names) if number == 0 or names[number - 1] != name]
    assert order[:5] == ["Verse", "Pre-Chorus", "Chorus", "Bridge", "Chorus"]


@pytest.mark.parametrize(
    "text",
    [
        "Hello",
        "one line and nothing else",
        "[Chorus]\nsing it again\n\n" * 5,
        "supercalifragilisticexpialidocious " * 12,
        "na " * 1000,
        "a line that goes on and on until nobody could sing it in a single breath of any length " * 10,
    ],
    ids=["a word", "a line", "choruses only", "long words", "3000 letters", "one long line"],
)
@pytest.mark.parametrize("bpm", [62.0, 174.0])
def test_no_word_of_given_lyrics_is_dropped(text, bpm):
    song = sung(text, bpm=bpm, seconds=60.0)

    said = " ".join(word[0] for line in song.lines for word in line.words)
    assert " ".join(lyrics.parse(text).lines) in said


def test_every_syllable_has_its_note_in_order_within_the_range_of_the_voice():
    for voice in ("female", "male"):
        song = production.plan(brief(voice=voice), WORDS, seed=6).song
        low, high = RANGES[voice]

        for line in song.lines:
            assert len(line.notes) == sum(syllables for _, _, syllables in line.words)
            assert all(low <= note.pitch <= high for note in line.notes)
            starts = [note.start for note in line.notes]
            assert starts == sorted(set(starts))
            assert all(note.end > note.start for note in line.notes)
        ends = [(line.notes[0].start, line.notes[-1].end) for line in song.lines]
        assert all(end < start for (_, end), (start, _) in pairwise(ends))


def test_syllables_follow_each_other_at_a_pace_that_can_be_sung():
    song = production.plan(brief("synthpop", voice="female"), WORDS, seed=7).song

    gaps = [
        song.second(later.start - note.start)
        for line in song.lines
        for note, later in zip(line.notes, line.notes[1:], strict=False)
    ]
    lengths = [song.second(note.end - note.start) for line in song.lines for note in line.notes]
    assert min(gaps) > 0.15
    assert sum(0.17 <= gap <= 0.62 for gap in gaps) > 0.9 * len(gaps)
    assert max(lengths) <= LONGEST_LAST_VOWEL + 0.01


def test_the_tune_rests_on_the_chords():
    song = production.plan(brief(voice="female"), WORDS, seed=8).song
    on_beats = [
        note.pitch % 12 in song.sections[line.section].chord_at(note.start).pitch_classes
        for line in song.lines
        for note in line.notes
        if note.start % 1 == 0
    ]

    assert sum(on_beats) > 0.85 * len(on_beats)


def test_the_chorus_is_sung_higher_than_the_verse():
    means = {"verse": list[int](), "chorus": list[int]()}
    for seed in range(6):
        song = production.plan(brief(voice="female"), WORDS, seed=seed).song
        for line in song.lines:
            kind = song.sections[line.section].kind
            if kind in means:
                means[kind] += [note.pitch for note in line.notes]

    assert sum(means["chorus"]) / len(means["chorus"]) > sum(means["verse"]) / len(means["verse"]) + 1


@pytest.mark.parametrize("genre", genres.GENRES)
def test_without_drums_means_without_drums(genre):
    song = composer.compose(brief(genre, unwanted=("drums",)), None, seed=9)

    assert not [
        track.name for track in song.tracks if track.stem in ("drums", "percussion") and track.name != "vibes"
    ]
    assert len(song.tracks) >= 2


@pytest.mark.parametrize("genre", genres.GENRES)
def test_an_instrument_that_was_asked_for_plays(genre):
    song = composer.compose(brief(genre, wanted=("sax",)), None, seed=10)

    assert [track for track in song.tracks if track.sound in ("gm:65", "gm:66") or "sax" in track.name]


def test_someone_still_plays_chords_when_all_usual_players_are_unwanted():
    song = composer.compose(brief("piano", unwanted=("piano", "strings", "guitar")), None, seed=11)

    assert song.tracks


def test_key_tempo_and_mode_are_as_asked():
    song = composer.compose(brief("rock", bpm=133.0, tonic=9, mode="dorian"), None, seed=12)

    assert (song.bpm, theory.key_name(song.tonic, song.mode)) == (133.0, "A dorian")


@pytest.mark.parametrize("genre", genres.GENRES)
def test_the_same_seed_decides_the_same_and_another_decides_otherwise(genre):
    one, again, other = (
        production.plan(brief(genre, voice="female"), WORDS, seed=seed).song for seed in (1, 1, 2)
    )

    assert one == again
    assert [line.notes for line in one.lines] != [line.notes for line in other.lines]
    chords = [
        [chord.degree for section in song.sections for chord in section.chords] for song in (one, other)
    ]
    assert chords[0] != chords[1] or [t.sound for t in one.tracks] != [t.sound for t in other.tracks]
    assert [track.notes for track in one.tracks] != [track.notes for track in other.tracks]


def test_a_song_made_longer_keeps_its_first_part_note_by_note():
    short = production.plan(brief(voice="female", bpm=112.0), WORDS, seed=13).song
    longer_words = replace(
        WORDS, sections=(*WORDS.sections, lyrics.LyricSection("Verse", ("And on we go again",)))
    )
    longer = production.plan(brief(voice="female", bpm=112.0), longer_words, seed=13).song
    shared = short.sections[3].end

    assert [section.chords for section in short.sections[:4]] == [
        section.chords for section in longer.sections[:4]
    ]
    for track, same in zip(short.tracks, longer.tracks, strict=True):
        assert [n for n in track.notes if n.start < shared - 1] == [
            n for n in same.notes if n.start < shared - 1
        ]


def test_weirdness_brings_chords_from_outside_the_key():
    def strangers(weirdness: float) -> int:
        count = 0
        for seed in range(8):
            song = composer.compose(brief("pop", mode="major", weirdness=weirdness), None, seed=seed)
            own = set(theory.scale(song.tonic, song.mode))
            count += sum(not own.issuperset(c.pitch_classes) for s in song.sections for c in s.chords)
        return count

    assert strangers(0.0) == 0 < strangers(1.0)


@pytest.mark.parametrize("genre", genres.GENRES)
def test_a_plan_survives_json(genre):
    plan = production.plan(brief(genre, voice="male"), WORDS, seed=14)

    assert production.Plan.from_json(json.loads(json.dumps(plan.to_json()))) == plan


def test_lyrics_nobody_can_sing_make_an_instrumental():
    plan = production.plan(brief(voice="female"), lyrics.parse("你好"), seed=15)

    assert (plan.song.lines, plan.song.voice) == ((), "none")
