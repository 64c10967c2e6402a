"""What happened, in order: the rows that streams carry to browsers."""

from django.db import models


class Event(models.Model):
    """One change worth telling a browser about. `audience` says whose streams carry it: "project:<uuid>".

    `topic` becomes the name of the server-sent event; `data` is a whole state, safe to replay.
    """

    audience = models.CharField(max_length=64)
    topic = models.CharField(max_length=64)
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        indexes = [models.Index(fields=["audience", "id"], name="event_audience")]

    def __str__(self) -> str:
        return f"{self.pk} {self.audience} {self.topic}"
