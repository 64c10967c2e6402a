"""Putting a spliced work together: its name, its style, its sections and the text of its words."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from suno_web.engine.music import passages, wording
from suno_web.engine.music.brief import Brief
from suno_web.engine.music.production import Plan
from suno_web.engine.music.score import Song, TimedWord
from suno_web.engine.music.shelf import Shelf
from suno_web.engine.music.splicing import Kept, Part, SplicedWork
from suno_web.engine.music.synth import RATE

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
        plan.genre,
        plan.mood,
        "",
        (),
        seed,
    )
    found = [
        section for passage in passages.of_parts(shelf, bare) for section in passages.sections_within(passage)
    ]
    # A join lies a moment before its bar line; sections follow each other without that gap.
    ends = [
        later.start_s if later.start_s - item.end_s < 0.1 else item.end_s for item, later in pairwise(found)
    ]
    sections = tuple(
        replace(item, end_s=end)
        for item, end in zip(found, [*ends, *(item.end_s for item in found[-1:])], strict=True)
    )
    told = list(_told(shelf, bare))
    return replace(bare, sections=sections, lyrics_text=wording.text(wording.counted(told), sections))


def breathing(song: Song) -> Song:
    """A song whose first syllable leaves room for its consonants."""
    if not song.lines or song.lines[0].notes[0].start >= BREATH:
        return song
    first, *others = song.lines
    note = first.notes[0]
    late = min(BREATH, (note.end - note.start) / 2)
    begun = replace(first, notes=(replace(note, start=note.start + late), *first.notes[1:]))
    return replace(song, lines=(begun, *others))


def _told(shelf: Shelf, spliced: SplicedWork) -> Iterator[tuple[TimedWord, ...]]:
    """The words of each part, those of new ones as they are written."""
    for frame, part in spliced.placed:
        start = frame / RATE
        if isinstance(part, Kept):
            yield wording.within(shelf.words(part.ref), part.start_s, part.end_s, start)
        else:
            words = wording.written(part.plan.song)
            yield wording.within(words, part.since_s, part.since_s + part.seconds, start)
