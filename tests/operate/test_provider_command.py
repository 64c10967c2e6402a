"""Operators choose a team's provider without the browser."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

KEY = "0123456789abcdef0123456789abcdef"


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("provider", *arguments, stdout=out)
    return out.getvalue()


def test_a_provider_is_set_and_its_key_is_never_shown(team: Any) -> None:
    said = run("set", "--base-url", "http://api.test/", "--upload-url", "http://files.test", "--key", KEY)

    team.refresh_from_db()
    assert (team.provider, team.provider_url, team.provider_upload_url, team.provider_key) == (
        "kie",
        "http://api.test",
        "http://files.test",
        KEY,
    )
    assert said == f"{team.name}: http://api.test, files at http://files.test, key …cdef\n"
    assert run("show") == said


def test_the_engine_is_chosen_again(team: Any) -> None:
    run("set", "--key", KEY)

    assert run("engine", "--team", team.name).startswith(f"{team.name}: the engine at http://")
    team.refresh_from_db()
    assert team.provider == "engine"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["set", "--key", KEY, "--base-url", "kie"], "--base-url must be an address"),
        (["show", "--team", "Nobody"], "There is no team “Nobody”."),
    ],
)
def test_a_mistake_is_said_plainly(team: Any, arguments: list[str], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        run(*arguments)


def test_without_a_team_there_is_nothing_to_choose(db: None) -> None:
    with pytest.raises(CommandError, match="There is no team yet"):
        run("show")
