"""The rows and bars of usage. A year has hundreds of each, so they are drawn here rather than node by node."""

from collections.abc import Callable
from typing import Any

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from suno_web.panel.usage.changes import readable_number
from suno_web.panel.usage.charts import Bar
from suno_web.panel.usage.reports import Line
from suno_web.studio.templatetags.studio import icon, percent

register = template.Library()

# Each number of a row after the credits, and the words of the address that list what it is made of.
_NUMBERS: list[tuple[str, str, Callable[[Any], Any]]] = [
    ("jobs", "state=done", lambda sums: sums.songs),
    ("jobs", "state=done", lambda sums: sums.minutes),
    ("entries", "kind=hold", lambda sums: sums.requests),
    ("jobs", "state=failed", lambda sums: sums.failures),
    ("entries", "kind=refund", lambda sums: sums.refunded),
]


@register.simple_tag
def usage_cells(line: Line, entries: str, jobs: str) -> SafeString:
    """A row's name and numbers, each with a link to what it is made of, where there is a page for that."""
    query = escape(line.query)
    pages = {name: f"{at}?{query}&amp;" if at else "" for name, at in (("entries", entries), ("jobs", jobs))}

    def number(page: str, words: str, value: Any, more: str = "") -> str:
        said = readable_number(value) if value else "0"
        if value and pages[page]:
            said = f'<a href="{pages[page]}{words}">{said}</a>'
        return f'<td class="num">{said}{more}</td>'

    share = f' <small class="dim">{percent(line.sums.failed_share)}</small>' if line.sums.failures else ""
    cells = [_name(line), number("entries", "kind=spent", line.sums.spent), _change(line)]
    cells += [
        number(page, words, of(line.sums), share if words == "state=failed" else "")
        for page, words, of in _NUMBERS
    ]
    # What comes from people, names and queries, is escaped.
    return mark_safe("".join(cells))  # noqa: S308


def _name(line: Line) -> str:
    """What the row is about; of members and the like with a bar of its credits, and of those before."""
    if not line.narrower:
        return f'<th scope="row">{escape(line.name)}</th>'
    bar = f'<rect class="now" x="0" y="0" width="{line.share}%" height="100%"></rect>'
    if line.share_before:
        bar += f'<rect class="was" x="0" y="0" width="{line.share_before}%" height="100%"></rect>'
    link = f'<a href="?{escape(line.narrower)}">{escape(line.name)}</a>'
    return f'<th scope="row">{link}<svg class="share" aria-hidden="true">{bar}</svg></th>'


def _change(line: Line) -> str:
    change, before = line.change, line.before.spent
    if not (line.sums.spent or before):
        return '<td class="change"></td>'
    more = f"<br>{readable_number(before)} before" if change.way != "same" and before else ""
    return f'<td class="change">{icon(change.icon)}<small>{change.words}{more}</small></td>'


@register.simple_tag
def usage_bar(bar: Bar, has_outlines: bool) -> SafeString:
    """A bar over time, and what was before as an outline around it or a line across."""
    place = f'x="{bar.x}%" width="{bar.width}%"'
    drawn = f'<g><title>{escape(bar.said)}</title><rect class="place" {place} y="0" height="100%"></rect>'
    drawn += f'<rect class="now" {place} y="{bar.y}%" height="{bar.height}%"></rect>'
    if bar.before and has_outlines:
        drawn += f'<rect class="was" {place} y="{bar.y_before}%" height="{bar.before}%"></rect>'
    elif bar.before:
        drawn += f'<line class="was" x1="{bar.x}%" x2="{bar.end}%" y1="{bar.y_before}%" y2="{bar.y_before}%"></line>'
    return mark_safe(f"{drawn}</g>")  # noqa: S308
