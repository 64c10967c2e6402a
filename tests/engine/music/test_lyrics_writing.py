"""Written lyrics: on theme, rhymed, even, the title in the chorus, nothing twice."""

import dataclasses
import re
from collections import Counter

import pytest

from suno_web.engine.music import embedding, lexicon, lyricist, words
from suno_web.engine.music.lyricist import frames, themes
from suno_web.engine.music.lyrics import Lyrics
from suno_web.engine.music.sounds import families
from suno_web.engine.music.understanding import understand

IDEAS = (
    "an upbeat synth-pop song about the last train home",
    "a sad folk ballad about losing my dog",
    "angry garage band anthem",
    "lullaby for a newborn",
    "epic metal about dragons",
    "how I met my wife",
    "christmas with my family, pop",
    "a jazz song",
)


def written(idea: str, seed: int = 3) -> Lyrics:
    return lyricist.write(understand(idea, seed=seed), seed=seed)


def couplets(lines: tuple[str, ...]) -> list[tuple[str, str]]:
    if len(lines) == 2:
        return [(lines[0], lines[1])]
    if words.rhymes(lines[0], lines[1]):
        return [(lines[0], lines[1]), (lines[2], lines[3])]
    return [(lines[0], lines[2]), (lines[1], lines[3])]


@pytest.mark.parametrize("idea", IDEAS)
def test_every_couplet_rhymes_and_every_line_can_be_sung_on_its_beat(idea):
    song = written(idea)

    for section in song.sections:
        pairs = (
            [(section.lines[1], section.lines[3])] if section.name == "Chorus" else couplets(section.lines)
        )
        assert all(words.rhymes(one, other) for one, other in pairs)
        assert all(6 <= words.count(line) <= 10 for line in section.lines)


@pytest.mark.parametrize("idea", IDEAS)
def test_no_line_comes_twice_outside_the_chorus_and_the_chorus_returns_word_for_word(idea):
    song = written(idea)
    once = Counter(line for section in song.sections if section.name != "Chorus" for line in section.lines)
    choruses = {section.lines for section in song.sections if section.name == "Chorus"}

    assert max(once.values()) == 1
    assert len(choruses) == 1


@pytest.mark.parametrize(
    ("idea", "title"),
    [
        ("an upbeat synth-pop song about the last train home", "Last Train Home"),
        ("a folk song about my grandmother's kitchen, at 90 bpm", "My Grandmother's Kitchen"),
        ("a song about the sea", "The Sea"),
        ("Parisian cafe morning", "Parisian Cafe Morning"),
    ],
)
def test_the_title_is_what_the_song_is_about_and_the_chorus_sings_it(idea, title):
    song = written(idea)
    chorus = " ".join(next(section.lines for section in song.sections if section.name == "Chorus"))

    assert song.title == title
    assert title.casefold() in chorus.casefold()


def test_a_given_title_is_kept_and_sung():
    song = lyricist.write(understand("a rock song", title="Paper Tigers"), seed=1)

    assert song.title == "Paper Tigers"
    assert "paper tigers" in song.text.casefold()


def test_the_words_are_on_the_theme_of_the_request():
    sung = set(re.findall(r"[a-z]+", written(IDEAS[0]).text.lower()))

    assert (
        len(sung & {"train", "station", "platform", "rails", "ticket", "towns", "line", "road", "home"}) >= 3
    )


def test_the_form_follows_the_genre_and_the_length():
    long_song = [section.name for section in written(IDEAS[0]).sections]
    short_song = [section.name for section in written("a pop song about rain, 60 seconds").sections]

    assert long_song == ["Verse", "Pre-Chorus", "Chorus", "Verse", "Pre-Chorus", "Chorus", "Bridge", "Chorus"]
    assert short_song == ["Verse", "Chorus"]


def test_the_same_seed_writes_the_same_and_others_differ():
    assert written(IDEAS[0], seed=5) == written(IDEAS[0], seed=5)
    assert len({variant.text for variant in lyricist.variants("a song about the sea", 4, seed=1)}) == 4


def test_there_is_a_title_for_an_instrumental():
    brief = understand("calm piano music", instrumental=True)

    assert lyricist.title(brief, seed=2) in {
        name for theme in themes.all_themes() for name, _ in theme.titles
    }


@pytest.mark.parametrize(
    "idea",
    ["", "🙂", "你好世界的歌", "x" * 4000, "a song about " + "very " * 60 + "much", "about about about"],
)
def test_any_idea_gets_words(idea):
    assert len(written(idea).sections) >= 2


def test_every_theme_and_mood_has_lines_enough_for_the_longest_form():
    brief = understand(IDEAS[0])
    for theme in themes.all_themes():
        for mood in ("sad", "happy"):
            idea = f"a song about {theme.about.split(',')[0]}"
            song = lyricist.write(dataclasses.replace(brief, idea=idea, mood=mood, genre="pop"), seed=1)
            assert len(song.sections) >= 7


def test_each_theme_is_found_by_its_own_description():
    assert all(themes.choose(theme.about, "", seed=0) == theme for theme in themes.all_themes())


def test_there_are_lines_enough_and_every_one_has_a_rhyme():
    verse = {frame.text for family in frames.families("verse").values() for frame in family}
    chorus = {frame.text for family in frames.families("chorus").values() for frame in family}

    assert len(verse) >= 200
    assert len(chorus) >= 80


def test_deeds_are_put_into_the_participle():
    assert [themes.doing(deed) for deed in ("run home", "ride on", "carry me", "lie still", "see you", "dance")] == [
        "running home", "riding on", "carrying me", "lying still", "seeing you", "dancing",
    ]  # fmt: skip


def test_the_vectors_of_all_described_songs_themes_and_sounds_are_vendored():
    """Else every process would embed them again: run tools/embed_known_texts.py."""
    described = {song.text for song in lexicon.prototypes()} | {theme.about for theme in themes.all_themes()}
    described |= {family.about for family in families.families().values()}

    assert set(embedding._known()) == described
