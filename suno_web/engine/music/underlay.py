"""Text underlay: words fitted to the notes of a tune that exists, as few of its notes changed as can be.

The singer has one note a syllable. A line with fewer syllables passes over the notes that matter least; one with more
strikes the longest notes again.
"""

from collections.abc import Sequence
from dataclasses import replace

from suno_web.engine.music.melody import TuneNote
from suno_web.engine.music.phrasing import FASTEST_SYLLABLE

# A tune is not recognised with more than this much of it changed.
MOST_MERGED, MOST_STRUCK = 2.2, 1.8
SHORTEST_BEATS = 0.25


def fitted(notes: Sequence[TuneNote], count: int, bpm: float) -> list[TuneNote] | None:
    """A note for each of so many syllables; None where the tune would have to change too much."""
    if not notes or not count / MOST_STRUCK <= len(notes) <= max(count * MOST_MERGED, count + 1):
        return None
    shortest = max(SHORTEST_BEATS, FASTEST_SYLLABLE * bpm / 60.0 - 0.03)
    line = _singable(list(notes), shortest)
    while len(line) > count:
        line = _without_the_least(line)
    while len(line) < count:
        longest = max(range(len(line)), key=lambda i: _room(line, i))
        if _room(line, longest) < 2 * shortest - 1e-6:
            return None
        line[longest : longest + 1] = _struck_twice(line, longest)
    return line


def octaves_into(notes: Sequence[TuneNote], low: int, high: int) -> int:
    """By how many octaves a tune moves to lie best between two pitches."""
    return min(
        range(-4, 5),
        key=lambda octaves: (
            sum(max(0, low - n.pitch - 12 * octaves, n.pitch + 12 * octaves - high) for n in notes),
            abs(sum(n.pitch + 12 * octaves - (low + high) / 2 for n in notes)),
        ),
    )


def within(pitch: int, low: int, high: int) -> int:
    """A pitch, by octaves brought between two others at least an octave apart."""
    while pitch > high:
        pitch -= 12
    while pitch < low:
        pitch += 12
    return pitch


def _singable(line: list[TuneNote], shortest: float) -> list[TuneNote]:
    """A line without notes too close together to say a syllable on each."""
    kept: list[TuneNote] = []
    for note in line:
        if kept and note.start - kept[-1].start < shortest - 1e-6:
            kept[-1] = replace(kept[-1], end=max(kept[-1].end, note.end))
        else:
            kept.append(note)
    return kept


def _without_the_least(line: list[TuneNote]) -> list[TuneNote]:
    """A line with one note fewer: the one least missed is swallowed by the note before it."""

    def weight(place: int) -> float:
        note, before = line[place], line[place - 1]
        strong = 1.0 if note.start % 2 == 0 else 0.6 if note.start % 1 == 0 else 0.0
        return note.end - note.start + strong + 0.15 * min(7, abs(note.pitch - before.pitch))

    least = min(range(1, len(line)), key=weight)
    swallowed = replace(line[least - 1], end=line[least].end)
    return [*line[: least - 1], swallowed, *line[least + 1 :]]


def _room(line: Sequence[TuneNote], place: int) -> float:
    """The beats that a note has until the next one, the rest after it counted by half."""
    note = line[place]
    until = line[place + 1].start if place + 1 < len(line) else note.end
    return (note.end - note.start) + 0.5 * max(0.0, until - note.end)


def _struck_twice(line: Sequence[TuneNote], place: int) -> tuple[TuneNote, TuneNote]:
    note = line[place]
    end = note.start + _room(line, place)
    middle = max(note.start + SHORTEST_BEATS, round((note.start + end) * 2) / 4)
    return replace(note, end=middle), replace(note, start=middle, end=end)
