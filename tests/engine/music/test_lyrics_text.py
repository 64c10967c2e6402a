"""Lyrics as people write them, and words that are refused."""

import pytest

from suno_web.engine.music import lyrics
from suno_web.engine.music.lyrics import Lyrics, LyricSection


def test_marked_lyrics_are_read_and_written_back():
    text = "[Verse]\nhello\nworld\n\n[Chorus]\nla la\n\n[Bridge]\nand so"

    read = lyrics.parse(text, title=" Song ")

    assert read == Lyrics(
        "Song",
        (
            LyricSection("Verse", ("hello", "world")),
            LyricSection("Chorus", ("la la",)),
            LyricSection("Bridge", ("and so",)),
        ),
    )
    assert read.text == text


@pytest.mark.parametrize(
    ("mark", "name"),
    [
        ("[VERSE 2]", "Verse"),
        ("(Chorus)", "Chorus"),
        ("Verse 1:", "Verse"),
        ("**Chorus**", "Chorus"),
        ("# Bridge", "Bridge"),
        ("[verse: soft female vocal]", "Verse"),
        ("[Hook]", "Chorus"),
        ("{refrain}", "Chorus"),
        ("[Pre-Chorus]", "Pre-Chorus"),
        ("[pre chorus 1]", "Pre-Chorus"),
        ("[Intro]", "Intro"),
        ("[Outro | fade]", "Outro"),
        ("<Middle Eight>", "Bridge"),
    ],
)
def test_section_marks_of_any_fashion_are_known(mark, name):
    assert lyrics.parse(f"{mark}\na line here").sections == (LyricSection(name, ("a line here",)),)


def test_unmarked_text_is_a_verse_for_each_block():
    assert lyrics.parse("a\nb\r\n\r\nc").sections == (
        LyricSection("Verse", ("a", "b")),
        LyricSection("Verse", ("c",)),
    )


def test_an_empty_chorus_mark_repeats_the_chorus():
    assert lyrics.parse("[Chorus]\nla la\n[Verse]\nx\n[Chorus]").sections[-1] == LyricSection(
        "Chorus", ("la la",)
    )


def test_a_played_part_has_no_lines():
    assert lyrics.parse("[Verse]\nx\n[Guitar Solo]\n[Outro]").sections[1:] == (
        LyricSection("Bridge"),
        LyricSection("Outro"),
    )


def test_directions_are_dropped_and_backing_voices_stay():
    read = lyrics.parse("[Verse]\n[whispered] come (come) closer {x2}\n[tempo change]\nnow")

    assert read.lines == ("come (come) closer", "now")


@pytest.mark.parametrize("text", ["", "\n\n", "[", "[]", "()", "🙂", "[Verse]", "x" * 5000])
def test_any_text_can_be_read(text):
    assert isinstance(lyrics.parse(text), Lyrics)


def test_blocked_phrases_are_found_whatever_their_case_and_spacing():
    assert lyrics.blocked("they shout HEIL   Hitler again") == "heil hitler"


@pytest.mark.parametrize(
    "text", ["a song about war and love", "classic bass assassin", "", "Scunthorpe kite festival"]
)
def test_ordinary_words_are_not_blocked(text):
    assert lyrics.blocked(text) is None
