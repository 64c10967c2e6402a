"""The form of a song: which sections in which order, how many bars each, which line is sung where.

Lyrics decide it where there are any: each of their sections becomes one of the song's, and each line gets
the bars it needs to be sung at a natural pace. A wanted length is met by the tempo, the played sections
around the sung ones and the pace of the lines; words are never dropped for it.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from suno_web.engine.music.genres.genre import Genre
from suno_web.engine.music.lyrics import Lyrics, LyricSection
from suno_web.engine.music.phrasing import Phrase, phrases, strain
from suno_web.engine.music.words import syllables

USUAL_SECONDS = 150.0
SHORTEST_TAIL, LONGEST_TAIL = 1.2, 4.5
KINDS = {
    "I": "intro",
    "V": "verse",
    "P": "pre-chorus",
    "R": "build",
    "C": "chorus",
    "B": "bridge",
    "S": "solo",
    "O": "outro",
}
NAMES = {
    "intro": "Intro",
    "verse": "Verse",
    "pre-chorus": "Pre-Chorus",
    "build": "Build",
    "chorus": "Chorus",
    "bridge": "Bridge",
    "solo": "Solo",
    "outro": "Outro",
}


@dataclass(frozen=True, slots=True)
class Block:
    """A section before it has harmony. line: number of its first lyric line; bars >= the phrases' bars."""

    kind: str
    name: str
    bars: int
    phrases: tuple[Phrase, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """A form at a tempo."""

    blocks: tuple[Block, ...]
    bpm: float
    tail: float

    @property
    def bars(self) -> int:
        return sum(block.bars for block in self.blocks)

    @property
    def seconds(self) -> float:
        return self.bars * 240.0 / self.bpm + self.tail


@dataclass(frozen=True, slots=True)
class Frame:
    """What a form must keep to. free_bpm: the tempi it may choose from, low and high alike when given.

    usual: the seconds to aim at where none are given; opens: it begins with an introduction, as what continues a
    song does not.
    """

    genre: Genre
    bpm: float
    free_bpm: tuple[float, float]
    seconds: float | None
    tail: float
    usual: float = USUAL_SECONDS
    opens: bool = True

    @property
    def wanted(self) -> float:
        return self.seconds or self.usual


def played(frame: Frame, forms: Sequence[Sequence[str]] = ()) -> Form:
    """The form of an instrumental. forms: kinds of sections to choose from, the genre's own without them."""
    wanted = frame.wanted
    candidates = (
        tuple(Block(kind, NAMES[kind], bars) for kind, bars in zip(kinds, sizes, strict=True))
        for kinds in forms or _instrumental_kinds(frame)
        for sizes in _sizes(frame.genre, kinds)
    )
    return _fit(min(candidates, key=lambda blocks: _misfit(blocks, frame, wanted)), frame, wanted)


def sung(lyrics: Lyrics, frame: Frame, *, droppable: bool = False) -> Form:
    """The form that lyrics ask for. droppable: whole sections may be left out to meet a length.

    Lyrics without a word that can be sung get the form of an instrumental.
    """
    sections = [section for section in lyrics.sections if section.lines or section.name != "Verse"]
    if not any(word.syllables for section in sections for line in section.lines for word in syllables(line)):
        return played(frame)
    wanted = frame.wanted
    options = list(_sung_options(sections, frame, wanted, droppable=droppable))
    return _fit(min(options, key=lambda blocks: _misfit(blocks, frame, wanted)), frame, wanted)


def within(block: Block, lines: Sequence[str], first_line: int, bpm: float) -> Block:
    """A block of given length with lines to sing in it, as unhurried as they fit. What does not fit is left out."""
    for count in range(len(lines), 0, -1):
        for pace in (2.0, 1.4, 1.0, 0.8, 0.5):
            sung = tuple(phrases(lines[:count], first_line, pace, bpm))
            if sum(phrase.bars for phrase in sung) <= block.bars:
                return replace(block, phrases=sung)
    return replace(block, phrases=())


def _instrumental_kinds(frame: Frame) -> Iterator[list[str]]:
    forms = [[KINDS[letter] for letter in form.split()] for form in frame.genre.forms]
    forms = [*forms, ["verse", "chorus"]]
    forms += [
        forms[-2][:-1] + ["verse", "chorus"] * more + forms[-2][-1:] for more in (1, 2, 3, 5, 7, 10, 14)
    ]
    for kinds in forms:
        yield kinds if frame.opens else [kind for kind in kinds if kind != "intro"]


def _sizes(genre: Genre, kinds: Sequence[str]) -> Iterator[list[int]]:
    """Bars for each kind: full size, half, or short around a full chorus."""
    full = [genre.bars[kind] for kind in kinds]
    yield full
    yield [max(2, bars // 2) for bars in full]
    yield [bars if kind == "chorus" else max(2, bars // 2) for kind, bars in zip(kinds, full, strict=True)]
    yield [
        bars * 2 if kind == "verse" and bars <= 8 else bars for kind, bars in zip(kinds, full, strict=True)
    ]
    yield [max(1, bars // 4) for bars in full]


def _misfit(blocks: Sequence[Block], frame: Frame, wanted: float) -> float:
    """How far a form is from a wanted length at the tempo that suits it best, plus what it costs in ease."""
    bars = sum(block.bars for block in blocks)
    bpm = _tempo(bars, frame, wanted)
    off = abs(bars * 240.0 / bpm + frame.tail - wanted) / wanted
    pace = sum(strain(phrase, bpm) for block in blocks for phrase in block.phrases)
    phrases = sum(len(block.phrases) for block in blocks)
    # A song nobody asked a length of may be what its words make it, within two to three minutes or so.
    weight = 10.0 if frame.seconds else 1.0 if off > 0.35 else 0.2
    ease = off * weight + abs(bpm - frame.bpm) / frame.bpm
    if not phrases:
        return ease + 0.01 * sum(block.bars < 4 for block in blocks)
    played = [block for block in blocks if not block.phrases]
    lines = len({phrase.line for block in blocks for phrase in block.phrases})
    odd = sum(0.02 * (block.bars < 4) + 0.03 * (block.bars > 4 and block.kind != "solo") for block in played)
    solos = 0.05 * sum(block.kind == "solo" for block in played)
    return ease + pace / phrases + odd + solos - 0.04 * lines


def _tempo(bars: int, frame: Frame, wanted: float) -> float:
    low, high = frame.free_bpm
    if frame.seconds is None:
        return frame.bpm
    return min(high, max(low, bars * 240.0 / max(1.0, wanted - frame.tail)))


def _fit(blocks: tuple[Block, ...], frame: Frame, wanted: float) -> Form:
    """Meet a given length to the bar by the played sections, then by the tempo where that is free."""
    bpm = round(_tempo(sum(block.bars for block in blocks), frame, wanted), 1)
    form = Form(blocks, bpm, frame.tail)
    if frame.seconds is None:
        return form
    bar = 240.0 / bpm
    adjustable = [i for i, block in enumerate(blocks) if not block.phrases] or [len(blocks) - 1]
    for index in itertools.islice(itertools.cycle(reversed(adjustable)), 4 * len(adjustable)):
        missing = round((wanted - form.seconds) / bar)
        if not missing:
            break
        block = form.blocks[index]
        least = max(1, sum(phrase.bars for phrase in block.phrases))
        change = max(least - block.bars, -2, missing) if missing < 0 else min(2, missing)
        changed = replace(block, bars=block.bars + change)
        form = replace(form, blocks=(*form.blocks[:index], changed, *form.blocks[index + 1 :]))
    # What is left, less than half a bar, is a longer or shorter ring-out.
    rest = wanted - form.bars * bar
    return replace(form, tail=round(min(LONGEST_TAIL, max(SHORTEST_TAIL, rest)), 2))


def _sung_options(
    sections: Sequence[LyricSection], frame: Frame, wanted: float, *, droppable: bool
) -> Iterator[tuple[Block, ...]]:
    """Every way to set the lyrics that is worth weighing: paces, and played sections around the sung ones."""
    starts = list(itertools.accumulate((len(section.lines) for section in sections), initial=0))
    # Only a length that was asked for is worth losing words or repeating many of them.
    chosen = list(_shorter(sections)) if droppable and frame.seconds else [list(range(len(sections)))]
    enough, repeats = (wanted * 0.6, 12) if frame.seconds else (min(wanted * 0.4, 60.0), 2)
    around = (0, 1, 2, 4, 8) if frame.seconds else (2, 4)
    for kept, pace in itertools.product(chosen, (0.8, 1.0, 1.4, 2.0)):
        core = [_block(sections[i], starts[i], pace, frame) for i in kept]
        written = list(core)
        for _ in range(repeats + 1):
            for intro, outro, solo in itertools.product(around if frame.opens else (0,), around, (0, 4, 8)):
                yield _surrounded(core, intro, outro, solo)
            if sum(block.bars for block in core) * 240.0 / frame.bpm >= enough:
                break
            core = [*core, *_reprise(written, frame)]


def _shorter(sections: Sequence[LyricSection]) -> Iterator[list[int]]:
    """Sections to keep, from all of them down to one chorus: later verses and bridges go first."""
    kept = list(range(len(sections)))
    yield list(kept)
    while len(kept) > 1:
        names = [sections[i].name for i in kept]
        expendable = [
            *(i for i in kept if sections[i].name in ("Intro", "Outro", "Bridge")),
            *(i for i in reversed(kept) if names.count(sections[i].name) > 1),
            *(i for i in kept if sections[i].name == "Pre-Chorus"),
            *(i for i in reversed(kept) if sections[i].name == "Verse"),
            *reversed(kept),
        ]
        kept.remove(expendable[0])
        yield list(kept)


def _reprise(core: Sequence[Block], frame: Frame) -> list[Block]:
    """More of a song whose words are few: a solo, then all of it again from its first verse or chorus."""
    solo = Block("solo", NAMES["solo"], frame.genre.bars["solo"])
    return [solo, *(block for block in core if block.phrases and block.kind not in ("intro", "outro"))][:6]


def _surrounded(core: Sequence[Block], intro: int, outro: int, solo: int) -> tuple[Block, ...]:
    blocks = list(core)
    if solo:
        choruses = [i for i, block in enumerate(blocks) if block.kind == "chorus"]
        at = choruses[-1] if len(choruses) > 1 else len(blocks)
        if "solo" in (blocks[at - 1].kind, blocks[at].kind if at < len(blocks) else ""):
            at = len(blocks)
        blocks.insert(at, Block("solo", NAMES["solo"], solo))
    if intro and blocks[0].kind != "intro":
        blocks.insert(0, Block("intro", NAMES["intro"], intro))
    if outro and blocks[-1].kind != "outro":
        blocks.append(Block("outro", NAMES["outro"], outro))
    return tuple(blocks)


def _block(section: LyricSection, first_line: int, pace: float, frame: Frame) -> Block:
    kind = section.name.casefold()
    sung = tuple(phrases(section.lines, first_line, pace, frame.bpm))
    if not sung:
        kind = "solo" if kind == "bridge" else kind
        return Block(kind, section.name, frame.genre.bars.get(kind, 4))
    bars = sum(phrase.bars for phrase in sung)
    # Phrases come in pairs of bars; an odd section would feel cut off.
    return Block(kind, section.name, bars + bars % 2 if bars > 1 else 2, sung)
