"""Bring a track home: its audio and cover onto our disk, checked and measured, before anybody calls it done."""

import hashlib
import logging
import tempfile
from datetime import timedelta
from typing import BinaryIO, cast

from django.core.files import File
from django.db import transaction
from django.utils import timezone
from PIL import Image

from suno_web import outgoing
from suno_web.studio import history, listening, outcomes, provider
from suno_web.studio.models import Generation, Track

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
MOST_AUDIO, MOST_IMAGE = 200_000_000, 20_000_000
# The provider keeps files for 14 days; after the last pause they are gone.
PAUSES = tuple(
    timedelta(seconds=seconds)
    for seconds in (2, 10, 30, 120, 600, 3600, *(6 * 3600,) * 8, *(24 * 3600,) * 12)
)


class NotAudio(Exception):
    """What the provider sent cannot be played."""


def archive(track_id: str) -> None:
    """Download a track's files, once: the run that claims the row does it; a failure is tried again later."""
    track = claim(track_id)
    if track is None:
        return
    try:
        with tempfile.TemporaryFile() as audio_file, tempfile.TemporaryFile() as image_file:
            audio, image = cast("BinaryIO", audio_file), cast("BinaryIO", image_file)
            heard = _fetch_audio(track, audio)
            has_image = _fetch_image(track, image)
            _keep(track, heard, audio, image if has_image else None)
    except (outgoing.OutgoingError, NotAudio) as problem:
        _try_later(track, str(problem))


def claim(track_id: str) -> Track | None:
    """The track, if it is due and this caller is the one to fetch it."""
    now = timezone.now()
    claimed = Track.objects.filter(pk=track_id, archived_at=None, archive_at__lte=now).update(
        archive_at=now + LEASE
    )
    if not claimed:
        return None
    return Track.objects.select_related("generation__project__team").get(pk=track_id)


def finish_if_complete(generation: Generation) -> None:
    """End a generation whose song is delivered once each of its tracks is ours, or was given up."""
    if (
        generation.stage == "SUCCESS"
        and not generation.tracks.filter(archived_at=None, archive_at__isnull=False).exists()
    ):
        outcomes.finish(generation)


def _fetch_audio(track: Track, into: BinaryIO) -> listening.Heard:
    outgoing.fetch(
        track.audio_url,
        into,
        own_hosts=provider.own_hosts(track.generation),
        max_bytes=MOST_AUDIO,
    )
    into.seek(0)
    try:
        heard = listening.listen(into)
    except listening.Unplayable as problem:
        raise NotAudio(f"The provider’s file cannot be played: {problem}") from problem
    # A file that ends early decodes without complaint; only the announced length gives it away.
    if track.duration and heard.seconds < track.duration * 0.9 - 2:
        raise NotAudio(f"The provider’s file ends after {heard.seconds:.0f} of {track.duration:.0f} seconds.")
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
        into.seek(0)
        with Image.open(into) as image:
            image.verify()
            is_known = image.format in {"JPEG", "PNG", "WEBP"}
    except (
        outgoing.OutgoingError,
        OSError,
        SyntaxError,
        ValueError,
        Image.DecompressionBombError,
    ) as problem:
        history.note(track.generation, f"Take {track.take}: no cover", {"problem": str(problem)})
        return False
    return is_known


def _keep(track: Track, heard: listening.Heard, audio: BinaryIO, image: BinaryIO | None) -> None:
    audio.seek(0)
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
    track.archived_at, track.archive_at, track.archive_problem = timezone.now(), None, ""
    with transaction.atomic():
        track.save(
            update_fields=[
                "audio", "image", "audio_bytes", "audio_sha256", "duration", "peaks", "loudness",
                "archived_at", "archive_at", "archive_problem",
            ]
        )  # fmt: skip
        generation = (
            Generation.objects.select_for_update().select_related("project__team").get(pk=track.generation_id)
        )
        history.note(
            generation,
            f"Take {track.take} saved",
            {
                "seconds": round(heard.seconds, 2),
                "bytes": track.audio_bytes,
                "LUFS": heard.loudness,
                "sha256": track.audio_sha256,
            },
        )
        finish_if_complete(generation)
        history.announce(generation)


def _sha256(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    while block := file.read(1 << 20):
        digest.update(block)
    return digest.hexdigest()


@transaction.atomic
def _try_later(track: Track, problem: str) -> None:
    logger.warning("Track %s could not be saved: %s", track.pk, problem)
    track.archive_problem = problem[:300]
    if track.archive_attempts < len(PAUSES):
        track.archive_at = timezone.now() + PAUSES[track.archive_attempts]
    else:
        track.archive_at = None
    track.archive_attempts += 1
    track.save(update_fields=["archive_problem", "archive_at", "archive_attempts"])
    generation = (
        Generation.objects.select_for_update().select_related("project__team").get(pk=track.generation_id)
    )
    history.note(
        generation,
        f"Take {track.take} not saved yet",
        {"problem": problem, "attempt": track.archive_attempts},
    )
    finish_if_complete(generation)
    history.announce(generation)
