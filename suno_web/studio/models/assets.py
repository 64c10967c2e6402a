"""Files made from takes."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from suno_web.accounts.models import User
from suno_web.studio.models.generations import Generation
from suno_web.studio.models.projects import Project
from suno_web.studio.models.tracks import FetchedFile, Track


class AssetQuerySet(models.QuerySet["Asset"]):
    def visible_to(self, user: User) -> "AssetQuerySet":
        return self.filter(generation__project__in=Project.objects.visible_to(user))


def asset_folder(asset: "Asset", name: str) -> str:
    return f"assets/{asset.pk.hex[:2]}/{asset.pk}/{name}"


class Asset(FetchedFile):
    """A file made from a take: its WAV, a stem, its notes, a video, a cover image."""

    class Kind(models.TextChoices):
        WAV = "wav", _("WAV")
        STEM = "stem", _("stem")
        MIDI = "midi", _("MIDI")
        VIDEO = "video", _("video")
        IMAGE = "image", _("cover image")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    generation = models.ForeignKey(Generation, on_delete=models.CASCADE, related_name="assets")
    # None for what a program made from a task whose take is not here.
    track = models.ForeignKey(Track, on_delete=models.CASCADE, null=True, related_name="assets")
    kind = models.CharField(max_length=10, choices=Kind)
    # Which one of several: the stem's name in the contract's words, such as "backing_vocals"; the image's number.
    name = models.CharField(max_length=40, blank=True)
    # What the provider calls a stem, to ask for its notes.
    audio_id = models.CharField(max_length=100, blank=True)
    url = models.URLField(max_length=1000, blank=True)

    file = models.FileField(upload_to=asset_folder, max_length=300, blank=True)
    content_type = models.CharField(max_length=60, blank=True)
    bytes = models.PositiveBigIntegerField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    duration = models.FloatField(null=True, blank=True, help_text=_("seconds"))
    peaks = models.JSONField(default=list, blank=True)

    objects = AssetQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["created_at", "name"]
        constraints = [
            models.UniqueConstraint(fields=["generation", "kind", "name"], name="asset_once_per_generation")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}".strip()

    @property
    def label(self) -> str:
        """What a person reads: "Backing vocals", "WAV"."""
        if self.kind != self.Kind.STEM:
            return str(self.get_kind_display())
        return "Effects" if self.name == "fx" else self.name.replace("_", " ").capitalize()
