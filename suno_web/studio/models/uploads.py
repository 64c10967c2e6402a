"""Audio that members bring, what is made from it, and where a provider has a copy."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from suno_web.accounts.models import User
from suno_web.studio.models.generations import Generation
from suno_web.studio.models.projects import Project
from suno_web.studio.models.tracks import Track


class UploadQuerySet(models.QuerySet["Upload"]):
    def visible_to(self, user: User) -> "UploadQuerySet":
        return self.filter(project__in=Project.objects.visible_to(user))


def upload_folder(upload: "Upload", name: str) -> str:
    return f"uploads/{upload.pk.hex[:2]}/{upload.pk}/{name}"


class Upload(models.Model):
    """Audio that a member brought. CHECKING -> READY, or UNUSABLE with the problem; its file stays ours."""

    class Status(models.TextChoices):
        CHECKING = "checking", _("checking")
        READY = "ready", _("ready")
        UNUSABLE = "unusable", _("unusable")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="uploads")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    name = models.CharField(max_length=200)
    file = models.FileField(upload_to=upload_folder, max_length=300)
    content_type = models.CharField(max_length=60, blank=True)
    bytes = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    status = models.CharField(max_length=10, choices=Status, default=Status.CHECKING)
    problem = models.CharField(max_length=300, blank=True)
    duration = models.FloatField(null=True, blank=True, help_text=_("seconds"))
    peaks = models.JSONField(default=list, blank=True)
    loudness = models.FloatField(null=True, blank=True, help_text=_("LUFS"))
    # Where it came from when a program handed it in: the path it was given in the contract's words.
    path = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UploadQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]
        indexes = [models.Index(fields=["project", "-created_at"], name="upload_of_project")]

    def __str__(self) -> str:
        return self.name

    @property
    def topic(self) -> str:
        """The name of its live events."""
        return f"upload-{self.pk}"

    @property
    def is_ready(self) -> bool:
        return self.status == self.Status.READY


class Input(models.Model):
    """What a generation was made from: a take or an upload. A mashup has two, everything else one."""

    generation = models.ForeignKey(Generation, on_delete=models.CASCADE, related_name="inputs")
    position = models.PositiveSmallIntegerField(default=0)
    track = models.ForeignKey(Track, on_delete=models.SET_NULL, null=True, blank=True, related_name="used_in")
    upload = models.ForeignKey(
        Upload, on_delete=models.SET_NULL, null=True, blank=True, related_name="used_in"
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["generation", "position"], name="input_once_per_position")
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def source(self) -> "Track | Upload | None":
        """What it is; None when that was deleted since."""
        return self.track or self.upload

    @property
    def title(self) -> str:
        if self.track:
            return str(self.track)
        return self.upload.name if self.upload else "a deleted file"


class ProviderCopy(models.Model):
    """One of our files as a provider has it, so that it is not sent again while its copy lives there."""

    provider_url = models.CharField(max_length=300)
    track = models.ForeignKey(Track, on_delete=models.CASCADE, null=True, related_name="copies")
    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, null=True, related_name="copies")
    url = models.URLField(max_length=1000)
    expires_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "provider copies"

    def __str__(self) -> str:
        return self.url
