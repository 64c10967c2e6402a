"""What takes are made from: finding it, fetching it, and putting it where the shelf finds it.

A source is named by a reference, as `engine.music.shelf` has them: a take of ours, or music from elsewhere by the
SHA-256 of the file it came as. That music is fetched and decoded once, then kept without loss.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, cast
from uuid import UUID

from suno_web import outgoing
from suno_web.engine import addresses, files, hosts, technician
from suno_web.engine.models import Account, Track

MOST_BYTES = 200_000_000
FETCH_SECONDS = 120.0
BAD_REQUEST = 400


class Unusable(Exception):
    """Nothing can be made of what the request names; str() says why, in words for the asker."""

    code = BAD_REQUEST


def take_of(account: Account, audio_id: str) -> Track | None:
    """The account's take of this id, finished or not; None for all others."""
    try:
        found = Track.objects.filter(pk=UUID(audio_id), task__account=account)
    except ValueError:
        return None
    return found.select_related("task").first()


def take(account: Account, audio_id: str) -> str:
    """The reference of a finished take. Raises Unusable."""
    track = take_of(account, audio_id)
    if not track:
        raise Unusable("There is no track with this audioId.")
    return _of_take(track)


def music_at(account: Account, url: str, *, most_bytes: int = MOST_BYTES) -> str:
    """The reference of the music at an address, which is fetched if need be. Raises Unusable."""
    found = addresses.located(url)
    if found and found.audio_id and (track := take_of(account, str(found.audio_id))):
        return _of_take(track)
    if found:
        with found.path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return _kept(found.path, digest)
    if addresses.is_ours(url):
        raise Unusable("The file at this address is not here any more.")
    with _fetched(url, most_bytes) as (path, digest):
        return _kept(path, digest)


def seconds(ref: str) -> float:
    """How long a source is."""
    kind, _, name = ref.partition(":")
    if kind == "track":
        return Track.objects.values_list("seconds", flat=True).get(pk=name)
    return technician.seconds_of(files.source(name) / "audio.flac")


def _of_take(track: Track) -> str:
    if track.state != Track.State.DONE:
        raise Unusable("The track is not finished yet.")
    if not track.has_files:
        raise Unusable("The track is older than the files are kept.")
    return f"track:{track.pk}"


@contextmanager
def _fetched(url: str, most_bytes: int) -> Iterator[tuple[Path, str]]:
    """The file at an address on our disk for a moment, and its SHA-256."""
    files.source("").mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=files.source(""), prefix=".part-") as file:
        counted = _Hashed(cast(BinaryIO, file))
        try:
            outgoing.fetch(
                url,
                counted,  # type: ignore[arg-type]
                own_hosts=hosts.allowed(url),
                max_bytes=most_bytes,
                deadline=FETCH_SECONDS,
            )
        except outgoing.OutgoingError as problem:
            raise Unusable(f"The audio could not be fetched. {problem}") from problem
        file.flush()
        yield Path(file.name), counted.digest.hexdigest()


class _Hashed:
    """A file that is hashed while it is written."""

    def __init__(self, file: BinaryIO) -> None:
        self.file, self.digest = file, hashlib.sha256()

    def write(self, chunk: bytes) -> int:
        self.digest.update(chunk)
        return self.file.write(chunk)


def _kept(path: Path, digest: str) -> str:
    """Decode a file into its place unless it is there. A reference in use is not old, see retention."""
    folder = files.source(digest)
    if folder.exists():
        os.utime(folder)
    else:
        part = Path(tempfile.mkdtemp(dir=_parent(folder), prefix=".part-"))
        try:
            technician.decode(path, part / "audio.flac")
            # Another run may have been faster; it decoded the same.
            with suppress(OSError):
                part.rename(folder)
        except technician.Undecodable as problem:
            raise Unusable(str(problem)) from problem
        finally:
            shutil.rmtree(part, ignore_errors=True)
    return f"upload:{digest}"


def _parent(folder: Path) -> Path:
    folder.parent.mkdir(parents=True, exist_ok=True)
    return folder.parent
