"""Take in audio that members bring: kept whole, checked in the background, playable as soon as it is ready."""

import hashlib
from datetime import timedelta
from pathlib import PurePath
from typing import IO, Any

from django.core.files import File
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from suno_web import background, decoding
from suno_web.accounts.models import User
from suno_web.live.publishing import publish
from suno_web.studio import listening
from suno_web.studio.models import Project, Upload

MOST_BYTES = 200_000_000
LONGEST_SECONDS = 480
TYPES = {
    ".mp3": "audio/mpeg",
    ".wav": "audio/wav",
    ".flac": "audio/flac",
    ".ogg": "audio/ogg",
    ".oga": "audio/ogg",
    ".opus": "audio/ogg",
    ".m4a": "audio/mp4",
    ".aac": "audio/aac",
    ".webm": "audio/webm",
}
# Decoded sound comes at this many frames a second.
RATE = 44_100
# One that nobody checked for this long lost its task with a worker.
FORGOTTEN_AFTER = timedelta(minutes=3)

Status = Upload.Status


class Refused(ValueError):
    """A file that is not taken in. Its text is for the member; nothing was kept."""


def keep(
    project: Project, *, by: User, file: "IO[bytes] | File[Any]", name: str = "", path: str = ""
) -> Upload:
    """Keep a file in a project and have it checked. Raises Refused.

    file: read in pieces, from its beginning. name: what people call it, by default the file's own name. path: where
    a program wants to find it again; a file given to the same path takes its place.
    """
    name = PurePath((name or str(file.name)).replace("\\", "/")).name.strip()[-200:] or "upload"
    suffix = PurePath(name).suffix.lower()
    if suffix not in TYPES:
        known = ", ".join(
            sorted({kind.lstrip(".").upper() for kind in TYPES if kind not in (".oga", ".webm")})
        )
        raise Refused(f"“{name}” is no audio file that is known here. Bring one of {known}.")
    size, digest = _measured(file)
    if size == 0:
        raise Refused(f"“{name}” is empty.")
    if size > MOST_BYTES:
        raise Refused(
            f"“{name}” has {size / 1e6:.0f} MB; at most {MOST_BYTES // 1_000_000} MB can be uploaded."
        )
    upload = Upload(
        project=project,
        uploaded_by=by,
        name=name,
        bytes=size,
        sha256=digest,
        content_type=TYPES[suffix],
        path=path[:300],
    )
    upload.file.save(f"audio{suffix}", File(file), save=False)
    with transaction.atomic():
        upload.save(force_insert=True)
        background.enqueue(check, str(upload.pk))
        publish(project.audience, "uploads", upload=str(upload.pk))
    return upload


def check(upload_id: str) -> None:
    """Find out whether a file is audio of a length that can be used, how loud it is and what it looks like."""
    upload = Upload.objects.select_related("project").filter(pk=upload_id, status=Status.CHECKING).first()
    if upload is None:
        return
    try:
        heard = decoding.decode(upload.file.path, longest=LONGEST_SECONDS)
        upload.duration = round(heard.seconds, 2)
        upload.peaks, upload.loudness = listening.measured(heard.audio, RATE)
        upload.status = Status.READY
    except decoding.TooLong:
        upload.status = Status.UNUSABLE
        upload.problem = (
            f"It is longer than {LONGEST_SECONDS // 60} minutes, the most that can be used. Cut it first."
        )
    except decoding.Unplayable:
        upload.status = Status.UNUSABLE
        upload.problem = "It does not play: the file is damaged or no audio. Export it again and bring that."
    except FileNotFoundError:
        upload.status, upload.problem = Status.UNUSABLE, "Its file is missing on the disk."
    with transaction.atomic():
        checked = Upload.objects.filter(pk=upload.pk, status=Status.CHECKING).update(
            status=upload.status,
            problem=upload.problem,
            duration=upload.duration,
            peaks=upload.peaks,
            loudness=upload.loudness,
        )
        if checked:
            publish(upload.project.audience, upload.topic, status=upload.status)


def forgotten() -> "QuerySet[Upload]":
    """Uploads whose check was lost."""
    return Upload.objects.filter(status=Status.CHECKING, created_at__lte=timezone.now() - FORGOTTEN_AFTER)


def delete(upload: Upload) -> None:
    """Remove an upload and its file. What was made from it stays."""
    project, storage, name = upload.project, upload.file.storage, str(upload.file.name)
    with transaction.atomic():
        upload.delete()
        publish(project.audience, "uploads", upload=None)
        transaction.on_commit(lambda: storage.delete(name))


def _measured(file: "IO[bytes] | File[Any]") -> tuple[int, str]:
    """Bytes and SHA-256 of a file, which is at its beginning again afterwards."""
    size, digest = 0, hashlib.sha256()
    file.seek(0)
    while block := file.read(1 << 20):
        size += len(block)
        digest.update(block)
        if size > MOST_BYTES:
            break
    file.seek(0)
    return size, digest.hexdigest()
