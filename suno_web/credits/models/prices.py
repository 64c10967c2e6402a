"""The price list."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from suno_web.accounts.models import Team


class Price(models.Model):
    """What one successful call costs, from a moment on. The newest row in force wins; rows are never changed.

    Without a team it is part of the list that every team begins with; a team's own rows go before it.
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, blank=True, related_name="prices")
    operation = models.CharField(_("operation"), max_length=40)
    model = models.CharField(_("model"), max_length=20, blank=True, help_text=_("Empty: any model."))
    # None: from here on no price of its own; the next line that fits counts.
    credits = models.DecimalField(_("credits"), max_digits=10, decimal_places=2, null=True, blank=True)
    valid_from = models.DateTimeField(_("valid from"))
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        indexes = [models.Index(fields=["operation", "model", "-valid_from"], name="price_in_force")]
        constraints = [
            models.CheckConstraint(condition=Q(credits=None) | Q(credits__gte=0), name="price_not_negative")
        ]

    def __str__(self) -> str:
        return f"{self.operation} {self.model} {self.credits}"
