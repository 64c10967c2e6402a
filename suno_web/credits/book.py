"""The book that entries are written into. Nothing in it is ever changed."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from suno_web.accounts.models import Team, User
from suno_web.credits import months
from suno_web.credits.models import Entry


def enter(
    team: Team,
    kind: Entry.Kind,
    amount: Decimal,
    cause: str,
    *,
    member: User | None = None,
    project: UUID | None = None,
    actor: User | None = None,
    operation: str = "",
    model: str = "",
    note: str = "",
    day: date | None = None,
) -> Entry:
    """Write an entry of a day as the team's time zone has it: today, if it was not said."""
    return Entry.objects.create(
        team=team,
        day=day or months.today(team),
        kind=kind,
        amount=amount,
        cause=cause,
        member=member,
        project=project,
        actor=actor,
        operation=operation,
        model=model,
        note=note[:200],
    )


def enter_end(held: Entry, kind: Entry.Kind, *, actor_id: int | None, note: str) -> Entry:
    """Write what became of a hold, or was given back afterwards: for the same member, project and work."""
    return Entry.objects.create(
        team=held.team,
        day=months.today(held.team),
        kind=kind,
        amount=held.amount,
        cause=held.cause,
        member_id=held.member_id,
        project=held.project,
        actor_id=actor_id,
        operation=held.operation,
        model=held.model,
        note=note[:200],
    )
