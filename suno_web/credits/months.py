"""Calendar months as a team lives them: from midnight to midnight in its own time zone."""

from datetime import date, datetime

from django.utils import timezone

from suno_web.accounts.models import Team


def current(team: Team) -> str:
    """The month it is for the team, as "2026-11"."""
    return timezone.localtime(timezone=team.zone).strftime("%Y-%m")


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
