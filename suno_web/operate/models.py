"""What the running parts of an installation say about themselves."""

from datetime import timedelta

from django.db import models
from django.utils import timezone


class Pulse(models.Model):
    """When a part was last asked for a sign of life, and when it last gave one.

    The parts are the clusters, the ticker, and every errand the ticker queues. A part that was asked and has
    kept silent since is overdue; one that was never asked owes nothing.
    """

    name = models.CharField(primary_key=True, max_length=40)
    asked_at = models.DateTimeField(null=True, blank=True)
    heard_at = models.DateTimeField(null=True, blank=True)
    # What went wrong the last time, in words without secrets; empty when it went well.
    problem = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.name

    @property
    def age(self) -> float | None:
        """Seconds since it was last heard."""
        return None if self.heard_at is None else (timezone.now() - self.heard_at).total_seconds()

    @property
    def silence(self) -> float:
        """For how many seconds an answer is owed; 0 when none is."""
        if self.asked_at is None or (self.heard_at and self.heard_at >= self.asked_at):
            return 0.0
        return (timezone.now() - self.asked_at) / timedelta(seconds=1)
