"""What a team has agreed about spending."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from suno_web.accounts.models import Team


class SpendingRules(models.Model):
    """A team's own numbers. A team without a row has the defaults."""

    team = models.OneToOneField(
        Team, on_delete=models.CASCADE, primary_key=True, related_name="spending_rules"
    )
    # The budget of a member who has none of their own. None: no limit.
    member_budget = models.DecimalField(
        _("each member, a month"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    approval_days = models.PositiveSmallIntegerField(_("days a request waits for approval"), default=3)
    # Below this the provider's balance is low. None: nobody is told.
    low_balance = models.DecimalField(
        _("balance is low below"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    # Differences between our books and the provider's up to this size are rounding.
    tolerance = models.DecimalField(
        _("difference that is ignored"), max_digits=8, decimal_places=2, default=1
    )

    def __str__(self) -> str:
        return f"rules of {self.team}"


class GateRule(models.Model):
    """Requests that wait for a lead: those which meet every condition that is set. At least one is."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="gate_rules")
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    operation = models.CharField(_("operation"), max_length=40, blank=True)
    model = models.CharField(_("model"), max_length=20, blank=True)
    above = models.DecimalField(_("costs more than"), max_digits=10, decimal_places=2, null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(member__isnull=True, operation="", model="", above__isnull=True),
                name="gate_rule_has_a_condition",
            )
        ]

    def __str__(self) -> str:
        return f"{self.member or 'anybody'} {self.operation} {self.model} above {self.above}"
