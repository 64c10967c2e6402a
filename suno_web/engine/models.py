"""What the engine remembers: who may ask, what was asked, how far it is, and who was told."""

import uuid
from datetime import datetime, timedelta
from decimal import Decimal
from typing import ClassVar, Self, TypeVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from suno_web.suno import states

# Work that is silent for this long has died with its worker. A render speaks every few seconds.
LEASE = timedelta(seconds=30)
# Queued work that nobody took for this long may have been in the hands of a cluster that was killed.
PATIENCE = timedelta(seconds=60)
MOST_ATTEMPTS = 2

FAMILIES = [(family.value, family.value) for family in states.Family]

WorkT = TypeVar("WorkT", bound="Work")


class Account(models.Model):
    """Whoever holds a key, and what they may spend in a calendar month (UTC). `spent` belongs to `month`."""

    name = models.CharField(max_length=80, unique=True)
    key_digest = models.CharField(max_length=64, unique=True)
    allowance = models.DecimalField(max_digits=12, decimal_places=2)
    month = models.CharField(max_length=7, blank=True)
    spent = models.DecimalField(max_digits=12, decimal_places=2, default=Decimal(0))

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(spent__gte=0), name="engine_spent_not_negative")
        ]

    def __str__(self) -> str:
        return self.name


class Charge(models.Model):
    """Credits taken for a call, or given back. Rows are only ever added; a reference gives back once."""

    class Kind(models.TextChoices):
        CHARGE = "CHARGE"
        REFUND = "REFUND"

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="charges")
    kind = models.CharField(max_length=6, choices=Kind)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    operation = models.CharField(max_length=40)
    reference = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "reference"], name="engine_charge_once")
        ]
        indexes: ClassVar = [models.Index(fields=["account", "created_at"], name="engine_charge_recent")]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount} {self.operation}"


class WorkQuerySet(models.QuerySet[WorkT]):
    def claim(self, pk: object) -> WorkT | None:
        """The row, now running for the caller alone; None when it is not waiting."""
        claimed = self.filter(pk=pk, state=Work.State.WAITING).update(
            state=Work.State.RUNNING, attempts=F("attempts") + 1, overdue_at=timezone.now() + LEASE
        )
        return self.get(pk=pk) if claimed else None

    def overdue(self) -> Self:
        """Queued for too long, or claimed by a worker that fell silent."""
        unfinished = [Work.State.WAITING, Work.State.RUNNING]
        return self.filter(state__in=unfinished, overdue_at__lt=timezone.now())


def _patience() -> datetime:
    return timezone.now() + PATIENCE


class Work(models.Model):
    """A piece of work for a worker. WAITING -> RUNNING -> DONE or FAILED; WAITING again for another attempt.

    `attempts` tells the runs of one row apart: what a superseded run still writes counts for nothing.
    """

    class State(models.TextChoices):
        WAITING = "WAITING"
        RUNNING = "RUNNING"
        DONE = "DONE"
        FAILED = "FAILED"

    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    overdue_at = models.DateTimeField(default=_patience)

    class Meta:
        abstract = True

    def renew(self) -> bool:
        """Say that this run is alive. False when the row was taken from it."""
        running = type(self)._default_manager.filter(
            pk=self.pk, state=self.State.RUNNING, attempts=self.attempts
        )
        return running.update(overdue_at=timezone.now() + LEASE) == 1

    def wait_on(self) -> bool:
        """Before it is queued anew: say that it was looked at, so that the next sweep leaves it alone."""
        waiting = type(self)._default_manager.filter(
            pk=self.pk, state=self.State.WAITING, overdue_at=self.overdue_at
        )
        return waiting.update(overdue_at=timezone.now() + PATIENCE) == 1

    def wait_again(self) -> bool:
        """Queue this row once more if it is still this run's and may be tried again."""
        again = self._mine().filter(attempts__lt=MOST_ATTEMPTS)
        return again.update(state=self.State.WAITING, overdue_at=timezone.now() + PATIENCE) == 1

    def is_current(self) -> bool:
        """Whether the row is unfinished and no later run has it."""
        return self._mine().exists()

    def _mine(self) -> "models.QuerySet[Self]":
        unfinished = [self.State.WAITING, self.State.RUNNING]
        return type(self)._default_manager.filter(pk=self.pk, attempts=self.attempts, state__in=unfinished)


def _task_id() -> str:
    return uuid.uuid4().hex


class Task(Work):
    """One request for music, for words, or for something made from a take. `status` is the contract's and only
    moves forward.

    For music, the work of this row is to understand the request and find the words; the sound is its tracks'
    work. In every other family it is the whole work.
    """

    id = models.CharField(primary_key=True, max_length=32, default=_task_id, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="tasks")
    family = models.CharField(max_length=8, choices=FAMILIES)
    # The name of the call, as in suno.operations.
    operation = models.CharField(max_length=24, default="generate")
    # The take it is made from, and the task it is made from where the contract names one (MIDI, cover images).
    source = models.ForeignKey("Track", on_delete=models.SET_NULL, null=True, related_name="uses")
    parent = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="children")
    status = models.CharField(max_length=24, default="PENDING")
    request = models.JSONField()
    callback_url = models.TextField()
    price = models.DecimalField(max_digits=8, decimal_places=2)
    seed = models.PositiveBigIntegerField()
    variants = models.JSONField(default=list)
    # What a task outside music and lyrics made: file names, notes.
    result = models.JSONField(default=dict)
    progress = models.FloatField(default=0)
    error_code = models.PositiveSmallIntegerField(null=True)
    error_message = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)
    finished_at = models.DateTimeField(null=True)

    objects = WorkQuerySet["Task"].as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["state", "overdue_at"], name="engine_task_overdue")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["source"],
                condition=Q(family="wav") & ~Q(state="FAILED"),
                name="engine_wav_once",
            ),
            models.UniqueConstraint(
                fields=["parent"],
                condition=Q(family="cover") & ~Q(state="FAILED"),
                name="engine_cover_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.family} {self.pk} {self.status}"

    @property
    def reference(self) -> str:
        return f"task:{self.pk}"

    @property
    def is_finished(self) -> bool:
        return states.outcome(self.status, states.Family(self.family)) != "running"


class Track(Work):
    """One of a task's takes. Its id is the audio id; its files lie in a folder of that name."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="tracks")
    index = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    tags = models.TextField()
    lyrics = models.TextField(blank=True)
    # As planned; once rendered, as it is.
    seconds = models.FloatField()
    # Any work of engine.music, by its kind; see musician.work_of.
    plan = models.JSONField()
    words = models.JSONField(default=list)
    peaks = models.JSONField(default=list)
    finished_at = models.DateTimeField(null=True)
    has_files = models.BooleanField(default=True)

    objects = WorkQuerySet["Track"].as_manager()

    class Meta:
        ordering: ClassVar = ["index"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["task", "index"], name="engine_track_index_once")
        ]
        indexes: ClassVar = [models.Index(fields=["state", "overdue_at"], name="engine_track_overdue")]

    def __str__(self) -> str:
        return f"{self.title} ({self.index + 1})"


class Persona(models.Model):
    """The voice and manner of a stretch of a take, to be sung and played in again.

    `plan` is the take's work, so that the persona outlives it; traits are drawn from it when first needed.
    """

    id = models.CharField(primary_key=True, max_length=32, default=_task_id, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="personas")
    track = models.OneToOneField(Track, on_delete=models.SET_NULL, null=True, related_name="persona")
    name = models.TextField()
    description = models.TextField()
    style = models.TextField(blank=True)
    start_s = models.FloatField()
    end_s = models.FloatField()
    plan = models.JSONField()
    traits = models.JSONField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name


class Upload(models.Model):
    """A file that a program keeps here for a few days. One with the same path and name takes its place.

    `token` is the part of its address that nobody can guess; its content lies in a file of that name.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="uploads")
    folder = models.CharField(max_length=255)
    name = models.CharField(max_length=255)
    token = models.CharField(max_length=32, unique=True)
    size = models.PositiveBigIntegerField()
    content_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "folder", "name"], name="engine_upload_once")
        ]

    def __str__(self) -> str:
        return f"{self.folder}/{self.name}"


class Delivery(models.Model):
    """A callback that is owed. `due_at` is when to try (again); None once it arrived or was given up."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="deliveries")
    stage = models.CharField(max_length=8)
    body = models.JSONField()
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True, default=timezone.now, db_index=True)
    delivered_at = models.DateTimeField(null=True)
    problem = models.TextField(blank=True)

    class Meta:
        verbose_name_plural = "deliveries"

    def __str__(self) -> str:
        return f"{self.stage} of {self.task_id}"
