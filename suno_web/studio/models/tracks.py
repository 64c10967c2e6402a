"""The takes that generations made, and what a file fetched from a provider goes through."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from suno_web.accounts.models import User
from suno_web.studio.models.generations import Generation
from suno_web.studio.models.projects import Project

PROVIDER_KEEPS_DAYS = 14


class FetchedFile(models.Model):
    """A file that the provider made and we bring home: claimed, fetched, checked, tried again while it lives there."""

    archived_at = models.DateTimeField(null=True, blank=True)
    archive_attempts = models.PositiveSmallIntegerField(default=0)
    # When to try next to bring it home; while a worker is at it, when its lease ends. None: nothing to do.
    archive_at = models.DateTimeField(null=True, blank=True, db_index=True)
    archive_problem = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None

    @property
    def days_left(self) -> int:
        """For how many more days the provider keeps it."""
        return max(0, PROVIDER_KEEPS_DAYS - (timezone.now() - self.created_at).days)


class TrackQuerySet(models.QuerySet["Track"]):
    def visible_to(self, user: User) -> "TrackQuerySet":
        return self.filter(generation__project__in=Project.objects.visible_to(user))


def track_folder(track: "Track", name: str) -> str:
    return f"tracks/{track.pk.hex[:2]}/{track.pk}/{name}"


class Track(FetchedFile):
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

    objects = TrackQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["generation", "take"]
        constraints = [
            models.UniqueConstraint(fields=["generation", "take"], name="track_take_once"),
            models.UniqueConstraint(fields=["generation", "audio_id"], name="track_audio_once"),
        ]
        # Minutes of music are summed from these alone: the rows themselves are large.
        indexes = [
            models.Index(fields=["archived_at", "generation", "duration"], name="track_saved"),
            models.Index(fields=["generation", "archived_at", "duration"], name="track_saved_of"),
        ]

    def __str__(self) -> str:
        return f"{self.title} · take {self.take}"

    @property
    def is_playable(self) -> bool:
        return bool(self.is_archived or self.stream_url or self.audio_url)
