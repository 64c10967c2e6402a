"""Tell the open pages that something changed."""

from typing import Any

from django.db import connection

from suno_web.live.models import Event

# Any constant will do; it only has to be the same in every process.
PUBLISHING_LOCK = 7_201_985


def publish(audience: str, topic: str, **data: Any) -> Event:
    """Add an event to the current transaction; streams of the audience carry it once that commits.

    Call it last in the transaction: on PostgreSQL the ids of concurrent writers would otherwise commit out of
    order, and a reader asking for `id > last` would miss some.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [PUBLISHING_LOCK])
    return Event.objects.create(audience=audience, topic=topic, data=data)
