"""Synced words as files for players."""

from suno_web.studio import lyricfiles

WORDS = [
    {"word": "[Verse]\nTide ", "startS": 1.0, "endS": 1.4},
    {"word": "goes ", "startS": 1.4, "endS": 1.8},
    {"word": "out\n", "startS": 1.8, "endS": 2.5},
    {"word": "Slow", "startS": 61.25, "endS": 62.0},
    {"word": "ly\n\n[Chorus]\n", "startS": 62.0, "endS": 62.5},
    {"word": "Home", "startS": 70.0, "endS": 70.1},
]


def test_an_lrc_file_has_a_time_before_every_line_and_no_section_marks():
    assert lyricfiles.lrc(WORDS, title="Low tide", seconds=91.5).splitlines() == [
        "[ti:Low tide]",
        "[length:01:31.50]",
        "[00:01.00]Tide goes out",
        "[01:01.25]Slow ly",
        "[01:10.00]Home",
    ]


def test_an_srt_file_shows_each_line_while_it_is_sung_and_long_enough_to_be_seen():
    assert lyricfiles.srt(WORDS).split("\n\n") == [
        "1\n00:00:01,000 --> 00:00:02,500\nTide goes out",
        "2\n00:01:01,250 --> 00:01:02,500\nSlow ly",
        "3\n00:01:10,000 --> 00:01:10,300\nHome\n",
    ]


def test_no_words_are_no_lines():
    assert lyricfiles.lines([]) == []
