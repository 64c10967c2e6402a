"""A report as a table: its columns on the page and in a file, and the links that show another."""

from collections.abc import Iterator
from urllib.parse import urlencode

from suno_web.panel.usage.forms import UsageForm
from suno_web.panel.usage.reports import Line, Report
from suno_web.panel.usage.spans import STEPS, quick

CUTS = {
    "day": "Day",
    "week": "Week",
    "month": "Month",
    "member": "Member",
    "project": "Project",
    "operation": "Operation",
    "model": "Model",
}
COLUMNS = {
    "spent": "Credits",
    "songs": "Songs",
    "seconds": "Minutes",
    "requests": "Requests",
    "failures": "Failed",
    "refunded": "Refunded",
}


def context(report: Report) -> dict[str, object]:
    """What the templates of a report want."""
    form = report.form
    return {
        "report": report,
        "form": form,
        "ranges": ranges(form),
        "cuts": cuts(report),
        "columns": columns(report),
        "table": form.words(),
        "everything": urlencode(form.span.words),
    }


def header(report: Report) -> list[str]:
    """The columns of the table in a file."""
    budget = ["Budget used this month", "Budget this month"] if report.has_budgets else []
    return [
        CUTS[report.by],
        "Credits",
        "Credits before",
        "Songs",
        "Minutes of music",
        "Requests",
        "Failed",
        "Failed share",
        "Credits refunded",
        *budget,
    ]


def rows(report: Report) -> Iterator[list[object]]:
    """Its lines, and the sum of them."""
    for line in report.lines:
        yield _row(report, line)
    yield _row(report, Line("", "Total", "", report.total, report.before))


def _row(report: Report, line: Line) -> list[object]:
    sums, budget = line.sums, line.budget
    used = [budget.used, budget.limit] if budget else ["", ""]
    return [
        line.name,
        sums.spent,
        line.before.spent,
        sums.songs,
        round(sums.minutes, 2),
        sums.requests,
        sums.failures,
        round(sums.failed_share, 4),
        sums.refunded,
        *(used if report.has_budgets else []),
    ]


def ranges(form: UsageForm) -> list[dict[str, object]]:
    """The usual ranges as links, with the one that is shown."""
    return [
        {
            "name": name,
            # What suits one range may be too fine or too coarse for another.
            "query": form.words(**span.words, **({"by": ""} if form.cut in STEPS else {})),
            "is_shown": span == form.span,
        }
        for name, span in quick(form.today).items()
    ]


def cuts(report: Report) -> list[dict[str, object]]:
    """The ways to cut a range up as links, with the one that is shown."""
    return [
        {"name": name, "query": report.form.words(by=by, sort=""), "is_shown": by == report.by}
        for by, name in CUTS.items()
        if by in report.form.cuts
    ]


def columns(report: Report) -> dict[str, dict[str, str]]:
    """The heads of the table: what sorts by them, and how it is sorted now, as aria-sort says it."""
    heads = {}
    for column, name in {"name": CUTS[report.by], **COLUMNS}.items():
        now = report.form.sorting
        other = column if now == f"-{column}" else f"-{column}"
        if column == "name" and now not in {column, f"-{column}"} and not report.is_over_time:
            other = column
        state = {column: "ascending", f"-{column}": "descending"}.get(now, "")
        heads[column] = {"name": name, "query": report.form.words(sort=other), "state": state}
    return heads
