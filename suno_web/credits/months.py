"""Calendar months as a team lives them: from midnight to midnight in its own time zone."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format

from suno_web.accounts.models import Team


def current(team: Team) -> str:
    """The month it is for the team, as "2026-11"."""
    return of(today(team))


def today(team: Team) -> date:
    """The day it is for the team."""
    return timezone.localdate(timezone=team.zone)


def start(team: Team) -> datetime:
    """When the team's month began."""
    now = timezone.localtime(timezone=team.zone)
    return datetime(now.year, now.month, 1, tzinfo=team.zone)


def end(team: Team) -> datetime:
    """When the team's month ends and the next one begins."""
    now = timezone.localtime(timezone=team.zone)
    year, month = (now.year + 1, 1) if now.month == 12 else (now.year, now.month + 1)
    return datetime(year, month, 1, tzinfo=team.zone)


def of(day: date) -> str:
    """The month of a day, as "2026-11"."""
    return f"{day.year:04}-{day.month:02}"


def first_day(month: str) -> date:
    """The day a month such as "2026-11" begins."""
    return date.fromisoformat(f"{month}-01")


def after(month: str) -> str:
    """The month that follows one such as "2026-11"."""
    first = first_day(month)
    return of(date(first.year + 1, 1, 1) if first.month == 12 else date(first.year, first.month + 1, 1))


def name(month: str) -> str:
    """A month such as "2026-11" in words: November."""
    return date_format(first_day(month), "F")


def said(moment: datetime) -> str:
    """A moment as it is told: 1 December, 00:00."""
    return date_format(moment, "j F, H:i")
