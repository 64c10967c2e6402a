"""Ranges of days: the usual ones, the one before, and how a long one is cut into weeks or months."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.utils.formats import date_format

DAY = timedelta(days=1)
STEPS = ("day", "week", "month")
# The finest step that fits a page: so many days at most.
MOST_DAYS = {"day": 400, "week": 1900}
USUAL_DAYS = {"day": 62, "week": 400}


@dataclass(frozen=True)
class Span:
    """Days of a team, the first and the last included."""

    since: date
    until: date

    def __str__(self) -> str:
        first, last = self.since, self.until
        if first == last:
            return date_format(first, "j F Y")
        if (first.year, first.month) == (last.year, last.month):
            return f"{first.day}–{date_format(last, 'j F Y')}"
        form = "j F" if first.year == last.year else "j F Y"
        return f"{date_format(first, form)} – {date_format(last, 'j F Y')}"

    @property
    def days(self) -> int:
        return (self.until - self.since).days + 1

    @property
    def words(self) -> dict[str, str]:
        """As the panel's addresses say it."""
        return {"from": self.since.isoformat(), "to": self.until.isoformat()}

    @property
    def is_whole_month(self) -> bool:
        return self.since.day == 1 and self.until == last_of(self.since, "month")

    @cached_property
    def before(self) -> "Span":
        """What it is compared with: the same days of the month or year before, else as many days just before."""
        if self._compares_by == "month":
            first = month_before(self.since)
            last = self.since - DAY
            return Span(first, last if self.is_whole_month else min(first + (self.until - self.since), last))
        if self._compares_by == "year":
            return Span(shifted_year(self.since, -1), shifted_year(self.until, -1))
        return Span(self.since - self.days * DAY, self.since - DAY)

    def counterpart(self, day: date) -> date:
        """Where a day of the span before stands in this one; what has no counterpart goes to the last day."""
        if self._compares_by == "year":
            return min(shifted_year(day, 1), self.until)
        return min(self.since + (day - self.before.since), self.until)

    def dates(self) -> Iterator[date]:
        """Each day."""
        return (self.since + number * DAY for number in range(self.days))

    def parts(self, step: str) -> Iterator["Span"]:
        """The span cut into days, weeks (from Monday) or months; the first and last may be shorter."""
        first = self.since
        while first <= self.until:
            last = min(last_of(first, step), self.until)
            yield Span(first, last)
            first = last + DAY

    @property
    def _compares_by(self) -> str:
        first, last = self.since, self.until
        if self.days == 1 or first.day != 1 or first.year != last.year:
            return "days"
        if first.month == last.month:
            return "month"
        return "year" if first.month == 1 else "days"


def quick(today: date) -> dict[str, Span]:
    """The ranges that are one click away, by name."""
    first = today.replace(day=1)
    return {
        "7 days": Span(today - 6 * DAY, today),
        "30 days": Span(today - 29 * DAY, today),
        "This month": Span(first, today),
        "Last month": Span(month_before(first), first - DAY),
        "This year": Span(today.replace(month=1, day=1), today),
    }


def usual_step(span: Span) -> str:
    """Days while they are few enough to be told apart, then weeks, then months."""
    return next((step for step, most in USUAL_DAYS.items() if span.days <= most), "month")


def allowed_step(span: Span, step: str) -> str:
    """The step, or the next coarser one of which the span has a bearable number."""
    fine_enough = (one for one in STEPS[STEPS.index(step) :] if span.days <= MOST_DAYS.get(one, span.days))
    return next(fine_enough)


def last_of(day: date, step: str) -> date:
    """The last day of the day, week or month that a day is in."""
    if step == "day":
        return day
    if step == "week":
        return day + (6 - day.weekday()) * DAY
    return _next_month(day) - DAY


def month_before(day: date) -> date:
    """The first day of the month before."""
    return (day.replace(day=1) - DAY).replace(day=1)


def _next_month(day: date) -> date:
    return (day.replace(day=28) + 4 * DAY).replace(day=1)


def shifted_year(day: date, years: int) -> date:
    """The same day some years earlier or later."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        # The 29th of February.
        return day.replace(year=day.year + years, day=28)
