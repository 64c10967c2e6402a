"""The lines of the budgets page: who may spend what, and what of it is used."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Sum

from suno_web.accounts.models import Team, User
from suno_web.credits import budgets, months
from suno_web.credits.amounts import cents
from suno_web.credits.models import Budget, Entry
from suno_web.studio.models import Project

NEAR = 80
NOTHING = Decimal(0)


@dataclass
class Line:
    """A member or a project with its budget of this month. standing: None for whom none was ever set.

    typed, switched, problems: what was sent for it and refused.
    """

    team: Team
    subject: User | Project
    standing: budgets.Standing | None
    used: Decimal
    # The e-mail address of somebody whose name others have too.
    hint: str = ""
    typed: str | None = None
    switched: bool | None = None
    problems: list[str] = field(default_factory=list)

    @property
    def whose(self) -> str:
        return "member" if isinstance(self.subject, User) else "project"

    @property
    def key(self) -> str:
        """Its name in the form."""
        return f"{self.whose}-{self.subject.pk}"

    @property
    def name(self) -> str:
        return self.subject.display_name if isinstance(self.subject, User) else self.subject.name

    @property
    def amount(self) -> Decimal | None:
        """What is given each month; None for no limit."""
        return self.standing.budget.amount if self.standing else None

    @property
    def rolls_over(self) -> bool:
        return bool(self.standing and self.standing.budget.rolls_over)

    @property
    def is_switched_on(self) -> bool:
        """How the switch stands: as it was sent, else as it is."""
        return self.rolls_over if self.switched is None else self.switched

    @property
    def limit(self) -> Decimal | None:
        return self.standing.limit if self.standing else None

    @property
    def left(self) -> Decimal | None:
        return self.standing.left if self.standing else None

    @property
    def percent(self) -> int:
        return self.standing.percent if self.standing else 0

    @property
    def is_used_up(self) -> bool:
        return self.left is not None and self.left <= 0

    @property
    def is_near(self) -> bool:
        """Four fifths used and more, but not all of it."""
        return self.percent >= NEAR and not self.is_used_up

    @property
    def shown(self) -> list[Any]:
        """What the page says of it, to see later whether somebody changed it meanwhile."""
        return [None if self.amount is None else str(cents(self.amount)), self.rolls_over]

    @property
    def is_default(self) -> bool:
        return bool(self.standing and self.standing.is_default and self.whose == "member")

    def kept(self) -> Budget:
        """The budget as a row, which somebody who has used nothing yet may not have."""
        if isinstance(self.subject, User):
            return budgets.own(self.team, member=self.subject)
        return budgets.own(self.team, project=self.subject.pk)

    def set(self, amount: Decimal | None, *, rolls_over: bool, by: User) -> None:
        """Change the budget. Raises ValueError."""
        if isinstance(self.subject, User):
            budgets.set_amount(self.team, member=self.subject, amount=amount, rolls_over=rolls_over, by=by)
            return
        budgets.set_amount(
            self.team,
            project=self.subject.pk,
            name=self.name,
            amount=amount,
            rolls_over=rolls_over,
            by=by,
        )


def of_members(team: Team) -> list[Line]:
    """Everybody who may make music, by name."""
    makers = User.objects.filter(memberships__team=team, memberships__role__in=budgets.MAKERS)
    lines = _lines(team, makers, budgets.of_members(team))
    called = Counter(one.name.casefold() for one in lines)
    for one in lines:
        if called[one.name.casefold()] > 1 and isinstance(one.subject, User):
            one.hint = one.subject.email
    return lines


def of_projects(team: Team) -> list[Line]:
    """Every project, by name."""
    return _lines(team, Project.objects.filter(team=team), budgets.of_projects(team))


def _lines(
    team: Team,
    subjects: Iterable[User] | Iterable[Project],
    standings: Mapping[int, budgets.Standing] | Mapping[UUID, budgets.Standing],
) -> list[Line]:
    found: dict[Any, budgets.Standing] = dict(standings)
    lines = [Line(team, one, found.get(one.pk), NOTHING) for one in subjects]
    _count_use(lines)
    return sorted(lines, key=lambda one: one.name.casefold())


def _count_use(lines: list[Line]) -> None:
    """Fill in what is used: a budget has counted it, for the others the month's entries are summed."""
    without = [one for one in lines if one.standing is None]
    sums = _held(without[0].team, without[0].whose) if without else {}
    for one in lines:
        one.used = one.standing.used if one.standing else sums.get(one.subject.pk, NOTHING)


def _held(team: Team, whose: str) -> dict[Any, Decimal]:
    """What was held this month and not given back, by member or project."""
    returned = Entry.objects.filter(
        cause=OuterRef("cause"), kind__in=[Entry.Kind.REFUND, Entry.Kind.ADJUSTMENT]
    )
    since = months.first_day(months.current(team))
    held = Entry.objects.filter(~Exists(returned), team=team, kind=Entry.Kind.HOLD, day__gte=since)
    rows = held.exclude(**{whose: None}).order_by().values_list(whose).annotate(Sum("amount"))
    return {key: cents(sum_) for key, sum_ in rows}
