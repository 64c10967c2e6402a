"""Usage of any days: closed days as they were summed up, the rest from the rows themselves."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from suno_web.accounts.models import Team
from suno_web.credits import months
from suno_web.credits.amounts import cents
from suno_web.panel.models import UsageClosed, UsageDay
from suno_web.panel.usage.facts import NONE, Narrowing, Sums, facts, of_entries
from suno_web.panel.usage.spans import Span

_SUMS = {name: Sum(name) for name in ("spent", "refunded", "requests", "failures", "songs", "seconds")}


def spent(team: Team, since: date) -> Decimal:
    """Credits spent by a team from a day on."""
    today = months.today(team)
    rest = max(since, _closed_until(team) + timedelta(days=1))
    days = UsageDay.objects.filter(
        team=team, by=UsageDay.By.ALL, day__range=(since, rest - timedelta(days=1))
    )
    closed = cents(days.aggregate(sum=Sum("spent"))["sum"])
    lately = (sums.spent for _, sums in of_entries(team, rest, today, (), Narrowing()))
    return max(closed + sum(lately, Decimal(0)), Decimal(0))


def usage(team: Team, span: Span, by: str, where: Narrowing) -> dict[Any, Sums]:
    """Sums by "day" (keys are dates) or by one of DIMENSIONS (keys are texts, "" for none)."""
    rest = max(span.since, _closed_until(team) + timedelta(days=1))
    sums: dict[Any, Sums] = defaultdict(Sums)
    if span.since < rest:
        sums |= _closed(team, Span(span.since, min(span.until, rest - timedelta(days=1))), by, where)
    if rest <= span.until:
        for key, found in _from_rows(team, Span(rest, span.until), by, where).items():
            sums[key] += found
    return dict(sums)


def _closed_until(team: Team) -> date:
    """The last day that is summed up; a day before all others where none is."""
    closed = UsageClosed.objects.filter(team=team).values_list("until", flat=True).first()
    return closed or date(1970, 1, 1)


def _from_rows(team: Team, span: Span, by: str, where: Narrowing) -> dict[Any, Sums]:
    return {key[0]: sums for key, sums in facts(team, span.since, span.until, by=[by], where=where).items()}


def _closed(team: Team, span: Span, by: str, where: Narrowing) -> dict[Any, Sums]:
    """Closed days are summed up by one dimension each; what needs two is read from the rows."""
    known = where.dimensions | ({by} - {"day"})
    if len(known) > 1:
        return _from_rows(team, span, by, where)
    rows = UsageDay.objects.filter(
        team=team, by=next(iter(known), UsageDay.By.ALL), day__range=(span.since, span.until)
    )
    for value in where.chosen.values():
        rows = rows.filter(key="" if value == NONE else value)
    if where.projects is not None:
        rows = rows.filter(key__in=[str(project) for project in where.projects])
    column = "day" if by == "day" else "key"
    return {row.pop(column): _exact(row) for row in rows.values(column).annotate(**_SUMS).order_by()}


def _exact(row: dict[str, Any]) -> Sums:
    # SQLite sums decimals as floating point.
    return Sums(**{**row, "spent": cents(row["spent"]), "refunded": cents(row["refunded"])})
