"""Raw stems on disk, within a limit: about 30 MB a stem and three minutes, so only the latest are kept.

What was dropped is made again when it is asked for.
"""

import contextlib
import fcntl
import os
import shutil
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

from suno_web.engine import files

MOST_BYTES = 4_000_000_000
_UNFINISHED = ".part-"
# No render takes longer: an unfinished folder of that age was left by a killed run.
_ABANDONED = 3600.0


def new(name: str) -> Path:
    """A folder to write stems into until `keep` puts it in place."""
    return files.stems(f"{_UNFINISHED}{name}-{uuid.uuid4().hex[:8]}")


@contextlib.contextmanager
def making(name: str) -> Iterator[None]:
    """Wait until nobody else makes these stems: what two takes are made of is taken apart once."""
    files.stems("").mkdir(parents=True, exist_ok=True)
    with files.stems(f".lock-{name}").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def keep(written: Path, name: str) -> None:
    """Put stems in place whole, and drop the oldest of others where they are too many."""
    shutil.rmtree(files.stems(name), ignore_errors=True)
    # Another run may have been faster; its stems are the same.
    with contextlib.suppress(OSError):
        written.replace(files.stems(name))
    shutil.rmtree(written, ignore_errors=True)
    make_room()


def touch(name: str) -> None:
    """Say that stems are used, so that others are dropped first."""
    with contextlib.suppress(FileNotFoundError):
        os.utime(files.stems(name))


def make_room() -> None:
    """Drop the stems that were not used for longest until the rest fit."""
    left, now = MOST_BYTES, time.time()
    for folder in sorted(_folders(), key=lambda one: one.stat().st_mtime, reverse=True):
        is_unfinished = folder.name.startswith(_UNFINISHED)
        if is_unfinished and now - folder.stat().st_mtime < _ABANDONED:
            continue
        left -= _size(folder)
        if is_unfinished or left < 0:
            shutil.rmtree(folder, ignore_errors=True)


def _folders() -> list[Path]:
    root = files.stems("")
    return [folder for folder in root.iterdir() if folder.is_dir()] if root.exists() else []


def _size(folder: Path) -> int:
    # Pauses are holes in the files: what counts is what lies on the disk.
    return sum(path.stat().st_blocks * 512 for path in folder.iterdir())
