"""Prove the books: whatever is kept as a sum must be what the entries add up to, and every hold must end once."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.urls import reverse
from django.utils import timezone

from suno_web.accounts import audit
from suno_web.accounts.models import Team, User
from suno_web.alerts import alerting
from suno_web.alerts.models import Alert
from suno_web.credits import months, pools
from suno_web.credits.amounts import cents, readable
from suno_web.credits.models import BudgetMonth, Check, Entry, Pool

# Nothing that was asked for takes so long: a hold that is older was forgotten.
STALE = timedelta(days=7)
# The night, in the team's time zone, is over at this hour; so many causes are named, the others counted.
NIGHT_HOUR, NAMED = 3, 10
Kind = Entry.Kind


def differences(team: Team) -> list[str]:
    """What pool, budgets and entries disagree on, in words; empty when the books are right.

    It may take a minute, in which credits go on being held: proved is the moment at which it began.
    """
    with transaction.atomic():
        # Whoever enters something locks the pool, so sums and entries agree as long as nobody else has it.
        pool = Pool.objects.select_for_update().filter(pk=team.pk).first()
        used = list(BudgetMonth.objects.filter(budget__team=team).select_related("budget__member"))
        last = Entry.objects.aggregate(last=Max("pk"))["last"] or 0
    entries = Entry.objects.filter(team=team, pk__lte=last).order_by()
    if pool is None:
        return ["There are entries, but no pool."] if entries.exists() else []
    return [*_in_the_pool(pool, entries), *_in_budgets(used, entries), *_in_causes(entries)]


def _in_the_pool(pool: Pool, entries: QuerySet[Entry]) -> Iterator[str]:
    rows = entries.values_list("kind").annotate(Sum("amount"))
    sums = defaultdict(Decimal, {kind: cents(sum_) for kind, sum_ in rows})
    kept_and_proved = {
        "free": (
            pool.available,
            sums[Kind.GRANT]
            + sums[Kind.ADJUSTMENT]
            + sums[Kind.REFUND]
            - sums[Kind.EXPIRY]
            - sums[Kind.HOLD],
        ),
        "held": (pool.held, sums[Kind.HOLD] - sums[Kind.SETTLE] - sums[Kind.REFUND]),
        f"spent in {pool.month}": (
            pool.spent,
            pools.spent_in(entries, pool.month) if pool.month else Decimal(0),
        ),
    }
    for name, (kept, proved) in kept_and_proved.items():
        if kept != proved:
            yield f"{name}: the pool says {readable(kept)}, the entries {readable(proved)}"


def _in_budgets(rows: list[BudgetMonth], entries: QuerySet[Entry]) -> Iterator[str]:
    """Every month of every budget has what was held in it and not given back."""
    used = {
        "member": _used(entries, "member", rows) if any(row.budget.member_id for row in rows) else {},
        "project": _used(entries, "project", rows) if any(row.budget.project for row in rows) else {},
    }
    for row in rows:
        budget = row.budget
        whose, key = ("member", budget.member_id) if budget.member_id else ("project", budget.project)
        proved = cents(used[whose].get((key, row.month)))
        if row.used != proved:
            said = f"the budget says {readable(row.used)}, the entries {readable(proved)}"
            yield f"used by {whose} {budget.member or budget.project} in {row.month}: {said}"


def _used(entries: QuerySet[Entry], whose: str, rows: list[BudgetMonth]) -> dict[tuple[object, str], Decimal]:
    """Credits by member or project and month: what was held, less what was given back, by the day of the hold."""
    since = months.first_day(min(row.month for row in rows))
    held = entries.filter(kind=Kind.HOLD, day__gte=since).exclude(**{whose: None})
    used: dict[tuple[object, str], Decimal] = defaultdict(Decimal)
    for key, day, amount in held.values_list(whose, "day").annotate(Sum("amount")):
        used[key, months.of(day)] += cents(amount)
    hold = held.filter(cause=OuterRef("cause"))
    # By the day of the hold: a clock that was set back may have given it back on a day before.
    returned = entries.filter(kind__in=[Kind.REFUND, Kind.ADJUSTMENT]).annotate(
        of=Subquery(hold.values(whose)[:1]),
        held_on=Subquery(hold.values("day")[:1]),
        held=Subquery(hold.values("amount")[:1]),
    )
    for key, day, amount in returned.exclude(of=None).values_list("of", "held_on", "held"):
        used[key, months.of(day)] -= amount
    return used


def _in_causes(entries: QuerySet[Entry]) -> Iterator[str]:
    """A hold ends once, with what was held; nothing ends that was not held; nothing is held for ever."""
    ends = ~Q(kind=Kind.HOLD)
    causes = entries.filter(kind__in=[Kind.HOLD, Kind.SETTLE, Kind.REFUND]).values("cause")
    causes = causes.annotate(
        held=Sum("amount", filter=Q(kind=Kind.HOLD)),
        ended=Sum("amount", filter=ends),
        ends=Count("pk", filter=ends),
        since=Min("created_at", filter=Q(kind=Kind.HOLD)),
    )
    forgotten = timezone.now() - STALE
    is_wrong = Q(held=None) | Q(ends__gt=1) | Q(ends=1) & ~Q(held=F("ended")) | Q(ends=0, since__lt=forgotten)
    found: dict[str, list[str]] = defaultdict(list)
    for row in causes.filter(is_wrong).order_by("cause"):
        found[_what_is_wrong(row["held"], row["ends"])].append(row["cause"])
    for what in sorted(found):
        yield from _named(what, found[what])
    settled = Entry.objects.filter(cause=OuterRef("cause"), kind=Kind.SETTLE)
    held = Entry.objects.filter(cause=OuterRef("cause"), kind=Kind.HOLD)
    given_back = entries.filter(Exists(held), ~Exists(settled), kind=Kind.ADJUSTMENT).values_list(
        "cause", flat=True
    )
    yield from _named("given back without having been settled", list(given_back[: NAMED + 1]))


def _what_is_wrong(held: Decimal | None, ends: int) -> str:
    if held is None:
        return "ended without having been held"
    if ends > 1:
        return "ended more than once"
    return "ended with another amount than was held" if ends else f"held for more than {STALE.days} days"


def _named(what: str, causes: list[str]) -> Iterator[str]:
    for cause in causes[:NAMED]:
        yield f"{cause} is {what}" if what.startswith(("held", "given")) else f"{cause} {what}"
    if len(causes) > NAMED:
        yield f"and more are {what}"


def check(team: Team, *, by: User | None = None) -> Check:
    """Prove the books now and write down what came out. by: the admin who asked for it, None for the nightly check."""
    return _written(team, differences(team), by=by)


@transaction.atomic
def _written(team: Team, found: list[str], *, by: User | None) -> Check:
    done = Check.objects.create(
        team=team, by=by, entries=Entry.objects.filter(team=team).count(), differences=found
    )
    if found:
        alerting.tell(
            team,
            Alert.Kind.BOOKS,
            key=f"books:{months.today(team)}",
            title="The books do not add up",
            text="\n".join(found[:NAMED]),
            path=reverse("panel:health"),
        )
    if by:
        facts = {"entries": done.entries, "differences": len(found)}
        audit.record(team, "books.check", by=by, subject=team.name, after=facts)
    return done


def check_all() -> None:
    """The nightly check of every team that has not had it yet."""
    for team in _unchecked():
        check(team)


def due() -> bool:
    """Whether a team's night is over and its books were not checked since."""
    return any(_unchecked())


def _unchecked() -> Iterator[Team]:
    """Teams that have no nightly check of their own day, once it is past the night's hour."""
    for team in Team.objects.filter(pool__isnull=False).annotate(
        checked=Max("checks__at", filter=Q(checks__by=None))
    ):
        now = timezone.localtime(timezone=team.zone)
        last = team.checked and team.checked.astimezone(team.zone).date()
        if now.hour >= NIGHT_HOUR and last != now.date():
            yield team
