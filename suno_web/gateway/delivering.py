"""Deliver what programs are to hear: 15 seconds for an answer, again after 1, 2 and 4, never to anybody's own network.

Each attempt has a thread of its own, a bounded number of them, and of one call only the oldest delivery is tried:
a receiver that never answers holds up nobody, and stages arrive in order. What a killed process had under way is
tried again when its claim runs out.
"""

import logging
import threading
from datetime import datetime, timedelta

import requests
from django.conf import settings
from django.db import connections
from django.db.models import F, Min, QuerySet
from django.utils import timezone

from suno_web import outgoing
from suno_web.gateway.models import Delivery
from suno_web.suno import callbacks

logger = logging.getLogger(__name__)

# Longer than one attempt can take, so that none is doubled.
CLAIM = timedelta(seconds=40)
MOST_THREADS = 16
_free = threading.BoundedSemaphore(MOST_THREADS)


def due() -> QuerySet[Delivery]:
    """The oldest open delivery of each call, if its time has come."""
    oldest = Delivery.objects.filter(due_at__isnull=False).values("call").annotate(first=Min("pk"))
    return Delivery.objects.filter(pk__in=oldest.values("first"), due_at__lte=timezone.now())


def start() -> None:
    """Begin to deliver what is due and return at once. What finds no free thread waits for the next look."""
    for pk in due().order_by("due_at").values_list("pk", flat=True)[:MOST_THREADS]:
        if not _free.acquire(blocking=False):
            return
        threading.Thread(target=_in_thread, args=[pk], name="callback", daemon=True).start()


def attempt(delivery_id: int) -> None:
    """Try a delivery once. Only the run that claims the row does."""
    now = timezone.now()
    claimed = Delivery.objects.filter(pk=delivery_id, due_at__lte=now)
    if not claimed.update(due_at=now + CLAIM, attempts=F("attempts") + 1):
        return
    delivery = Delivery.objects.select_related("call__key").get(pk=delivery_id)
    delivery.problem = _post(delivery)[:200]
    delivery.delivered_at = None if delivery.problem else timezone.now()
    delivery.due_at = _next(delivery) if delivery.problem else None
    delivery.save(update_fields=["problem", "delivered_at", "due_at"])


def again(delivery: Delivery) -> bool:
    """Send a delivery once more, with all its tries. False while it is under way."""
    idle = Delivery.objects.filter(pk=delivery.pk, due_at=None)
    return bool(idle.update(due_at=timezone.now(), attempts=0, delivered_at=None, problem=""))


def _next(delivery: Delivery) -> datetime | None:
    pauses = callbacks.RETRY_AFTER
    if delivery.attempts > len(pauses):
        return None
    return timezone.now() + timedelta(seconds=pauses[delivery.attempts - 1])


def _post(delivery: Delivery) -> str:
    """Send it. Returns what went wrong, in words, or ""."""
    call = delivery.call
    secret = call.key.webhook_secret
    headers = callbacks.headers(secret, call.task_id) if secret else {}
    try:
        with (
            outgoing.session() if settings.PRIVATE_ADDRESSES else outgoing.guarded() as session,
            # Streamed and left unread: what a receiver says is of no interest, however much it is.
            session.post(
                call.callback_url,
                json=delivery.body,
                headers=headers,
                timeout=callbacks.TIMEOUT,
                allow_redirects=False,
                stream=True,
            ) as answer,
        ):
            return "" if 200 <= answer.status_code < 300 else f"HTTP status {answer.status_code}"
    except (requests.RequestException, ValueError, OSError) as problem:
        if outgoing.is_forbidden(problem):
            return "Not a public address, so nothing is sent to it"
        return "No answer in time" if isinstance(problem, requests.Timeout) else "Nobody answered"


def _in_thread(delivery_id: int) -> None:
    try:
        attempt(delivery_id)
    except Exception:
        # Nobody waits for this thread; its claim runs out and the next look tries again.
        logger.exception("delivery %s failed", delivery_id)
    finally:
        _free.release()
        connections.close_all()
