"""Who is in the team, with what each may spend and has: read in a few queries, however many there are."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from django.db.models import Count, Q
from django.utils import timezone

from suno_web.accounts.models import Departure, Membership, Team
from suno_web.credits import budgets
from suno_web.gateway.models import ApiKey
from suno_web.studio.models import Generation, Project

PAGE = 50
SORTS = ("name", "role", "used", "seen")
_ROLES = [Membership.Role.ADMIN, Membership.Role.MAKER, Membership.Role.LISTENER]
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Row:
    """A member in the list. standing: None for who has no budget."""

    membership: Membership
    standing: budgets.Standing | None
    keys: int
    projects: int

    @property
    def is_low(self) -> bool:
        return self.standing is not None and self.standing.limit is not None and self.standing.percent >= 80


def rows(team: Team, *, search: str = "", sort: str = "name") -> list[Row]:
    """The members whose name or address has the words in it, in the wanted order."""
    memberships = team.memberships.select_related("user")
    for word in search.split():
        memberships = memberships.filter(Q(user__name__icontains=word) | Q(user__email__icontains=word))
    standings, keys, projects = budgets.of_members(team), _keys(team), _projects(team)
    found = [
        Row(
            membership=one,
            standing=_standing(standings, one),
            keys=keys.get(one.user_id, 0),
            projects=projects.get(one.user_id, 0),
        )
        for one in memberships
    ]
    found.sort(key=lambda row: row.membership.user.display_name.lower())
    if sort == "role":
        found.sort(key=lambda row: _ROLES.index(Membership.Role(row.membership.role)))
    elif sort == "used":
        found.sort(key=lambda row: row.standing.used if row.standing else Decimal(-1), reverse=True)
    elif sort == "seen":
        found.sort(key=lambda row: row.membership.last_seen_at or _NEVER, reverse=True)
    return found


def former(team: Team) -> list[Departure]:
    """Who was in the team, those who left last first."""
    return list(team.departures.select_related("user", "by").order_by("-at"))


def standing(membership: Membership) -> budgets.Standing | None:
    """How a member stands with their budget; None for who has none."""
    return _standing(budgets.of_members(membership.team), membership)


def requests_since(membership: Membership, moment: datetime) -> int:
    """How much a member asked the studio for."""
    asked = Generation.objects.filter(project__team=membership.team, requested_by=membership.user)
    return asked.filter(created_at__gte=moment).count()


def table(found: list[Row]) -> Iterator[list[object]]:
    """Rows for a sheet."""
    for row in found:
        member, held = row.membership, row.standing
        seen = member.last_seen_at
        yield [
            member.user.display_name,
            member.user.email,
            member.get_role_display(),
            held.limit if held and held.limit is not None else "",
            held.used if held else "",
            held.left if held and held.left is not None else "",
            row.keys,
            row.projects,
            timezone.localtime(seen, member.team.zone).isoformat(timespec="minutes") if seen else "",
        ]


def _standing(found: dict[int, budgets.Standing], membership: Membership) -> budgets.Standing | None:
    # Who only listens spends nothing, also with a budget from times when they made music.
    return found.get(membership.user_id) if membership.may_make else None


def _keys(team: Team) -> dict[int, int]:
    """How many keys that work each member has."""
    alive = ApiKey.objects.order_by().filter(
        Q(expires_at=None) | Q(expires_at__gt=timezone.now()), project__team=team, revoked_at=None
    )
    return dict(alive.values_list("owner").annotate(Count("pk")))


def _projects(team: Team) -> dict[int, int]:
    """In how many of the team's projects each member is."""
    places = Project.members.through.objects.filter(project__team=team)
    return dict(places.values_list("user").annotate(Count("pk")))
