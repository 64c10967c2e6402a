"""What the audit log says: narrowed by who, what and when, newest first, with its facts in words."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format

from suno_web.accounts.audit import ACTIONS
from suno_web.accounts.models import AuditEntry, Team, User
from suno_web.credits.amounts import readable
from suno_web.panel.audit.forms import FilterForm

PAGE = 50
STUDIO = "studio"
_AMOUNT = re.compile(r"-?\d{1,12}\.\d\d")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")


@dataclass(frozen=True)
class Fact:
    """One thing that changed. before and after are None where there was or is nothing to say."""

    name: str
    before: str | None
    after: str | None


def entries(team: Team, form: FilterForm) -> QuerySet[AuditEntry]:
    """The team's entries that pass the filter, newest first; all of them while the filter is not valid."""
    rows = AuditEntry.objects.filter(team=team).select_related("actor").order_by("-id")
    if not form.is_valid():
        return rows
    wanted = form.cleaned_data
    if wanted["member"]:
        rows = rows.filter(actor=None if wanted["member"] == STUDIO else int(wanted["member"]))
    if wanted["action"]:
        rows = rows.filter(action=wanted["action"])
    return rows.filter(_days(team, wanted))


def people(team: Team) -> list[User]:
    """Everybody who did something that is recorded, by name."""
    actors = AuditEntry.objects.filter(team=team, actor__isnull=False).values("actor")
    return sorted(User.objects.filter(pk__in=actors), key=lambda user: user.display_name.lower())


def facts(entry: AuditEntry, zone: ZoneInfo) -> list[Fact]:
    """What an entry changed, in words; moments as the clock of this zone has them."""
    before, after = entry.before or {}, entry.after or {}
    return [
        Fact(
            name.replace("_", " "),
            _words(before[name], zone) if name in before else None,
            _words(after[name], zone) if name in after else None,
        )
        for name in {**before, **after}
    ]


def did(entry: AuditEntry) -> str:
    """What was done, in words."""
    return ACTIONS.get(entry.action, entry.action)


def table(rows: QuerySet[AuditEntry], zone: ZoneInfo) -> Iterator[list[str]]:
    """Rows for a sheet, one an entry."""
    for entry in rows.iterator(chunk_size=500):
        changed = facts(entry, zone)
        yield [
            timezone.localtime(entry.at, zone).isoformat(timespec="seconds"),
            entry.actor.display_name if entry.actor else "the studio",
            entry.actor.email if entry.actor else "",
            did(entry),
            entry.subject,
            _joined((fact.name, fact.before) for fact in changed),
            _joined((fact.name, fact.after) for fact in changed),
        ]


def _days(team: Team, wanted: dict[str, Any]) -> Q:
    """From the first moment of one day to the last of another, as the team's clock has them."""
    within = Q()
    if first := wanted["from"]:
        within &= Q(at__gte=datetime(first.year, first.month, first.day, tzinfo=team.zone))
    if last := wanted["to"]:
        after = last + timedelta(days=1)
        within &= Q(at__lt=datetime(after.year, after.month, after.day, tzinfo=team.zone))
    return within


def _words(value: Any, zone: ZoneInfo) -> str:
    match value:
        case None | "" | []:
            return "none"
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(_words(one, zone) for one in value)
        case str() if _MOMENT.match(value):
            return date_format(timezone.localtime(datetime.fromisoformat(value), zone), "j M Y, H:i")
        case str() if _AMOUNT.fullmatch(value):
            return readable(Decimal(value))
        case _:
            return str(value)


def _joined(pairs: Iterable[tuple[str, str | None]]) -> str:
    return "; ".join(f"{name}: {value}" for name, value in pairs if value is not None)
