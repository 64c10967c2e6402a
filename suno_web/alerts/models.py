"""What people who govern a team are told, and where else it is sent."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from suno_web.accounts.models import Team
from suno_web.accounts.secrets import EncryptedTextField


class Alert(models.Model):
    """Something that people should know, told once: a team has each `key` once."""

    class Kind(models.TextChoices):
        BUDGET_80 = "budget_80", _("a budget is used to 80 %")
        BUDGET_100 = "budget_100", _("a budget is used up")
        POOL_80 = "pool_80", _("the team’s credits are used to 80 %")
        POOL_100 = "pool_100", _("the team’s credits are used up")
        BALANCE_LOW = "balance_low", _("the provider’s balance is low")
        RECONCILIATION = "reconciliation", _("our books and the provider’s differ")
        BOOKS = "books", _("our own books do not add up")
        PROVIDER_DOWN = "provider_down", _("the provider does not answer")
        PROVIDER_UP = "provider_up", _("the provider answers again")
        ASK = "ask", _("somebody asks for credits")
        ANSWER = "answer", _("an answer to who asked")
        APPROVAL = "approval", _("a request waits for approval")

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="alerts")
    kind = models.CharField(max_length=20, choices=Kind)
    # What it is about, so that it is told once: "budget:12:2026-11:80".
    key = models.CharField(max_length=120)
    title = models.CharField(max_length=160)
    text = models.TextField(blank=True)
    # The path of the page to go to.
    path = models.CharField(max_length=300, blank=True)
    # Who gets a mail.
    people = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    # When it is to be mailed (again); None once that is done, or given up.
    mail_due_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(
        null=True, blank=True, default=timezone.now, db_index=True
    )
    mail_attempts = models.PositiveSmallIntegerField(default=0)
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        constraints = [models.UniqueConstraint(fields=["team", "key"], name="alert_once")]

    def __str__(self) -> str:
        return self.title


class Webhook(models.Model):
    """An address of somebody else's program that alerts are sent to."""

    class Style(models.TextChoices):
        JSON = "json", _("JSON")
        SLACK = "slack", _("Slack and compatible")

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="webhooks")
    name = models.CharField(_("name"), max_length=80)
    # The address of a Slack webhook is itself a secret.
    url = EncryptedTextField(_("address"))
    style = models.CharField(_("format"), max_length=10, choices=Style, default=Style.JSON)
    # Signs what is sent: HMAC-SHA256, as the contract's callbacks are.
    secret = EncryptedTextField(_("secret"), blank=True)
    # Alert.Kind values.
    kinds: "models.JSONField[list[str]]" = models.JSONField(default=list)
    is_on = models.BooleanField(_("on"), default=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """An alert on its way to a webhook. `due_at` is when to try (again); None once it arrived or was given up."""

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    # None: a test that an admin sent.
    alert = models.ForeignKey(
        Alert, on_delete=models.CASCADE, null=True, blank=True, related_name="deliveries"
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(
        null=True, blank=True, default=timezone.now, db_index=True
    )
    delivered_at = models.DateTimeField(null=True, blank=True)
    # The HTTP status of the last answer; None when nobody answered.
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    problem = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        verbose_name_plural = "deliveries"

    def __str__(self) -> str:
        return f"{self.alert} to {self.webhook}"
