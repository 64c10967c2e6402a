"""Teams and who is in them: joining, changing roles, leaving. Every team keeps an admin."""

from uuid import UUID

from django.db import transaction

from suno_web.accounts.models import Membership, Team, User

# Where a session remembers which of a person's teams is being looked at.
SESSION_KEY = "team"


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


@transaction.atomic
def change_role(membership: Membership, role: str) -> None:
    """Give a member another role. Raises LastAdmin."""
    _keep_an_admin(membership, unless=role == Membership.Role.ADMIN)
    membership.role = role
    membership.save(update_fields=["role"])


@transaction.atomic
def remove(membership: Membership) -> None:
    """Take a person out of the team; what they made stays. Raises LastAdmin."""
    _keep_an_admin(membership, unless=False)
    membership.delete()


def take_back(team: Team, user_id: int, role: str) -> Membership:
    """Undo a removal."""
    membership, _ = Membership.objects.get_or_create(team=team, user_id=user_id, defaults={"role": role})
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
