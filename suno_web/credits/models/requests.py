"""Asking for more credits."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from suno_web.accounts.models import Team
from suno_web.credits.models.budgets import Budget


class Ask(models.Model):
    """A member asks for credits. OPEN -> GRANTED, DECLINED, WITHDRAWN or, when the month ends, EXPIRED."""

    class Status(models.TextChoices):
        OPEN = "open", _("open")
        GRANTED = "granted", _("granted")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("withdrawn")
        EXPIRED = "expired", _("expired")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="asks")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="asks")
    project = models.UUIDField(null=True, blank=True)
    # Which budget stopped the member. None: the team's own credits were too few.
    budget = models.ForeignKey(Budget, on_delete=models.SET_NULL, null=True, blank=True, related_name="asks")
    amount = models.DecimalField(_("credits"), max_digits=12, decimal_places=2)
    reason = models.CharField(_("what for"), max_length=500)
    # The page with the form that was refused; what was typed is in its draft.
    back = models.CharField(max_length=300, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    granted = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]
        indexes = [models.Index(fields=["team", "status", "-created_at"], name="ask_of_team")]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="ask_is_positive"),
            # Pressing the button twice is one wish.
            models.UniqueConstraint(
                fields=["team", "member", "project"], condition=Q(status="open"), name="ask_open_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} asks for {self.amount}"
