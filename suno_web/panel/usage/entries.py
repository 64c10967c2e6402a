"""The ledger's lines: which of them are meant, a page of them at a time, and all of them for a file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from suno_web.accounts.models import Team, User
from suno_web.credits.amounts import cents
from suno_web.credits.models import Entry
from suno_web.panel.usage.facts import SPENT, Narrowing
from suno_web.panel.usage.spans import Span
from suno_web.studio.models import Generation, Project

PAGE = 50
CHUNK = 5000
# What can be asked for beside each kind of entry.
SPENT_KIND = "spent"
KINDS: dict[str, str] = {
    "": "All kinds",
    SPENT_KIND: "Spent: settled less given back",
    **{kind.value: str(kind.label).capitalize() for kind in Entry.Kind},
}
_JOB = "generation:"
HEADER = [
    "Entry",
    "Time",
    "Day",
    "Kind",
    "Credits",
    "Member",
    "Project",
    "Operation",
    "Model",
    "Cause",
    "By",
    "Note",
]  # fmt: skip
_COLUMNS = (
    "pk", "created_at", "day", "kind", "amount", "member", "project", "operation", "model", "cause", "actor", "note",
)  # fmt: skip


@dataclass(frozen=True)
class Search:
    """Which entries are meant. kind: one of KINDS; cause: a part of the cause or note."""

    span: Span
    where: Narrowing
    kind: str = ""
    cause: str = ""

    def entries(self, team: Team) -> QuerySet[Entry]:
        """They, in no order."""
        days = (self.span.since, self.span.until)
        found = self.where.entries(Entry.objects.filter(team=team, day__range=days).order_by())
        if self.kind == SPENT_KIND:
            found = found.filter(SPENT)
        elif self.kind:
            found = found.filter(kind=self.kind)
        if self.cause:
            found = found.filter(Q(cause__icontains=self.cause) | Q(note__icontains=self.cause))
        return found


@dataclass(frozen=True)
class Line:
    """An entry with what people call its project and its job's page, if it is about one that is still there."""

    entry: Entry
    project: str
    operation: str
    job: UUID | None


@dataclass(frozen=True)
class Page:
    """Lines, the newest first. older: the cursor of those after them, "" at the end of the list."""

    lines: list[Line]
    older: str
    count: int
    sums: list[tuple[str, Decimal]]


class BadCursor(ValueError):
    """The address names a place in the list that nobody gave out."""


def page(team: Team, search: Search, *, older: str = "") -> Page:
    """One page of what is meant, and the sum of all of it, in a constant number of queries. Raises BadCursor."""
    entries = search.entries(team)
    sums = {
        row["kind"]: (row["sum"], row["count"])
        for row in entries.values("kind").annotate(sum=Sum("amount"), count=Count("pk")).order_by()
    }
    shown = _below(entries, older) if older else entries
    rows = list(shown.select_related("member", "actor").order_by("-day", "-pk")[: PAGE + 1])
    return Page(
        _lines(team, rows[:PAGE]),
        f"{rows[PAGE - 1].day}_{rows[PAGE - 1].pk}" if len(rows) > PAGE else "",
        sum(count for _, count in sums.values()),
        _told(search, {kind: cents(amount) for kind, (amount, _) in sums.items()}),
    )


def newest(team: Team, search: Search, number: int) -> list[Line]:
    """The newest few of what is meant."""
    rows = search.entries(team).select_related("member", "actor").order_by("-day", "-pk")[:number]
    return _lines(team, list(rows))


def _below(entries: QuerySet[Entry], cursor: str) -> QuerySet[Entry]:
    """What comes after a place in the list. By day first, as the indexes are."""
    day, _, pk = cursor.partition("_")
    try:
        at, number = date.fromisoformat(day), int(pk)
    except ValueError as problem:
        raise BadCursor(cursor) from problem
    return entries.filter(Q(day__lt=at) | Q(pk__lt=number), day__lte=at)


def _told(search: Search, sums: dict[str, Decimal]) -> list[tuple[str, Decimal]]:
    """What the entries come to: for each kind, as credits of different kinds do not add up; spent is one number."""
    if search.kind == SPENT_KIND:
        spent = sums.get(Entry.Kind.SETTLE, Decimal(0)) - sums.get(Entry.Kind.ADJUSTMENT, Decimal(0))
        return [("spent", spent)]
    return [(str(kind.label), sums[kind.value]) for kind in Entry.Kind if kind.value in sums]


def _lines(team: Team, entries: Sequence[Entry]) -> list[Line]:
    names = _projects(team, {entry.project for entry in entries if entry.project})
    jobs = {job for entry in entries if (job := _job(entry.cause))}
    there = set(Generation.objects.filter(pk__in=jobs).values_list("pk", flat=True))
    return [
        Line(
            entry,
            _project_name(names, entry.project),
            OPERATIONS.get(entry.operation, entry.operation),
            job if (job := _job(entry.cause)) in there else None,
        )
        for entry in entries
    ]


OPERATIONS = {value: str(label).capitalize() for value, label in Generation.Operation.choices}


def rows(team: Team, search: Search) -> Iterator[list[object]]:
    """Every line that is meant, the oldest first, read in chunks: for a file of any length."""
    people = dict(_people(team))
    names = _projects(team, None)
    entries = search.entries(team).order_by("day", "pk")
    while chunk := list(entries.values_list(*_COLUMNS)[:CHUNK]):
        for row in chunk:
            yield _row(row, team, people, names)
        last, _, day, *_ = chunk[-1]
        # By day first, as the indexes are: no chunk sorts more than a day.
        entries = (
            search.entries(team).filter(Q(day__gt=day) | Q(pk__gt=last), day__gte=day).order_by("day", "pk")
        )


def _row(row: tuple[Any, ...], team: Team, people: dict[int, str], names: dict[UUID, str]) -> list[object]:
    pk, at, day, kind, amount, member, project, operation, model, cause, actor, note = row
    return [
        pk,
        timezone.localtime(at, team.zone).isoformat(timespec="seconds"),
        day.isoformat(),
        kind,
        amount,
        people.get(member, ""),
        _project_name(names, project),
        operation,
        model,
        cause,
        people.get(actor, ""),
        note,
    ]


def _people(team: Team) -> Iterator[tuple[int, str]]:
    """Everybody whom an entry of the team names."""
    for column in ("member", "actor"):
        ids = Entry.objects.filter(team=team).order_by().values(column).distinct()
        for user in User.objects.filter(pk__in=ids):
            yield user.pk, user.display_name


def _projects(team: Team, ids: set[UUID] | None) -> dict[UUID, str]:
    rows = Project.objects.filter(team=team).order_by()
    if ids is not None:
        rows = rows.filter(pk__in=ids)
    return dict(rows.values_list("pk", "name"))


def _project_name(names: dict[UUID, str], project: UUID | None) -> str:
    return "" if project is None else names.get(project, "Deleted project")


def _job(cause: str) -> UUID | None:
    if not cause.startswith(_JOB):
        return None
    try:
        return UUID(cause.removeprefix(_JOB))
    except ValueError:
        return None
