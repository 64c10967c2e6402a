"""How much of the team's credits a member or a project may spend in a month."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from suno_web.accounts.models import Team


class Budget(models.Model):
    """What a member or a project may spend in each calendar month of the team's time zone."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="budgets")
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="budgets"
    )
    # A plain reference, as in the ledger.
    project = models.UUIDField(null=True, blank=True)
    # None: no limit, but what is used is still counted.
    amount = models.DecimalField(_("a month"), max_digits=12, decimal_places=2, null=True, blank=True)
    rolls_over = models.BooleanField(_("what is left is added to the next month"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(member__isnull=True, project__isnull=False)
                | Q(member__isnull=False, project__isnull=True),
                name="budget_of_a_member_or_a_project",
            ),
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gte=0), name="budget_not_negative"
            ),
            models.UniqueConstraint(fields=["team", "member"], name="budget_once_per_member"),
            models.UniqueConstraint(fields=["team", "project"], name="budget_once_per_project"),
        ]

    def __str__(self) -> str:
        return f"{self.member or self.project}: {self.amount} a month"


class BudgetMonth(models.Model):
    """One month of a budget. Holds are guarded here: `used` is what was held in this month and not given back."""

    budget = models.ForeignKey(Budget, on_delete=models.CASCADE, related_name="months")
    # As "2026-11".
    month = models.CharField(max_length=7)
    # The budget's amount as it was last set in this month.
    amount = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    # What the month before left, where the budget rolls over.
    carried = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    used = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    # The highest mark, in percent, that people were warned about.
    warned = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["budget", "month"], name="budget_month_once"),
            models.CheckConstraint(condition=Q(used__gte=0), name="budget_used_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.budget} in {self.month}: {self.used} used"


class Raise(models.Model):
    """Credits on top of a budget, for a while."""

    budget = models.ForeignKey(Budget, on_delete=models.CASCADE, related_name="raises")
    amount = models.DecimalField(_("credits"), max_digits=12, decimal_places=2)
    starts_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(_("until"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-ends_at"]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="raise_is_positive")]

    def __str__(self) -> str:
        return f"{self.amount} more until {self.ends_at:%Y-%m-%d}"
