"""A team whose provider is the local fault server, and a hand to turn the crank that workers turn in the product."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from suno_web.studio import archiving, balances, following, generating, sending
from suno_web.studio.models import Generation, Track

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
        waiting = Track.objects.filter(generation=generation, archived_at=None, archive_at__isnull=False)
        for track in waiting:
            Track.objects.filter(pk=track.pk).update(archive_at=timezone.now())
            archiving.archive(str(track.pk))
        generation.refresh_from_db()
        return generation

    return of
