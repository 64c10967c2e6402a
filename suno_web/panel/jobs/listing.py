"""The list of jobs: which there are, in which state, and one page of them at a time."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from suno_web.accounts.models import Team
from suno_web.studio import archiving, takes
from suno_web.studio.models import Asset, Generation, Project, Track

Status = Generation.Status

PAGE = 50
AT_A_TIME = 500
# A song takes a minute or two; what takes longer than this deserves a look.
STUCK_AFTER = timedelta(minutes=10)
RUNNING = (Status.QUEUED, Status.SENDING, Status.WAITING)
# What a row never shows is not read: requests and lyrics are the bulk of it.
NOT_SHOWN = ("request", "settings", "result")
# What can be asked for, and what it is called. The first is everything.
STATES: dict[str, str] = {
    "": "All",
    "running": "Running",
    "queued": "Queued",
    "sending": "Sending",
    "waiting": "Being made",
    "awaiting": "Awaiting approval",
    "stuck": "Stuck",
    "lost": "Answer lost",
    "unsaved": "Files unsaved",
    "failed": "Failed",
    "done": "Done",
}
# Of these a tab is drawn only while there are some; of the steps of running only beside "Running".
RARE = ("awaiting", "stuck", "lost", "unsaved")
STEPS = ("queued", "sending", "waiting")
# The drawing and the colour of each state.
LOOKS: dict[str, tuple[str, str]] = {
    Status.AWAITING: ("hourglass", "warning"),
    Status.QUEUED: ("clock", ""),
    Status.SENDING: ("upload", ""),
    Status.WAITING: ("loader-circle", ""),
    Status.DONE: ("circle-check", "good"),
    Status.FAILED: ("circle-x", "bad"),
}


@dataclass(frozen=True)
class Row:
    """One job as the list shows it. unsaved: how many of its files are not on the team's disk."""

    job: Generation
    unsaved: int = 0

    @property
    def is_stuck(self) -> bool:
        return self.job.status in RUNNING and timezone.now() - self.job.created_at > STUCK_AFTER

    @property
    def is_lost(self) -> bool:
        lost_since = timezone.now() - takes.ANSWER_LOST_AFTER
        sent_at = self.job.sent_at or self.job.created_at
        return self.job.status == Status.SENDING and not self.job.task_id and sent_at <= lost_since

    @property
    def is_changing(self) -> bool:
        """Whether there is news to come."""
        return not self.job.is_finished or self.unsaved > 0

    @property
    def state(self) -> str:
        """Where it is, in words."""
        if self.is_lost:
            return "answer lost"
        if self.job.status == Status.WAITING:
            return "saving files" if self.job.stage == archiving.DELIVERED else "being made"
        return str(Status(self.job.status).label)

    @property
    def operation(self) -> str:
        """What was asked for, in words. Cheaper than Django's own way, which thousands of lines would feel."""
        return str(Generation.Operation(self.job.operation).label)

    @property
    def icon(self) -> str:
        return "triangle-alert" if self.is_lost else LOOKS[self.job.status][0]

    @property
    def tone(self) -> str:
        """The colour class of its state."""
        if self.is_lost:
            return "bad"
        return "warning" if self.is_stuck or self.unsaved else LOOKS[self.job.status][1]

    @property
    def took(self) -> float | None:
        """Seconds from the request to its end."""
        if not self.job.finished_at:
            return None
        return (self.job.finished_at - self.job.created_at).total_seconds()


@dataclass(frozen=True)
class Page:
    """Rows, newest first, and the cursor of what is older; "" at the end."""

    rows: list[Row]
    older: str


@dataclass(frozen=True)
class Tab:
    """One state to look at, with how many jobs are in it."""

    state: str
    label: str
    count: int

    @property
    def is_alarming(self) -> bool:
        return self.count > 0 and self.state in ("stuck", "lost", "unsaved")


def jobs_of(team: Team, led: list[UUID] | None) -> QuerySet[Generation]:
    """The team's jobs; of a lead (`led` is no None) those of the projects they lead. To be listed."""
    if led is not None:
        return Generation.objects.filter(project__in=led)
    # Asked of each row as it comes, newest first. "In one of these projects" would have SQLite read and sort them all.
    return Generation.objects.filter(Exists(Project.objects.filter(pk=OuterRef("project"), team=team)))


def counted(team: Team, led: list[UUID] | None) -> QuerySet[Generation]:
    """The same jobs, to be counted: so an index of projects and states is all that is read."""
    mine = Project.objects.filter(team=team).values_list("pk", flat=True) if led is None else led
    return Generation.objects.filter(project__in=mine)


def in_state(jobs: QuerySet[Generation], state: str) -> QuerySet[Generation]:
    """Those in one of STATES. A word that is none of them is taken for "everything"."""
    now = timezone.now()
    match state:
        case "running":
            return jobs.filter(status__in=RUNNING)
        case "stuck":
            return jobs.filter(status__in=RUNNING, created_at__lt=now - STUCK_AFTER)
        case "lost":
            return jobs.filter(status=Status.SENDING, task_id="", sent_at__lte=now - takes.ANSWER_LOST_AFTER)
        case "unsaved":
            takes_of = archiving.unsaved(Track.objects.order_by()).values("generation")
            files_of = archiving.unsaved(Asset.objects.order_by()).values("generation")
            return jobs.filter(Q(pk__in=takes_of) | Q(pk__in=files_of))
        case Status.DONE | Status.FAILED:
            # Nearly all are: by index they would be read whole and sorted, so they are picked on the way down the list.
            return jobs.exclude(status__in=[one for one in Status.values if one != state])
        case _ if state in Status.values:
            return jobs.filter(status=state)
    return jobs


def tabs(jobs: QuerySet[Generation], by_state: QuerySet[Generation], chosen: str) -> list[Tab]:
    """The states with their counts: those there always are, those that have jobs, and the one looked at.

    by_state: the same jobs as `counted` has them.
    """
    by_status = dict(by_state.order_by().values_list("status").annotate(count=Count("*")))
    counts = {state: by_status.get(state, 0) for state in Status.values}
    counts |= {"": sum(by_status.values()), "running": sum(counts[state] for state in RUNNING)}
    counts |= {state: in_state(jobs, state).count() for state in ("stuck", "lost", "unsaved")}
    hidden = {state for state in RARE if not counts[state]}
    hidden |= set() if chosen in ("running", *STEPS) else set(STEPS)
    return [
        Tab(state, label, counts[state])
        for state, label in STATES.items()
        if state == chosen or state not in hidden
    ]


def page(jobs: QuerySet[Generation], *, older: str = "") -> Page:
    """One page, newest first, as fast at the end of the list as at its beginning. Raises takes.BadCursor."""
    read = list(_after(shown(jobs), *_place(older))[: PAGE + 1] if older else shown(jobs)[: PAGE + 1])
    last = read[PAGE - 1] if len(read) > PAGE else None
    return Page(rows_of(read[:PAGE]), f"{last.created_at.isoformat()}_{last.pk}" if last else "")


def every(jobs: QuerySet[Generation]) -> Iterator[Row]:
    """All rows, newest first, read some at a time: for a download. Which files are unsaved is not asked."""
    rest = shown(jobs)
    while read := list(rest[:AT_A_TIME]):
        yield from map(Row, read)
        rest = _after(shown(jobs), read[-1].created_at, read[-1].pk)


def shown(jobs: QuerySet[Generation]) -> QuerySet[Generation]:
    """Jobs with what a row shows, newest first."""
    return jobs.select_related("project", "requested_by").defer(*NOT_SHOWN).order_by("-created_at", "-pk")


def rows_of(jobs: list[Generation]) -> list[Row]:
    """Rows for jobs; which files are unsaved is asked once for all of them."""
    ids = [job.pk for job in jobs]
    unsaved = Counter(
        [
            *archiving.unsaved(Track.objects.filter(generation__in=ids)).values_list("generation", flat=True),
            *archiving.unsaved(Asset.objects.filter(generation__in=ids)).values_list("generation", flat=True),
        ]
    )
    return [Row(job, unsaved[job.pk]) for job in jobs]


def _after(jobs: QuerySet[Generation], at: datetime, pk: UUID) -> QuerySet[Generation]:
    # So, rather than "older, or as old and": an index is read from there on.
    return jobs.filter(created_at__lte=at).exclude(created_at=at, pk__gte=pk)


def _place(cursor: str) -> tuple[datetime, UUID]:
    try:
        moment, _, pk = cursor.partition("_")
        at, found = datetime.fromisoformat(moment), UUID(pk)
    except ValueError as problem:
        raise takes.BadCursor(cursor) from problem
    if at.tzinfo is None:
        raise takes.BadCursor(cursor)
    return at, found
