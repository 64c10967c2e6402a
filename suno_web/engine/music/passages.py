"""Which of the engine's own songs sounds where in a take, through everything the take was put together from."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from suno_web.engine.music import cutting
from suno_web.engine.music.production import Plan
from suno_web.engine.music.rendered import SectionTime
from suno_web.engine.music.score import BEATS_PER_BAR, Song
from suno_web.engine.music.shelf import Shelf
from suno_web.engine.music.splicing import Kept, New, SplicedWork
from suno_web.engine.music.synth import RATE

# New parts begin and end this long before a bar line: players are early now and then, and a stroke must be whole.
AHEAD_S = 0.04


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a take, in its seconds, and the plan it was rendered from. zero_s: where the plan's audio
    begins, or would if all of it were there."""

    plan: Plan
    start_s: float
    end_s: float
    zero_s: float

    @property
    def song(self) -> Song:
        return self.plan.song

    @property
    def bar_s(self) -> float:
        return BEATS_PER_BAR * 60.0 / self.song.bpm

    @property
    def bars(self) -> int:
        return round(self.song.beats / BEATS_PER_BAR)

    @property
    def bars_heard(self) -> tuple[int, int]:
        """The first bar of the song that is in the take, and the one after the last."""
        first, last = (
            round((second + AHEAD_S - self.zero_s) / self.bar_s) for second in (self.start_s, self.end_s)
        )
        return max(0, first), min(self.bars, last)

    def bar_line(self, bar: int) -> float:
        """The second of a bar line of the song, bars counted from 0."""
        return self.zero_s + bar * self.bar_s


def through(shelf: Shelf, ref: str) -> tuple[Passage, ...]:
    """The passages of a take in order; audio from elsewhere has none, and leaves gaps."""
    work = shelf.work(ref)
    if isinstance(work, Plan):
        return (Passage(work, 0.0, work.seconds, 0.0),)
    return tuple(of_parts(shelf, work)) if isinstance(work, SplicedWork) else ()


def at(shelf: Shelf, ref: str, second: float) -> Passage | None:
    """The passage heard at a second, the last one after the end; None where it is audio from elsewhere."""
    found = None
    for passage in through(shelf, ref):
        if passage.start_s <= second + AHEAD_S:
            found = passage
    work = shelf.work(ref)
    whole = work.seconds if work else 0.0
    # What lies between passages is foreign; the end of the take belongs to the last of them.
    beyond = found is not None and second > found.end_s + AHEAD_S and found.end_s < whole - AHEAD_S
    return None if beyond else found


def together(shelf: Shelf, ref: str, second: float) -> tuple[Song, float] | None:
    """The score heard around a second as one song, through all joins of parts on one grid, and the second of its
    beat 0; None for audio from elsewhere. It is in the manner of the passage at the second."""
    here = at(shelf, ref, second)
    if not here:
        return None
    every = through(shelf, ref)
    first = last = every.index(here)
    while first > 0 and _follows(every[first - 1], every[first]):
        first -= 1
    while last + 1 < len(every) and _follows(every[last], every[last + 1]):
        last += 1
    run = every[first : last + 1]
    if len(run) == 1:
        return here.song, here.zero_s
    pieces = [cutting.bars(passage.song, *passage.bars_heard) for passage in run]
    whole = cutting.together([piece for piece in pieces if piece.sections], here.song)
    return whole, run[0].bar_line(run[0].bars_heard[0])


def _follows(one: Passage, other: Passage) -> bool:
    """Whether a passage goes straight on after another on its bar lines."""
    apart = (other.zero_s - one.zero_s) / one.bar_s
    return (
        other.start_s - one.end_s < AHEAD_S
        and abs(one.song.bpm - other.song.bpm) < 0.001
        and abs(apart - round(apart)) * one.bar_s < AHEAD_S / 4
    )


def sections(shelf: Shelf, ref: str) -> tuple[SectionTime, ...]:
    """Where the sections of a take lie in its audio."""
    work = shelf.work(ref)
    if isinstance(work, SplicedWork):
        return work.sections
    return tuple(section for passage in through(shelf, ref) for section in sections_within(passage))


def sections_within(passage: Passage) -> Iterator[SectionTime]:
    """A passage's sections in the seconds of the take."""
    song = passage.song
    for item in song.sections:
        start = max(passage.start_s, passage.zero_s + song.second(item.start))
        end = min(passage.end_s, passage.zero_s + song.second(item.end))
        # A passage begins a moment before its bar line; that moment is no section.
        if end - start > 2 * AHEAD_S:
            yield SectionTime(item.name, item.kind, round(start, 3), round(end, 3))


def of_parts(shelf: Shelf, work: SplicedWork) -> Iterator[Passage]:
    """The passages of a work that need not be on the shelf itself."""
    for frame, part in work.placed:
        start, end = frame / RATE, (frame + part.frames) / RATE
        match part:
            case New():
                yield Passage(part.plan, start, end, start - part.since_s)
            case Kept():
                moved = start - part.start_s
                for inner in through(shelf, part.ref):
                    since, until = max(inner.start_s, part.start_s), min(inner.end_s, part.end_s)
                    if since < until:
                        yield replace(
                            inner, start_s=since + moved, end_s=until + moved, zero_s=inner.zero_s + moved
                        )
