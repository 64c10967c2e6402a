"""What new takes can be made from: the takes on our disk and the uploads of a project."""

from dataclasses import dataclass
from pathlib import PurePath
from uuid import UUID

from django.db.models import Q, QuerySet

from suno_web.studio import processing
from suno_web.studio.models import Project, Track, Upload

Source = Track | Upload

# How many of each kind the picker shows before somebody searches.
SHOWN = 8


@dataclass(frozen=True)
class Choices:
    """What the picker offers, newest first."""

    tracks: list[Track]
    uploads: list[Upload]


def reference(source: Source) -> str:
    """How forms name it: "track:<uuid>" or "upload:<uuid>"."""
    return f"{'track' if isinstance(source, Track) else 'upload'}:{source.pk}"


def find(project: Project, named: str) -> Source | None:
    """What a form names, if it is of this project and can be used."""
    kind, _, text = named.partition(":")
    try:
        pk = UUID(text)
    except ValueError:
        return None
    if kind == "track":
        return _tracks(project).filter(pk=pk).first()
    return _uploads(project).filter(pk=pk).first() if kind == "upload" else None


def choices(project: Project, *, search: str = "", own_only: bool = False) -> Choices:
    """What can be chosen. own_only: just what the team's provider made itself."""
    tracks, uploads = _tracks(project), _uploads(project)
    for word in search.split()[:8]:
        tracks = tracks.filter(Q(title__icontains=word) | Q(tags__icontains=word) | Q(lyrics__icontains=word))
        uploads = uploads.filter(name__icontains=word)
    newest = tracks.order_by("-generation__created_at", "take")[: SHOWN * 2 if own_only else SHOWN]
    if own_only:
        return Choices([track for track in newest if processing.can_extend(track)], [])
    return Choices(list(newest), list(uploads[:SHOWN]))


def title_of(source: Source) -> str:
    """What people call it, without the kind of the file."""
    return source.title if isinstance(source, Track) else PurePath(source.name).stem


def length_of(source: Source) -> float:
    """Its seconds."""
    return source.duration or 0.0


def _tracks(project: Project) -> "QuerySet[Track]":
    rows = Track.objects.filter(generation__project=project, archived_at__isnull=False)
    return rows.select_related("generation__project__team")


def _uploads(project: Project) -> "QuerySet[Upload]":
    return Upload.objects.filter(project=project, status=Upload.Status.READY).select_related("project")
