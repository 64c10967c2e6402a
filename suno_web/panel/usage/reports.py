"""The usage page as data: figures, lines and chart of a range. The page and its CSV show the same report."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from suno_web.accounts.models import Team, User
from suno_web.credits import budgets
from suno_web.credits.budgets import Standing
from suno_web.panel.usage import charts
from suno_web.panel.usage.changes import Change, change, readable_number
from suno_web.panel.usage.facts import NONE, Sums
from suno_web.panel.usage.forms import UsageForm
from suno_web.panel.usage.spans import STEPS, Span
from suno_web.panel.usage.summing import usage
from suno_web.studio.models import Generation, Project
from suno_web.studio.templatetags.studio import modelname

NAMELESS = {
    "member": "Nobody any more",
    "project": "No project",
    "operation": "Not about a request",
    "model": "No model",
}


@dataclass(frozen=True)
class Line:
    """A line of the table. key: what it is sorted by name with; query: its words in the address of a page."""

    key: Any
    name: str
    query: str
    sums: Sums
    before: Sums
    # Of the usage page narrowed to it; "" for a day.
    narrower: str = ""
    budget: Standing | None = None
    share: float = 0.0
    share_before: float = 0.0

    @property
    def change(self) -> Change:
        return change(self.sums.spent, self.before.spent)


@dataclass(frozen=True)
class Figure:
    """One number at the top of the page, with the one of the period before, and where it leads."""

    name: str
    value: str
    before: str
    change: Change
    page: str
    query: str
    note: str = ""


@dataclass(frozen=True)
class Report:
    """Usage of a range, cut by a step of time or one of DIMENSIONS."""

    form: UsageForm
    span: Span
    by: str
    lines: list[Line]
    total: Sums
    before: Sums

    @property
    def is_over_time(self) -> bool:
        return self.by in STEPS

    @property
    def is_empty(self) -> bool:
        return not self.total and not self.before

    @cached_property
    def has_budgets(self) -> bool:
        return any(line.budget for line in self.lines)

    @cached_property
    def query(self) -> str:
        """The range and what it is narrowed to, as every page of the panel understands it."""
        return _query(self.form, self.span)

    @cached_property
    def figures(self) -> list[Figure]:
        now, before = self.total, self.before
        numbers: list[tuple[str, Callable[[Sums], Any], str, str]] = [
            ("Credits spent", lambda sums: sums.spent, "entries", "kind=spent"),
            ("Songs", lambda sums: sums.songs, "jobs", "state=done"),
            ("Minutes of music", lambda sums: sums.minutes, "jobs", "state=done"),
            ("Requests", lambda sums: sums.requests, "entries", "kind=hold"),
            ("Failed", lambda sums: sums.failures, "jobs", "state=failed"),
            ("Credits refunded", lambda sums: sums.refunded, "entries", "kind=refund"),
        ]
        return [
            Figure(
                name,
                readable_number(of(now)),
                readable_number(of(before)),
                change(of(now), of(before)),
                f"panel:{page}",
                f"{self.query}&{words}",
                f"{round(100 * now.failed_share)} % of requests" if name == "Failed" and now.failures else "",
            )
            for name, of, page, words in numbers
        ]

    @cached_property
    def chart(self) -> charts.Chart | None:
        """The credits over time, from the first day on, whatever the table is sorted by."""
        if not self.is_over_time:
            return None
        lines = sorted(self.lines, key=lambda line: line.key)
        return charts.bars(
            [
                charts.Point(
                    _short(line.key, self.by), _said(line), float(line.sums.spent), float(line.before.spent)
                )
                for line in lines
            ]
        )


def report(team: Team, form: UsageForm) -> Report:
    """What the address asks for. A constant number of queries."""
    span, by, where = form.span, form.cut, form.narrowing
    cut = "day" if by in STEPS else by
    now, before = usage(team, span, cut, where), usage(team, span.before, cut, where)
    lines = _over_time(form, now, before) if by in STEPS else _by_key(team, form, now, before)
    return Report(
        form,
        span,
        by,
        _sorted(lines, form.sorting),
        sum(now.values(), Sums()),
        sum(before.values(), Sums()),
    )


def _over_time(form: UsageForm, now: dict[date, Sums], before: dict[date, Sums]) -> list[Line]:
    span, by = form.span, form.cut
    parts = list(span.parts(by))
    first = {day: part.since for part in parts for day in part.dates()}
    sums: dict[date, Sums] = defaultdict(Sums)
    were: dict[date, Sums] = defaultdict(Sums)
    for day, found in now.items():
        sums[first[day]] += found
    for day, found in before.items():
        were[first[span.counterpart(day)]] += found
    chosen = urlencode(form.chosen)
    return [
        Line(
            part.since,
            _named(part, by),
            f"from={part.since}&to={part.until}" + (f"&{chosen}" if chosen else ""),
            sums[part.since],
            were[part.since],
        )
        for part in parts
    ]


def _by_key(team: Team, form: UsageForm, now: dict[str, Sums], before: dict[str, Sums]) -> list[Line]:
    by, keys = form.cut, sorted({*now, *before})
    names, standings = _names(team, by, keys), _standings(team, form)
    most = float(max((sums.spent for sums in (*now.values(), *before.values())), default=0)) or 1.0
    # Written once: of two hundred members each has both.
    rows, page = _query(form, form.span, **{by: ""}), form.words(**{"by": "", "sort": "", by: ""})
    lines = []
    for key in keys:
        sums, were = now.get(key, Sums()), before.get(key, Sums())
        chosen = urlencode({by: key or NONE})
        lines.append(
            Line(
                key=names[key].casefold(),
                name=names[key],
                query=f"{rows}&{chosen}",
                sums=sums,
                before=were,
                narrower=f"{page}&{chosen}",
                budget=standings.get(key),
                share=round(100 * max(float(sums.spent), 0) / most, 2),
                share_before=round(100 * max(float(were.spent), 0) / most, 2),
            )
        )
    return lines


def _sorted(lines: list[Line], sorting: str) -> list[Line]:
    column = sorting.removeprefix("-")
    by_name = sorted(lines, key=lambda line: line.key)
    if column == "name":
        return by_name[::-1] if sorting.startswith("-") else by_name
    return sorted(by_name, key=lambda line: getattr(line.sums, column), reverse=sorting.startswith("-"))


def _names(team: Team, by: str, keys: list[str]) -> dict[str, str]:
    """What people call each key."""
    known: dict[str, str] = {}
    if by == "member":
        users = User.objects.filter(pk__in=[key for key in keys if key])
        known = {str(user.pk): user.display_name for user in users}
    elif by == "project":
        rows = Project.objects.filter(team=team, pk__in=[key for key in keys if key])
        known = {str(pk): name for pk, name in rows.order_by().values_list("pk", "name")}
    elif by == "operation":
        known = {key: str(label).capitalize() for key, label in Generation.Operation.choices}
    lost = {"member": "Deleted account", "project": "Deleted project"}
    named = {key: known.get(key) or lost.get(by) or modelname(key) for key in keys if key}
    return {"": NAMELESS[by], **named}


def _standings(team: Team, form: UsageForm) -> dict[str, Standing]:
    """Where the budgets of this month stand, by key. A lead sees those of their projects only."""
    found: dict[str, Standing] = {}
    if form.cut == "member" and form.projects is None:
        found = {str(user): standing for user, standing in budgets.of_members(team, limited=True).items()}
    elif form.cut == "project":
        found = {str(project): standing for project, standing in budgets.of_projects(team).items()}
    return {key: standing for key, standing in found.items() if standing.limit is not None}


def _query(form: UsageForm, span: Span, **words: str) -> str:
    every = span.words | form.chosen | words
    return urlencode({name: value for name, value in every.items() if value})


def _named(part: Span, by: str) -> str:
    if by == "day":
        return f"{part.since:%a}, {part.since.day} {part.since:%b %Y}"
    return f"{part.since:%B %Y}" if by == "month" and part.is_whole_month else str(part)


def _short(day: date, by: str) -> str:
    return f"{day:%b %Y}" if by == "month" else f"{day.day} {day:%b}"


def _said(line: Line) -> str:
    now, before = readable_number(line.sums.spent), readable_number(line.before.spent)
    return f"{line.name}: {now} credits, {before} before"
