"""Addresses of the engine's files, and the file that an address means. Whoever knows one may fetch it."""

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote
from uuid import UUID

from django.conf import settings
from django.core import signing

from suno_web.engine import files
from suno_web.engine.models import Upload

LINK_SECONDS = 20 * 60
_LINK_SALT = "suno_web.engine.addresses"

_TYPES = {
    "mp3": "audio/mpeg", "wav": "audio/wav", "flac": "audio/flac",
    "mp4": "video/mp4", "png": "image/png", "jpeg": "image/jpeg",
}  # fmt: skip
# What somebody else uploaded is sent as such only where no browser runs it as a page.
_HARMLESS = re.compile(r"(?:audio|video)/[\w.+-]+|image/(?:png|jpeg|gif|webp)")
ANY_BYTES = "application/octet-stream"

_UUID, _ID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", r"[0-9a-f]{32}"
_TAKE = re.compile(rf"({_UUID})(?:\.(mp3|jpeg)|/stream\.(mp3))")
_MADE = re.compile(rf"({_ID})/(\w+\.(mp3|wav|flac|mp4|png))")
_UPLOAD = re.compile(rf"uploads/({_ID})/[^/]+")


@dataclass(frozen=True)
class Located:
    """A file that an address means. audio_id: the take whose song it is, None for every other file."""

    path: Path
    content_type: str
    name: str
    audio_id: UUID | None = None


def take(audio_id: object, suffix: str) -> str:
    """Of a take's file: suffix is ".mp3", ".jpeg" or "/stream.mp3"."""
    return f"{_base()}{audio_id}{suffix}"


def made(task_id: str, name: str) -> str:
    """Of a file that a task made."""
    return f"{_base()}{task_id}/{name}"


def upload(kept: Upload) -> str:
    """Of an uploaded file."""
    return f"{_base()}uploads/{kept.token}/{quote(kept.name)}"


def link(url: str) -> str | None:
    """An address that means the same file for twenty minutes; None for one that is not of this engine."""
    if not (found := located(url)):
        return None
    signed = signing.dumps(_inside(url), salt=_LINK_SALT)
    return f"{_base()}links/{signed}/{quote(found.name)}"


def linked(signed: str) -> Located | None:
    """The file of a link, None once its time is over."""
    try:
        return _found(signing.loads(signed, salt=_LINK_SALT, max_age=LINK_SECONDS))
    except signing.BadSignature:
        return None


def located(url: str) -> Located | None:
    """The file that an address of this engine means; None for other addresses and for files that are gone."""
    return _found(_inside(url)) if url.startswith(_base()) else None


def upload_of(token: str) -> Located | None:
    """The uploaded file of this token."""
    if not (kept := Upload.objects.filter(token=token).first()):
        return None
    is_harmless = _HARMLESS.fullmatch(kept.content_type)
    return Located(files.upload(token), kept.content_type if is_harmless else ANY_BYTES, kept.name)


def is_ours(url: str) -> bool:
    """Whether it is an address of this engine, of a file that is there or not."""
    return url.startswith(_base())


def _base() -> str:
    return f"{settings.ENGINE_URL}/files/"


def _inside(url: str) -> str:
    return unquote(url.removeprefix(_base()).partition("?")[0])


def _found(inside: str) -> Located | None:
    """The file by the part of its address that is ours to choose."""
    located: Located | None = None
    if match := _TAKE.fullmatch(inside):
        audio_id, suffix = UUID(match[1]), match[2] or match[3]
        path = files.cover(audio_id) if suffix == "jpeg" else files.audio(audio_id)
        song = None if suffix == "jpeg" else audio_id
        located = Located(path, _TYPES[suffix], f"{audio_id}.{suffix}", song)
    elif match := _MADE.fullmatch(inside):
        located = Located(files.made(match[1], match[2]), _TYPES[match[3]], match[2])
    elif match := _UPLOAD.fullmatch(inside):
        located = upload_of(match[1])
    elif inside.startswith("links/"):
        located = linked(inside.split("/")[1])
    return located if located and located.path.exists() else None
