"""The provider page: keys only go in, tests change nothing, and a switch holds at once."""

import pytest

from suno_web.accounts.models import Team
from suno_web.credits import ledger
from suno_web.studio import balances, provider
from tests.provider.script import Answer
from tests.provider.server import FakeSuno

pytest_plugins = ["tests.provider.fixtures"]

KEY = "kie-0123456789abcdef-7Qx2"


def filled(suno: FakeSuno, **changed: str) -> dict[str, str]:
    return {"provider": "kie", "url": suno.url, "upload_url": suno.url, "key": suno.key, **changed}


def test_saving_switches_the_next_request_without_a_restart(alice, team, client_for, suno_server):
    assert provider.connection(team).is_embedded

    client_for(alice).post("/admin/provider/", filled(suno_server, webhook_key="hook"))

    now = provider.connection(Team.objects.get(pk=team.pk))
    assert (now.base_url, now.key, now.webhook_key, now.is_embedded) == (
        suno_server.url,
        "test-key",
        "hook",
        False,
    )
    client_for(alice).post("/admin/provider/", {"provider": "engine"})
    assert provider.connection(Team.objects.get(pk=team.pk)).is_embedded


def test_an_empty_field_keeps_the_stored_key(alice, team, client_for, suno_server):
    browser = client_for(alice)
    browser.post("/admin/provider/", filled(suno_server, webhook_key="hook"))

    browser.post("/admin/provider/", filled(suno_server, key=""))
    browser.post("/admin/provider/", {"provider": "engine", "url": suno_server.url})

    kept = Team.objects.get(pk=team.pk)
    assert (kept.provider_key, kept.provider_webhook_key) == ("test-key", "hook")
    browser.post("/admin/provider/", filled(suno_server, key="", forget_webhook_key="on"))
    assert Team.objects.get(pk=team.pk).provider_webhook_key == ""


def test_kie_without_a_key_is_refused(alice, team, client_for, suno_server):
    page = client_for(alice).post("/admin/provider/", filled(suno_server, key=""))

    assert b"Enter the API key" in page.content
    assert Team.objects.get(pk=team.pk).provider == "engine"


@pytest.mark.parametrize("field", ["url", "upload_url"])
def test_a_stored_key_does_not_go_to_another_host(field, alice, team, client_for, suno_server):
    browser = client_for(alice)
    browser.post("/admin/provider/", filled(suno_server))
    with FakeSuno() as elsewhere:
        moved = filled(suno_server, key="") | {field: elsewhere.url}

        page = browser.post("/admin/provider/check/", moved)
        browser.post("/admin/provider/", moved)

        assert b"Enter the key again" in page.content
        assert elsewhere.requests == []
    assert Team.objects.get(pk=team.pk).provider_url == suno_server.url


@pytest.mark.parametrize(
    "address",
    [
        "ftp://example.com",
        "example.com",
        "https://",
        "https://a:b@example.com",
        "https://example.com/?x=1",
        "http://[::1",
    ],
)
def test_what_is_not_a_plain_web_address_is_refused(address, alice, team, client_for, suno_server):
    page = client_for(alice).post("/admin/provider/", filled(suno_server, url=address))

    assert b'aria-invalid="true"' in page.content
    assert Team.objects.get(pk=team.pk).provider == "engine"


def check(client, form: dict[str, str]) -> str:
    page = client.post("/admin/provider/check/", form).content.decode()
    return " ".join(page.partition('id="outcome"')[2].partition("</div>")[0].split())


def test_testing_shows_the_balance_and_saves_nothing(alice, team, client_for, suno_server):
    suno_server.credits = 1234.5

    outcome = check(client_for(alice), filled(suno_server))

    assert "1,234.5 credits are left" in outcome
    stored = Team.objects.get(pk=team.pk)
    assert (stored.provider, stored.provider_key) == ("engine", "")


def test_a_wrong_key_is_told(alice, client_for, suno_server):
    outcome = check(client_for(alice), filled(suno_server, key="wrong"))

    assert "does not accept this key" in outcome


def test_nobody_answering_is_told_at_once(alice, client_for, suno_server):
    form = filled(suno_server)
    suno_server.close()

    outcome = check(client_for(alice), form)

    assert "Nobody answered" in outcome
    assert suno_server.host in outcome


def test_a_server_of_something_else_is_told(alice, client_for, suno_server):
    suno_server.answers = [Answer(b"<h1>Welcome to nginx</h1>", status=404, to="/credit")]

    assert "not as the Suno API" in check(client_for(alice), filled(suno_server))


def test_trouble_at_the_provider_is_told(alice, client_for, suno_server):
    suno_server.answers = [Answer({"code": 455, "msg": "maintenance"}, to="/credit")]

    assert "under maintenance" in check(client_for(alice), filled(suno_server))


def test_the_key_that_is_typed_does_not_come_back(alice, client_for, suno_server):
    suno_server.key = KEY
    browser = client_for(alice)

    page = browser.post("/admin/provider/check/", filled(suno_server)).content.decode()
    browser.post("/admin/provider/", filled(suno_server))
    later = browser.get("/admin/provider/").content.decode()

    assert KEY not in page + later
    assert "••••7Qx2" in later


def test_a_short_key_is_not_hinted_at(alice, client_for, suno_server):
    browser = client_for(alice)
    browser.post("/admin/provider/", filled(suno_server))

    assert "••••" not in browser.get("/admin/provider/").content.decode()


def test_a_maker_can_neither_see_nor_test_it(bob, client_for, suno_server):
    browser = client_for(bob)

    assert browser.get("/admin/provider/").status_code == 404
    assert browser.post("/admin/provider/check/", filled(suno_server)).status_code == 404
    assert suno_server.requests == []


def test_back_on_the_engine_the_monthly_allowance_counts_again(alice, team, client_for, suno_server):
    suno_server.credits = 7
    browser = client_for(alice)
    browser.post("/admin/provider/", filled(suno_server))
    balances.read_balance(Team.objects.get(pk=team.pk))
    assert ledger.balance(team).available == 7

    browser.post("/admin/provider/", {"provider": "engine"})

    after = ledger.balance(Team.objects.get(pk=team.pk))
    assert (after.available, after.allowance) == (ledger.DEFAULT_ALLOWANCE, ledger.DEFAULT_ALLOWANCE)


def test_a_mistake_is_told_where_only_the_outcome_is_swapped_in(alice, client_for, suno_server):
    page = client_for(alice).post(
        "/admin/provider/check/", filled(suno_server, key=""), headers={"hx-request": "true"}
    )

    assert "Enter the API key" in page.content.decode().partition('id="outcome"')[2]


def test_without_scripts_a_tested_key_must_be_typed_again(alice, client_for, suno_server):
    browser = client_for(alice)
    with_scripts = browser.post("/admin/provider/check/", filled(suno_server), headers={"hx-request": "true"})

    assert "enter the key again" in check(browser, filled(suno_server))
    assert b"enter the key again" not in with_scripts.content
