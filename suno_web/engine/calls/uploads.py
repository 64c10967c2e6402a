"""Keeping files for programs, and links to files."""

import hashlib
import hmac
import mimetypes
import secrets
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC
from pathlib import Path
from typing import Any, BinaryIO, cast
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.utils import timezone

from suno_web import outgoing
from suno_web.engine import addresses, files, hosts
from suno_web.engine.models import Account, Upload
from suno_web.suno import errors, limits, operations, schemas
from suno_web.suno.operations import Operation

FETCH_SECONDS = 30.0
PIECE = 256 * 1024
LONGEST_TYPE = 100


def streamed(
    account: Account, asked: schemas.StreamUploadRequest | schemas.Base64UploadRequest
) -> schemas.UploadedFile:
    """Keep a file that came with the request, without ever holding it whole."""

    def fill(file: BinaryIO) -> str:
        shutil.copyfileobj(asked.file, file, PIECE)
        return asked.content_type

    return _kept(account, asked, asked.name, fill)


def fetched(account: Account, asked: schemas.UrlUploadRequest) -> schemas.UploadedFile:
    """Keep a file that is fetched from an address."""

    def fill(file: BinaryIO) -> str:
        try:
            came = outgoing.fetch(
                asked.file_url,
                file,
                own_hosts=hosts.allowed(asked.file_url),
                max_bytes=limits.UPLOAD_BYTES,
                deadline=FETCH_SECONDS,
            )
        except outgoing.OutgoingError as problem:
            raise errors.Invalid(f"The file could not be fetched. {problem}", code=400) from problem
        return came.content_type

    name = asked.name or Path(unquote(urlsplit(asked.file_url).path)).name
    return _kept(account, asked, name, fill)


def download_url(account: Account, asked: schemas.DownloadUrlRequest) -> str:
    """A link to a file of ours that ends after twenty minutes."""
    if not (link := addresses.link(asked.url)):
        raise errors.Invalid("url is wrong")
    return link


HANDLERS: dict[Operation[Any, Any], Any] = {
    operations.UPLOAD_BASE64: streamed,
    operations.UPLOAD_STREAM: streamed,
    operations.UPLOAD_URL: fetched,
    operations.DOWNLOAD_URL: download_url,
}


def _kept(
    account: Account, asked: schemas.UploadRequest, name: str, fill: Callable[[BinaryIO], str]
) -> schemas.UploadedFile:
    """Put a file in its place. fill: writes its content and returns the type it claims to be."""
    with _part() as part:
        content_type = fill(part).partition(";")[0].strip().lower()
        part.flush()
        name = _named(name, content_type)
        row, _ = Upload.objects.update_or_create(
            account=account,
            folder=asked.upload_path,
            name=name,
            defaults={
                "token": _token(account, asked.upload_path, name),
                "size": Path(part.name).stat().st_size,
                "content_type": (mimetypes.guess_type(name)[0] or content_type or addresses.ANY_BYTES)[
                    :LONGEST_TYPE
                ],
                "sha256": _digest(Path(part.name)),
                "uploaded_at": timezone.now(),
            },
        )
        Path(part.name).rename(files.upload(row.token))
    return _shown(row)


@contextmanager
def _part() -> Iterator[BinaryIO]:
    """A file beside the others that is gone in the end unless it was put in its place."""
    folder = files.upload("")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".part-", delete=False) as part:
        try:
            yield cast(BinaryIO, part)
        finally:
            Path(part.name).unlink(missing_ok=True)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _named(name: str, content_type: str) -> str:
    """The name asked for, made safe; one made up where none was."""
    safe = "".join(char for char in name if char.isprintable() and char not in '/\\:*?"<>|').strip(" .")
    if safe:
        return safe[-limits.UPLOAD_NAME :]
    suffix = mimetypes.guess_extension(content_type) or ".bin"
    return f"{int(time.time() * 1000)}-{secrets.token_hex(5)}{suffix}"


def _token(account: Account, folder: str, name: str) -> str:
    """The same for the same place, so that an address stays when its file is overwritten; nobody can guess it."""
    place = f"engine upload\n{account.pk}\n{folder}\n{name}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), place, hashlib.sha256).hexdigest()[:32]


def _shown(row: Upload) -> schemas.UploadedFile:
    when = row.uploaded_at.astimezone(UTC).isoformat(timespec="milliseconds")
    return schemas.UploadedFile(
        file_name=row.name,
        file_path=f"kieai/{row.account_id}/{row.folder}/{row.name}",
        download_url=addresses.upload(row),
        file_size=row.size,
        mime_type=row.content_type,
        uploaded_at=when.replace("+00:00", "Z"),
    )
