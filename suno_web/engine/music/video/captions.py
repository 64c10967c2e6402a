"""The line that is being sung: when it is shown, and what it looks like."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, zip_longest

import numpy as np
from PIL import Image

from suno_web.engine.music.score import TimedWord
from suno_web.engine.music.video.lettering import Lettering

EARLY_S, LATE_S, FADE_S = 0.3, 1.4, 0.22
LEADING = 1.3


@dataclass(frozen=True, slots=True)
class LyricLine:
    """A line of the lyrics and when it is sung, in seconds."""

    text: str
    start_s: float
    end_s: float


def lines_of(words: Iterable[TimedWord]) -> list[LyricLine]:
    """The lines that words are part of, in the order they are sung."""
    return [
        LyricLine(" ".join(word.text for word in line), line[0].start_s, line[-1].end_s)
        for line in (list(group) for _, group in groupby(words, key=lambda word: (word.section, word.line)))
    ]


class Captions:
    """Draws the lines of a song into a box of the picture."""

    def __init__(self, lines: Sequence[LyricLine], width: int, height: int, lettering: Lettering) -> None:
        self._lines = sorted((line for line in lines if line.text.strip()), key=lambda line: line.start_s)
        self._shown = [_shown(line, after) for line, after in zip_longest(self._lines, self._lines[1:])]
        self._size = (width, height)
        self._lettering = lettering
        self._next = 0
        self._drawn: tuple[int, np.ndarray] | None = None

    def at(self, second: float) -> tuple[int, float]:
        """The number of the line shown at a moment and how clearly, 0-1; -1 for none. Moments come in order."""
        while self._next < len(self._shown) and self._shown[self._next][1] <= second:
            self._next += 1
        if self._next == len(self._shown) or second < self._shown[self._next][0]:
            return -1, 0.0
        begin, end = self._shown[self._next]
        # In steps of an eighth: what does not change is not painted again.
        clear = min(1.0, (second - begin) / FADE_S, (end - second) / FADE_S)
        return self._next, round(max(0.125, clear) * 8) / 8

    def mask(self, number: int) -> np.ndarray:
        """How much of each pixel a line covers, float32 0-1."""
        if self._drawn is None or self._drawn[0] != number:
            self._drawn = number, self._draw(self._lines[number].text)
        return self._drawn[1]

    def _draw(self, text: str) -> np.ndarray:
        picture = Image.new("L", self._size)
        step = self._lettering.size * LEADING
        lines = self._lettering.balanced(text, self._size[0])
        base = (self._size[1] - step * len(lines)) / 2 + step * 0.5 + self._lettering.size * 0.36
        for number, line in enumerate(lines):
            self._lettering.draw(picture, (0, base + number * step), line)
        return np.asarray(picture, np.float32) / 255


def _shown(line: LyricLine, after: LyricLine | None) -> tuple[float, float]:
    """From when to when a line is to be read: a little before and after, never together with the next."""
    end = line.end_s + LATE_S
    return line.start_s - EARLY_S, end if after is None else min(
        end, max(line.start_s, after.start_s - EARLY_S)
    )
