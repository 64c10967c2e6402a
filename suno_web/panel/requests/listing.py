"""What waits for whoever leads, with what they need to decide, and what was decided."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from suno_web.accounts.models import User
from suno_web.credits import budgets
from suno_web.credits.budgets import Standing
from suno_web.credits.models import Ask
from suno_web.http import MemberRequest
from suno_web.panel.requests.forms import Wish
from suno_web.studio import leading
from suno_web.studio.forms import AnswerForm
from suno_web.studio.models import Approval, Project

MOST_DECIDED = 50


@dataclass(frozen=True)
class Wanted:
    """Somebody asks for credits. standing: of the budget that stopped them, None where it was the team's credits."""

    ask: Ask
    project: Project | None
    standing: Standing | None
    form: AnswerForm


@dataclass(frozen=True)
class Held:
    """A request waits for approval. standing: of the maker's budget, None where they have none."""

    approval: Approval
    standing: Standing | None


@dataclass(frozen=True)
class Decision:
    """What was decided: `ask` or `approval`, not both."""

    at: datetime
    by: User | None
    project: Project | None
    ask: Ask | None = None
    approval: Approval | None = None


def asks(request: MemberRequest) -> QuerySet[Ask]:
    """The open asks that this member decides. Who left the team asks for nothing."""
    mine = leading.asks_for(request.user, request.team).filter(status=Ask.Status.OPEN)
    return mine.filter(member__memberships__team=request.team).order_by("created_at")


def approvals(request: MemberRequest) -> QuerySet[Approval]:
    """The open requests that this member decides."""
    mine = leading.approvals_for(request.user, request.team).filter(status=Approval.Status.OPEN)
    return mine.order_by("created_at")


def waiting(
    request: MemberRequest, answered: Mapping[UUID, AnswerForm] | None = None
) -> tuple[list[Wanted], list[Held]]:
    """All that waits, the oldest first. answered: forms that were sent and are not right yet, by ask."""
    wanted = list(asks(request).select_related("member", "budget", "team"))
    held = list(approvals(request).select_related("generation__project", "generation__requested_by"))
    if not wanted and not held:
        return [], []
    of_members, of_projects = budgets.of_members(request.team), budgets.of_projects(request.team)
    projects = _projects(request, {ask.project for ask in wanted})

    def standing(ask: Ask) -> Standing | None:
        if ask.budget is None:
            return None
        of_member, of_project = ask.budget.member_id, ask.budget.project
        return of_members.get(of_member) if of_member else of_projects.get(of_project) if of_project else None

    return (
        [
            Wanted(
                ask,
                projects.get(ask.project) if ask.project else None,
                standing(ask),
                (answered or {}).get(ask.pk) or answer_form(ask),
            )
            for ask in wanted
        ],
        [Held(one, of_members.get(one.generation.requested_by_id or 0)) for one in held],
    )


def answer_form(ask: Ask, typed: Mapping[str, str] | None = None) -> AnswerForm:
    """The form to answer an ask with; the whole amount stands in it."""
    return AnswerForm(typed, initial={"amount": ask.amount}, auto_id=f"answer_{ask.pk}_%s")


def decided(request: MemberRequest, wish: Wish) -> list[Decision]:
    """What was decided last, of both kinds, narrowed by member, project and kind."""
    found: list[Decision] = []
    if wish.what != "approvals":
        found += _decided_asks(request, wish)
    if wish.what != "asks":
        found += _decided_approvals(request, wish)
    return sorted(found, key=lambda one: one.at, reverse=True)[:MOST_DECIDED]


def _decided_asks(request: MemberRequest, wish: Wish) -> list[Decision]:
    closed = leading.asks_for(request.user, request.team).exclude(status=Ask.Status.OPEN)
    if wish.member:
        closed = closed.filter(member=wish.member)
    if wish.project:
        closed = closed.filter(project=wish.project.pk)
    related = closed.filter(decided_at__isnull=False).select_related("member", "decided_by")
    rows = list(related.order_by("-decided_at")[:MOST_DECIDED])
    projects = _projects(request, {ask.project for ask in rows})
    return [
        Decision(ask.decided_at, ask.decided_by, projects.get(ask.project) if ask.project else None, ask=ask)
        for ask in rows
        if ask.decided_at
    ]


def _decided_approvals(request: MemberRequest, wish: Wish) -> list[Decision]:
    closed = leading.approvals_for(request.user, request.team).exclude(status=Approval.Status.OPEN)
    if wish.member:
        closed = closed.filter(generation__requested_by=wish.member)
    if wish.project:
        closed = closed.filter(generation__project=wish.project)
    related = closed.filter(decided_at__isnull=False).select_related(
        "decided_by", "generation__project", "generation__requested_by"
    )
    return [
        Decision(one.decided_at, one.decided_by, one.generation.project, approval=one)
        for one in related.order_by("-decided_at")[:MOST_DECIDED]
        if one.decided_at
    ]


def _projects(request: MemberRequest, keys: set[UUID | None]) -> dict[UUID, Project]:
    wanted = [key for key in keys if key]
    return {one.pk: one for one in Project.objects.filter(team=request.team, pk__in=wanted)} if wanted else {}
