"""A team whose provider is the local fault server, and a hand to turn the crank that workers turn in the product."""

from collections.abc import Callable

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from suno_web.studio import archiving, balances, following, generating, sending, uploading
from suno_web.studio.models import Asset, Generation, Track, Upload
from tests.provider import media

SONG: generating.Song = {
    "custom_mode": False,
    "instrumental": False,
    "model": "V5",
    "prompt": "an upbeat synth-pop song about the last train home",
}


@pytest.fixture
def suno(suno_server, team):
    """The fault server as the team's provider, which reports a thousand credits."""
    team.provider, team.provider_url, team.provider_key = "kie", suno_server.url, suno_server.key
    team.provider_upload_url = suno_server.url
    team.save()
    balances.read_balance(team)
    suno_server.requests.clear()
    return suno_server


@pytest.fixture
def begun(project, bob, suno) -> Generation:
    """A song that Bob has asked for and nobody has sent yet."""
    return generating.begin(project, by=bob, form=SONG, form_key="form-1")


@pytest.fixture
def sent(begun) -> Generation:
    """The same once the provider has accepted it."""
    sending.send(str(begun.pk))
    begun.refresh_from_db()
    return begun


@pytest.fixture
def look() -> Callable[[Generation], Generation]:
    """Look at a generation now, whatever its next time is; returns it as it is then."""

    def at(generation: Generation) -> Generation:
        Generation.objects.filter(pk=generation.pk, next_poll_at__isnull=False).update(
            next_poll_at=timezone.now()
        )
        following.look(str(generation.pk))
        generation.refresh_from_db()
        return generation

    return at


@pytest.fixture
def archive() -> Callable[[Generation], Generation]:
    """Fetch every file of a generation that is waiting, whatever its next time is."""

    def of(generation: Generation) -> Generation:
        for rows, fetch in (
            (Track.objects.filter(generation=generation), archiving.archive),
            (Asset.objects.filter(generation=generation), archiving.archive_asset),
        ):
            for file in rows.filter(archived_at=None, archive_at__isnull=False):
                rows.filter(pk=file.pk).update(archive_at=timezone.now())
                fetch(str(file.pk))
        generation.refresh_from_db()
        return generation

    return of


@pytest.fixture
def take(sent, suno, look) -> Track:
    """A finished take on our disk, as archiving leaves it."""
    suno.advance(sent.task_id, "SUCCESS")
    look(sent)
    for track in sent.tracks.all():
        track.audio.save("audio.mp3", ContentFile(media.mp3(track.take - 1)), save=False)
        track.archived_at, track.archive_at, track.duration = timezone.now(), None, media.SECONDS
        track.save()
    archiving.finish_if_complete(Generation.objects.get(pk=sent.pk))
    return sent.tracks.select_related("generation__project__team").get(take=1)


@pytest.fixture
def upload(project, bob) -> Upload:
    """Three seconds of audio that Bob has brought, as the check leaves it."""
    kept = uploading.keep(project, by=bob, file=SimpleUploadedFile("humming.mp3", media.mp3(0)))
    kept.status, kept.duration = Upload.Status.READY, media.SECONDS
    kept.save()
    return kept
