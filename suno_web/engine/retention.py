"""How long things are kept: the contract's times."""

import shutil
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from suno_web.engine import files
from suno_web.engine.models import Task, Track, Upload
from suno_web.suno.states import Family

MEDIA = timedelta(days=14)
UPLOADS = timedelta(days=3)
RECORDS = timedelta(days=60)
# What a killed run left half done: no run takes as long.
UNFINISHED = timedelta(hours=6)


def purge() -> None:
    """Delete old files and the records of older tasks. Charges stay: they are history."""
    now = timezone.now()
    old = Track.objects.filter(has_files=True, task__created_at__lt=now - MEDIA)
    for audio_id in old.values_list("pk", flat=True):
        files.discard(audio_id)
        Track.objects.filter(pk=audio_id).update(has_files=False)
    made = Task.objects.exclude(family__in=[Family.MUSIC, Family.LYRICS])
    for task_id in made.filter(created_at__lt=now - MEDIA).values_list("pk", flat=True):
        files.discard_made(task_id)
    for upload in Upload.objects.filter(uploaded_at__lt=now - UPLOADS):
        files.upload(upload.token).unlink(missing_ok=True)
        upload.delete()
    _delete_unused_sources()
    Task.objects.filter(created_at__lt=now - RECORDS).delete()


def _delete_unused_sources() -> None:
    """What takes are made from stays as long as the takes do, counted from its last use, and half-done files less."""
    for path in _inside(files.source("")):
        kept = UNFINISHED if path.name.startswith(".part-") else MEDIA
        if time.time() - path.stat().st_mtime > kept.total_seconds():
            _delete(path)
    half_done = [path for path in _inside(files.upload("")) if path.name.startswith(".part-")]
    locks = [path for path in _inside(files.stems("")) if path.name.startswith(".lock-")]
    for path in half_done + locks:
        if time.time() - path.stat().st_mtime > UNFINISHED.total_seconds():
            _delete(path)


def _inside(folder: Path) -> Iterator[Path]:
    yield from folder.iterdir() if folder.exists() else ()


def _delete(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
