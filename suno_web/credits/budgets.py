"""Budgets: what a member and a project may spend in a month, on top of each other and of the team's credits."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from suno_web.accounts import audit
from suno_web.accounts.models import Invitation, Membership, Team, User
from suno_web.credits import counting, months, pools
from suno_web.credits.amounts import checked
from suno_web.credits.counting import Standing
from suno_web.credits.models import Budget, BudgetMonth, Raise, SpendingRules
from suno_web.live.publishing import publish

__all__ = [
    "Standing",
    "Tightest",
    "concerned",
    "end_raise",
    "follow_default",
    "give_raise",
    "of_member",
    "of_members",
    "of_project",
    "of_projects",
    "own",
    "raises_of",
    "set_amount",
    "standing",
    "tightest",
]

MAKERS = (Membership.Role.ADMIN, Membership.Role.MAKER)


@dataclass(frozen=True)
class Tightest:
    """What a member can spend now, and who has the say: the team's credits, their budget or the project's.

    available: credits; limit: what it is a part of, None for a provider's balance; resets_at: None for that too.
    held: credits of the team that are held for running work.
    """

    available: Decimal
    limit: Decimal | None
    resets_at: datetime | None
    whose: str
    percent: int
    held: Decimal


def of_member(team: Team, user: User) -> Budget | None:
    """A member's budget; on first use it is what the team's rules give to everybody. None: no limit."""
    return Budget.objects.filter(team=team, member=user).first() or _by_default(team, user)


def of_project(team: Team, project_id: UUID) -> Budget | None:
    """A project's budget. None: no limit."""
    return Budget.objects.filter(team=team, project=project_id).first()


def standing(budget: Budget) -> Standing:
    """Where a budget stands this month."""
    return counting.stand(budget.team, [budget])[0]


def own(team: Team, *, member: User | None = None, project: UUID | None = None) -> Budget:
    """The budget of a member or a project, kept from now on if it was not yet: with the default, or no limit."""
    if member:
        return of_member(team, member) or _made(team, None, member=member)
    return _made(team, None, project=project)


def of_members(team: Team, *, limited: bool = False) -> dict[int, Standing]:
    """Where everybody stands who may make or ever had a budget, by user. Seven queries, whatever their number.

    The budget of somebody who has used nothing yet may not be saved: `own` keeps it. limited: only those with a limit,
    which is read sooner where a lot was used without one.
    """
    default = _default(team)
    kept = list(Budget.objects.filter(team=team, member__isnull=False).select_related("member"))
    makers = Membership.objects.filter(team=team, role__in=MAKERS).exclude(
        user__in=[one.member_id for one in kept]
    )
    invited = {one.accepted_by_id: one.budget for one in _invited_with(team).reverse()}
    others = [
        Budget(team=team, member=one.user, amount=invited.get(one.user_id, default))
        for one in makers.select_related("user")
    ]
    if limited:
        kept = [one for one in kept if one.amount is not None]
        others = [one for one in others if one.amount is not None]
    used = counting.used_by_members(team, [one.member_id for one in others])
    standings = counting.stand(team, kept) + [
        replace(one, used=used.get(one.budget.member_id, Decimal(0))) for one in counting.stand(team, others)
    ]
    return {
        one.budget.member_id: replace(one, is_default=_is_default(one.budget, default))
        for one in standings
        if one.budget.member_id
    }


def _is_default(budget: Budget, default: Decimal | None) -> bool:
    return budget.amount == default and not budget.rolls_over


def of_projects(team: Team) -> dict[UUID, Standing]:
    """Where the budget of each project stands that has one. Three queries, whatever their number."""
    budgets = list(Budget.objects.filter(team=team, project__isnull=False))
    return {one.budget.project: one for one in counting.stand(team, budgets) if one.budget.project}


def raises_of(budget: Budget) -> list[Raise]:
    """The raises that are in force or still to come, those that end last first."""
    return list(budget.raises.filter(ends_at__gt=timezone.now()).select_related("by"))


def tightest(team: Team, *, member: User, project: UUID | None = None) -> Tightest:
    """What stops a member first in a project: the least that is left of pool and budgets."""
    balance = pools.balance(team)
    least = Tightest(
        max(balance.available, Decimal(0)),
        balance.allowance,
        balance.resets_at,
        "team",
        balance.used_percent,
        balance.held,
    )
    for one in counting.stand(team, concerned(team, member=member, project=project)):
        if one.left is not None and one.left < least.available:
            least = Tightest(one.left, one.limit, one.resets_at, one.whose, one.percent, balance.held)
    return least


def concerned(team: Team, *, member: User, project: UUID | None) -> list[Budget]:
    """The budgets that a member's request counts in: the member's, then the project's, those that there are."""
    whose = Q(member=member) | (Q(project=project) if project else Q(pk__in=[]))
    found = list(Budget.objects.filter(whose, team=team))
    if not any(one.member_id for one in found) and (made := _by_default(team, member)):
        found.append(made)
    return sorted(found, key=lambda one: one.member_id is None)


def _default(team: Team) -> Decimal | None:
    rules = SpendingRules.objects.filter(team=team).first()
    return rules.member_budget if rules else None


def _invited_with(team: Team) -> QuerySet[Invitation]:
    """The invitations that somebody accepted which gave a budget, the newest first."""
    accepted = Invitation.objects.filter(team=team, accepted_by__isnull=False, budget__isnull=False)
    return accepted.order_by("-accepted_at")


def _by_default(team: Team, user: User) -> Budget | None:
    """The budget that the invitation gave a member, else the team's rules."""
    invited = _invited_with(team).filter(accepted_by=user).first()
    amount = invited.budget if invited else _default(team)
    return None if amount is None else _made(team, amount, member=user)


@transaction.atomic
def _made(team: Team, amount: Decimal | None, **whose: User | UUID | None) -> Budget:
    """A new budget, with what its first month has been used for already. Only one of several processes makes it."""
    pools.locked(team)
    budget, _ = Budget.objects.get_or_create(team=team, **whose, defaults={"amount": amount})
    counting.open_month(budget, months.current(team))
    return budget


@transaction.atomic
def follow_default(team: Team, before: Decimal | None, after: Decimal | None) -> None:
    """Have the members' budgets that were the default follow it, this month too. Call it with the rules' change.

    Those without a limit stay so: somebody said that.
    """
    pools.locked(team)
    if before is None or before == after:
        return
    for budget in Budget.objects.filter(team=team, member__isnull=False, amount=before, rolls_over=False):
        month = counting.open_month(budget, months.current(team))
        Budget.objects.filter(pk=budget.pk).update(amount=after)
        BudgetMonth.objects.filter(pk=month.pk).update(amount=after)


@transaction.atomic
def set_amount(
    team: Team,
    *,
    member: User | None = None,
    project: UUID | None = None,
    amount: Decimal | None,
    rolls_over: bool = False,
    by: User | None,
    name: str = "",
) -> Budget:
    """Set what a member or a project may spend a month, from now on and for this month too. Raises ValueError.

    amount: None for no limit; less than is used already means that nothing more can be spent until the month ends.
    name: how the project is called, for the audit.
    """
    if (member is None) == (project is None):
        raise ValueError("A budget is a member’s or a project’s.")
    if amount is not None:
        amount = checked(amount, least=Decimal(0))
    pools.locked(team)
    whose: dict[str, User | UUID | None] = {"member": member} if member else {"project": project}
    budget = Budget.objects.filter(team=team, **whose).first()
    before = _facts(budget)
    budget = budget or _made(team, amount, **whose)
    # The month as it was comes first: what the old amount left is carried over.
    month = counting.open_month(budget, months.current(team))
    budget.amount, budget.rolls_over = amount, rolls_over
    budget.save(update_fields=["amount", "rolls_over"])
    BudgetMonth.objects.filter(pk=month.pk).update(amount=amount)
    audit.record(
        team, "budget.set", by=by, subject=member or name or project, before=before, after=_facts(budget)
    )
    _announce(team)
    return budget


def _facts(budget: Budget | None) -> dict[str, object]:
    return {
        "amount": budget.amount if budget else None,
        "rolls over": budget.rolls_over if budget else False,
    }


@transaction.atomic
def give_raise(
    budget: Budget,
    amount: Decimal,
    *,
    until: datetime | None = None,
    by: User | None,
    note: str = "",
    name: str = "",
) -> Raise:
    """Allow more for a while; by default until the month ends. Raises ValueError, also where there is no limit."""
    team, now = budget.team, timezone.now()
    amount, until = checked(amount), until or months.end(team)
    if budget.amount is None:
        raise ValueError("There is no limit to raise.")
    if until <= now:
        raise ValueError("A raise ends later than now.")
    given = Raise.objects.create(
        budget=budget, amount=amount, starts_at=now, ends_at=until, by=by, note=note[:200]
    )
    facts = {"credits": amount, "until": until, "reason": note}
    audit.record(team, "budget.raise", by=by, subject=_subject(budget, name), after=facts)
    _announce(team)
    return given


@transaction.atomic
def end_raise(raise_: Raise, *, by: User | None, name: str = "") -> None:
    """End a raise now. What was spent of it stays spent; one that has ended stays as it is."""
    now = timezone.now()
    if not Raise.objects.filter(pk=raise_.pk, ends_at__gt=now).update(ends_at=now):
        return
    budget = Budget.objects.select_related("team", "member").get(pk=raise_.budget_id)
    before, raise_.ends_at = raise_.ends_at, now
    audit.record(
        budget.team,
        "budget.end_raise",
        by=by,
        subject=_subject(budget, name),
        before={"until": before},
        after={"until": now},
    )
    _announce(budget.team)


def _announce(team: Team) -> None:
    """Have open pages look again at what can be spent."""
    publish(f"team:{team.pk}", "credits")


def _subject(budget: Budget, name: str) -> object:
    return budget.member or name or budget.project
