"""A team's pool: the sums of its ledger in one row, so that what is left is read, and a hold guarded, at once.

Whoever moves credits of a team locks this row first, then the months of its budgets.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import uuid4

from django.db import connection, transaction
from django.db.models import Case, Exists, F, OuterRef, QuerySet, Sum, When
from django.db.models.functions import Round

from suno_web.accounts import audit
from suno_web.accounts.models import Team, User
from suno_web.credits import book, months
from suno_web.credits.amounts import cents, checked, readable
from suno_web.credits.models import Entry, Pool

DEFAULT_ALLOWANCE = Decimal(1000)
Kind = Entry.Kind


@dataclass(frozen=True)
class Balance:
    """What a team has: all in credits. resets_at is in the team's time zone; None without an allowance."""

    available: Decimal
    held: Decimal
    spent_this_month: Decimal
    allowance: Decimal | None
    resets_at: datetime | None

    @property
    def used_percent(self) -> int:
        """How much of this month's credits is spent or held, 0 to 100."""
        used = max(self.spent_this_month, Decimal(0)) + self.held
        whole = used + max(self.available, Decimal(0))
        return min(100, round(100 * used / whole)) if whole else 0


def balance(team: Team) -> Balance:
    """What the team has left, holds and spent this calendar month of its time zone."""
    return balance_of(pool_of(team), team)


def balance_of(pool: Pool, team: Team) -> Balance:
    """The same, of a pool that was read already."""
    return Balance(
        available=pool.available,
        held=pool.held,
        spent_this_month=pool.spent,
        allowance=pool.allowance,
        resets_at=resets_at(pool, team),
    )


def resets_at(pool: Pool, team: Team) -> datetime | None:
    """When the pool's next allowance comes; None on a provider's balance."""
    return months.end(team) if pool.allowance is not None else None


def pool_of(team: Team) -> Pool:
    """The team's pool with this month open; made on first use."""
    pool = Pool.objects.filter(pk=team.pk).first()
    if pool is None or pool.month < months.current(team):
        with transaction.atomic():
            return locked(team)
    return pool


def locked(team: Team) -> Pool:
    """The team's pool with this month open, locked until the transaction ends."""
    # On a provider of its own a team has what that reports, and nothing until it does.
    allowance = DEFAULT_ALLOWANCE if team.provider == Team.Provider.ENGINE else None
    pool = Pool.objects.select_for_update().filter(pk=team.pk).first()
    if pool is None:
        Pool.objects.get_or_create(team=team, defaults={"allowance": allowance})
        pool = Pool.objects.select_for_update().get(pk=team.pk)
    month = months.current(team)
    # A clock set back must not grant a month again, so a month only ever moves forward.
    if pool.month < month:
        _open_month(team, pool, month)
    return pool


def _open_month(team: Team, pool: Pool, month: str) -> None:
    """Let what is left of the old month expire and grant the new one."""
    if pool.allowance is not None:
        left = max(pool.available, Decimal(0))
        if left and pool.month:
            old = f"month:{team.pk}:{pool.month}"
            book.enter(team, Kind.EXPIRY, left, old, note=f"left of {pool.month}")
            pool.available -= left
        cause = f"month:{team.pk}:{month}"
        if not Entry.objects.filter(kind=Kind.GRANT, cause=cause).exists():
            book.enter(team, Kind.GRANT, pool.allowance, cause, note=f"allowance of {month}")
            pool.available += pool.allowance
    pool.month, pool.spent = month, spent_in(Entry.objects.filter(team=team), month)
    pool.save(update_fields=["available", "month", "spent"])


def spent_in(entries: QuerySet[Entry], month: str) -> Decimal:
    """What a team's entries say was settled in a month, less what was given back in it."""
    entries = entries.filter(day__gte=months.first_day(month), day__lt=months.first_day(months.after(month)))
    settled = entries.filter(kind=Kind.SETTLE).aggregate(sum=Sum("amount"))["sum"]
    return cents(settled) - cents(given_back(entries).aggregate(sum=Sum("amount"))["sum"])


def given_back(entries: QuerySet[Entry]) -> QuerySet[Entry]:
    """Of some entries, the adjustments that gave a settled cause's credits back."""
    settled = Entry.objects.filter(cause=OuterRef("cause"), kind=Kind.SETTLE)
    return entries.filter(Exists(settled), kind=Kind.ADJUSTMENT)


# Built by the ORM this takes longer than the rest of a hold, while others wait for this very row.
GUARD = """
UPDATE credits_pool SET available = ROUND(available - %s, 2), held = ROUND(held + %s, 2)
WHERE team_id = %s AND month >= %s AND available >= %s
RETURNING available, held, spent, allowance
"""


def take(team: Team, amount: Decimal) -> float | None:
    """Hold an amount if that much is free: one UPDATE, so that of two at once the second sees the first.

    How much of the month's credits is used then, 0 to 1 and 0 on a provider's balance; None when there is too little.
    """
    if (share := _taken(team, amount)) is None and locked(team).available >= amount:
        # It was the month, or the pool itself, that was not there yet.
        share = _taken(team, amount)
    return share


def _taken(team: Team, amount: Decimal) -> float | None:
    key = Team._meta.pk.get_db_prep_value(team.pk, connection)
    with connection.cursor() as cursor:
        cursor.execute(GUARD, [amount, amount, key, months.current(team), amount])
        row = cursor.fetchone()
    if row is None:
        return None
    available, held, spent, allowance = (0.0 if one is None else float(one) for one in row)
    return (held + spent) / whole if allowance and (whole := available + held + spent) > 0 else 0.0


def move(
    team: Team,
    *,
    available: Decimal = Decimal(0),
    held: Decimal = Decimal(0),
    spent: Decimal = Decimal(0),
) -> None:
    """Change the pool's sums in one UPDATE.

    spent: counted only if the pool's month is the month that it is; after a clock was set back it is not.
    """
    now = When(month=months.current(team), then=Round(F("spent") + spent, 2))
    # SQLite keeps decimals as floating point: rounding each sum keeps 2.00 - 5 × 0.40 at exactly nothing.
    Pool.objects.filter(pk=team.pk).update(
        available=Round(F("available") + available, 2),
        held=Round(F("held") + held, 2),
        spent=Case(now, default=F("spent")),
    )


@transaction.atomic
def adjust(team: Team, amount: Decimal, *, cause: str, note: str, by: User | None = None) -> Entry:
    """Correct what is free by a signed amount, with the reason written down. Raises ValueError."""
    locked(team)
    correction = checked(abs(amount)) * (1 if amount > 0 else -1)
    entry = book.enter(team, Kind.ADJUSTMENT, correction, cause, actor=by, note=note)
    move(team, available=correction)
    return entry


@transaction.atomic
def follow_provider(team: Team, provider_balance: Decimal, *, not_yet_charged: Decimal) -> None:
    """Make the pool agree with the balance that the provider reports.

    not_yet_charged: credits held for requests that the provider has not accepted, so not taken off its balance.
    """
    pool = Pool.objects.select_for_update().filter(pk=team.pk).first()
    if pool is None or pool.allowance is not None:
        Pool.objects.update_or_create(team=team, defaults={"allowance": None})
    pool = locked(team)
    difference = (provider_balance - not_yet_charged - pool.available).quantize(Decimal("0.01"))
    if difference:
        adjust(
            team, difference, cause=_once(team), note=f"provider’s balance is {readable(provider_balance)}"
        )


@transaction.atomic
def follow_allowance(team: Team, allowance: Decimal = DEFAULT_ALLOWANCE, *, by: User | None = None) -> None:
    """Give the team a monthly allowance; what it spent or holds this month counts against it. Raises ValueError.

    by: the admin who changes it, which is recorded.
    """
    allowance = checked(allowance, least=Decimal(0))
    pool = locked(team)
    before = pool.allowance
    if before == allowance:
        return
    Pool.objects.filter(pk=pool.pk).update(allowance=allowance)
    difference = max(Decimal(0), allowance - pool.spent - pool.held) - pool.available
    if difference:
        adjust(team, difference, cause=_once(team), note=f"monthly allowance is {readable(allowance)}", by=by)
    if by:
        audit.record(
            team,
            "pool.allowance",
            by=by,
            subject=team.name,
            before={"allowance": before},
            after={"allowance": allowance},
        )


def _once(team: Team) -> str:
    """A cause of its own for each correction: two may be made while a clock stands still."""
    return f"balance:{team.pk}:{uuid4().hex}"
