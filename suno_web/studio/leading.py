"""Who decides about the spending of a project: its leads and the team's admins, and what waits for them."""

from uuid import UUID

from django.db.models import Q, QuerySet

from suno_web.accounts.models import Membership, Team, User
from suno_web.credits.models import Ask, Budget
from suno_web.studio.models import Approval, Project

Role = Membership.Role


def leads(project: Project) -> list[User]:
    """Everybody who leads a project: those named as its leads, and the admins of its team."""
    named = Q(memberships__team=project.team_id, memberships__role=Role.MAKER, led_projects=project)
    return _people(named | _admins_of(project.team_id))


def admins(team: Team) -> list[User]:
    return _people(_admins_of(team.pk))


def deciders(project: Project, *, budget: Budget | None, asker: User) -> list[User]:
    """Who may give a member more: leads where the member's own budget stops them, else admins; nobody themselves.

    An only admin has nobody to ask: the list is empty, and they grant it themselves.
    """
    of_member = budget is not None and budget.member_id is not None
    people = leads(project) if of_member else admins(project.team)
    return [one for one in people if one.pk != asker.pk]


def may_decide(user: User, ask: Ask) -> bool:
    return asks_for(user, ask.team).filter(pk=ask.pk).exists()


def asks_for(user: User, team: Team) -> QuerySet[Ask]:
    """The asks, open and decided, that are this person's to decide: all for an admin; for a lead those of others in
    the projects they lead which a member's own budget stopped."""
    asks = Ask.objects.filter(team=team)
    if is_admin(user, team):
        return asks
    led = Project.objects.led_by(user).filter(team=team).values("pk")
    return asks.filter(project__in=led, budget__member__isnull=False).exclude(member=user)


def approvals_for(user: User, team: Team) -> QuerySet[Approval]:
    """The same for requests that wait, or waited, for approval."""
    led = Project.objects.led_by(user).filter(team=team).values("pk")
    return Approval.objects.filter(generation__project__in=led)


def waiting(user: User, team: Team) -> int:
    """How many asks and requests wait for this person."""
    asks = asks_for(user, team).filter(status=Ask.Status.OPEN, member__memberships__team=team)
    return asks.count() + approvals_for(user, team).filter(status=Approval.Status.OPEN).count()


def is_admin(user: User, team: Team) -> bool:
    return Membership.objects.filter(team=team, user=user, role=Role.ADMIN).exists()


def _admins_of(team_id: UUID) -> Q:
    return Q(memberships__team=team_id, memberships__role=Role.ADMIN)


def _people(who: Q) -> list[User]:
    return list(User.objects.filter(who, is_active=True).distinct().order_by("name", "email"))
