"""Telling the asker, by callback. Never holds up a task and never changes its outcome.

A delivery is a row first, then a daemon thread of whichever process took the step: renders must not wait for
somebody's slow web server, and a worker that is stopped must not wait for it either. What a killed process
had not delivered is found by the sweep.
"""

import logging
import threading
import time
from collections.abc import Iterable
from datetime import datetime, timedelta

import requests
from django.conf import settings
from django.db import close_old_connections
from django.db.models import F, QuerySet
from django.utils import timezone

from suno_web import outgoing
from suno_web.engine import hosts
from suno_web.engine.models import Delivery
from suno_web.suno import callbacks

logger = logging.getLogger(__name__)

# Longer than one attempt can take, so that an attempt is never doubled.
CLAIM = timedelta(seconds=30)
# A thread goes on at once when a delivery is due.
ABANDONED = timedelta(seconds=5)
FORBIDDEN = "no public address"
# More wait for the sweep: a receiver that never answers must not cost a process hundreds of threads.
_free = threading.BoundedSemaphore(16)


def start(deliveries: Iterable[Delivery]) -> None:
    """Begin to deliver and return at once."""
    for task_id in {delivery.task_id for delivery in deliveries}:
        if _free.acquire(blocking=False):
            threading.Thread(target=_in_thread, args=[task_id], name="callback", daemon=True).start()


def deliver(task_id: str) -> None:
    """Deliver what is owed about a task, one after the other, so that its stages arrive in order."""
    while (pause := attempt(task_id)) is not None:
        time.sleep(pause)


def attempt(task_id: str) -> float | None:
    """Try the task's oldest open delivery once.

    Returns the seconds to wait before going on; None if nothing is left, or another thread is at it and will go on.
    """
    now = timezone.now()
    oldest = Delivery.objects.filter(task=task_id, due_at__isnull=False).order_by("pk").first()
    if oldest is None or not _claim(oldest, now):
        return None
    delivery = Delivery.objects.select_related("task").get(pk=oldest.pk)
    problem = _post(delivery)
    pauses = callbacks.RETRY_AFTER
    # A private address stays private, however often it is asked.
    again = problem not in ("", FORBIDDEN) and delivery.attempts <= len(pauses)
    pause = pauses[delivery.attempts - 1] if again else 0.0
    delivery.problem = problem
    delivery.delivered_at = None if problem else timezone.now()
    delivery.due_at = timezone.now() + timedelta(seconds=pause) if again else None
    delivery.save(update_fields=["problem", "delivered_at", "due_at"])
    return pause


def overdue() -> QuerySet[Delivery]:
    """Deliveries that nobody is at work on any more."""
    return Delivery.objects.filter(due_at__lt=timezone.now() - ABANDONED)


def _claim(delivery: Delivery, now: datetime) -> bool:
    due = Delivery.objects.filter(pk=delivery.pk, due_at__lte=now)
    return due.update(due_at=now + CLAIM, attempts=F("attempts") + 1) == 1


def _post(delivery: Delivery) -> str:
    """Send it. Returns what went wrong, or ""."""
    headers = callbacks.headers(settings.ENGINE_WEBHOOK_KEY, delivery.task_id)
    url = delivery.task.callback_url
    try:
        with outgoing.guarded(hosts.allowed(url)) as session:
            answer = session.post(
                url,
                json=delivery.body,
                headers=headers,
                timeout=callbacks.TIMEOUT,
                allow_redirects=False,
            )
    except outgoing.ForbiddenAddress:
        return FORBIDDEN
    except (requests.RequestException, ValueError) as problem:
        if outgoing.is_forbidden(problem):
            return FORBIDDEN
        return type(problem).__name__
    return "" if 200 <= answer.status_code < 300 else f"HTTP status {answer.status_code}"


def _in_thread(task_id: str) -> None:
    try:
        deliver(task_id)
    except Exception:
        # Nobody waits for this thread; its claim runs out and the sweep tries again.
        logger.exception("callbacks of task %s failed", task_id)
    finally:
        _free.release()
        close_old_connections()
