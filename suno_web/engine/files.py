"""Where everything lies under the data folder.

<audio id>/           a take: the song, its cover, the lossless master, what was heard in it
tasks/<task id>/      what was made from a take: WAV, stems, video, images
uploads/<token>       a file that a program keeps here
sources/<sha256>/     music from elsewhere that takes are made from, decoded once
stems/<name>/         raw stems of takes and sources, as long as there is room
"""

import os
import shutil
from pathlib import Path
from uuid import UUID

from django.conf import settings


def root() -> Path:
    return Path(settings.DATA_DIR) / "engine"


def folder(audio_id: UUID) -> Path:
    """All files of a track. There from the moment its task has text until its time is over or it fails."""
    return root() / str(audio_id)


def audio(audio_id: UUID) -> Path:
    """The finished song. Put there by a rename: while it is missing the track is still growing."""
    return folder(audio_id) / "audio.mp3"


def master(audio_id: UUID) -> Path:
    """The finished song without loss, as FLAC: what everything made from the take begins with."""
    return folder(audio_id) / "master.flac"


def cover(audio_id: UUID) -> Path:
    return folder(audio_id) / "cover.jpeg"


def growing(audio_id: UUID, attempt: int) -> Path:
    """What one attempt has rendered so far. A later attempt writes the same bytes to a file of its own."""
    return folder(audio_id) / f"growing-{attempt}.mp3"


def latest_growing(audio_id: UUID) -> Path | None:
    """The growing file of the latest attempt, None before the first byte."""
    return max(folder(audio_id).glob("growing-*.mp3"), key=lambda path: path.name, default=None)


def made(task_id: str, name: str) -> Path:
    """A file that a task made from a take."""
    return root() / "tasks" / task_id / name


def upload(token: str) -> Path:
    return root() / "uploads" / token


def source(digest: str) -> Path:
    """The folder of music from elsewhere, by the SHA-256 of the file it came as."""
    return root() / "sources" / digest


def stems(name: str) -> Path:
    """The folder of raw stems of a take (its audio id) or a source (its digest)."""
    return root() / "stems" / name


def write(path: Path, content: bytes) -> None:
    """Put a whole file in place at once, so that no reader meets half of it."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    part.write_bytes(content)
    part.replace(path)


def discard(audio_id: UUID) -> None:
    """Delete a track's files; streams of it end."""
    shutil.rmtree(folder(audio_id), ignore_errors=True)
    shutil.rmtree(stems(str(audio_id)), ignore_errors=True)


def discard_made(task_id: str) -> None:
    """Delete what a task made."""
    shutil.rmtree(root() / "tasks" / task_id, ignore_errors=True)


def drop_growing(audio_id: UUID) -> None:
    """Delete what was kept for streaming once the finished song is there. Open streams keep their file."""
    for path in folder(audio_id).glob("growing-*.mp3"):
        path.unlink(missing_ok=True)
