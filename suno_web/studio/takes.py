"""The rows of a project page: which generations, in which order, and what is said about each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from suno_web.credits.models import Entry
from suno_web.studio import calls
from suno_web.studio.models import Approval, Generation, Input, Project, Track
from suno_web.suno.states import step

Operation, Status = Generation.Operation, Generation.Status

PAGE = 25
STEPS = 4
# A request is answered in seconds; after this the answer is lost and somebody has to look.
ANSWER_LOST_AFTER = timedelta(minutes=2)
# How a row names what it is and what it was made from.
ORIGINS: dict[str, str] = {
    Operation.EXTEND: "extends",
    Operation.UPLOAD_EXTEND: "extends",
    Operation.UPLOAD_COVER: "cover of",
    Operation.ADD_INSTRUMENTAL: "backing for",
    Operation.ADD_VOCALS: "vocals on",
    Operation.REPLACE_SECTION: "new part in",
    Operation.MASHUP: "mashup of",
    Operation.SOUNDS: "sound",
}
# What the provider does before the first sound, in words.
FIRST_STAGES: dict[str, str] = {
    Operation.EXTEND: "composing what comes next",
    Operation.UPLOAD_EXTEND: "listening to the original",
    Operation.UPLOAD_COVER: "listening to the original",
    Operation.ADD_INSTRUMENTAL: "listening to the voice",
    Operation.ADD_VOCALS: "listening to the music",
    Operation.REPLACE_SECTION: "composing the new part",
    Operation.MASHUP: "bringing both to one beat",
    Operation.SOUNDS: "making the sound",
}


@dataclass(frozen=True)
class Row:
    """A generation with its takes. stage: where it is, in words; done: finished steps of STEPS; returned: credits."""

    generation: Generation
    tracks: list[Track]
    stage: str
    done: int
    returned: Decimal | None

    @property
    def cursor(self) -> str:
        """Its place in the list, for "newer" and "older"."""
        return f"{self.generation.created_at.isoformat()}_{self.generation.pk}"

    @property
    def steps(self) -> list[str]:
        """The bar of its stages: "done", "now" or "" for each."""
        return ["done" if n < self.done else "now" if n == self.done else "" for n in range(STEPS)]

    @property
    def is_changing(self) -> bool:
        """Whether there is still news to come: also after the end, until every take is on disk."""
        waiting = any(track.archive_at and not track.is_archived for track in self.tracks)
        return not self.generation.is_finished or waiting

    @property
    def approval(self) -> Approval | None:
        """Who decides, or decided, where a lead had to agree."""
        return getattr(self.generation, "approval", None)

    @property
    def since(self) -> datetime:
        """When the time began that a maker waits for it: not while a lead thought about it."""
        approval = self.approval
        approved = approval and approval.status == Approval.Status.APPROVED
        return (approval.decided_at if approval and approved else None) or self.generation.created_at

    @property
    def origin(self) -> str:
        """What it is, when it is no song of its own: "cover of"."""
        return ORIGINS.get(self.generation.operation, "")

    @property
    def parents(self) -> list[Input]:
        """What it was made from."""
        return list(self.generation.inputs.all())

    @property
    def announcement(self) -> str:
        """What a screen reader says when it changes."""
        said = self.generation.problem if self.generation.is_failed else self.stage or "ready"
        return f"{self.generation.title or 'New song'}: {said}"


@dataclass(frozen=True)
class Page:
    """Rows, newest first, and the cursor of what is older; "" at the end."""

    rows: list[Row]
    older: str


class BadCursor(ValueError):
    """The address names a place in the list that nobody gave out."""


def page(project: Project, *, older: str = "", newer: str = "", search: str = "") -> Page:
    """One page of the project's songs in a fixed number of queries. Raises BadCursor."""
    songs = _songs(project, search)
    if newer:
        at, pk = _place(newer)
        songs = songs.filter(Q(created_at__gt=at) | Q(created_at=at, pk__gt=pk))
        return Page(rows_of(songs), "")
    if older:
        at, pk = _place(older)
        songs = songs.filter(Q(created_at__lt=at) | Q(created_at=at, pk__lt=pk))
    rows = rows_of(songs[: PAGE + 1])
    return Page(rows[:PAGE], rows[PAGE - 1].cursor if len(rows) > PAGE else "")


def row(generation: Generation) -> Row:
    """The row of one generation."""
    return rows_of([generation])[0]


def rows_of(generations: Iterable[Generation]) -> list[Row]:
    """Rows for generations; the ledger is asked once for all that failed."""
    found = list(generations)
    failed = [one.reference for one in found if one.is_failed]
    returned = (
        dict(Entry.objects.filter(kind=Entry.Kind.REFUND, cause__in=failed).values_list("cause", "amount"))
        if failed
        else {}
    )
    return [Row(one, _shown(one), *stage_of(one), returned.get(one.reference)) for one in found]


def _shown(generation: Generation) -> list[Track]:
    """Its takes in order; of a song that failed only those that are, or will be, on disk."""
    tracks = sorted(generation.tracks.all(), key=lambda track: track.take)
    return [one for one in tracks if not generation.is_failed or one.is_archived or one.archive_at]


def stage_of(generation: Generation) -> tuple[str, int]:
    """Where a generation is, in words ("" when it ended), and how many of STEPS are behind it."""
    if generation.is_finished:
        return "", STEPS
    if generation.status == Status.AWAITING:
        return "waiting for approval", 0
    if generation.status == Status.QUEUED:
        return "queued", 0
    if generation.status == Status.SENDING:
        late = timezone.now() - (generation.sent_at or generation.created_at) > ANSWER_LOST_AFTER
        return ("sent, but the answer was lost: looking for it" if late else "sending"), 0
    return _provider_stage(generation), 1 + step(generation.stage)


def _provider_stage(generation: Generation) -> str:
    match generation.stage:
        case "" | "PENDING":
            if doing := FIRST_STAGES.get(generation.operation):
                return doing
            has_words = generation.request.get("instrumental") or generation.request.get("customMode")
            return "composing" if has_words else "writing lyrics"
        case "TEXT_SUCCESS":
            return "rendering, plays already"
        case "FIRST_SUCCESS":
            return "first take ready, finishing the second"
        case "SUCCESS":
            return "saving to disk"
    # A word newer than this program: said as it comes rather than hidden.
    return f"working ({generation.stage.replace('_', ' ').lower()})"


# Of what a take was made from, a row shows the name alone.
_NOT_SHOWN = ("track__lyrics", "track__words", "track__peaks", "upload__peaks")


def _songs(project: Project, search: str) -> QuerySet[Generation]:
    songs = (
        Generation.objects.filter(project=project, operation__in=calls.MAKING_TAKES)
        .select_related("project", "requested_by", "approval__decided_by")
        # Fifty rows need none of the words.
        .prefetch_related(
            Prefetch("tracks", Track.objects.defer("lyrics", "words")),
            Prefetch("inputs", Input.objects.select_related("track", "upload").defer(*_NOT_SHOWN)),
        )
        .order_by("-created_at", "-pk")
    )
    for word in search.split()[:8]:
        tracks = Track.objects.filter(
            Q(title__icontains=word) | Q(tags__icontains=word) | Q(lyrics__icontains=word)
        )
        songs = songs.filter(Q(title__icontains=word) | Q(pk__in=tracks.values("generation_id")))
    return songs


def _place(cursor: str) -> tuple[datetime, UUID]:
    try:
        moment, _, pk = cursor.partition("_")
        at, found = datetime.fromisoformat(moment), UUID(pk)
    except ValueError as problem:
        raise BadCursor(cursor) from problem
    if at.tzinfo is None:
        raise BadCursor(cursor)
    return at, found
