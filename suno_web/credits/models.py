"""Money that is music: the price list, the ledger, and what a team has left."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from suno_web.accounts.models import Team


class Price(models.Model):
    """What one successful call costs, from a moment on. The newest row in force wins; rows are never changed."""

    operation = models.CharField(_("operation"), max_length=40)
    model = models.CharField(_("model"), max_length=20, blank=True, help_text=_("Empty: any model."))
    credits = models.DecimalField(_("credits"), max_digits=10, decimal_places=2)
    valid_from = models.DateTimeField(_("valid from"))

    class Meta:
        indexes = [models.Index(fields=["operation", "model", "-valid_from"], name="price_in_force")]
        constraints = [models.CheckConstraint(condition=Q(credits__gte=0), name="price_not_negative")]

    def __str__(self) -> str:
        return f"{self.operation} {self.model} {self.credits}"


class Pool(models.Model):
    """A team's credits, kept in step with its ledger: what is free to spend and what is held for running work."""

    team = models.OneToOneField(Team, on_delete=models.CASCADE, primary_key=True, related_name="pool")
    available = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    held = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    # Credits granted at the start of each calendar month in the team's time zone. None: the provider's balance rules.
    allowance = models.DecimalField(
        _("monthly allowance"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    # The month whose allowance was granted last, as "2026-11".
    month = models.CharField(max_length=7, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(held__gte=0), name="pool_held_not_negative")]

    def __str__(self) -> str:
        return f"{self.team}: {self.available} free, {self.held} held"


class Entry(models.Model):
    """One line of the append-only ledger. Corrections are new lines.

    `amount` is positive, save for an adjustment. hold moves credits from free to held; settle spends what was held;
    refund gives it back. A cause such as "generation:<uuid>" can have each kind once.
    """

    class Kind(models.TextChoices):
        GRANT = "grant", _("grant")
        HOLD = "hold", _("hold")
        SETTLE = "settle", _("settle")
        REFUND = "refund", _("refund")
        ADJUSTMENT = "adjustment", _("adjustment")
        EXPIRY = "expiry", _("expiry")

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="entries")
    kind = models.CharField(max_length=10, choices=Kind)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    cause = models.CharField(max_length=80)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # A plain reference: credits knows nothing about music, so it knows no Project.
    project = models.UUIDField(null=True, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    note = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        constraints = [models.UniqueConstraint(fields=["kind", "cause"], name="entry_once_per_cause")]
        indexes = [models.Index(fields=["team", "created_at"], name="entry_of_team")]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount} for {self.cause}"
