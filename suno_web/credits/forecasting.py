"""How long credits last at the pace of the last two weeks."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Min, Sum
from django.utils.formats import date_format

from suno_web.accounts.models import Team
from suno_web.credits import months, pools
from suno_web.credits.amounts import cents, readable
from suno_web.credits.models import Entry

PACE_DAYS = 14
# Below this, hundredths matter.
FEW = Decimal(10)
# Further ahead a pace says nothing.
FURTHEST = 366


@dataclass(frozen=True)
class Forecast:
    """What happens at this pace. All in credits.

    days: how many days the pace was measured over. lasts_until: the last day there is something left; None when
    nothing was spent or it lasts for more than a year. left_at_reset: before the next allowance comes; None
    without one.
    """

    per_day: Decimal
    days: int
    lasts_until: date | None
    left_at_reset: Decimal | None
    resets_at: datetime | None

    def __str__(self) -> str:
        if not self.per_day:
            return f"Nothing was spent in the last {_days(self.days)}, so there is no pace to go by."
        pace = f"At {_about(self.per_day)} credits a day, as in the last {_days(self.days)},"
        if self.left_at_reset and self.resets_at:
            when = months.said(self.resets_at)
            return f"{pace} {_about(self.left_at_reset)} will be left when the credits reset on {when}."
        if self.lasts_until is None:
            return f"{pace} they last for more than a year."
        ends = date_format(self.lasts_until, "j F Y")
        before = f", before they reset on {months.said(self.resets_at)}" if self.resets_at else ""
        return f"{pace} they last until {ends}{before}."


def forecast(team: Team, *, spent: Callable[[date], Decimal] | None = None) -> Forecast:
    """How long the team's credits last at the pace of its last 14 days, or of those it has had.

    spent: says what was spent from a day on, for callers who know it without adding up entries.
    """
    balance, today = pools.balance(team), months.today(team)
    days = _days_counted(team, today)
    since = today - timedelta(days=days - 1)
    per_day = cents((spent(since) if spent else _spent(team, since)) / days)
    left = max(balance.available, Decimal(0))
    # Compared as numbers first: at a very slow pace the day is beyond the calendar.
    enough_for = int(left / per_day) if per_day > 0 else None
    until = None
    if enough_for is not None and enough_for <= FURTHEST:
        until = today + timedelta(days=enough_for)
    return Forecast(
        per_day=per_day,
        days=days,
        lasts_until=until,
        left_at_reset=_left_at_reset(left, per_day, balance.resets_at, today),
        resets_at=balance.resets_at,
    )


def _days_counted(team: Team, today: date) -> int:
    """Up to PACE_DAYS, today among them; fewer where the books are younger."""
    first = Entry.objects.filter(team=team).aggregate(day=Min("day"))["day"] or today
    return max(1, min(PACE_DAYS, (today - first).days + 1))


def _spent(team: Team, since: date) -> Decimal:
    """What was settled from a day on, less what was given back of it."""
    entries = Entry.objects.filter(team=team, day__gte=since)
    settled = entries.filter(kind=Entry.Kind.SETTLE).aggregate(sum=Sum("amount"))["sum"]
    returned = pools.given_back(entries).aggregate(sum=Sum("amount"))["sum"]
    return max(cents(settled) - cents(returned), Decimal(0))


def _left_at_reset(
    left: Decimal, per_day: Decimal, resets_at: datetime | None, today: date
) -> Decimal | None:
    if resets_at is None:
        return None
    # Today is spent from already; the day of the reset is the next month's.
    return max(Decimal(0), left - per_day * ((resets_at.date() - today).days - 1))


def _days(days: int) -> str:
    return "day" if days == 1 else f"{days} days"


def _about(amount: Decimal) -> str:
    """An amount as a forecast can know it: 2,061 or about 2,061, but 0.4."""
    whole = amount.quantize(Decimal(1))
    return readable(amount) if amount < FEW or whole == amount else f"about {readable(whole)}"
