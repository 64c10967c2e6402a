"""Summing up days that are over, once each, so that a year is a few hundred rows to read."""

import time
from collections import defaultdict
from datetime import UTC, date, timedelta

from django.db import transaction
from django.utils import timezone

from suno_web.accounts.models import Team
from suno_web.credits.models import Entry
from suno_web.panel.models import UsageClosed, UsageDay
from suno_web.panel.usage.facts import DIMENSIONS, Sums, facts

DAY = timedelta(days=1)
# An entry is dated by its team's clock and written a moment later; and a team may change its time zone, so a day
# is over only where it ends last, at UTC-12.
AFTER_MIDNIGHT = timedelta(hours=12 + 1)
# A run stops after so long; the next goes on from there.
LONGEST_SECONDS = 40.0


def due() -> bool:
    """Whether a team has a day that is over and not summed up."""
    return any(_next_day(team) is not None for team in Team.objects.all())


def close_days() -> None:
    """Sum up every day that is over, the oldest first. May stop early, and may run beside another."""
    began = time.monotonic()
    for team in Team.objects.all():
        while (day := _next_day(team)) and time.monotonic() - began < LONGEST_SECONDS:
            close(team, day)


def last_over() -> date:
    """The last day that is over, and to which nothing will be added."""
    return (timezone.now().astimezone(UTC) - AFTER_MIDNIGHT).date() - DAY


@transaction.atomic
def close(team: Team, day: date) -> bool:
    """Sum up a day, if it is the next to be. The team's mark is the lock: of two who try, one does it."""
    closed = UsageClosed.objects.select_for_update().get(team=team)
    if day != closed.until + DAY or day > last_over():
        return False
    UsageDay.objects.bulk_create(
        UsageDay(team=team, by=by, key=key, day=day, **vars(sums))
        for (by, key), sums in _rolled_up(team, day).items()
    )
    closed.until = day
    closed.save(update_fields=["until"])
    return True


def _rolled_up(team: Team, day: date) -> dict[tuple[str, str], Sums]:
    sums: dict[tuple[str, str], Sums] = defaultdict(Sums)
    for key, found in facts(team, day, day, by=DIMENSIONS).items():
        sums[UsageDay.By.ALL, ""] += found
        for by, value in zip(DIMENSIONS, key, strict=True):
            sums[by, value] += found
    return sums


def _next_day(team: Team) -> date | None:
    """The day to sum up next; None when there is none, or nothing ever happened."""
    closed = UsageClosed.objects.filter(team=team).first() or _begin(team)
    return closed.until + DAY if closed and closed.until < last_over() else None


def _begin(team: Team) -> UsageClosed | None:
    first = Entry.objects.filter(team=team).order_by("day").values_list("day", flat=True).first()
    if first is None:
        return None
    closed, _ = UsageClosed.objects.get_or_create(team=team, defaults={"until": first - DAY})
    return closed
