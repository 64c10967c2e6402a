"""The health page tells a monitor what is down, and nobody a secret."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from suno_web.operate import pulses, reaching
from suno_web.operate.models import Pulse
from suno_web.operate.reaching import ProviderDown

pytestmark = pytest.mark.django_db


@pytest.fixture
def beating() -> None:
    for name in (*pulses.CLUSTERS, pulses.TICKER, pulses.PROVIDER):
        pulses.hear(name)


def states(client: Client) -> tuple[int, dict[str, str]]:
    answer = client.get("/healthz")
    report = answer.json()
    parts = {
        **report["clusters"],
        **{name: part for name, part in report.items() if name not in ("ok", "clusters")},
    }
    return answer.status_code, {name: part["state"] for name, part in parts.items()}


UP = dict.fromkeys(("studio", "engine", "database", "storage", "ticker", "provider"), "up")


def test_all_is_well(client: Client, beating: None) -> None:
    assert states(client) == (200, UP)


def test_a_cluster_that_fell_silent_is_down(client: Client, beating: None) -> None:
    Pulse.objects.filter(pk="engine").update(heard_at=timezone.now() - timedelta(seconds=31))

    assert states(client) == (503, {**UP, "engine": "down"})


def test_a_start_is_not_yet_well(client: Client) -> None:
    pulses.expect([*pulses.CLUSTERS, pulses.TICKER])

    assert states(client) == (
        503,
        {**UP, "studio": "starting", "engine": "starting", "ticker": "starting", "provider": "unknown"},
    )


def test_a_provider_that_failed_is_down_and_says_why(client: Client, beating: None) -> None:
    pulses.hear(pulses.PROVIDER, "The music provider does not answer.")

    status, seen = states(client)

    assert (status, seen["provider"]) == (503, "down")
    assert client.get("/healthz").json()["provider"]["problem"] == "The music provider does not answer."


def test_storage_that_cannot_be_written_is_down(
    client: Client, beating: None, settings: Any, tmp_path: Path
) -> None:
    (tmp_path / "taken").write_text("a file where the folder should be")
    settings.MEDIA_ROOT = tmp_path / "taken"

    assert states(client) == (503, {**UP, "storage": "down"})


def test_an_unreachable_provider_is_noticed(team: Any) -> None:
    team.provider, team.provider_url, team.provider_key = (
        "kie",
        "http://127.0.0.1:9",
        "some-key-that-is-secret",
    )
    team.save()

    with pytest.raises(ProviderDown) as problem:
        reaching.look_at_provider()

    assert "some-key" not in str(problem.value)
