"""How words are said: syllables, rhymes, sung sounds."""

import pytest

from suno_web.engine.music import words
from suno_web.engine.music.words import Word


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("walking through the city lights tonight", 9),
        ("I'm a fool to read an old letter", 9),
        ("1999", 5),
        ("oh yeah, ooh la la", 5),
        ("runnin' and gunnin'", 5),
        ("sooo looong", 2),
        ("", 0),
        ("— … !", 0),
        ("你好 world", 1),
    ],
)
def test_syllables_are_counted_as_they_are_sung(line, count):
    assert words.count(line) == count


def test_words_are_said_as_their_context_has_it():
    assert [word.phonemes for word in words.syllables("the end")] == ["ði", "ˈɛnd"]
    assert [word.phonemes for word in words.syllables("the sea")] == ["ðə", "sˈi"]
    assert [word.phonemes for word in words.syllables("to read")][1] != words.syllables("I read it")[
        1
    ].phonemes


def test_every_word_with_a_letter_is_kept_as_written():
    assert words.syllables("(Ooh) love — 你好!") == [
        Word("(Ooh)", "ˈu", 1),
        Word("love", "lˈʌv", 1),
        Word("你好!", "", 0),
    ]


@pytest.mark.parametrize(
    ("one", "other", "rhyme"),
    [
        ("into the night", "hold me tight", True),
        ("set my heart on fire", "my one desire", True),
        ("far away", "here to stay", True),
        ("in the night", "all the night", False),
        ("my love", "my heart", False),
        ("", "", False),
    ],
)
def test_lines_rhyme_by_sound_and_not_by_the_same_word(one, other, rhyme):
    assert words.rhymes(one, other) is rhyme
