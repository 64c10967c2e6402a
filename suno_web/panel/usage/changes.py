"""How a number compares with what it was, in words: colour and arrows only repeat them."""

from dataclasses import dataclass
from decimal import Decimal

from suno_web.credits.ledger import readable

Number = int | float | Decimal


@dataclass(frozen=True)
class Change:
    """way: "up", "down" or "same"."""

    way: str
    words: str

    @property
    def icon(self) -> str:
        return {"up": "trending-up", "down": "trending-down", "same": "arrow-right"}[self.way]


def change(now: Number, before: Number) -> Change:
    """What became of a number: "18 % more", "3.2 times as much", "as before"."""
    now, before = float(now), float(before)
    if now == before:
        return Change("same", "as before")
    if before <= 0:
        return Change("up" if now > before else "down", "none before")
    way, times = ("up" if now > before else "down"), now / before
    if times >= 3:
        return Change(way, f"{times:.1f}".removesuffix(".0") + " times as much")
    percent = round(100 * abs(times - 1))
    return (
        Change(way, f"{percent} % {'more' if way == 'up' else 'less'}")
        if percent
        else Change("same", "as before")
    )


def readable_number(value: Number) -> str:
    """A number as people read it: 1,204, 0.4; of those that are no credits, at most one decimal."""
    return readable(value) if isinstance(value, Decimal) else f"{value:,.1f}".removesuffix(".0")
