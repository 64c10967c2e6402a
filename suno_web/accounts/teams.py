"""Teams and who is in them: joining, changing roles, leaving, coming back. Every team keeps an admin."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from suno_web.accounts import audit
from suno_web.accounts.models import Departure, Membership, Team, User

# Where a session remembers which of a person's teams is being looked at.
SESSION_KEY = "team"
# Nobody needs to know it to the minute, and every page would otherwise write.
SEEN_EVERY = timedelta(minutes=5)


class LastAdmin(Exception):
    """The change would leave the team without anybody to govern it."""

    def __init__(self, membership: Membership) -> None:
        self.membership = membership
        super().__init__(
            f"{membership.user} is the only admin of {membership.team}. Make somebody else an admin first."
        )


def current_membership(user: User, chosen: str | None) -> Membership | None:
    """The membership in the chosen team, else in the team joined first; None for a person without a team."""
    memberships = list(user.memberships.select_related("team").order_by("created_at", "pk"))
    return next(
        (one for one in memberships if str(one.team_id) == chosen), memberships[0] if memberships else None
    )


def note_seen(membership: Membership) -> None:
    """Remember that a member is here: one write in five minutes, whatever the number of pages and processes."""
    now = timezone.now()
    if membership.last_seen_at is None or now - membership.last_seen_at >= SEEN_EVERY:
        stale = Q(last_seen_at=None) | Q(last_seen_at__lte=now - SEEN_EVERY)
        Membership.objects.filter(stale, pk=membership.pk).update(last_seen_at=now)
        membership.last_seen_at = now


@transaction.atomic
def change(team: Team, *, by: User | None, **values: Any) -> None:
    """Give a team other values, such as another name or time zone."""
    before = {name: getattr(team, name) for name in values}
    for name, value in values.items():
        setattr(team, name, value)
    team.save(update_fields=list(values))
    audit.record(team, "team.change", by=by, subject=team.name, before=before, after=values)


@transaction.atomic
def change_role(membership: Membership, role: str, *, by: User | None) -> None:
    """Give a member another role. Raises LastAdmin."""
    _keep_an_admin(membership, unless=role == Membership.Role.ADMIN)
    before = {"role": membership.role}
    membership.role = role
    membership.save(update_fields=["role"])
    _record("member.role", membership, by=by, before=before, after={"role": role})


@transaction.atomic
def remove(membership: Membership, *, by: User | None) -> Departure:
    """Take a person out of the team: what they made stays, and the role is kept for their return. Raises LastAdmin."""
    _keep_an_admin(membership, unless=False)
    Departure.objects.filter(team=membership.team, user=membership.user).delete()
    departure = Departure.objects.create(
        team=membership.team, user=membership.user, role=membership.role, by=by
    )
    _record("member.remove", membership, by=by, before={"role": membership.role})
    membership.delete()
    return departure


@transaction.atomic
def take_back(departure: Departure, *, by: User | None) -> Membership:
    """Give somebody who left the place and the role they had."""
    membership, is_new = Membership.objects.get_or_create(
        team=departure.team, user=departure.user, defaults={"role": departure.role}
    )
    departure.delete()
    if is_new:
        _record("member.return", membership, by=by, after={"role": membership.role})
    return membership


def join(team: Team, user: User, *, role: str) -> Membership:
    """A place in the team for somebody who was invited; who is in it already keeps their role."""
    membership, is_new = Membership.objects.get_or_create(team=team, user=user, defaults={"role": role})
    Departure.objects.filter(team=team, user=user).delete()
    if is_new:
        _record("member.join", membership, by=user, after={"role": membership.role})
    return membership


def _keep_an_admin(membership: Membership, *, unless: bool) -> None:
    # The lock makes two admins who demote each other at once wait in line (SQLite has one writer anyway).
    admins = list(
        Membership.objects.select_for_update()
        .filter(team=membership.team_id, role=Membership.Role.ADMIN)
        .values_list("user_id", flat=True)
    )
    if not unless and admins == [membership.user_id]:
        raise LastAdmin(membership)


def team_of(user: User, team_id: UUID) -> Team | None:
    """The team, if this person belongs to it."""
    return Team.objects.filter(pk=team_id, memberships__user=user).first()


def _record(
    action: str,
    membership: Membership,
    *,
    by: User | None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    audit.record(membership.team, action, by=by, subject=membership.user, before=before, after=after)
