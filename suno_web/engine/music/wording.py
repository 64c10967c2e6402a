"""The words of a take that is put together from several: where they are heard, and the text they make."""

from collections.abc import Sequence
from dataclasses import replace

from suno_web.engine.music.lyrics import SECTION_NAMES, Lyrics, LyricSection
from suno_web.engine.music.rendered import SectionTime
from suno_web.engine.music.score import Song, TimedWord


def within(words: Sequence[TimedWord], since: float, until: float, start: float) -> tuple[TimedWord, ...]:
    """The words that begin between two seconds, as they are heard when that stretch begins at another second.

    Consonants sung ahead of the first beat belong to it, so a word is placed by its middle.
    """
    moved = start - since
    return tuple(
        replace(
            word,
            start_s=round(max(word.start_s, since) + moved, 3),
            end_s=round(min(word.end_s, until) + moved, 3),
        )
        for word in words
        if since <= (word.start_s + word.end_s) / 2 < until
    )


def counted(parts: Sequence[Sequence[TimedWord]]) -> tuple[TimedWord, ...]:
    """The words of all parts in order, their lines counted through from 0."""
    told, number, latest = list[TimedWord](), -1, None
    for index, words in enumerate(parts):
        for word in words:
            if (index, word.line, word.section) != latest:
                number, latest = number + 1, (index, word.line, word.section)
            told.append(replace(word, line=number))
    return tuple(told)


def written(song: Song) -> tuple[TimedWord, ...]:
    """A song's words as its score has them: each from its first note to its last."""
    told = list[TimedWord]()
    for line in song.lines:
        place = 0
        for text, _, syllables in line.words:
            notes = line.notes[place : place + syllables]
            place += syllables
            if notes:
                start, end = song.second(notes[0].start), song.second(notes[-1].end)
                told.append(TimedWord(text, start, end, line.line, song.sections[line.section].name))
    return tuple(told)


def text(words: Sequence[TimedWord], sections: Sequence[SectionTime]) -> str:
    """The lyrics that words make: a line for each number, a part for each section they are sung in."""
    blocks = list[tuple[tuple[str, int], list[str]]]()
    latest = -1
    for word in words:
        middle = (word.start_s + word.end_s) / 2
        place = sum(item.start_s <= middle for item in sections)
        if word.line == latest:
            blocks[-1][1][-1] += f" {word.text}"
            continue
        if not blocks or blocks[-1][0] != (word.section, place):
            blocks.append(((word.section, place), []))
        blocks[-1][1].append(word.text)
        latest = word.line
    return Lyrics("", tuple(LyricSection(_name(name), tuple(lines)) for (name, _), lines in blocks)).text


def _name(section: str) -> str:
    return section if section in SECTION_NAMES else "Verse"
