"""Pieces of work and who works on them."""

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

    def led_by(self, user: User) -> "ProjectQuerySet":
        """Projects this person leads: all of a team they administer, else those they make in and are a lead of."""
        mine = Q(team__memberships__user=user)
        administers = mine & Q(team__memberships__role=Membership.Role.ADMIN)
        leads = mine & Q(team__memberships__role=Membership.Role.MAKER, leads=user)
        return self.filter(administers | leads).distinct()


class Project(models.Model):
    """A piece of work: a brief, the members who work on it, and every take made for it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="projects")
    name = models.CharField(_("name"), max_length=80)
    brief = models.CharField(_("brief"), max_length=500, blank=True)
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="projects", blank=True)
    # Members who change the project, see its spending and decide what its members ask for. Admins lead every project.
    leads = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="led_projects", blank=True)
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
