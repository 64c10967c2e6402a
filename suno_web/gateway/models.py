"""Keys of members' programs, what was asked with each, and what their programs were told."""

import uuid
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from suno_web.accounts.models import Membership, User
from suno_web.accounts.secrets import EncryptedTextField
from suno_web.studio.models import Generation, Project


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def visible_to(self, user: User) -> "ApiKeyQuerySet":
        """A person's own keys, and all keys of the teams they administer."""
        administers = Q(
            project__team__memberships__user=user, project__team__memberships__role=Membership.Role.ADMIN
        )
        belongs = Q(owner=user, project__team__memberships__user=user)
        return self.filter(administers | belongs).distinct()


class ApiKey(models.Model):
    """Lets a program act for a member in one project. Only a digest is kept, so the key is shown once.

    `spent` counts the credits of what was asked with it, without what failed; never more than `cap`.
    """

    class Scope(models.TextChoices):
        EVERYTHING = "everything", _("make and look")
        LOOK = "look", _("look only")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_keys")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(_("name"), max_length=80)
    # The beginning of the key, by which people tell theirs apart.
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    scope = models.CharField(_("may"), max_length=10, choices=Scope, default=Scope.EVERYTHING)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    cap = models.DecimalField(_("credit limit"), max_digits=12, decimal_places=2, null=True, blank=True)
    spent = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    webhook_secret = EncryptedTextField(_("callback secret"), blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(spent__gte=0), name="api_key_spent_not_negative"),
            models.CheckConstraint(
                condition=Q(cap=None) | Q(spent__lte=models.F("cap")), name="api_key_within_cap"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= timezone.now()

    @property
    def may_make(self) -> bool:
        return self.scope == self.Scope.EVERYTHING


class Call(models.Model):
    """A generation that a program asked for: what it sent, where it wants to hear, what it was told so far.

    Open until the last stage is told; its price is counted in the key's `spent` unless the generation failed.
    """

    key = models.ForeignKey(ApiKey, on_delete=models.CASCADE, related_name="calls")
    generation = models.OneToOneField(Generation, on_delete=models.CASCADE, related_name="call")
    # As it came, with our own ids in it: what `param` of a record repeats.
    request = models.JSONField()
    callback_url = models.TextField(blank=True)
    # What was counted against the key's cap; None in rows of before: the generation's price.
    charged = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    # How many stages were told: of takes text, first and the end; of everything else the end alone.
    told = models.PositiveSmallIntegerField(default=0)
    is_open = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]
        indexes: ClassVar = [
            models.Index(fields=["created_at"], condition=Q(is_open=True), name="call_open"),
            models.Index(fields=["key", "-created_at"], name="call_of_key"),
        ]

    def __str__(self) -> str:
        return f"{self.generation.operation} {self.task_id}"

    @property
    def task_id(self) -> str:
        return self.generation_id.hex


class Delivery(models.Model):
    """A callback that is owed. `due_at` is when to try (again); None once it arrived or was given up."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="deliveries")
    stage = models.CharField(max_length=8)
    body = models.JSONField()
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(
        null=True, blank=True, default=timezone.now, db_index=True
    )
    delivered_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]
        verbose_name_plural = "deliveries"

    def __str__(self) -> str:
        return f"{self.stage} of {self.call_id}"

    @property
    def is_given_up(self) -> bool:
        return self.due_at is None and self.delivered_at is None
