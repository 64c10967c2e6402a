"""What the studio's own rows tell about its health: callbacks of a day, and files that are not saved."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, Min, OuterRef
from django.utils import timezone

from suno_web.accounts.models import Team
from suno_web.studio import archiving
from suno_web.studio.callbacks import MOST_STRAYS
from suno_web.studio.models import Asset, Generation, Step, StrayCallback, Track

DAY = timedelta(hours=24)
IGNORED = "Callback ignored: "
# The reason of those that belong to no request here.
STRAY = "unknown callback address"


@dataclass(frozen=True)
class Callbacks:
    """Of one day. accepted: requests that a provider took; rejected: by reason; is_cut: older strays were dropped."""

    accepted: int
    received: int
    rejected: dict[str, int]
    is_cut: bool


def callbacks(team: Team) -> Callbacks:
    """What came for this team's requests in the last 24 hours, and what came for nobody's."""
    since = timezone.now() - DAY
    steps = Step.objects.filter(_of(team), at__gte=since)
    noted = dict(
        steps.filter(what__startswith="Callback").order_by().values_list("what").annotate(Count("pk"))
    )
    rejected = Counter(
        {what.removeprefix(IGNORED): count for what, count in noted.items() if what.startswith(IGNORED)}
    )
    strays = StrayCallback.objects.filter(at__gte=since).order_by()
    rejected.update(dict(strays.values_list("reason").annotate(Count("pk"))))
    return Callbacks(
        accepted=steps.filter(what="Accepted by the provider").count(),
        received=sum(count for what, count in noted.items() if not what.startswith(IGNORED)),
        rejected=dict(rejected.most_common()),
        is_cut=strays.count() >= MOST_STRAYS,
    )


def unsaved(team: Team) -> tuple[int, datetime | None]:
    """How many of the team's files are not on its disk, and since when the oldest."""
    sums = {"count": Count("pk"), "oldest": Min("created_at")}
    found = [
        archiving.unsaved(Track.objects.filter(_of(team))).order_by().aggregate(**sums),
        archiving.unsaved(Asset.objects.filter(_of(team))).order_by().aggregate(**sums),
    ]
    return (
        sum(one["count"] for one in found),
        min((one["oldest"] for one in found if one["oldest"]), default=None),
    )


def _of(team: Team) -> Exists:
    """Asked of each row that fits otherwise: those are few, while all of a team's requests are many."""
    return Exists(Generation.objects.filter(pk=OuterRef("generation"), project__team=team))
