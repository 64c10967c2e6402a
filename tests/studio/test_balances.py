"""The pool follows whoever is paid."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command

from suno_web.accounts.models import AuditEntry
from suno_web.credits import amounts, ledger
from suno_web.credits.models import Pool, Reading
from suno_web.studio import balances, generating, sending
from suno_web.studio.models import Generation
from suno_web.suno.errors import SunoError
from tests.provider.script import Answer
from tests.studio.conftest import SONG

AWAY = Answer({"code": 455, "msg": "maintenance"}, to="/credit")


@pytest.fixture
def stale(suno, team) -> Pool:
    """A balance that was read five minutes ago."""
    pool = Pool.objects.get(team=team)
    pool.read_at -= timedelta(minutes=5)
    pool.save()
    return pool


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


def test_a_balance_beyond_all_measure_is_counted_as_the_most_that_books_can_hold(suno, team):
    suno.credits = 10**12

    assert balances.read_balance(team) == 10**12

    assert Pool.objects.get(team=team).available == amounts.MOST
    assert ledger.differences(team) == []


def test_a_provider_that_is_away_changes_nothing_and_is_logged(suno, team, caplog):
    balances.read_balance(team)
    suno.close()

    balances.read_balances()

    pool = Pool.objects.get(team=team)
    assert (pool.available, pool.provider_balance) == (1000, 1000)
    assert pool.problem
    assert "could not be read" in caplog.text


def test_once_it_answers_again_nothing_is_wrong(suno, team):
    suno.answers = [AWAY] * 8
    with pytest.raises(SunoError):
        balances.read_balance(team)
    suno.answers = []

    balances.read_balance(team)

    assert Pool.objects.get(team=team).problem == ""


def test_small_requests_go_on_while_the_balance_cannot_be_read(suno, stale, project, bob):
    suno.close()

    generation = generating.begin(project, by=bob, form=SONG, form_key="form-1")

    assert generation.status == Generation.Status.QUEUED
    assert ledger.balance(project.team).held == 12


@pytest.mark.parametrize(("price", "asked"), [(12, 0), (49, 0), (50, 1), (100, 1)])
def test_only_a_large_request_reads_the_balance_first(suno, stale, team, price, asked):
    balances.refresh_before(team, Decimal(price))

    assert len([one for one in suno.requests if "credit" in one.path]) == asked


def test_a_tenth_of_what_is_left_is_large(suno, team):
    suno.credits = 120
    balances.read_balance(team)
    Pool.objects.update(read_at=Pool.objects.get().read_at - timedelta(minutes=2))
    suno.credits = 5

    balances.refresh_before(team, Decimal(12))

    assert ledger.balance(team).available == 5


def test_a_fresh_reading_is_not_read_again(suno, team):
    balances.refresh_before(team, Decimal(500))

    assert suno.requests == []


def test_a_large_request_goes_on_when_nobody_answers(suno, stale, team):
    suno.close()

    balances.refresh_before(team, Decimal(500))

    pool = Pool.objects.get(team=team)
    assert (pool.available, bool(pool.problem)) == (1000, True)


def test_what_the_provider_took_is_as_our_books_expect(suno, team, sent, look):
    suno.credits = 988
    balances.read_balance(team)
    suno.advance(sent.task_id, "SUCCESS")
    look(sent)
    balances.read_balance(team)

    first, second = Reading.objects.order_by("id")
    assert (first.verdict, second.verdict, second.balance, second.expected) == ("first", "match", 988, 988)


def test_a_boosted_style_keeps_what_the_provider_charged(suno, team, project, bob):
    # Our price is four tenths, and so is what the answer says.
    style = generating.ask(
        project, by=bob, operation=Generation.Operation.STYLE, request={"content": "pop"}, send=False
    )
    sending.send(str(style.pk))

    style.refresh_from_db()
    assert (style.status, style.credits_consumed, style.price) == ("done", Decimal("0.40"), Decimal("0.40"))


def test_another_price_of_the_providers_is_named(suno, team, project, bob):
    Generation.objects.create(
        project=project,
        requested_by=bob,
        operation=Generation.Operation.STYLE,
        status=Generation.Status.DONE,
        price=Decimal("0.4"),
        credits_consumed=Decimal("2.5"),
        provider_url=suno.url,
        finished_at=Pool.objects.get(team=team).read_at + timedelta(milliseconds=1),
    )
    suno.credits = 997.5

    balances.read_balance(team)

    assert Reading.objects.first().note == "style boost: our price is 0.4, the provider took 2.5"


def test_another_key_is_another_account(suno, team, alice):
    team.provider_key = "a key of somebody else's account"
    balances.choose(team, by=alice)
    suno.key, suno.credits = team.provider_key, 20
    balances.read_balance(team)

    assert list(Reading.objects.values_list("verdict", flat=True)) == ["first", "first"]


def test_the_same_account_goes_on(suno, team, alice):
    team.provider_webhook_key = "another webhook key"
    balances.choose(team, by=alice)
    balances.read_balance(team)

    assert list(Reading.objects.order_by("id").values_list("verdict", flat=True)) == ["first", "match"]


def test_a_change_is_audited_with_masked_keys(suno, team, alice):
    team.provider_key, team.provider_webhook_key = "kie-0123456789abcdef-7Qx2", "hook-secret"
    balances.choose(team, by=alice)

    entry = AuditEntry.objects.get(action="provider.change")
    assert entry.before == {"provider_key": "••••", "provider_webhook_key": ""}
    assert entry.after == {"provider_key": "••••7Qx2", "provider_webhook_key": "••••"}


def test_an_allowance_that_an_admin_has_set_survives_saving_the_engine_again(team, alice):
    ledger.pool_of(team)
    ledger.follow_allowance(team, Decimal(500), by=alice)

    balances.follow_choice(str(team.pk))

    assert ledger.balance(team).allowance == 500


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
