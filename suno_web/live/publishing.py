"""Tell the open pages that something changed."""

from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from suno_web.live.models import Event

# Any constant will do; it only has to be the same in every process.
PUBLISHING_LOCK = 7_201_985
# What PostgreSQL calls out to the readers, who else look every other second.
CHANNEL = "suno_web_live"
# Streams that meet this topic ask again who may listen; browsers never see it.
REFRESH = "refresh"


def publish(audience: str, topic: str, **data: Any) -> Event:
    """Add an event to the current transaction; streams of the audience carry it once that commits.

    Call it last in the transaction: on PostgreSQL the ids of concurrent writers would otherwise commit out of
    order, and a reader asking for `id > last` would miss some.
    """
    if connection.vendor != "postgresql":
        return Event.objects.create(audience=audience, topic=topic, data=data)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [PUBLISHING_LOCK])
        event = Event.objects.create(audience=audience, topic=topic, data=data)
        cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])
    return event


def refresh(audience: str) -> Event:
    """Have the streams of an audience look again at who is logged in and what they may see.

    Call it with "team:<uuid>" when a project or a membership comes or goes, with "user:<id>" for one person.
    """
    return publish(audience, REFRESH)


def prune(older_than: timedelta = timedelta(days=1)) -> int:
    """Forget old events and return how many. The newest stays, so that the count of ids goes on from it."""
    old = Event.objects.filter(created_at__lt=timezone.now() - older_than)
    newest = Event.objects.order_by("-id").values_list("id", flat=True).first()
    return old.exclude(id=newest or 0).delete()[0]
