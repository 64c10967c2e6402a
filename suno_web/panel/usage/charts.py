"""Bars over time as an SVG measured in percent: it is as wide as its place, and its text keeps its size."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

# With more bars than these, what was before is a line on each rather than an outline around it.
MOST_OUTLINES = 62
# How many bars have a name below them, at most; on a phone every other is hidden.
NAMES = 8
# What of a bar's place the bar fills.
FILLED = 0.66


@dataclass(frozen=True)
class Point:
    """What a bar stands for: its short name, what is said about it, and the values, now and before."""

    name: str
    said: str
    value: float
    before: float


@dataclass(frozen=True)
class Bar:
    """All in percent of the chart. middle: where its name goes; name: "" where there is no room."""

    said: str
    x: float
    width: float
    height: float
    before: float
    name: str
    is_minor: bool

    @property
    def y(self) -> float:
        return round(100 - self.height, 2)

    @property
    def y_before(self) -> float:
        return round(100 - self.before, 2)

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 3)

    @property
    def end(self) -> float:
        return round(self.x + self.width, 3)


@dataclass(frozen=True)
class Chart:
    """bars from the left; marks: the values at the top, in the middle and at the bottom of the scale."""

    bars: list[Bar]
    marks: list[float]
    has_outlines: bool

    @property
    def named(self) -> list[Bar]:
        """Those with a name below."""
        return [bar for bar in self.bars if bar.name]


def bars(points: Sequence[Point]) -> Chart | None:
    """A chart of the points; None where every value is nothing."""
    most = max((max(point.value, point.before) for point in points), default=0)
    if most <= 0:
        return None
    top, place = _round_above(most), 100 / len(points)
    every = -(-len(points) // NAMES)
    drawn = [
        Bar(
            said=point.said,
            x=round(number * place + place * (1 - FILLED) / 2, 3),
            width=round(place * FILLED, 3),
            height=round(100 * max(point.value, 0) / top, 2),
            before=round(100 * max(point.before, 0) / top, 2),
            name=point.name if number % every == 0 else "",
            is_minor=number % (2 * every) != 0,
        )
        for number, point in enumerate(points)
    ]
    return Chart(drawn, [top, top / 2, 0], len(points) <= MOST_OUTLINES)


def _round_above(value: float) -> float:
    """The next number that a scale may end with: 1, 2, 4, 5, 8 or 10 times a power of ten."""
    for power in count(-2):
        for step in (1, 2, 4, 5, 8):
            if step * 10.0**power >= value:
                return step * 10.0**power
    raise AssertionError
