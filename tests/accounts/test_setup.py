"""The first start: one link, one team, one admin."""

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, connections
from django.test import Client
from django.utils import timezone

from suno_web.accounts import setup
from suno_web.accounts.models import Membership, SetupLink, Team, User

ANSWERS = {
    "team_name": "Harbour Sound",
    "time_zone": "Europe/Lisbon",
    "name": "Ana",
    "email": "Ana@Example.com",
    "password": "correct horse battery",
}


def path_of(link: str | None) -> str:
    assert link is not None
    return "/setup/" + link.rpartition("/setup/")[2]


@pytest.mark.django_db
def test_set_up_makes_team_and_admin_and_logs_in(client):
    path = path_of(setup.setup_link())
    assert client.get(path).status_code == 200

    response = client.post(path, ANSWERS)

    assert (response.status_code, response["Location"]) == (302, "/")
    membership = Membership.objects.select_related("team", "user").get()
    assert (membership.team.name, membership.team.time_zone) == ("Harbour Sound", "Europe/Lisbon")
    assert (membership.user.email, membership.user.name, membership.role) == (
        "ana@example.com",
        "Ana",
        "admin",
    )
    assert b"this one" in client.get("/account/sessions/").content


@pytest.mark.django_db
def test_a_set_up_link_works_once(client):
    path = path_of(setup.setup_link())
    client.post(path, ANSWERS)

    again = Client().post(path, {**ANSWERS, "email": "eve@example.com"})

    assert again.status_code == 404
    assert b"set up already" in again.content
    assert (Team.objects.count(), User.objects.count()) == (1, 1)
    assert setup.setup_link() is None


@pytest.mark.django_db
def test_a_new_start_voids_the_old_link(client):
    old, new = path_of(setup.setup_link()), path_of(setup.setup_link())

    assert client.get(old).status_code == 404
    assert b"prints a new link" in client.get(old).content
    assert client.get(new).status_code == 200


@pytest.mark.django_db
def test_an_old_link_has_expired(client):
    path = path_of(setup.setup_link())
    SetupLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert client.post(path, ANSWERS).status_code == 404
    assert not Team.objects.exists()


@pytest.mark.django_db
def test_the_token_of_a_link_is_not_stored():
    token = path_of(setup.setup_link()).strip("/").rpartition("/")[2]

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM accounts_setuplink")
        assert token not in str(cursor.fetchall())


@pytest.mark.django_db
def test_what_was_typed_survives_an_error_but_not_the_password(client):
    path = path_of(setup.setup_link())

    page = client.post(
        path, {**ANSWERS, "email": "ana", "password": "correct horse battery"}
    ).content.decode()

    assert 'value="Harbour Sound"' in page
    assert 'aria-invalid="true"' in page
    assert "correct horse battery" not in page
    assert not Team.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("password", ["short", "password123", "ana@example.com"])
def test_a_weak_password_is_refused(client, password):
    response = client.post(path_of(setup.setup_link()), {**ANSWERS, "password": password})

    assert response.status_code == 200
    assert not User.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_who_submit_at_once_make_one_team():
    token = path_of(setup.setup_link()).strip("/").rpartition("/")[2]
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def submit(email: str) -> None:
        start.wait(5)
        try:
            setup.found(token, setup.Founding("Team", "UTC", "", email, "correct horse battery"))
            outcomes.append("made")
        except setup.SetupClosed:
            outcomes.append("closed")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=submit, args=(f"{name}@example.com",)) for name in ("ana", "eve")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(outcomes) == ["closed", "made"]
    assert (Team.objects.count(), User.objects.count(), Membership.objects.count()) == (1, 1, 1)


@pytest.mark.django_db
def test_the_environment_makes_the_first_admin_once(settings):
    settings.FIRST_ADMIN_EMAIL, settings.FIRST_ADMIN_PASSWORD = "Ana@example.com", "correct horse battery"

    user = setup.ensure_first_admin()

    assert user is not None
    assert user.check_password("correct horse battery")
    assert user.memberships.get().is_admin
    assert setup.ensure_first_admin() is None
    assert setup.setup_link() is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("email", "password", "named"),
    [
        ("ana", "correct horse battery", "SUNO_WEB_ADMIN_EMAIL"),
        ("", "correct horse battery", "SUNO_WEB_ADMIN_EMAIL"),
        ("ana@example.com", "", "SUNO_WEB_ADMIN_PASSWORD"),
        ("ana@example.com", "tiny-pw", "SUNO_WEB_ADMIN_PASSWORD"),
    ],
)
def test_a_bad_first_admin_stops_the_start_with_its_name(settings, email, password, named):
    settings.FIRST_ADMIN_EMAIL, settings.FIRST_ADMIN_PASSWORD = email, password

    with pytest.raises(ImproperlyConfigured, match=named) as stopped:
        setup.ensure_first_admin()

    assert not password or password not in str(stopped.value)
    assert not User.objects.exists()


@pytest.mark.django_db
def test_without_an_address_or_a_password_nothing_is_made():
    assert setup.ensure_first_admin() is None
    assert not User.objects.exists()


@pytest.mark.django_db
def test_the_first_team_uses_the_provider_of_the_environment(client, settings):
    settings.SUNO_API_BASE_URL = "https://gateway.example.com"
    settings.SUNO_API_KEY, settings.SUNO_API_WEBHOOK_KEY = "secret-key", "hook-key"

    client.post(path_of(setup.setup_link()), ANSWERS)

    team = Team.objects.get()
    assert (team.provider, team.provider_url, team.provider_key, team.provider_webhook_key) == (
        "kie",
        "https://gateway.example.com",
        "secret-key",
        "hook-key",
    )


@pytest.mark.django_db
def test_without_one_the_first_team_uses_the_embedded_engine(client):
    client.post(path_of(setup.setup_link()), ANSWERS)

    assert Team.objects.get().provider == "engine"
