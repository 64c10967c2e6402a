"""The ledger: hold before spending, settle what succeeded, give back what failed.

Every movement is an entry that is never changed. The pool row carries the sums so that a hold is one guarded
UPDATE; `differences` proves that the pool and the entries agree.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import F, Sum
from django.db.models.functions import Round
from django.utils import timezone
from django.utils.formats import date_format

from suno_web.accounts.models import Team, User
from suno_web.credits import months
from suno_web.credits.models import Entry, Pool

DEFAULT_ALLOWANCE = Decimal(1000)
CENT = Decimal("0.01")
Kind = Entry.Kind


class InsufficientCredits(Exception):
    """The team has fewer free credits than a request needs. Nothing was held.

    needed, available: credits; resets_at: when the next monthly allowance comes, or None on a provider's balance.
    """

    def __init__(self, needed: Decimal, available: Decimal, resets_at: datetime | None) -> None:
        self.needed, self.available, self.resets_at = needed, available, resets_at
        super().__init__(needed, available, resets_at)

    def __str__(self) -> str:
        said = f"This costs {readable(self.needed)} credits and {readable(max(self.available, Decimal(0)))} are left."
        if self.resets_at:
            when = date_format(self.resets_at, "j F, H:i")
            return f"{said} The team’s credits reset on {when}. Nothing was charged."
        return f"{said} Ask an admin to top up the provider’s account. Nothing was charged."


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
        used = self.spent_this_month + self.held
        whole = used + max(self.available, Decimal(0))
        return min(100, round(100 * used / whole)) if whole else 0


def readable(amount: Decimal) -> str:
    """An amount as people write it: 12, 0.4, 1,000."""
    return f"{amount.quantize(CENT):,}".rstrip("0").rstrip(".")


def pool_of(team: Team) -> Pool:
    """The team's pool with this month's allowance in it; made on first use."""
    # On a provider of its own a team has what that reports, and nothing until it does.
    allowance = DEFAULT_ALLOWANCE if team.provider == Team.Provider.ENGINE else None
    pool, changed = Pool.objects.get_or_create(team=team, defaults={"allowance": allowance})
    month = months.current(team)
    if pool.allowance is not None and pool.month != month:
        _open_month(pool, month)
        changed = True
    if changed:
        pool.refresh_from_db()
    return pool


@transaction.atomic
def _open_month(pool: Pool, month: str) -> None:
    """Let what is left of the old month expire and grant the new one. Only one of several processes does it."""
    pool = Pool.objects.select_for_update().get(pk=pool.pk)
    # A clock set back must not grant a month again, so a month only ever moves forward.
    if pool.allowance is None or pool.month >= month:
        return
    left = max(pool.available, Decimal(0))
    if left and pool.month:
        _enter(
            pool.team_id,
            Kind.EXPIRY,
            left,
            f"month:{pool.team_id}:{pool.month}",
            note=f"left of {pool.month}",
        )
        _move(pool.team_id, available=-left)
    cause = f"month:{pool.team_id}:{month}"
    if not Entry.objects.filter(kind=Kind.GRANT, cause=cause).exists():
        _enter(pool.team_id, Kind.GRANT, pool.allowance, cause, note=f"allowance of {month}")
        _move(pool.team_id, available=pool.allowance)
    Pool.objects.filter(pk=pool.pk).update(month=month)


def balance(team: Team) -> Balance:
    """What the team has left, holds and spent this calendar month of its time zone."""
    pool = pool_of(team)
    spent = Entry.objects.filter(team=team, kind=Kind.SETTLE, created_at__gte=months.start(team)).aggregate(
        sum=Sum("amount")
    )["sum"]
    return Balance(
        available=pool.available,
        held=pool.held,
        # SQLite sums decimals as floating point.
        spent_this_month=(spent or Decimal(0)).quantize(CENT),
        allowance=pool.allowance,
        resets_at=months.end(team) if pool.allowance is not None else None,
    )


def hold(
    team: Team, amount: Decimal, *, cause: str, by: User, project: UUID | None = None, note: str = ""
) -> Entry:
    """Set credits aside for work that is about to be asked for. Raises InsufficientCredits."""
    pool = pool_of(team)
    with transaction.atomic():
        if amount and not _move(team.pk, available=-amount, held=amount, least=amount):
            raise InsufficientCredits(
                amount, pool.available, months.end(team) if pool.allowance is not None else None
            )
        return _enter(team.pk, Kind.HOLD, amount, cause, member=by, project=project, actor=by, note=note)


def settle(cause: str, *, note: str = "") -> bool:
    """Spend what was held. False when it was already settled or refunded, or never held."""
    return _close(cause, Kind.SETTLE, note)


def refund(cause: str, *, note: str = "") -> bool:
    """Give back what was held. False when it was already settled or refunded, or never held."""
    return _close(cause, Kind.REFUND, note)


@transaction.atomic
def _close(cause: str, kind: Entry.Kind, note: str) -> bool:
    held = Entry.objects.filter(kind=Kind.HOLD, cause=cause).first()
    if held is None:
        return False
    # The pool's row is the lock: of a settle and a refund at the same moment, the second sees the first.
    Pool.objects.select_for_update().get(pk=held.team_id)
    if Entry.objects.filter(kind__in=[Kind.SETTLE, Kind.REFUND], cause=cause).exists():
        return False
    _enter(
        held.team_id,
        kind,
        held.amount,
        cause,
        member=held.member,
        project=held.project,
        actor=held.member,
        note=note,
    )
    _move(held.team_id, available=held.amount if kind == Kind.REFUND else Decimal(0), held=-held.amount)
    return True


@transaction.atomic
def adjust(team: Team, amount: Decimal, *, cause: str, note: str, by: User | None = None) -> Entry:
    """Correct what is free by a signed amount, with the reason written down."""
    entry = _enter(team.pk, Kind.ADJUSTMENT, amount, cause, actor=by, note=note)
    _move(team.pk, available=amount)
    return entry


@transaction.atomic
def follow_provider(team: Team, provider_balance: Decimal, *, not_yet_charged: Decimal) -> None:
    """Make the pool agree with the balance that the provider reports.

    not_yet_charged: credits held for requests that the provider has not accepted, so not taken off its balance.
    """
    pool, _ = Pool.objects.select_for_update().get_or_create(team=team, defaults={"allowance": None})
    Pool.objects.filter(pk=pool.pk).update(allowance=None)
    difference = provider_balance - not_yet_charged - pool.available
    if difference:
        adjust(
            team, difference, cause=_moment(team), note=f"provider’s balance is {readable(provider_balance)}"
        )


@transaction.atomic
def follow_allowance(team: Team, allowance: Decimal = DEFAULT_ALLOWANCE) -> None:
    """Give the team a monthly allowance; what it spent or holds this month counts against it."""
    pool = pool_of(team)
    pool = Pool.objects.select_for_update().get(pk=pool.pk)
    if pool.allowance == allowance:
        return
    Pool.objects.filter(pk=pool.pk).update(allowance=allowance, month=months.current(team))
    difference = max(Decimal(0), allowance - balance(team).spent_this_month - pool.held) - pool.available
    if difference:
        adjust(team, difference, cause=_moment(team), note=f"monthly allowance is {readable(allowance)}")


def differences(team: Team) -> list[str]:
    """What the pool and the sum of its entries disagree on, in words; empty when the books are right."""
    sums = {
        row["kind"]: row["sum"]
        for row in Entry.objects.filter(team=team).values("kind").annotate(sum=Sum("amount")).order_by()
    }

    def of(kind: Entry.Kind) -> Decimal:
        return (sums.get(kind.value) or Decimal(0)).quantize(CENT)

    available = of(Kind.GRANT) + of(Kind.ADJUSTMENT) + of(Kind.REFUND) - of(Kind.EXPIRY) - of(Kind.HOLD)
    held = of(Kind.HOLD) - of(Kind.SETTLE) - of(Kind.REFUND)
    pool = Pool.objects.get(team=team)
    found = []
    if pool.available != available:
        found.append(f"free: the pool says {readable(pool.available)}, the entries {readable(available)}")
    if pool.held != held:
        found.append(f"held: the pool says {readable(pool.held)}, the entries {readable(held)}")
    return found


def _enter(
    team_id: UUID,
    kind: Entry.Kind,
    amount: Decimal,
    cause: str,
    *,
    member: User | None = None,
    project: UUID | None = None,
    actor: User | None = None,
    note: str = "",
) -> Entry:
    return Entry.objects.create(
        team_id=team_id,
        day=months.today(Team.objects.get(pk=team_id)),
        kind=kind,
        amount=amount,
        cause=cause,
        member=member,
        project=project,
        actor=actor,
        note=note,
    )


def _move(
    team_id: UUID,
    *,
    available: Decimal = Decimal(0),
    held: Decimal = Decimal(0),
    least: Decimal | None = None,
) -> bool:
    """Change the pool's sums in one UPDATE; with `least`, only if that much is free. Whether a row changed."""
    pools = Pool.objects.filter(pk=team_id)
    if least is not None:
        pools = pools.filter(available__gte=least)
    # SQLite keeps decimals as floating point: rounding each sum keeps 2.00 - 5 × 0.40 at exactly nothing.
    changed = pools.update(available=Round(F("available") + available, 2), held=Round(F("held") + held, 2))
    return changed == 1


def _moment(team: Team) -> str:
    return f"balance:{team.pk}:{timezone.now().isoformat()}"
