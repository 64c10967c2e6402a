"""What the provider's balance did, beside what our books say it should have done.

Each reading is compared with the last one that settled matters, its anchor, less what was settled since. Small
differences between neighbouring readings so add up until they show. Requests under way may be charged already or
not: they make a band around what is expected, at the anchor and now. What nothing explains is one open row that
follows the difference, until somebody explains it or it comes right by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Q, Sum
from django.urls import reverse
from django.utils import timezone

from suno_web.accounts import audit
from suno_web.accounts.models import Team, User
from suno_web.alerts import alerting
from suno_web.alerts.models import Alert
from suno_web.credits import gates, pools
from suno_web.credits.amounts import cents, readable
from suno_web.credits.models import Entry, Pool, Reading

Verdict = Reading.Verdict
# What is said about the balance goes on from these; between them only sums of our own decide.
ANCHORS = (Verdict.FIRST, Verdict.TOP_UP, Verdict.PRICES)
# Of a day, the last one of these is kept.
UNEVENTFUL = (Verdict.MATCH, Verdict.IN_FLIGHT)
CAME_RIGHT = "It came right by itself: a later reading is as expected."


@dataclass(frozen=True)
class Charge:
    """A request that the provider says it charged otherwise than our books: ours and theirs in credits."""

    operation: str
    model: str
    ours: Decimal
    theirs: Decimal

    def __str__(self) -> str:
        what = f"{self.operation} {self.model}".strip()
        return f"{what}: our price is {readable(self.ours)}, the provider took {readable(self.theirs)}"


@dataclass(frozen=True)
class Expected:
    """By our books: the balance, and how far it may be off for what is under way. rose: above the last reading."""

    balance: Decimal
    settled: Decimal
    band: Decimal
    rose: bool


@transaction.atomic
def note_reading(
    team: Team,
    balance: Decimal,
    *,
    in_flight: Decimal,
    consumed: Sequence[Charge] = (),
    at: datetime | None = None,
) -> Reading:
    """Write down what the provider's balance is, and what our books make of it; tell people what they cannot explain.

    in_flight: what requests under way may have been charged already. consumed: what was charged otherwise than
    our prices since `anchor`. at: when the provider was asked; what was settled after that is not yet in it.
    """
    # The pool's row is the lock: of two readings at a time, the second sees the first.
    pool = pools.locked(team)
    at = at or timezone.now()
    since = anchor(team) if pool.provider_balance is not None else None
    expected = _expected(team, since, balance, in_flight, at) if since else None
    reading = _judge(team, balance, expected, consumed)
    reading.in_flight, reading.at = in_flight, at
    is_news = _go_on_from(_open_after(since), reading) if since else True
    reading.save()
    # A new row is dated now, but what is settled from the moment of asking on belongs to the next reading.
    Reading.objects.filter(pk=reading.pk).update(at=at)
    reading.at = at
    _thin(reading)
    _tell_if_low(reading, pool.provider_balance)
    _tell_prices(reading, consumed)
    if is_news and reading.verdict == Verdict.UNEXPLAINED and unexplained(team) == 1:
        _tell_difference(reading)
    Pool.objects.filter(pk=team.pk).update(provider_balance=balance, read_at=at, problem="")
    return reading


def note_failure(team: Team, problem: str) -> None:
    """Write down that the provider's balance could not be read, and why. What is left stays as it was."""
    Pool.objects.filter(team=team).update(problem=problem[:300])


def forget(team: Team) -> None:
    """Begin anew: from now on it is another account, and nothing about the old one is expected of it."""
    Pool.objects.filter(team=team).update(provider_balance=None, read_at=None, problem="")


def anchor(team: Team) -> Reading | None:
    """The reading that the next one is compared with: the last that settled matters, or matched on a day before."""
    settled = Q(verdict__in=ANCHORS) | Q(verdict=Verdict.MATCH, at__lt=_midnight(team, timezone.now()))
    explained = Q(verdict=Verdict.UNEXPLAINED) & ~Q(note="")
    return Reading.objects.filter(settled | explained, team=team).first()


@transaction.atomic
def explain(reading: Reading, *, by: User, note: str) -> None:
    """Keep what a person found out about a difference."""
    before = {"note": reading.note}
    reading.note, reading.explained_by = note.strip()[:200], by
    reading.save(update_fields=["note", "explained_by"])
    when = timezone.localtime(reading.at, reading.team.zone)
    subject = f"{readable(reading.difference)} credits on {when:%Y-%m-%d %H:%M}"
    audit.record(
        reading.team, "reading.explain", by=by, subject=subject, before=before, after={"note": reading.note}
    )


def unexplained(team: Team) -> int:
    """How many differences nobody has explained."""
    return Reading.objects.filter(team=team, verdict=Verdict.UNEXPLAINED, note="").count()


def _midnight(team: Team, at: datetime) -> datetime:
    """When the team's day began."""
    return timezone.localtime(at, team.zone).replace(hour=0, minute=0, second=0, microsecond=0)


def _expected(team: Team, since: Reading, balance: Decimal, in_flight: Decimal, at: datetime) -> Expected:
    first_day = timezone.localtime(since.at, team.zone).date()
    settles = Entry.objects.filter(
        # The day finds them by the index, the moment picks them.
        team=team,
        kind=Entry.Kind.SETTLE,
        day__gte=first_day,
        created_at__gt=since.at,
        created_at__lte=at,
    )
    settled = cents(settles.aggregate(sum=Sum("amount"))["sum"])
    last = Reading.objects.filter(team=team).latest("pk")
    return Expected(
        balance=since.balance - settled,
        settled=settled,
        band=since.in_flight + in_flight,
        rose=balance > last.balance,
    )


def _judge(team: Team, balance: Decimal, expected: Expected | None, consumed: Sequence[Charge]) -> Reading:
    if expected is None:
        return Reading(team=team, balance=balance, verdict=Verdict.FIRST)
    reading = Reading(team=team, balance=balance, expected=expected.balance, settled=expected.settled)
    tolerance = gates.rules_of(team).tolerance
    by_their_prices = reading.difference - sum((one.ours - one.theirs for one in consumed), Decimal(0))
    if consumed and abs(by_their_prices) <= tolerance + expected.band:
        reading.verdict, reading.note = Verdict.PRICES, _named(consumed)
    elif abs(reading.difference) <= tolerance:
        reading.verdict = Verdict.MATCH
    elif abs(reading.difference) <= tolerance + expected.band:
        reading.verdict = Verdict.IN_FLIGHT
    elif reading.difference > 0 and expected.rose:
        reading.verdict = Verdict.TOP_UP
    else:
        reading.verdict = Verdict.UNEXPLAINED
    return reading


def _open_after(since: Reading) -> Reading | None:
    """The difference that is open since the anchor."""
    later = Reading.objects.filter(team=since.team, pk__gt=since.pk)
    return later.filter(verdict=Verdict.UNEXPLAINED, note="").first()


def _go_on_from(still_open: Reading | None, reading: Reading) -> bool:
    """Let a new reading take the open one's place, or close it. False if it is the same difference."""
    if still_open and reading.verdict == Verdict.UNEXPLAINED:
        reading.pk = still_open.pk
        return False
    if still_open and reading.verdict in UNEVENTFUL:
        Reading.objects.filter(pk=still_open.pk).update(verdict=Verdict.IN_FLIGHT, note=CAME_RIGHT)
    return True


def _named(consumed: Sequence[Charge]) -> str:
    return "; ".join(dict.fromkeys(str(one) for one in consumed))[:200]


def _thin(reading: Reading) -> None:
    """Keep what changed something, and of the rest the last one of each day."""
    begin = timezone.localtime(reading.at, reading.team.zone).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    earlier = Reading.objects.filter(team=reading.team, at__gte=begin, pk__lt=reading.pk)
    if reading.verdict in UNEVENTFUL:
        earlier.filter(verdict__in=UNEVENTFUL, note="").delete()
    elif reading.verdict == Verdict.PRICES:
        earlier.filter(verdict=Verdict.PRICES, note=reading.note).delete()


def _tell_if_low(reading: Reading, before: Decimal | None) -> None:
    """Tell that the balance fell below the mark, once for each time it does."""
    low = gates.rules_of(reading.team).low_balance
    if low is None or reading.balance >= low or (before is not None and before < low):
        return
    alerting.tell(
        reading.team,
        Alert.Kind.BALANCE_LOW,
        key=f"balance_low:{reading.at.isoformat()}",
        title=f"{readable(reading.balance)} credits are left on the provider’s account",
        text=f"That is below {readable(low)}. When it is empty, nothing can be made until it is topped up.",
        path=reverse("panel:provider"),
    )


def _tell_prices(reading: Reading, consumed: Sequence[Charge]) -> None:
    """Tell of each price that differs, once for each pair of numbers."""
    for charge in dict.fromkeys(consumed) if reading.verdict == Verdict.PRICES else ():
        alerting.tell(
            reading.team,
            Alert.Kind.RECONCILIATION,
            key=f"price:{charge.operation}:{charge.model}:{charge.ours}:{charge.theirs}",
            title=f"The provider charges otherwise than our price list: {charge.operation} {charge.model}".strip(),
            text=f"{charge}. Set the price to what is charged, so that budgets count right.",
            path=reverse("panel:prices"),
        )


def _tell_difference(reading: Reading) -> None:
    how = "more" if reading.difference > 0 else "less"
    alerting.tell(
        reading.team,
        Alert.Kind.RECONCILIATION,
        key=f"reading:{reading.pk}",
        title=f"The provider’s balance is {readable(abs(reading.difference))} credits {how} than our books say",
        text=(
            f"It is {readable(reading.balance)}, and {readable(reading.expected or Decimal(0))} was expected after "
            f"{readable(reading.settled)} credits were settled. Somebody may use the key elsewhere, or a price has "
            "changed. Write down the explanation on the page; until then nothing more is told about it."
        ),
        path=reverse("panel:provider"),
    )
