"""How long things are kept: the contract's times."""

from datetime import timedelta

from django.utils import timezone

from suno_web.engine import files
from suno_web.engine.models import Task, Track

MEDIA = timedelta(days=14)
RECORDS = timedelta(days=60)


def purge() -> None:
    """Delete the files of old tracks and the records of older tasks. Charges stay: they are history."""
    now = timezone.now()
    old = Track.objects.filter(has_files=True, task__created_at__lt=now - MEDIA)
    for audio_id in old.values_list("pk", flat=True):
        files.discard(audio_id)
        Track.objects.filter(pk=audio_id).update(has_files=False)
    Task.objects.filter(created_at__lt=now - RECORDS).delete()
