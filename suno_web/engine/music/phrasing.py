"""How lyrics are cut into phrases: what is sung in one breath, and over how many bars."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from suno_web.engine.music.words import Word, syllables

# Seconds a syllable at an unhurried pace, and between the two lines of a couplet to breathe in.
SYLLABLE, BREATH = 0.33, 0.45
# The pace never goes below this, or words blur.
FASTEST_SYLLABLE = 0.18


@dataclass(frozen=True, slots=True)
class Phrase:
    """What is sung in one breath: words of one line (a long line is several phrases) over some bars."""

    text: str
    words: tuple[Word, ...]
    bars: int
    line: int

    @property
    def syllables(self) -> int:
        return sum(word.syllables for word in self.words)


def phrases(lines: Sequence[str], first_line: int, pace: float, bpm: float) -> Iterator[Phrase]:
    """Each line over the bars that its section's lines usually need, or more where it is longer."""
    spoken = [
        (number, line, tuple(word for word in syllables(line) if word.syllables))
        for number, line in enumerate(lines, first_line)
    ]
    spoken = [(number, line, said) for number, line, said in spoken if said]
    if not spoken:
        return
    counts = sorted(sum(word.syllables for word in said) for _, _, said in spoken)
    usual = bars_for(counts[(len(counts) * 3) // 4 - (1 if len(counts) == 4 else 0)], pace, bpm)
    for number, line, said in spoken:
        parts = pieces(said, capacity(max(usual, 2), bpm))
        for piece in parts:
            text = line if len(parts) == 1 else " ".join(word.text for word in piece)
            bars = usual
            while sum(word.syllables for word in piece) > capacity(bars, bpm):
                bars *= 2
            yield Phrase(text, piece, bars, number)


def bars_for(count: int, pace: float, bpm: float) -> int:
    """1, 2 or 4 bars: the fewest in which so many syllables are sung at about the wanted pace."""
    needed = (count * SYLLABLE * pace + BREATH) / (240.0 / bpm)
    return next((bars for bars in (1, 2) if needed <= bars * 1.12 and count <= capacity(bars, bpm)), 4)


def capacity(bars: int, bpm: float) -> int:
    """The most syllables that fit some bars without blurring."""
    return max(2, int((bars * 240.0 / bpm - BREATH) / max(FASTEST_SYLLABLE, _grid(bpm) * 60.0 / bpm)))


def _grid(bpm: float) -> float:
    """The finest step in beats on which syllables follow each other."""
    return 0.25 if 15.0 / bpm >= FASTEST_SYLLABLE else 0.5


def pieces(said: tuple[Word, ...], most: int) -> list[tuple[Word, ...]]:
    """A line cut between words into pieces of about equal length, none with more syllables than fit."""
    total = sum(word.syllables for word in said)
    count = -(-total // most)
    if count <= 1:
        return [said]
    parts: list[tuple[Word, ...]] = []
    current: list[Word] = []
    for word in said:
        size = sum(item.syllables for item in current)
        if current and (size + word.syllables > most or size >= total / count):
            parts.append(tuple(current))
            current = []
        current.append(word)
    return [*parts, tuple(current)]


def strain(phrase: Phrase, bpm: float) -> float:
    """How unnatural a phrase's pace is: 0 at ease, 1 where the words start to blur or to drag."""
    if not phrase.syllables:
        return 0.0
    pace = (phrase.bars * 240.0 / bpm - BREATH) / phrase.syllables
    if pace < SYLLABLE:
        return min(4.0, ((SYLLABLE - pace) / (SYLLABLE - FASTEST_SYLLABLE)) ** 2)
    return min(1.0, (pace - SYLLABLE) / 1.2)
