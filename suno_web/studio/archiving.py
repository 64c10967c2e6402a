"""Bring takes and what is made of them onto our disk, checked and measured, before anybody calls it done."""

import hashlib
import io
import logging
import tempfile
from collections.abc import Mapping
from datetime import timedelta
from typing import BinaryIO, TypeVar, cast

from django.core.files import File
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from suno_web import background, outgoing
from suno_web.studio import checking, history, listening, outcomes, provider
from suno_web.studio.models import Asset, FetchedFile, Generation, Track

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
MOST_AUDIO, MOST_IMAGE = 200_000_000, 20_000_000
# The provider keeps files for 14 days; after the last pause they are gone.
PAUSES = tuple(
    timedelta(seconds=seconds)
    for seconds in (2, 10, 30, 120, 600, 3600, *(6 * 3600,) * 8, *(24 * 3600,) * 12)
)
# The stage of a generation whose files the provider has all named.
DELIVERED = "SUCCESS"

FileT = TypeVar("FileT", Track, Asset)


def archive(track_id: str) -> None:
    """Download a track's files, once: the run that claims the row does it; a failure is tried again later."""
    track = claim(Track.objects.select_related("generation__project__team"), track_id)
    if track is None:
        return
    try:
        with tempfile.TemporaryFile() as audio_file, tempfile.TemporaryFile() as image_file:
            audio, image = cast("BinaryIO", audio_file), cast("BinaryIO", image_file)
            heard = _fetch_audio(track, audio)
            has_image = _fetch_image(track, image)
            _keep_track(track, heard, audio, image if has_image else None)
    except (outgoing.OutgoingError, checking.WrongFile) as problem:
        _try_later(track, f"Take {track.take}", str(problem))


def archive_asset(asset_id: str) -> None:
    """Download a file made of a take, once, in the same way."""
    asset = claim(Asset.objects.select_related("generation__project__team"), asset_id)
    if asset is None:
        return
    try:
        with tempfile.TemporaryFile() as temporary:
            file = cast("BinaryIO", temporary)
            outgoing.fetch(
                asset.url,
                file,
                own_hosts=provider.own_hosts(asset.generation),
                max_bytes=checking.MOST_BYTES[asset.kind],
            )
            _keep_asset(asset, checking.check(asset.kind, file), file)
    except (outgoing.OutgoingError, checking.WrongFile) as problem:
        _try_later(asset, asset.label, str(problem))


def claim(rows: "QuerySet[FileT]", pk: str) -> FileT | None:
    """The row, if it is due and this caller is the one to fetch it."""
    now = timezone.now()
    due = rows.model._default_manager.filter(pk=pk, archived_at=None, archive_at__lte=now)
    return rows.get(pk=pk) if due.update(archive_at=now + LEASE) else None


def unsaved(rows: "QuerySet[FileT]") -> "QuerySet[FileT]":
    """Those whose file the provider has and we do not, oldest first: the ones that may be lost."""
    named = Q(archive_at__isnull=False) | ~Q(archive_problem="")
    return rows.filter(named, archived_at=None).order_by("created_at")


def retry(file: Track | Asset) -> bool:
    """Try again now, and again as often as for a new file. False if it is here, or somebody is fetching it."""
    rows = (
        type(file)
        ._default_manager.filter(pk=file.pk, archived_at=None)
        .exclude(archive_attempts=0, archive_at__gt=timezone.now())
    )
    if not rows.update(archive_at=timezone.now(), archive_attempts=0):
        return False
    background.enqueue(archive if isinstance(file, Track) else archive_asset, str(file.pk))
    return True


def finish_if_complete(generation: Generation) -> None:
    """End a generation that is delivered once each of its files is ours, or was given up."""
    pending = Q(archived_at=None, archive_at__isnull=False)
    if generation.stage != DELIVERED:
        return
    if not (generation.tracks.filter(pending).exists() or generation.assets.filter(pending).exists()):
        outcomes.finish(generation)


def sha256_of(content: bytes) -> str:
    return _sha256(io.BytesIO(content))


def _fetch_audio(track: Track, into: BinaryIO) -> listening.Heard:
    outgoing.fetch(
        track.audio_url,
        into,
        own_hosts=provider.own_hosts(track.generation),
        max_bytes=MOST_AUDIO,
    )
    heard = checking.sound(into)
    # A file that ends early decodes without complaint; only the announced length gives it away.
    if track.duration and heard.seconds < track.duration * 0.9 - 2:
        raise checking.WrongFile(
            f"The provider’s file ends after {heard.seconds:.0f} of {track.duration:.0f} seconds."
        )
    return heard


def _fetch_image(track: Track, into: BinaryIO) -> bool:
    """Whether a cover came. A song without its cover is still a song, so a missing one is no failure."""
    if not track.image_url:
        return False
    try:
        outgoing.fetch(
            track.image_url,
            into,
            own_hosts=provider.own_hosts(track.generation),
            max_bytes=MOST_IMAGE,
        )
        checking.picture(into)
    except (outgoing.OutgoingError, checking.WrongFile) as problem:
        history.note(track.generation, f"Take {track.take}: no cover", {"problem": str(problem)})
        return False
    return True


def _keep_track(track: Track, heard: listening.Heard, audio: BinaryIO, image: BinaryIO | None) -> None:
    track.audio_sha256 = _sha256(audio)
    audio.seek(0)
    track.audio.save(
        "audio.mp3" if heard.format == "MP3" else f"audio.{heard.format.lower()}", File(audio), save=False
    )
    if image:
        image.seek(0)
        track.image.save("cover", File(image), save=False)
    track.audio_bytes = track.audio.size
    track.duration, track.peaks, track.loudness = heard.seconds, heard.peaks, heard.loudness
    facts = {
        "seconds": round(heard.seconds, 2),
        "bytes": track.audio_bytes,
        "LUFS": heard.loudness,
        "sha256": track.audio_sha256,
    }
    fields = ["audio", "image", "audio_bytes", "audio_sha256", "duration", "peaks", "loudness"]
    _saved(track, f"Take {track.take} saved", facts, fields)


def _keep_asset(asset: Asset, checked: checking.Checked, file: BinaryIO) -> None:
    asset.sha256 = _sha256(file)
    file.seek(0)
    asset.file.save(f"{asset.name or asset.kind}{checked.suffix}", File(file), save=False)
    asset.bytes, asset.content_type = asset.file.size, checked.content_type
    asset.duration, asset.peaks = checked.seconds, checked.peaks
    facts = {"bytes": asset.bytes, "type": asset.content_type, "sha256": asset.sha256}
    fields = ["file", "bytes", "sha256", "content_type", "duration", "peaks"]
    _saved(asset, f"{asset.label} saved", facts, fields)


@transaction.atomic
def _saved(file: Track | Asset, what: str, facts: Mapping[str, object], fields: list[str]) -> None:
    file.archived_at, file.archive_at, file.archive_problem = timezone.now(), None, ""
    file.save(update_fields=[*fields, "archived_at", "archive_at", "archive_problem"])
    generation = _locked(file)
    history.note(generation, what, facts)
    finish_if_complete(generation)
    history.announce(generation)


@transaction.atomic
def _try_later(file: Track | Asset, name: str, problem: str) -> None:
    logger.warning("%s of generation %s could not be saved: %s", name, file.generation_id, problem)
    file.archive_problem = problem[:300]
    tries_left = file.archive_attempts < len(PAUSES)
    file.archive_at = timezone.now() + PAUSES[file.archive_attempts] if tries_left else None
    file.archive_attempts += 1
    file.save(update_fields=["archive_problem", "archive_at", "archive_attempts"])
    generation = _locked(file)
    history.note(generation, f"{name} not saved yet", {"problem": problem, "attempt": file.archive_attempts})
    finish_if_complete(generation)
    history.announce(generation)


def _locked(file: FetchedFile) -> Generation:
    rows = Generation.objects.select_for_update().select_related("project__team")
    return rows.get(pk=cast("Track | Asset", file).generation_id)


def _sha256(file: BinaryIO) -> str:
    file.seek(0)
    digest = hashlib.sha256()
    while block := file.read(1 << 20):
        digest.update(block)
    return digest.hexdigest()
