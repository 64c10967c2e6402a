"""What happened, summed from the rows themselves: the ledger's entries and the takes that were saved."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    DateField,
    F,
    Q,
    QuerySet,
    Sum,
    UUIDField,
    Value,
    When,
)
from django.db.models.functions import Coalesce, TruncDate

from suno_web.accounts.models import Team
from suno_web.credits.models import Entry
from suno_web.studio.models import Track

Kind = Entry.Kind
CENT = Decimal("0.01")
# What things can be summed by, beside days, in the names of the ledger's columns.
DIMENSIONS = ("member", "project", "operation", "model")
# Where a take has the same.
_OF_TRACKS = {
    "member": "generation__requested_by",
    "project": "generation__project",
    "operation": "generation__operation",
    "model": "generation__model",
}
_OWNERS = {
    "of_team": F("generation__project__team"),
    "of_project": F("generation__project"),
    "of_member": F("generation__requested_by"),
}
# Up to so many days, takes are found by when they were saved rather than by whose they are.
_FEW = timedelta(days=8)
# How an address says "those that have none": a model, say.
NONE = "-"
# Adjustments of a job's price, among those of the pool.
GIVEN_BACK = Q(kind=Kind.ADJUSTMENT, cause__startswith="generation:")
SPENT = Q(kind=Kind.SETTLE) | GIVEN_BACK


@dataclass(frozen=True)
class Sums:
    """spent: credits settled less what was given back later; refunded: credits; seconds: of music in saved takes."""

    spent: Decimal = Decimal(0)
    refunded: Decimal = Decimal(0)
    requests: int = 0
    failures: int = 0
    songs: int = 0
    seconds: float = 0.0

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(
            self.spent + other.spent,
            self.refunded + other.refunded,
            self.requests + other.requests,
            self.failures + other.failures,
            self.songs + other.songs,
            self.seconds + other.seconds,
        )

    def __bool__(self) -> bool:
        return any(getattr(self, field.name) for field in fields(self))

    @property
    def minutes(self) -> float:
        return self.seconds / 60

    @property
    def failed_share(self) -> float:
        """Failures as a part of the requests, 0 to 1; what fails today may have been asked for yesterday."""
        return min(1.0, self.failures / self.requests) if self.requests else float(bool(self.failures))


@dataclass(frozen=True)
class Narrowing:
    """Which rows count. A value of NONE stands for rows that have none; "" and None for any.

    projects: those whose part of the panel somebody sees, None for all.
    """

    member: str = ""
    project: str = ""
    operation: str = ""
    model: str = ""
    projects: Sequence[UUID] | None = None

    @property
    def chosen(self) -> dict[str, str]:
        """The values that narrow, by dimension."""
        return {name: value for name in DIMENSIONS if (value := getattr(self, name))}

    @property
    def dimensions(self) -> set[str]:
        """What a sum must know to be narrowed like this."""
        return {*self.chosen, *(() if self.projects is None else ("project",))}

    def entries(self, rows: QuerySet[Entry]) -> QuerySet[Entry]:
        """The entries that count."""
        return rows.filter(self._condition({name: name for name in DIMENSIONS}))

    def tracks(self, rows: QuerySet[Track]) -> QuerySet[Track]:
        """The takes that count, of those that know their `of_member` and `of_project`."""
        return rows.filter(self._condition(_OF_TRACKS | {"member": "of_member", "project": "of_project"}))

    def _condition(self, columns: dict[str, str]) -> Q:
        condition = Q() if self.projects is None else Q(**{f"{columns['project']}__in": self.projects})
        for name, value in self.chosen.items():
            if value != NONE:
                condition &= Q(**{columns[name]: value})
            elif name in {"member", "project"}:
                condition &= Q(**{f"{columns[name]}__isnull": True})
            else:
                condition &= Q(**{columns[name]: ""})
        return condition


Key = tuple[Any, ...]


def facts(
    team: Team, since: date, until: date, *, by: Sequence[str], where: Narrowing | None = None
) -> dict[Key, Sums]:
    """Sums of the days from `since` to `until`, both included, for each combination of `by` that occurs.

    by: "day" and DIMENSIONS. Keys have a date for "day" and a text for the rest, "" for none.
    """
    where = where or Narrowing()
    found: dict[Key, Sums] = defaultdict(Sums)
    for key, sums in of_entries(team, since, until, by, where):
        found[key] += sums
    for key, sums in _of_tracks(team, since, until, by, where):
        found[key] += sums
    return dict(found)


def of_entries(
    team: Team, since: date, until: date, by: Sequence[str], where: Narrowing
) -> Iterable[tuple[Key, Sums]]:
    """The part of `facts` that the ledger knows: all but songs and their length."""
    told = Q(kind__in=[Kind.HOLD, Kind.SETTLE, Kind.REFUND]) | GIVEN_BACK
    rows = where.entries(Entry.objects.filter(told, team=team, day__range=(since, until)))
    for row in rows.values(*by, "kind").annotate(sum=Sum("amount"), count=Count("pk")).order_by():
        # SQLite sums decimals as floating point.
        amount = row["sum"].quantize(CENT)
        yield _key(row, by), _sums(row["kind"], amount, row["count"])


def _sums(kind: str, amount: Decimal, count: int) -> Sums:
    match kind:
        case Kind.HOLD:
            return Sums(requests=count)
        case Kind.REFUND:
            return Sums(refunded=amount, failures=count)
        case Kind.ADJUSTMENT:
            return Sums(spent=-amount)
        case _:
            return Sums(spent=amount)


def _of_tracks(
    team: Team, since: date, until: date, by: Sequence[str], where: Narrowing
) -> Iterable[tuple[Key, Sums]]:
    rows: QuerySet[Track] = Track.objects.filter(
        archived_at__gte=_midnight(team, since),
        archived_at__lt=_midnight(team, until + timedelta(days=1)),
        generation__is_imported=False,
    )
    rows = _unindexed(rows) if until - since < _FEW else rows.alias(**_OWNERS)
    rows = where.tracks(rows.filter(Q(of_team=team.pk)))
    if "day" in by:
        rows = rows.annotate(day=_day(team, since, until))
    columns = {name: _OF_TRACKS.get(name, name) for name in by}
    grouped = rows.values(*columns.values()).annotate(count=Count("pk"), sum=Sum("duration"))
    for row in grouped.order_by():
        named = {name: row[column] for name, column in columns.items()}
        yield _key(named, by), Sums(songs=row["count"], seconds=row["sum"] or 0.0)


def _unindexed(rows: QuerySet[Track]) -> QuerySet[Track]:
    """Whose a take is, for conditions that no index answers.

    SQLite would go through every request of the team for the takes of a day: it does not know how few those are.
    """
    return rows.alias(
        of_team=Coalesce("generation__project__team", None, output_field=UUIDField()),
        of_project=Coalesce("generation__project", None, output_field=UUIDField()),
        of_member=Coalesce("generation__requested_by", None, output_field=BigIntegerField()),
    )


def _day(team: Team, since: date, until: date) -> Case | TruncDate:
    """The team's day that a take was saved on. Of few days it is found by comparing: SQLite truncates in Python."""
    if until - since >= _FEW:
        return TruncDate("archived_at", tzinfo=team.zone)
    days = [since + timedelta(days=number) for number in range((until - since).days + 1)]
    ends = [When(archived_at__lt=_midnight(team, day + timedelta(days=1)), then=Value(day)) for day in days]
    return Case(*ends, output_field=DateField())


def _key(row: dict[str, Any], by: Sequence[str]) -> Key:
    return tuple(row[name] if name == "day" else "" if row[name] is None else str(row[name]) for name in by)


def _midnight(team: Team, day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=team.zone)
