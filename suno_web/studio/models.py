"""What members make: projects, requests for music, and the tracks that came of them."""

import secrets
import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from suno_web.accounts.models import Membership, Team, User


class ProjectQuerySet(models.QuerySet["Project"]):
    def visible_to(self, user: User) -> "ProjectQuerySet":
        """Projects this person may see: all of a team they administer, else those they are a member of."""
        administers = Q(team__memberships__user=user, team__memberships__role=Membership.Role.ADMIN)
        belongs = Q(members=user, team__memberships__user=user)
        return self.filter(administers | belongs).distinct()


class Project(models.Model):
    """A piece of work: a brief, the members who work on it, and every take made for it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="projects")
    name = models.CharField(_("name"), max_length=80)
    brief = models.CharField(_("brief"), max_length=500, blank=True)
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="projects", blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("studio:project", args=[self.pk])

    @property
    def audience(self) -> str:
        """Whose live streams carry this project's events."""
        return f"project:{self.pk}"

    @property
    def hue(self) -> int:
        """A colour of its own, in degrees."""
        return self.pk.int % 360


class GenerationQuerySet(models.QuerySet["Generation"]):
    def visible_to(self, user: User) -> "GenerationQuerySet":
        return self.filter(project__in=Project.objects.visible_to(user))

    def unfinished(self) -> "GenerationQuerySet":
        return self.exclude(status__in=Generation.FINAL)


def new_callback_token() -> str:
    return secrets.token_urlsafe(24)


class Generation(models.Model):
    """One request to the provider. QUEUED -> SENDING -> WAITING -> DONE, or FAILED from any of them.

    A row left in SENDING lost its answer: it may have been accepted, so it is never sent again by itself.
    """

    class Status(models.TextChoices):
        QUEUED = "queued", _("queued")
        SENDING = "sending", _("sending")
        WAITING = "waiting", _("waiting")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    class Operation(models.TextChoices):
        GENERATE = "generate", _("song")
        LYRICS = "lyrics", _("lyrics")
        STYLE = "style", _("style boost")
        TIMESTAMPED_LYRICS = "timestamped_lyrics", _("synced lyrics")

    FINAL: ClassVar[tuple[str, ...]] = (Status.DONE, Status.FAILED)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="generations")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    operation = models.CharField(max_length=30, choices=Operation, default=Operation.GENERATE)
    model = models.CharField(max_length=20, blank=True)
    title = models.CharField(max_length=200, blank=True)
    # The request in the contract's own words, without the callback address.
    request = models.JSONField(default=dict)
    # The form as it was filled in, for "try again with these settings".
    settings = models.JSONField(default=dict)
    # The same form sent twice carries the same key and makes one generation.
    form_key = models.CharField(max_length=40, null=True, blank=True)
    price = models.DecimalField(max_digits=10, decimal_places=2, default=0)

    status = models.CharField(max_length=10, choices=Status, default=Status.QUEUED)
    # The provider's own word for where it is, such as TEXT_SUCCESS; unknown words are kept as they come.
    stage = models.CharField(max_length=60, blank=True)
    problem = models.TextField(blank=True)
    # What came back when it is not tracks: lyrics variants, a style text, aligned words.
    result = models.JSONField(null=True, blank=True)

    task_id = models.CharField(max_length=100, blank=True)
    # Where it was sent: a team may change its provider while work is under way.
    provider_url = models.CharField(max_length=300, blank=True)
    callback_token = models.CharField(max_length=60, unique=True, default=new_callback_token)

    next_poll_at = models.DateTimeField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    polls = models.PositiveIntegerField(default=0)

    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = GenerationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]
        indexes = [
            models.Index(fields=["project", "-created_at"], name="generation_of_project"),
            models.Index(fields=["status", "next_poll_at"], name="generation_due"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["project", "form_key"], name="generation_once_per_form"),
            models.UniqueConstraint(
                fields=["provider_url", "task_id"], condition=~Q(task_id=""), name="generation_once_per_task"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.operation} {self.pk} {self.status}"

    @property
    def reference(self) -> str:
        """How the ledger names it."""
        return f"generation:{self.pk}"

    @property
    def topic(self) -> str:
        """The name of its live events."""
        return f"generation-{self.pk}"

    @property
    def is_finished(self) -> bool:
        return self.status in self.FINAL

    @property
    def is_failed(self) -> bool:
        return self.status == self.Status.FAILED


class Step(models.Model):
    """One thing that happened to a generation, for its job page. Payloads are stored with secrets masked."""

    generation = models.ForeignKey(Generation, on_delete=models.CASCADE, related_name="steps")
    at = models.DateTimeField(auto_now_add=True)
    what = models.CharField(max_length=120)
    payload = models.JSONField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        return self.what


class TrackQuerySet(models.QuerySet["Track"]):
    def visible_to(self, user: User) -> "TrackQuerySet":
        return self.filter(generation__project__in=Project.objects.visible_to(user))


def track_folder(track: "Track", name: str) -> str:
    return f"tracks/{track.pk.hex[:2]}/{track.pk}/{name}"


class Track(models.Model):
    """One take of a generation. Playable from `stream_url` while it renders; ours once `audio` is on disk."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    generation = models.ForeignKey(Generation, on_delete=models.CASCADE, related_name="tracks")
    take = models.PositiveSmallIntegerField(_("take"))
    audio_id = models.CharField(max_length=100)
    title = models.CharField(max_length=200, blank=True)
    tags = models.TextField(blank=True)
    lyrics = models.TextField(blank=True)
    model_name = models.CharField(max_length=60, blank=True)
    duration = models.FloatField(null=True, blank=True, help_text=_("seconds"))

    # The provider's own addresses; they die after some days.
    audio_url = models.URLField(max_length=1000, blank=True)
    stream_url = models.URLField(max_length=1000, blank=True)
    image_url = models.URLField(max_length=1000, blank=True)

    audio = models.FileField(upload_to=track_folder, max_length=300, blank=True)
    image = models.FileField(upload_to=track_folder, max_length=300, blank=True)
    audio_bytes = models.PositiveBigIntegerField(null=True, blank=True)
    audio_sha256 = models.CharField(max_length=64, blank=True)
    # 200 numbers 0-1, the loudest moment of each slice.
    peaks = models.JSONField(default=list, blank=True)
    loudness = models.FloatField(null=True, blank=True, help_text=_("LUFS"))
    # [{"word", "startS", "endS"}, …] once somebody asked for synced lyrics.
    words = models.JSONField(null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    archive_attempts = models.PositiveSmallIntegerField(default=0)
    # When to try next to bring it home; while a worker is at it, when its lease ends. None: nothing to do.
    archive_at = models.DateTimeField(null=True, blank=True, db_index=True)
    archive_problem = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TrackQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["generation", "take"]
        constraints = [
            models.UniqueConstraint(fields=["generation", "take"], name="track_take_once"),
            models.UniqueConstraint(fields=["generation", "audio_id"], name="track_audio_once"),
        ]

    def __str__(self) -> str:
        return f"{self.title} · take {self.take}"

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None

    @property
    def is_playable(self) -> bool:
        return bool(self.is_archived or self.stream_url or self.audio_url)


class Draft(models.Model):
    """What a member has typed into a project's create form and not sent yet."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="drafts")
    fields: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict)
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "project"], name="draft_once")]

    def __str__(self) -> str:
        return f"draft of {self.user} in {self.project}"
