"""Deliver alerts: mail to people, posts to webhooks; tried again for a day, never to anybody's own network.

Each attempt has a thread of its own, a bounded number of them, so a receiver that never answers holds up nobody.
What a killed process had under way is tried again when its claim runs out.
"""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import requests
from django.conf import settings
from django.db import connections
from django.db.models import F, QuerySet
from django.utils import timezone

from suno_web import outgoing
from suno_web.accounts import addresses, mailing
from suno_web.alerts import webhooks
from suno_web.alerts.models import Alert, Delivery
from suno_web.suno import callbacks

logger = logging.getLogger(__name__)

# Longer than one attempt can take, so that none is doubled.
CLAIM = timedelta(seconds=90)
# Before each retry; after the last one, most of a day later, it is given up.
PAUSES = [timedelta(seconds=s) for s in (10, 60, 300, 900, 3600, 3 * 3600, 6 * 3600, 12 * 3600)]
MOST_THREADS = 8
_free = threading.BoundedSemaphore(MOST_THREADS)


def due() -> bool:
    """Whether anything is to be mailed or posted now."""
    return mails_due().exists() or posts_due().exists()


def mails_due() -> QuerySet[Alert]:
    return Alert.objects.filter(mail_due_at__lte=timezone.now()).order_by("mail_due_at")


def posts_due() -> QuerySet[Delivery]:
    return Delivery.objects.filter(due_at__lte=timezone.now()).order_by("due_at")


def deliver() -> None:
    """Begin to deliver what is due and return at once. What finds no free thread waits for the next look."""
    mails = [(mail, pk) for pk in mails_due().values_list("pk", flat=True)[:MOST_THREADS]]
    posts = [(post, pk) for pk in posts_due().values_list("pk", flat=True)[:MOST_THREADS]]
    for attempt, pk in [*mails, *posts]:
        if not _free.acquire(blocking=False):
            return
        threading.Thread(target=_in_thread, args=[attempt, pk], name="alert", daemon=True).start()


def mail(alert_id: int) -> None:
    """Try to mail an alert once. Only the run that claims the row does."""
    now = timezone.now()
    claimed = Alert.objects.filter(pk=alert_id, mail_due_at__lte=now)
    if not claimed.update(mail_due_at=now + CLAIM, mail_attempts=F("mail_attempts") + 1):
        return
    alert = Alert.objects.select_related("team").get(pk=alert_id)
    people = [person.email for person in alert.people.filter(is_active=True).order_by("pk")]
    if not people:
        alert.mail_due_at = None
    elif _mail(alert, people):
        alert.mailed_at, alert.mail_due_at = timezone.now(), None
    else:
        alert.mail_due_at = _next(alert.mail_attempts)
    alert.save(update_fields=["mailed_at", "mail_due_at"])


def post(delivery_id: int) -> None:
    """Try to post a delivery once. Only the run that claims the row does."""
    now = timezone.now()
    claimed = Delivery.objects.filter(pk=delivery_id, due_at__lte=now)
    if not claimed.update(due_at=now + CLAIM, attempts=F("attempts") + 1):
        return
    delivery = Delivery.objects.select_related("webhook__team", "alert").get(pk=delivery_id)
    if delivery.alert and not delivery.webhook.is_on:
        delivery.problem, delivery.due_at = "The webhook is switched off", None
    else:
        delivery.status, delivery.problem = _post(delivery)
        delivery.delivered_at = None if delivery.problem else timezone.now()
        # Whoever sends a test looks at what comes of it, and sends another.
        delivery.due_at = _next(delivery.attempts) if delivery.problem and delivery.alert else None
    delivery.save(update_fields=["status", "problem", "delivered_at", "due_at"])


def again(delivery: Delivery) -> bool:
    """Post a delivery once more, with all its tries. False while it is under way."""
    idle = Delivery.objects.filter(pk=delivery.pk, due_at=None)
    return bool(idle.update(due_at=timezone.now(), attempts=0, delivered_at=None, status=None, problem=""))


def mail_again(alert: Alert) -> bool:
    """Mail an alert once more, with all its tries. False while it is under way, or without a mail server."""
    idle = Alert.objects.filter(pk=alert.pk, mail_due_at=None) if mailing.can_mail() else Alert.objects.none()
    return bool(idle.update(mail_due_at=timezone.now(), mail_attempts=0, mailed_at=None))


def _next(attempts: int) -> datetime | None:
    """When to try again after so many attempts; None to give up."""
    return timezone.now() + PAUSES[attempts - 1] if attempts <= len(PAUSES) else None


def _mail(alert: Alert, people: list[str]) -> bool:
    # One letter to all: they see who else knows, and a server that fails half-way cannot double it.
    context = {"alert": alert, "url": addresses.public(alert.path) if alert.path else ""}
    letter = mailing.letter(
        people, subject=f"{alert.team}: {alert.title}", template="mail/alert.txt", context=context
    )
    return mailing.send([letter]) == 1


def _post(delivery: Delivery) -> tuple[int | None, str]:
    """Send it. Returns the HTTP status, if any, and what went wrong, in words, or "". The address is a secret."""
    body = webhooks.body(delivery)
    try:
        with (
            outgoing.session() if settings.PRIVATE_ADDRESSES else outgoing.guarded() as session,
            # Streamed and left unread: what a receiver says is of no interest, however much it is.
            session.post(
                delivery.webhook.url,
                json=body,
                headers=webhooks.headers(delivery),
                timeout=callbacks.TIMEOUT,
                allow_redirects=False,
                stream=True,
            ) as answer,
        ):
            status = answer.status_code
            return status, "" if 200 <= status < 300 else f"HTTP status {status}"
    except (requests.RequestException, ValueError, OSError) as problem:
        if outgoing.is_forbidden(problem):
            return None, "Not a public address, so nothing is sent to it"
        return None, "No answer in time" if isinstance(problem, requests.Timeout) else "Nobody answered"


def _in_thread(attempt: Callable[[int], None], pk: int) -> None:
    try:
        attempt(pk)
    except Exception:
        # Nobody waits for this thread; its claim runs out and the next look tries again.
        logger.exception("alert %s %s failed", attempt.__name__, pk)
    finally:
        _free.release()
        connections.close_all()
