"""The ledger, what a team has left by it, and how it was proved right."""

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from suno_web.accounts.models import Team


class Pool(models.Model):
    """A team's credits, kept in step with its ledger: what is free to spend and what is held for running work."""

    team = models.OneToOneField(Team, on_delete=models.CASCADE, primary_key=True, related_name="pool")
    available = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    held = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    # What was settled, less what was given back afterwards, in `month`.
    spent = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    # Credits granted at the start of each calendar month in the team's time zone. None: the provider's balance rules.
    allowance = models.DecimalField(
        _("monthly allowance"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    # The month that `spent` counts and whose allowance was granted last, as "2026-11".
    month = models.CharField(max_length=7, blank=True)
    # What the provider said last, and what went wrong when it was asked last; empty when nothing did.
    provider_balance = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(held__gte=0), name="pool_held_not_negative")]

    def __str__(self) -> str:
        return f"{self.team}: {self.available} free, {self.held} held"


class Entry(models.Model):
    """One line of the append-only ledger. Corrections are new lines.

    `amount` is positive, save for an adjustment. hold moves credits from free to held; settle spends what was held;
    refund gives it back. A cause such as "generation:<uuid>" can have each kind once; an adjustment with such a cause
    gives back what was settled before.
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
    # What was bought, as the price list names it; empty for what is not about a request.
    operation = models.CharField(max_length=40, blank=True)
    model = models.CharField(max_length=20, blank=True)
    note = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    # The day it was in the team's time zone: reports count by it.
    day = models.DateField()

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        # The cause first: a job's entries are found by it alone.
        constraints = [models.UniqueConstraint(fields=["cause", "kind"], name="entry_once_per_cause")]
        indexes = [
            models.Index(fields=["team", "day", "kind"], name="entry_of_team"),
            models.Index(fields=["team", "member", "day"], name="entry_of_member"),
            models.Index(fields=["team", "project", "day"], name="entry_of_project"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount} for {self.cause}"


class Check(models.Model):
    """One time the books were proved: what pool, budgets and entries disagreed on, in words. Empty: nothing."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="checks")
    at = models.DateTimeField(auto_now_add=True)
    # None: the nightly check.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    entries = models.PositiveIntegerField()
    differences: "models.JSONField[list[str]]" = models.JSONField(default=list)

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {len(self.differences)} differences"


class Reading(models.Model):
    """What the provider's balance was, beside what our books expected it to be."""

    class Verdict(models.TextChoices):
        FIRST = "first", _("first reading")
        MATCH = "match", _("as expected")
        IN_FLIGHT = "in_flight", _("requests are under way")
        TOP_UP = "top_up", _("topped up")
        PRICES = "prices", _("the provider’s prices differ")
        UNEXPLAINED = "unexplained", _("not explained")

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="readings")
    at = models.DateTimeField(auto_now_add=True)
    balance = models.DecimalField(max_digits=12, decimal_places=2)
    # By our books: the reading before, less what was charged since. None at the first.
    expected = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    # What was settled since the reading before, and what is held for requests the provider may have charged already.
    settled = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    in_flight = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    verdict = models.CharField(max_length=12, choices=Verdict)
    # The explanation a person gave for what was not explained.
    note = models.CharField(max_length=200, blank=True)
    explained_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        indexes = [models.Index(fields=["team", "-id"], name="reading_of_team")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.balance} {self.verdict}"

    @property
    def difference(self) -> Decimal:
        """The provider's balance less what was expected."""
        return Decimal(0) if self.expected is None else self.balance - self.expected
