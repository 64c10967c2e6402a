"""The pool follows whoever is paid."""

from decimal import Decimal

from django.core.management import call_command

from suno_web.credits import ledger
from suno_web.studio import balances, generating
from tests.studio.conftest import SONG


def test_a_team_on_its_own_provider_has_nothing_until_the_balance_is_read(suno_server, team):
    team.provider, team.provider_url, team.provider_key = "kie", suno_server.url, suno_server.key
    team.save()
    assert (ledger.balance(team).available, ledger.balance(team).allowance) == (0, None)

    suno_server.credits = 250.5
    balances.follow_choice(str(team.pk))

    assert ledger.balance(team).available == Decimal("250.50")


def test_what_the_provider_has_not_taken_yet_stays_held(suno, team, project, bob):
    balances.read_balance(team)
    generating.begin(project, by=bob, form=SONG, form_key="form-1")

    balances.read_balance(team)

    balance = ledger.balance(team)
    assert (balance.available, balance.held, ledger.differences(team)) == (988, 12, [])


def test_a_provider_that_is_away_changes_nothing_and_is_logged(suno, team, caplog):
    balances.read_balance(team)
    suno.close()

    balances.read_balances()

    assert ledger.balance(team).available == 1000
    assert "could not be read" in caplog.text


def test_the_command_line_switches_back_and_forth(suno_server, team, capsys):
    suno_server.credits = 77
    command = ["provider", "set", "--base-url", suno_server.url, "--upload-url", suno_server.url, "--key"]
    call_command(*command, suno_server.key)
    team.refresh_from_db()
    assert (team.provider, ledger.balance(team).available) == ("kie", 77)
    assert suno_server.key not in capsys.readouterr().out

    call_command("provider", "engine")
    team.refresh_from_db()
    assert (team.provider, ledger.balance(team).available) == ("engine", 1000)
    assert ledger.differences(team) == []
