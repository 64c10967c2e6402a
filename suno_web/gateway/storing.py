"""Uploads of programs: kept like those of members, in the key's project, at an address of ours."""

import mimetypes
import secrets
import tempfile
import time
from datetime import UTC
from pathlib import PurePosixPath
from typing import Any, BinaryIO, cast
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.files import File

from suno_web import outgoing
from suno_web.gateway import addresses
from suno_web.gateway.models import ApiKey
from suno_web.studio import uploading
from suno_web.studio.models import Upload
from suno_web.suno import errors, schemas

# The contract advises no more than this for what a server fetches, and no longer.
MOST_FETCHED, FETCH_SECONDS = 100_000_000, 30.0
# How audio begins, where neither a name nor a type says what it is.
BEGINNINGS = (
    (b"ID3", ".mp3"), (b"\xff\xfb", ".mp3"), (b"\xff\xf3", ".mp3"), (b"\xff\xf2", ".mp3"),
    (b"RIFF", ".wav"), (b"fLaC", ".flac"), (b"OggS", ".ogg"), (b"\x1aE\xdf\xa3", ".webm"),
)  # fmt: skip


def sent(
    key: ApiKey, asked: schemas.StreamUploadRequest | schemas.Base64UploadRequest
) -> schemas.UploadedFile:
    """A file that came with the request."""
    return _kept(key, asked.file, asked.name, asked.content_type, asked.upload_path)


def fetched(key: ApiKey, asked: schemas.UrlUploadRequest) -> schemas.UploadedFile:
    """A file at an address, fetched now."""
    with tempfile.TemporaryFile() as temporary:
        file = cast(BinaryIO, temporary)
        try:
            own = {outgoing.host_of(asked.file_url)} if settings.PRIVATE_ADDRESSES else set()
            found = outgoing.fetch(
                asked.file_url, file, own_hosts=own, max_bytes=MOST_FETCHED, deadline=FETCH_SECONDS
            )
        except outgoing.OutgoingError as problem:
            raise errors.Invalid(str(problem), code=400) from problem
        file.seek(0)
        name = asked.name or unquote(PurePosixPath(urlsplit(found.url).path).name)
        return _kept(key, file, name, found.content_type, asked.upload_path)


def _kept(key: ApiKey, file: Any, name: str, content_type: str, path: str) -> schemas.UploadedFile:
    name = _named(file, name, content_type)
    try:
        upload = uploading.keep(key.project, by=key.owner, file=File(file, name=name), name=name, path=path)
    except uploading.Refused as problem:
        raise errors.Invalid(str(problem), code=400) from problem
    _replace_older(upload)
    return schemas.UploadedFile(
        file_name=upload.name,
        file_path=f"{path}/{upload.name}" if path else upload.name,
        download_url=addresses.upload(upload),
        file_size=upload.bytes,
        mime_type=upload.content_type,
        uploaded_at=upload.created_at.astimezone(UTC)
        .isoformat(timespec="milliseconds")
        .replace("+00:00", "Z"),
    )


def _replace_older(upload: Upload) -> None:
    """A file of the same name in the same folder takes the older one's place, unless something was made from that."""
    older = Upload.objects.filter(project=upload.project, path=upload.path, name=upload.name, used_in=None)
    for one in older.exclude(path="").exclude(pk=upload.pk):
        uploading.delete(one)


def _named(file: Any, name: str, content_type: str) -> str:
    """The name given, with an ending that says what it is; a made-up one where none was given."""
    stem = PurePosixPath(name).name or f"{int(time.time() * 1000)}-{secrets.token_hex(4)}"
    if PurePosixPath(stem).suffix.lower() in uploading.TYPES:
        return stem
    by_type = {kind: suffix for suffix, kind in reversed(uploading.TYPES.items())}
    bare = content_type.partition(";")[0].strip().lower().replace("audio/x-", "audio/")
    suffix = by_type.get(bare) or _suffix_of(file) or mimetypes.guess_extension(bare) or ""
    return stem if name and not suffix else f"{stem}{suffix}"


def _suffix_of(file: Any) -> str:
    file.seek(0)
    start = file.read(12)
    file.seek(0)
    if start[4:8] == b"ftyp":
        return ".m4a"
    return next((suffix for mark, suffix in BEGINNINGS if start.startswith(mark)), "")
