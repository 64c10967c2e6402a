"""The ledger: hold before spending, settle what succeeded, give back what failed.

Every movement is an entry that is never changed. The pool and the months of budgets carry the sums so that a hold is
a few guarded UPDATEs; `differences` proves that they and the entries agree.
"""

from decimal import Decimal
from uuid import UUID, uuid4

from django.db import transaction

from suno_web.accounts import audit
from suno_web.accounts.models import Team, User
from suno_web.credits import book, budgets, counting, months, pools, warning
from suno_web.credits.amounts import checked, readable
from suno_web.credits.checking import differences
from suno_web.credits.models import Budget, Entry
from suno_web.credits.pools import (
    DEFAULT_ALLOWANCE,
    Balance,
    adjust,
    balance,
    follow_allowance,
    follow_provider,
    pool_of,
)
from suno_web.credits.refusals import InsufficientCredits, OverBudget
from suno_web.live.publishing import publish

__all__ = [
    "DEFAULT_ALLOWANCE",
    "Balance",
    "InsufficientCredits",
    "OverBudget",
    "adjust",
    "balance",
    "differences",
    "follow_allowance",
    "follow_provider",
    "give_back",
    "grant",
    "hold",
    "pool_of",
    "readable",
    "refund",
    "settle",
]

Kind = Entry.Kind


def hold(
    team: Team,
    amount: Decimal,
    *,
    cause: str,
    by: User,
    project: UUID | None = None,
    note: str = "",
    operation: str = "",
    model: str = "",
    actor: User | None = None,
) -> Entry:
    """Set credits aside for work that is about to be asked for, within the team's credits and the budgets.

    by: whose work it is; actor: who has it done, if not they. Raises InsufficientCredits or OverBudget, and then
    nothing is entered; whoever calls this in a transaction hands the refusal to `warning.of_refusal` after it.
    """
    amount, day = checked(amount, least=Decimal(0)), months.today(team)
    concerned = budgets.concerned(team, member=by, project=project) if amount else []
    shares: list[float] = []
    try:
        with transaction.atomic():
            if amount:
                shares = _set_aside(team, amount, concerned, month=months.of(day), by=by, actor=actor or by)
            entry = book.enter(
                team,
                Kind.HOLD,
                amount,
                cause,
                member=by,
                project=project,
                actor=actor or by,
                operation=operation,
                model=model,
                note=note,
                day=day,
            )
    except InsufficientCredits as refusal:
        warning.of_refusal(team, refusal)
        raise
    # After it, because others wait for the pool's row meanwhile.
    warning.of_hold(team, concerned, shares)
    return entry


def _set_aside(
    team: Team, amount: Decimal, concerned: list[Budget], *, month: str, by: User, actor: User
) -> list[float]:
    """Take an amount from what is free in the pool and in each budget, each by one guarded UPDATE, the pool first.

    How much of each is used then, 0 to 1.
    """
    share = pools.take(team, amount)
    if share is None:
        pool = pools.pool_of(team)
        raise InsufficientCredits(amount, pool.available, pools.resets_at(pool, team))
    shares = [share]
    for budget in concerned:
        share = counting.add(budget, month, amount)
        if share is None:
            standing = budgets.standing(budget)
            raise OverBudget(
                amount,
                standing.left or Decimal(0),
                standing.resets_at,
                budget=budget,
                owner=_owner(budget, by=by, actor=actor),
                month=month,
            )
        shares.append(share)
    return shares


def _owner(budget: Budget, *, by: User, actor: User) -> str:
    if budget.project:
        return "this project’s"
    return "your" if actor == by else f"{by}’s"


def settle(cause: str, *, note: str = "") -> bool:
    """Spend what was held. False when it was already settled or refunded, or never held."""
    return _close(cause, Kind.SETTLE, note)


def refund(cause: str, *, note: str = "") -> bool:
    """Give back what was held. False when it was already settled or refunded, or never held."""
    return _close(cause, Kind.REFUND, note)


@transaction.atomic
def _close(cause: str, kind: Entry.Kind, note: str) -> bool:
    held = _held(cause)
    if held is None:
        return False
    # The pool's row is the lock: of a settle and a refund at the same moment, the second sees the first.
    pools.locked(held.team)
    if Entry.objects.filter(kind__in=[Kind.SETTLE, Kind.REFUND], cause=cause).exists():
        return False
    book.enter_end(held, kind, actor_id=held.member_id, note=note)
    if kind == Kind.SETTLE:
        pools.move(held.team, held=-held.amount, spent=held.amount)
    else:
        pools.move(held.team, held=-held.amount, available=held.amount)
        counting.take_back(held)
    return True


@transaction.atomic
def give_back(cause: str, *, by: User | None, note: str) -> bool:
    """Give back what was settled, with the reason. False when it was never settled, or was given back already."""
    held = _held(cause)
    if held is None:
        return False
    pools.locked(held.team)
    kinds = set(Entry.objects.filter(cause=cause).values_list("kind", flat=True))
    if Kind.SETTLE not in kinds or Kind.ADJUSTMENT in kinds:
        return False
    book.enter_end(held, Kind.ADJUSTMENT, actor_id=by.pk if by else None, note=note)
    pools.move(held.team, available=held.amount, spent=-held.amount)
    counting.take_back(held)
    return True


def _held(cause: str) -> Entry | None:
    return Entry.objects.filter(kind=Kind.HOLD, cause=cause).select_related("team").first()


@transaction.atomic
def grant(team: Team, amount: Decimal, *, by: User | None, note: str) -> Entry:
    """Give a team more credits for this month. Raises ValueError, also where the provider's balance rules."""
    amount = checked(amount)
    pool = pools.locked(team)
    if pool.allowance is None:
        raise ValueError("The provider’s balance rules here: top up the provider’s account instead.")
    entry = book.enter(team, Kind.GRANT, amount, f"grant:{uuid4()}", actor=by, note=note)
    pools.move(team, available=amount)
    audit.record(
        team,
        "pool.grant",
        by=by,
        subject=team.name,
        after={"credits": amount, "month": months.current(team), "reason": note},
    )
    publish(f"team:{team.pk}", "credits")
    return entry
