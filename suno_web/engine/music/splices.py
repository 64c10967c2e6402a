"""Putting a spliced work together: its name, its style, its sections and the text of its words."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from suno_web.engine.music import passages, wording
from suno_web.engine.music.brief import Brief
from suno_web.engine.music.production import Plan
from suno_web.engine.music.rendered import SectionTime
from suno_web.engine.music.score import Song, TimedWord
from suno_web.engine.music.shelf import Shelf
from suno_web.engine.music.splicing import Kept, Part, SplicedWork
from suno_web.engine.music.synth import RATE

# Sections closer to each other than this (seconds) have a join between them.
JOINT_S = 0.1
# A first syllable comes this late (beats): its consonants need room behind the join.
BREATH = 0.25


def work(
    shelf: Shelf, parts: Sequence[Part], *, source: str, brief: Brief | None, plan: Plan, seed: int
) -> SplicedWork:
    """A work of some parts. brief: the request, None where it asks for nothing but more of the same."""
    known = shelf.work(source)
    bare = SplicedWork(
        tuple(parts),
        (brief.title if brief else None) or (known.title if known else "") or plan.title,
        (brief.style if brief else "") or (known.style if known else plan.style),
        known.genre if known and not brief else plan.genre,
        known.mood if known and not brief else plan.mood,
        "",
        (),
        seed,
    )
    sections = tuple(_sections(shelf, bare, source))
    told = list(_told(shelf, bare))
    return replace(bare, sections=sections, lyrics_text=wording.text(wording.counted(told), sections))


def told_apart(song: Song) -> Song:
    """A song whose lines have numbers of their own, so that a chorus heard twice is twice as many lines."""
    numbers = dict[tuple[int, int], int]()
    for line in song.lines:
        numbers.setdefault((line.section, line.line), len(numbers))
    lines = tuple(replace(line, line=numbers[line.section, line.line]) for line in song.lines)
    return replace(song, lines=lines)


def breathing(song: Song) -> Song:
    """A song whose first syllable leaves room for its consonants."""
    if not song.lines or song.lines[0].notes[0].start >= BREATH:
        return song
    first, *others = song.lines
    note = first.notes[0]
    late = min(BREATH, (note.end - note.start) / 2)
    begun = replace(first, notes=(replace(note, start=note.start + late), *first.notes[1:]))
    return replace(song, lines=(begun, *others))


def _sections(shelf: Shelf, spliced: SplicedWork, source: str) -> Iterator[SectionTime]:
    """The sections of all parts without the gaps that joins leave, those whole that a join cuts in two."""
    old = passages.sections(shelf, source)
    found = [
        section
        for passage in passages.of_parts(shelf, spliced)
        for section in passages.sections_within(passage)
    ]
    joined = list[SectionTime]()
    for section in found:
        latest = joined[-1] if joined else None
        if latest and section.start_s - latest.end_s < JOINT_S:
            inside = any(item.start_s + JOINT_S < section.start_s < item.end_s - JOINT_S for item in old)
            if inside and (latest.name, latest.kind) == (section.name, section.kind):
                joined[-1] = replace(latest, end_s=section.end_s)
                continue
            joined[-1] = replace(latest, end_s=section.start_s)
        joined.append(section)
    yield from joined


def _told(shelf: Shelf, spliced: SplicedWork) -> Iterator[tuple[TimedWord, ...]]:
    """The words of each part, those of new ones as they are written."""
    for frame, part in spliced.placed:
        start = frame / RATE
        if isinstance(part, Kept):
            yield wording.within(shelf.words(part.ref), part.start_s, part.end_s, start)
        else:
            words = wording.written(part.plan.song)
            yield wording.within(words, part.since_s, part.since_s + part.seconds, start)
