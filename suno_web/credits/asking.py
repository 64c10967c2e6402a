"""Asking for credits: a member says how many and what for, and who may decide answers once."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from suno_web.accounts import audit
from suno_web.accounts.models import Team, User
from suno_web.alerts import alerting
from suno_web.alerts.models import Alert
from suno_web.credits import budgets, ledger, months
from suno_web.credits.models import Ask, Budget, Pool
from suno_web.live.publishing import publish

Status = Ask.Status


class CannotGrant(Exception):
    """These credits cannot be granted here. Its text says what to do instead; the ask stays open."""


class Closed(Exception):
    """Somebody decided before, or the asker took it back. Its text says so."""

    def __init__(self, ask: Ask) -> None:
        self.ask = ask
        super().__init__(ask)

    def __str__(self) -> str:
        who = self.ask.decided_by
        if self.ask.status == Status.EXPIRED or who is None:
            return f"This request is {self.ask.get_status_display()} already. Nothing was changed."
        return f"{who} has decided already: {self.ask.get_status_display()}. Nothing was changed."


@transaction.atomic
def ask(
    team: Team,
    *,
    by: User,
    amount: Decimal,
    reason: str,
    project: UUID | None = None,
    budget: Budget | None = None,
    back: str = "",
) -> Ask:
    """Ask for credits. Asking again while the first is open changes that one.

    budget: the one that stopped the member; None where it was the team's own credits. back: the page with the form.
    """
    wish, _ = Ask.objects.update_or_create(
        team=team,
        member=by,
        project=project,
        status=Status.OPEN,
        defaults={"amount": amount, "reason": reason.strip(), "budget": budget, "back": back[:300]},
    )
    _announce(wish)
    return wish


@transaction.atomic
def grant(ask: Ask, amount: Decimal, *, by: User, answer: str = "", name: str = "") -> None:
    """Give what was asked for, or less, or more. Raises CannotGrant, Closed.

    A budget is raised until the month ends; the team's own credits grow where they are an allowance. On a provider
    they cannot be made here: once its account was topped up, granting tells the asker so. name: of the project.
    """
    _decide(ask, Status.GRANTED, by=by, granted=amount, answer=answer)
    note = f"asked for: {ask.reason}"[:200]
    if ask.budget is not None:
        _raise(ask.budget, amount, by=by, note=note, name=name)
    elif ledger.pool_of(ask.team).allowance is not None:
        ledger.grant(ask.team, amount, by=by, note=note)
    else:
        _must_be_there(ask.team, amount)
    facts = {"asked": ask.amount, "granted": ask.granted, "answer": ask.answer}
    audit.record(ask.team, "ask.grant", by=by, subject=ask.member, after=facts)
    _answer(ask, f"{by} granted {ledger.readable(amount)} credits")
    publish(f"team:{ask.team_id}", "credits")


@transaction.atomic
def decline(ask: Ask, *, by: User, answer: str = "") -> None:
    """Say no, with or without a reason. Raises Closed."""
    _decide(ask, Status.DECLINED, by=by, answer=answer)
    facts = {"asked": ask.amount, "answer": ask.answer}
    audit.record(ask.team, "ask.decline", by=by, subject=ask.member, after=facts)
    _answer(ask, f"{by} declined {ledger.readable(ask.amount)} credits")


@transaction.atomic
def withdraw(ask: Ask, *, by: User) -> None:
    """Take one's own ask back. Raises Closed."""
    _decide(ask, Status.WITHDRAWN, by=by)
    _announce(ask)


def expire() -> int:
    """Close what nobody answered before its month ended: budgets and allowances begin anew. Returns how many."""
    closed = 0
    for old in _overdue():
        with transaction.atomic():
            changed = Ask.objects.filter(pk=old.pk, status=Status.OPEN).update(
                status=Status.EXPIRED, decided_at=timezone.now()
            )
            if changed:
                _announce(old)
                closed += 1
    return closed


def due() -> bool:
    return bool(_overdue())


def of(team: Team, user: User, *, project: UUID | None = None) -> QuerySet[Ask]:
    """What a member has asked for, the newest first."""
    own = Ask.objects.filter(team=team, member=user).select_related("budget", "decided_by", "team")
    return own if project is None else own.filter(project=project)


def news(team: Team, user: User, project: UUID) -> Ask | None:
    """What a member still waits for in a project, or was answered in the last day."""
    last = of(team, user, project=project).first()
    if last is None or last.status == Status.OPEN:
        return last
    if last.status not in {Status.GRANTED, Status.DECLINED} or last.decided_at is None:
        return None
    return last if last.decided_at > timezone.now() - timedelta(days=1) else None


def _decide(
    ask: Ask, status: Ask.Status, *, by: User, granted: Decimal | None = None, answer: str = ""
) -> None:
    """Close an open ask in one UPDATE: of two who decide at the same moment, the second is told. Raises Closed."""
    decided = {"status": status, "decided_by": by, "decided_at": timezone.now()}
    decided |= {"granted": granted, "answer": answer.strip()[:300]}
    changed = Ask.objects.filter(pk=ask.pk, status=Status.OPEN).update(**decided)
    ask.refresh_from_db()
    if not changed:
        raise Closed(ask)


def _raise(budget: Budget, amount: Decimal, *, by: User, note: str, name: str) -> None:
    try:
        budgets.give_raise(budget, amount, by=by, note=note, name=name)
    except ValueError as problem:
        # The budget was lifted since, or the amount is none.
        raise CannotGrant(f"{problem} Decline it with a word why, or change the budget.") from problem


def _must_be_there(team: Team, amount: Decimal) -> None:
    available = Pool.objects.get(team=team).available
    if available < amount:
        left = ledger.readable(max(available, Decimal(0)))
        raise CannotGrant(
            f"The team spends what the provider’s account has, and {left} credits are left there. "
            "Top it up at the provider, then grant: the asker is told."
        )


def _answer(ask: Ask, title: str) -> None:
    """Tell the asker by mail, and the pages that are open."""
    alerting.tell(
        ask.team,
        Alert.Kind.ANSWER,
        key=f"answer:{ask.pk}",
        title=title,
        text=ask.answer or "What you typed is kept: open the form and go on.",
        path=ask.back,
        people=[ask.member],
    )
    _announce(ask)


def _announce(ask: Ask) -> None:
    """Tell the asker's open pages, and those of whoever decides. Last in the transaction."""
    publish(f"user:{ask.member_id}", "asks", ask=str(ask.pk), status=ask.status)
    publish(f"team:{ask.team_id}", "requests")


def _overdue() -> list[Ask]:
    waiting = Ask.objects.filter(status=Status.OPEN).select_related("team")
    return [one for one in waiting if one.created_at < months.start(one.team)]
