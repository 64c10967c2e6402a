"""Requests for music, and what happened to each."""

import secrets
import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from suno_web.accounts.models import User
from suno_web.studio.models.projects import Project


class GenerationQuerySet(models.QuerySet["Generation"]):
    def visible_to(self, user: User) -> "GenerationQuerySet":
        return self.filter(project__in=Project.objects.visible_to(user))

    def unfinished(self) -> "GenerationQuerySet":
        return self.exclude(status__in=Generation.FINAL)


def new_callback_token() -> str:
    return secrets.token_urlsafe(24)


class Generation(models.Model):
    """One request to the provider. QUEUED -> SENDING -> WAITING -> DONE, or FAILED from any of them.

    Where a lead has to agree first it begins as AWAITING, with no credits held. A row left in SENDING lost its
    answer: it may have been accepted, so it is never sent again by itself.
    """

    class Status(models.TextChoices):
        AWAITING = "awaiting", _("waiting for approval")
        QUEUED = "queued", _("queued")
        SENDING = "sending", _("sending")
        WAITING = "waiting", _("waiting")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    class Operation(models.TextChoices):
        GENERATE = "generate", _("song")
        EXTEND = "extend", _("extension")
        UPLOAD_COVER = "upload_cover", _("cover")
        UPLOAD_EXTEND = "upload_extend", _("extension of an upload")
        ADD_INSTRUMENTAL = "add_instrumental", _("backing")
        ADD_VOCALS = "add_vocals", _("vocals")
        REPLACE_SECTION = "replace_section", _("replaced section")
        MASHUP = "mashup", _("mashup")
        SOUNDS = "sounds", _("sound")
        LYRICS = "lyrics", _("lyrics")
        STYLE = "style", _("style boost")
        TIMESTAMPED_LYRICS = "timestamped_lyrics", _("synced lyrics")
        PERSONA = "persona", _("persona")
        WAV = "wav", _("WAV")
        STEMS = "stems", _("stems")
        MIDI = "midi", _("MIDI")
        VIDEO = "mp4", _("video")
        COVER_IMAGES = "cover", _("cover images")

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
    # What the provider says it charged, where it says so.
    credits_consumed = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)

    status = models.CharField(max_length=10, choices=Status, default=Status.QUEUED)
    # The provider's own word for where it is, such as TEXT_SUCCESS; unknown words are kept as they come.
    stage = models.CharField(max_length=60, blank=True)
    problem = models.TextField(blank=True)
    # What came back when it is neither tracks nor files: lyrics variants, a style text, aligned words.
    result = models.JSONField(null=True, blank=True)
    # 0-1 where the provider says how far it is.
    progress = models.FloatField(null=True, blank=True)
    # The name of the key whose program asked for it; empty for what was asked for in the browser.
    via = models.CharField(max_length=80, blank=True)
    # Made elsewhere with the team's key and brought here by its task's id.
    is_imported = models.BooleanField(default=False)

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
            models.Index(fields=["-created_at", "-id"], name="generation_newest"),
            models.Index(fields=["project", "status"], name="generation_states"),
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


class Approval(models.Model):
    """A request that waits, or waited, for a lead. OPEN -> APPROVED, DECLINED, WITHDRAWN or EXPIRED."""

    class Status(models.TextChoices):
        OPEN = "open", _("open")
        APPROVED = "approved", _("approved")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("withdrawn")
        EXPIRED = "expired", _("expired")

    generation = models.OneToOneField(Generation, on_delete=models.CASCADE, related_name="approval")
    # Why it had to wait, in words.
    why = models.CharField(max_length=200)
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    expires_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]
        indexes = [models.Index(fields=["status", "expires_at"], name="approval_open")]

    def __str__(self) -> str:
        return f"{self.status} {self.generation_id}"


class StrayCallback(models.Model):
    """A callback that belongs to nothing here, or was forged: kept for a while for whoever looks for it, never used."""

    at = models.DateTimeField(auto_now_add=True)
    # What it was answered with.
    status = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=120)
    body = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]

    def __str__(self) -> str:
        return f"{self.status} {self.reason}"


class Step(models.Model):
    """One thing that happened to a generation, for its job page. Payloads are stored with secrets masked."""

    generation = models.ForeignKey(Generation, on_delete=models.CASCADE, related_name="steps")
    at = models.DateTimeField(auto_now_add=True)
    what = models.CharField(max_length=120)
    payload = models.JSONField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        indexes = [models.Index(fields=["at"], name="step_at")]

    def __str__(self) -> str:
        return self.what
