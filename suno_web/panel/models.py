"""Sums of days that are over, so that a year of a busy team is a few hundred rows to read."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from suno_web.accounts.models import Team


class UsageDay(models.Model):
    """What happened in one day of a team, as a whole and by member, project, operation and model.

    Only of days that are closed (`UsageClosed`); the days after are summed from the rows themselves.
    """

    class By(models.TextChoices):
        ALL = "all", _("all")
        MEMBER = "member", _("member")
        PROJECT = "project", _("project")
        OPERATION = "operation", _("operation")
        MODEL = "model", _("model")

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    by = models.CharField(max_length=10, choices=By)
    # The member's or project's id, the name of the operation or model; empty for ALL and for what has none.
    key = models.CharField(max_length=40, blank=True)
    day = models.DateField()
    # Credits: settled, less what was given back later.
    spent = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    refunded = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    requests = models.PositiveIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    # Takes that were saved, and how long they play.
    songs = models.PositiveIntegerField(default=0)
    seconds = models.FloatField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "by", "key", "day"], name="usage_day_once")]
        indexes = [models.Index(fields=["team", "by", "day"], name="usage_of_team")]

    def __str__(self) -> str:
        return f"{self.day} {self.by} {self.key}: {self.spent}"


class UsageClosed(models.Model):
    """Up to which day a team's usage is summed up."""

    team = models.OneToOneField(Team, on_delete=models.CASCADE, primary_key=True, related_name="+")
    until = models.DateField()

    def __str__(self) -> str:
        return f"{self.team} until {self.until}"
