"""What an installation holds and how far it is behind: numbers for the Health page of the panel."""

import shutil
import tomllib
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from platform import python_version

import django
from django.conf import settings
from django.core.cache import cache as kept
from django.db import connection
from django.db.models import Count, Min, Q, Sum
from django.utils import timezone
from django_q.models import OrmQ

from suno_web.studio.models import Asset, Track, Upload

# How much the files take changes slowly, and every row must be read to know it.
COUNT_AGAIN_AFTER = 600


@dataclass(frozen=True)
class Backlog:
    """Tasks of a cluster: waiting for a worker, in a worker's hands; how long the oldest has waited."""

    waiting: int
    taken: int
    oldest: timedelta


@dataclass(frozen=True)
class Disk:
    """Bytes of the disk that the files are on, and how many of them are takes, files and uploads."""

    total: int
    free: int
    media: int

    @property
    def percent_free(self) -> float:
        return 100 * self.free / self.total if self.total else 0


@dataclass(frozen=True)
class Database:
    """Which one, and its size in bytes; wal: what SQLite has written and not folded in yet."""

    kind: str
    size: int | None
    wal: int | None


def backlog(cluster: str) -> Backlog:
    """What is in the cluster's queue."""
    now = timezone.now()
    # A task is locked from the moment it was queued; whoever takes it moves the lock ahead.
    waits = Q(lock__lte=now)
    found = OrmQ.objects.filter(key=cluster).aggregate(
        waiting=Count("pk", filter=waits), taken=Count("pk", filter=~waits), since=Min("lock", filter=waits)
    )
    oldest = now - found["since"] if found["since"] else timedelta(0)
    return Backlog(found["waiting"], found["taken"], oldest)


def disk() -> Disk:
    """Space for files. Raises OSError where the folder cannot be read."""
    usage = shutil.disk_usage(settings.MEDIA_ROOT)
    return Disk(usage.total, usage.free, kept.get_or_set("measuring:media", _media, COUNT_AGAIN_AFTER) or 0)


def database() -> Database:
    """Kind and size of the database."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            return Database("PostgreSQL", int(cursor.fetchone()[0]), None)
    path = Path(str(connection.settings_dict["NAME"]))
    return Database("SQLite", _size(path), _size(path.with_name(f"{path.name}-wal")))


@cache
def versions() -> dict[str, str]:
    """What runs here, by name."""
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["project"]
    return {
        "Suno Web": project["version"],
        "Python": python_version(),
        "Django": django.get_version(),
    }


def _media() -> int:
    sums = (
        Track.objects.aggregate(sum=Sum("audio_bytes")),
        Asset.objects.aggregate(sum=Sum("bytes")),
        Upload.objects.aggregate(sum=Sum("bytes")),
    )
    return sum(one["sum"] or 0 for one in sums)


def _size(path: Path) -> int | None:
    return path.stat().st_size if path.is_file() else None
