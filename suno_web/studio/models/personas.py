"""Voices and styles to sing other songs with."""

import uuid
from typing import ClassVar

from django.db import models

from suno_web.accounts.models import User
from suno_web.studio.models.generations import Generation
from suno_web.studio.models.projects import Project
from suno_web.studio.models.tracks import Track


class PersonaQuerySet(models.QuerySet["Persona"]):
    def visible_to(self, user: User) -> "PersonaQuerySet":
        return self.filter(project__in=Project.objects.visible_to(user))


class Persona(models.Model):
    """A voice and style taken from a take, to sing other songs with."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="personas")
    generation = models.OneToOneField(Generation, on_delete=models.CASCADE, related_name="persona")
    track = models.ForeignKey(Track, on_delete=models.SET_NULL, null=True, related_name="personas")
    name = models.CharField(max_length=80)
    description = models.CharField(max_length=500)
    # The provider's name for it, and the provider that knows it.
    persona_id = models.CharField(max_length=100)
    provider_url = models.CharField(max_length=300)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PersonaQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name
