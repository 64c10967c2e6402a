"""Addresses of files that anybody may open who was given one: signed, for two weeks, without a key.

An address names what it leads to, when it ends, and carries a signature over both; nothing is stored. Its end is
rounded up to a day, so that a record asked for again and again names the same addresses.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import timezone

from suno_web.studio.models import Asset, Track, Upload

DAY: Final = 86_400
LIVES_DAYS = 14
LINK_SECONDS = 20 * 60
_PATH = re.compile(r"^/api/files/(?P<token>[^/]+)/[^/]+$")
_CLAIM = re.compile(r"^(?P<kind>[a-z])(?P<id>[0-9a-f]{32})-(?P<ends>[0-9a-f]{1,10})$")


class Kind(StrEnum):
    """What an address leads to, as one letter of it."""

    AUDIO = "a"
    STREAM = "s"
    IMAGE = "i"
    ASSET = "f"
    UPLOAD = "u"


@dataclass(frozen=True)
class Claim:
    """What a genuine address says. id: of a track, an asset or an upload, as its kind tells."""

    kind: Kind
    id: UUID


def audio(track: Track) -> str:
    return _public(Kind.AUDIO, track.pk, "audio.mp3")


def stream(track: Track) -> str:
    """Plays before `audio` does, and the same song later on."""
    return _public(Kind.STREAM, track.pk, "stream.mp3")


def image(track: Track) -> str:
    return _public(Kind.IMAGE, track.pk, "cover.jpeg")


def asset(one: Asset) -> str:
    return _public(Kind.ASSET, one.pk, (one.file.name or "").rpartition("/")[2] or one.kind)


def upload(one: Upload) -> str:
    return _public(Kind.UPLOAD, one.pk, (one.file.name or "").rpartition("/")[2] or "audio")


def link(url: str) -> str:
    """The same file for 20 minutes. Raises signing.BadSignature for what is not an address of ours."""
    claim = claim_of(url)
    if claim is None:
        raise signing.BadSignature(url)
    ends = int(timezone.now().timestamp()) + LINK_SECONDS
    return _address(claim.kind, claim.id, urlsplit(url).path.rpartition("/")[2], ends)


def claim_of(url: str) -> Claim | None:
    """What one of our addresses leads to, whatever host it is reached at; None for all others."""
    try:
        found = _PATH.match(urlsplit(url).path)
    except ValueError:
        return None
    return read(found["token"]) if found else None


def read(token: str) -> Claim | None:
    """The claim of a token; None when it is forged or its time is over."""
    try:
        found = _CLAIM.match(_signer().unsign(token))
        if not found or int(found["ends"], 16) <= timezone.now().timestamp():
            return None
        return Claim(Kind(found["kind"]), UUID(found["id"]))
    except (signing.BadSignature, ValueError):
        return None


def _public(kind: Kind, pk: UUID, name: str) -> str:
    day = int(timezone.now().timestamp()) // DAY
    return _address(kind, pk, name, (day + 1 + LIVES_DAYS) * DAY)


def _address(kind: Kind, pk: UUID, name: str, ends: int) -> str:
    token = _signer().sign(f"{kind}{pk.hex}-{ends:x}")
    return settings.BASE_URL + reverse("gateway:file", args=[token, name])


def _signer() -> signing.Signer:
    return signing.Signer(sep=".", salt="gateway files")
