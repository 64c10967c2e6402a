"""A provider that stays away is told once, and so is its return."""

from datetime import timedelta

import pytest
from django.utils import timezone

from suno_web.alerts.models import Alert
from suno_web.operate import reaching
from suno_web.operate.models import Pulse
from tests.provider.script import Answer

pytest_plugins = ["tests.provider.fixtures"]


@pytest.fixture
def kie(suno_server, team, alice):
    team.provider, team.provider_url, team.provider_key = "kie", suno_server.url, suno_server.key
    team.save()
    return suno_server


def away(suno) -> None:
    """One look at a provider under maintenance."""
    suno.answers = [Answer({"code": 455, "msg": "maintenance"}, to="/credit")] * 8
    with pytest.raises(reaching.ProviderDown):
        reaching.look_at_provider()
    suno.answers = []


@pytest.fixture
def two_minutes_pass(monkeypatch):
    """Move the clock of the studio on."""
    real, ahead = timezone.now, timedelta()

    def wait() -> None:
        nonlocal ahead
        ahead += timedelta(minutes=2)

    monkeypatch.setattr(timezone, "now", lambda: real() + ahead)
    return wait


def kinds() -> list[str]:
    return list(Alert.objects.order_by("id").values_list("kind", flat=True))


def test_one_failed_look_is_no_news(kie, two_minutes_pass):
    away(kie)
    two_minutes_pass()
    away(kie)
    reaching.look_at_provider()

    assert (kinds(), Pulse.objects.filter(name__startswith="down:").count()) == ([], 0)


def test_a_provider_that_stays_away_is_told_once_and_its_return_too(kie, alice, two_minutes_pass):
    for _ in range(5):
        away(kie)
        two_minutes_pass()
    reaching.look_at_provider()
    reaching.look_at_provider()

    assert kinds() == ["provider_down", "provider_up"]
    down = Alert.objects.get(kind="provider_down")
    assert "maintenance" in down.text
    assert list(down.people.all()) == [alice]


def test_the_next_outage_is_news_again(kie, two_minutes_pass):
    for _ in range(2):
        for _ in range(3):
            away(kie)
            two_minutes_pass()
        reaching.look_at_provider()

    assert kinds() == ["provider_down", "provider_up"] * 2


def test_a_team_that_is_not_the_first_is_told_as_well(kie, team, charlie, settings):
    other = charlie.memberships.get().team
    type(team).objects.filter(pk=other.pk).update(created_at=timezone.now() - timedelta(days=9))
    settings.ENGINE_URL, settings.ENGINE_KEY = kie.url, "no such key"
    # The first team's engine refuses the key; the second team's provider is well.
    with pytest.raises(reaching.ProviderDown):
        reaching.look_at_provider()

    assert list(Pulse.objects.values_list("name", flat=True)) == [f"down:{other.pk.hex}"]
