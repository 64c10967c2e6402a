"""Which words are sung where in a form that stands already: of a cover's source, or of a backing to sing over.

Lyrics are cut into stanzas of a few lines, which are laid onto the sections in their order, kind on kind where that
can be (a shortest path over sections and stanzas). A section sung by nobody is played.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from suno_web.engine.music.form import Block, Form
from suno_web.engine.music.lyrics import Lyrics
from suno_web.engine.music.phrasing import Phrase, phrases
from suno_web.engine.music.score import Section

# Stanzas of four lines stay together where they can; short sections get a couplet or a line.
LINES_AT_ONCE = (4, 2, 1)
# From the slowest that does not drag to the fastest that does not blur.
PACES = (3.0, 2.0, 1.4, 1.0, 0.8, 0.55)
PLAYED = frozenset(("intro", "outro", "solo", "build"))
LEFT_OUT, UNSUNG, SPLIT, SHARED = 4.0, 0.8, 0.2, 0.3
MOST_TOGETHER = 8


@dataclass(frozen=True, slots=True)
class _Stanza:
    """A few lines of a section of lyrics. opens: it is that section's first."""

    kind: str
    lines: tuple[str, ...]
    first_line: int
    opens: bool


def place(lyrics: Lyrics, sections: Sequence[Section], bpm: float, tail: float) -> Form:
    """A form of these very sections with the words in them. Words that find no room are left out at the end.

    Lyrics that are over before half the form is are sung again.
    """
    tries = (_laid(lyrics, lines, sections, bpm) for lines in LINES_AT_ONCE)
    best: list[list[Phrase]] = []
    for laid in tries:
        if not best or len(_lines(laid)) > len(_lines(best)):
            best = laid
        if _lines(best) >= set(_spoken(lyrics)):
            break
    blocks = (
        Block(section.kind, section.name, section.bars, tuple(share))
        for section, share in zip(sections, best, strict=True)
    )
    return Form(tuple(blocks), bpm, tail)


def _laid(lyrics: Lyrics, together: int, sections: Sequence[Section], bpm: float) -> list[list[Phrase]]:
    """The phrases of each section if stanzas have so many lines."""
    stanzas = _stanzas(lyrics, together)
    room = sum(section.bars for section in sections if section.kind not in PLAYED)
    need = sum(_bars(stanza, 1.0, bpm) for stanza in stanzas)
    repeats = min(4, max(1, int(room * 0.8 / need))) if need else 1
    shares = _shares(stanzas * repeats, sections, bpm)
    return [_phrases(share, section.bars, bpm) for section, share in zip(sections, shares, strict=True)]


def _lines(laid: Sequence[Sequence[Phrase]]) -> set[int]:
    """Which lines are sung."""
    return {phrase.line for share in laid for phrase in share}


def _spoken(lyrics: Lyrics) -> Iterator[int]:
    """Which lines can be sung at all."""
    for number, line in enumerate(lyrics.lines):
        if any(phrases((line,), number, 1.0, 120.0)):
            yield number


def room_for(lyrics: Lyrics, sections: Sequence[Section], bpm: float) -> bool:
    """Whether all of the words fit the sections."""
    sung = _lines([block.phrases for block in place(lyrics, sections, bpm, 0.0).blocks])
    return sung >= set(_spoken(lyrics))


def _stanzas(lyrics: Lyrics, together: int) -> list[_Stanza]:
    found, number = list[_Stanza](), 0
    for section in lyrics.sections:
        for start in range(0, len(section.lines), together):
            lines = section.lines[start : start + together]
            stanza = _Stanza(section.name.casefold(), lines, number + start, not start)
            if any(phrases(lines, stanza.first_line, 1.0, 120.0)):
                found.append(stanza)
        number += len(section.lines)
    return found


def _bars(stanza: _Stanza, pace: float, bpm: float) -> int:
    return sum(phrase.bars for phrase in phrases(stanza.lines, stanza.first_line, pace, bpm))


def _shares(stanzas: Sequence[_Stanza], sections: Sequence[Section], bpm: float) -> list[list[_Stanza]]:
    """The stanzas of each section: the cheapest way to lay them down in their order."""
    easy = [0, *itertools.accumulate(_bars(stanza, 1.0, bpm) for stanza in stanzas)]
    least = [0, *itertools.accumulate(_bars(stanza, PACES[-1], bpm) for stanza in stanzas)]
    best: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, ())}
    for section in sections:
        row: dict[int, tuple[float, tuple[int, ...]]] = {}
        for since, (cost, path) in best.items():
            for until in range(since, min(len(stanzas), since + MOST_TOGETHER) + 1):
                if least[until] - least[since] > section.bars:
                    break
                total = cost + _strain(stanzas[since:until], section, easy[until] - easy[since])
                if until not in row or total < row[until][0]:
                    row[until] = (total, (*path, until))
        best = row
    _, path = min(best.values(), key=lambda item: item[0] + LEFT_OUT * (len(stanzas) - item[1][-1]))
    return [list(stanzas[since:until]) for since, until in itertools.pairwise((0, *path))]


def _strain(share: Sequence[_Stanza], section: Section, easy: int) -> float:
    """What it costs to sing these stanzas in this section."""
    if not share:
        return 0.0 if section.kind in PLAYED else UNSUNG
    crowded = max(0.0, easy / section.bars - 1.0)
    empty = 0.15 * max(0.0, section.bars / max(1, easy) - 2.0)
    elsewhere = sum(_mismatch(stanza.kind, section.kind) for stanza in share)
    joined = sum(SHARED for stanza in share[1:] if stanza.opens)
    return crowded + empty + elsewhere + joined + (0.0 if share[0].opens else SPLIT)


def _mismatch(words: str, section: str) -> float:
    if words == section:
        return 0.0
    if section in PLAYED:
        return 1.0
    return 0.6 if "chorus" in (words, section) else 0.3


def _phrases(share: Sequence[_Stanza], bars: int, bpm: float) -> list[Phrase]:
    """The lines of a section at the slowest pace at which they fit, stretched over its bars where they are few."""
    for pace in PACES:
        laid = [phrase for stanza in share for phrase in phrases(stanza.lines, stanza.first_line, pace, bpm)]
        if sum(phrase.bars for phrase in laid) <= bars:
            break
    while laid and 2 * sum(phrase.bars for phrase in laid) <= bars and max(p.bars for p in laid) < 4:
        laid = [replace(phrase, bars=2 * phrase.bars) for phrase in laid]
    return laid
