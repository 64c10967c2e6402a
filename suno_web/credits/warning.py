"""Warn the people concerned when credits run out: at four fifths, and when there are none left. Once a month each."""

from collections.abc import Sequence

from django.db import transaction
from django.urls import reverse

from suno_web.accounts.models import Team
from suno_web.alerts import alerting
from suno_web.alerts.models import Alert
from suno_web.credits import budgets, counting, months, pools
from suno_web.credits.amounts import readable
from suno_web.credits.counting import Standing
from suno_web.credits.models import Budget, BudgetMonth, Pool
from suno_web.credits.refusals import InsufficientCredits, OverBudget

NEARLY, ALL = 80, 100
# From this share on it is worth a look.
LOOK = 0.5
Kind = Alert.Kind


def of_hold(team: Team, concerned: Sequence[Budget], shares: Sequence[float]) -> None:
    """Tell of the team's credits, and of budgets, that a hold took to four fifths or up.

    shares: how much of the pool, then of each budget, was used with it. Others may hold at the same moment, so what is
    told is what there is now; where less than half was used nothing is looked at.
    """
    if not shares:
        return
    if shares[0] >= LOOK:
        _of_pool(team, pools.pool_of(team))
    near = [budget for budget, share in zip(concerned, shares[1:], strict=True) if share >= LOOK]
    for standing in counting.stand(team, near) if near else []:
        mark = ALL if standing.percent >= ALL else NEARLY if standing.percent >= NEARLY else 0
        if mark > standing.warned:
            _tell(team, standing, mark)


def _of_pool(team: Team, pool: Pool) -> None:
    """A provider's balance has no whole to compare with, so only an allowance is used to four fifths."""
    if pool.allowance is not None and pools.balance_of(pool, team).used_percent >= NEARLY:
        _tell_of_pool(team, pool, ALL if pool.available <= 0 else NEARLY)


def of_refusal(team: Team, refusal: InsufficientCredits) -> None:
    """Tell that something was refused: after the transaction that was rolled back for it. Again does nothing."""
    if not isinstance(refusal, OverBudget):
        _tell_of_pool(team, pools.pool_of(team), ALL)
        return
    budget, month = refusal.budget, BudgetMonth.objects.filter(month=refusal.month, warned=ALL)
    told = month.filter(budget=budget.pk, budget__member=budget.member_id, budget__project=budget.project)
    # Who is refused may press the button again and again: what was told already is no reason to lock anything.
    if not told.exists():
        _tell_of_budget(team, refusal)


@transaction.atomic
def _tell_of_budget(team: Team, refusal: OverBudget) -> None:
    pools.locked(team)
    if refusal.budget.member:
        # One made for this very request was rolled back with it.
        refusal.budget = budgets.of_member(team, refusal.budget.member) or refusal.budget
    counting.open_month(refusal.budget, refusal.month)
    standing = budgets.standing(refusal.budget)
    if standing.warned < ALL:
        _tell(team, standing, ALL)


@transaction.atomic
def _tell(team: Team, standing: Standing, mark: int) -> None:
    budget = standing.budget
    BudgetMonth.objects.filter(budget=budget, month=standing.month).update(warned=mark)
    whose = f"{budget.member}’s budget" if budget.member else "A project’s budget"
    alerting.tell(
        team,
        Kind.BUDGET_100 if mark == ALL else Kind.BUDGET_80,
        key=f"budget:{budget.pk}:{standing.month}:{mark}",
        title=f"{whose} for {months.name(standing.month)} is used {_how_far(mark)}",
        text=_left(standing),
        path=reverse("panel:my_usage") if budget.member else reverse("studio:project", args=[budget.project]),
        people=[*alerting.admins(team), *([budget.member] if budget.member else [])],
    )


def _left(standing: Standing) -> str:
    left, limit = standing.left or counting.NOTHING, standing.limit or counting.NOTHING
    said = f"{readable(left)} of {readable(limit)} credits are left."
    return f"{said} The budget resets on {months.said(standing.resets_at)}."


def _tell_of_pool(team: Team, pool: Pool, mark: int) -> None:
    key, resets_at = f"pool:{months.current(team)}:{mark}", pools.resets_at(pool, team)
    # Telling takes a lock, even to find that all is told; holds of the rest of the month need not wait for it.
    if Alert.objects.filter(team=team, key=key).exists():
        return
    left = f"{readable(max(pool.available, counting.NOTHING))} credits are left."
    then = f"They reset on {months.said(resets_at)}." if resets_at else "Top up the provider’s account."
    alerting.tell(
        team,
        Kind.POOL_100 if mark == ALL else Kind.POOL_80,
        key=key,
        title=f"The team’s credits are used {_how_far(mark)}",
        text=f"{left} {then}",
        path=reverse("panel:budgets" if resets_at else "panel:provider"),
    )


def _how_far(mark: int) -> str:
    return "up" if mark == ALL else f"to {mark} %"
