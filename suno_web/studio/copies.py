"""Our audio where a provider can fetch it: sent there once, and used again while its copy lives."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from suno_web.studio import calls
from suno_web.studio.models import Generation, ProviderCopy, Track, Upload
from suno_web.suno.client import Client

# Uploads are kept for a day at least, takes for two weeks; some hours less, because work may wait in the queue.
COPY_LIVES = timedelta(hours=20)
TAKE_LIVES = timedelta(days=13)
FOLDER = "suno-web"


class SourceGone(Exception):
    """What a generation was to be made from is not on our disk any more. Its text is for the member."""


def addresses(generation: Generation, client: Client) -> dict[str, Any]:
    """The fields of the request that say where the source's audio is. Raises SourceGone, SunoError."""
    inputs = list(generation.inputs.select_related("track__generation", "upload"))
    # Some operations work on a take that the provider knows by its id, or else on audio that it is handed.
    by_id = generation.operation not in calls.TAKING_AUDIO and "audioId" in generation.request
    if not inputs or by_id or generation.operation not in calls.AUDIO_FIELDS:
        return {}
    urls = [_address(one.source, generation.provider_url, client) for one in inputs]
    field = calls.AUDIO_FIELDS[generation.operation]
    return {field: urls if generation.operation == calls.Operation.MASHUP else urls[0]}


def _address(source: Track | Upload | None, provider_url: str, client: Client) -> str:
    if source is None:
        raise SourceGone("The audio this was to be made from has been deleted.")
    if isinstance(source, Track) and _lives_there(source, provider_url):
        return source.audio_url
    copies = ProviderCopy.objects.filter(
        provider_url=provider_url,
        expires_at__gt=timezone.now(),
        **_of(source),
    )
    if kept := copies.order_by("-expires_at").first():
        return kept.url
    return _send(source, provider_url, client)


def _lives_there(track: Track, provider_url: str) -> bool:
    is_young = timezone.now() - track.created_at < TAKE_LIVES
    return bool(track.audio_url) and track.generation.provider_url == provider_url and is_young


def _send(source: Track | Upload, provider_url: str, client: Client) -> str:
    file = source.audio if isinstance(source, Track) else source.file
    if not file:
        raise SourceGone(
            "The audio this is to be made from is not on the team’s disk yet. Try again in a moment."
        )
    path = Path(file.path)
    if not path.exists():
        raise SourceGone("The audio this was to be made from is not on the team’s disk any more.")
    sent = client.upload(path, folder=FOLDER, name=f"{source.pk}{path.suffix}")
    ProviderCopy.objects.create(
        provider_url=provider_url,
        url=sent.download_url,
        expires_at=timezone.now() + COPY_LIVES,
        **_of(source),
    )
    return sent.download_url


def _of(source: Track | Upload) -> dict[str, Any]:
    return {"track": source} if isinstance(source, Track) else {"upload": source}
