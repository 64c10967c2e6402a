"""What makes every generation end, callbacks or not: look at what is due, many at once."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from django.db import connections
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from suno_web.studio import archiving, following, outcomes, sending, uploading
from suno_web.studio.models import Asset, Generation, Track, Upload

logger = logging.getLogger(__name__)
Status = Generation.Status
Rows = QuerySet[Generation] | QuerySet[Track] | QuerySet[Asset] | QuerySet[Upload]

THREADS = 12
AT_ONCE = THREADS * 4
# A queue row may be lost with a database restored from a backup; sending again is safe, because the row is claimed.
STALE_QUEUED = timedelta(seconds=60)
LOST_AFTER = timedelta(minutes=30)
LOST = (
    "The provider’s answer was lost and it has not called back within half an hour. "
    "If it made the song after all, the provider’s own log shows it."
)


def due() -> bool:
    """Whether a sweep would find anything to do."""
    return any(rows.exists() for rows in _everything_due())


def sweep() -> None:
    """Look at every generation that is due, fetch every file that is due, give up what was lost."""
    for generation in _lost():
        outcomes.fail(generation, LOST)
    for generation_id in _ids(_stuck_in_queue()):
        sending.send(generation_id)
    with ThreadPoolExecutor(THREADS) as pool:
        for generation_id in _ids(_to_look_at()):
            pool.submit(_in_thread, following.look, generation_id)
        for track_id in _ids(_takes_to_archive()):
            pool.submit(_in_thread, archiving.archive, track_id)
        for asset_id in _ids(_assets_to_archive()):
            pool.submit(_in_thread, archiving.archive_asset, asset_id)
    for upload_id in _ids(uploading.forgotten()):
        uploading.check(upload_id)


def _in_thread(activity: Callable[[str], None], row_id: str) -> None:
    try:
        activity(row_id)
    except Exception:
        # One row's trouble must not stop the others; its lease ends and the next sweep tries again.
        logger.exception("%s of %s failed", activity.__name__, row_id)
    finally:
        connections.close_all()


def _everything_due() -> tuple[Rows, ...]:
    return (
        _to_look_at(),
        _takes_to_archive(),
        _assets_to_archive(),
        _stuck_in_queue(),
        _lost(),
        uploading.forgotten(),
    )


def _ids(rows: Rows) -> list[str]:
    return [str(pk) for pk in rows.values_list("pk", flat=True)[:AT_ONCE]]


def _to_look_at() -> "QuerySet[Generation]":
    now = timezone.now()
    waiting = Generation.objects.filter(status=Status.WAITING, next_poll_at__lte=now)
    return waiting.exclude(leased_until__gt=now).order_by("next_poll_at")


def _takes_to_archive() -> "QuerySet[Track]":
    return Track.objects.filter(archived_at=None, archive_at__lte=timezone.now()).order_by("archive_at")


def _assets_to_archive() -> "QuerySet[Asset]":
    return Asset.objects.filter(archived_at=None, archive_at__lte=timezone.now()).order_by("archive_at")


def _stuck_in_queue() -> "QuerySet[Generation]":
    stale = Generation.objects.filter(status=Status.QUEUED, created_at__lte=timezone.now() - STALE_QUEUED)
    # What a program asked of a take that is still being made is not stuck: it waits for that.
    being_made = Generation.objects.unfinished().filter(tracks__used_in__generation=OuterRef("pk"))
    return stale.filter(~Exists(being_made))


def _lost() -> "QuerySet[Generation]":
    return Generation.objects.filter(
        status=Status.SENDING, task_id="", sent_at__lte=timezone.now() - LOST_AFTER
    ).select_related("project__team")
