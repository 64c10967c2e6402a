"""Keys at rest, and everywhere they must not be."""

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db import connection
from django.test import Client

from suno_web.accounts import secrets
from suno_web.accounts.models import Team, User

KEY = "kie-0123456789abcdef-7Qx2"


@pytest.fixture
def keyed_team(team) -> Team:
    team.provider, team.provider_key, team.provider_webhook_key = "kie", KEY, f"{KEY}-hook"
    team.save()
    return team


def test_keys_are_encrypted_in_the_database(keyed_team):
    with connection.cursor() as cursor:
        cursor.execute("SELECT provider_key, provider_webhook_key FROM accounts_team")
        stored = cursor.fetchone()

    assert KEY not in str(stored)
    assert [secrets.decrypt(one) for one in stored] == [KEY, f"{KEY}-hook"]
    assert Team.objects.get().provider_key == KEY


def test_a_key_of_another_installation_reads_as_missing(keyed_team, settings):
    settings.SECRET_KEY = "another secret key, of another installation"

    assert Team.objects.get().provider_key == ""


def test_the_same_key_is_stored_differently_each_time():
    assert secrets.encrypt(KEY) != secrets.encrypt(KEY)


def operator(user: User) -> Client:
    """A browser in which somebody logged in in two steps, as Django's admin wants it."""
    TOTP.activate(user, generate_totp_secret())
    code = RecoveryCodes.activate(user).get_unused_codes()[0]
    browser = Client()
    browser.post("/account/login/", {"login": user.email, "password": "correct horse battery"})
    browser.post("/account/2fa/authenticate/", {"code": code})
    return browser


def test_no_page_and_no_log_carries_a_key(keyed_team, alice, caplog):
    User.objects.filter(pk=alice.pk).update(is_staff=True, is_superuser=True)
    browser = operator(alice)
    paths = [
        "/admin/provider/",
        "/settings/team/",
        "/admin/members/",
        "/admin/audit/",
        "/settings/profile/",
        f"/django-admin/accounts/team/{keyed_team.pk}/change/",
        f"/django-admin/accounts/user/{alice.pk}/change/",
        "/django-admin/accounts/invitation/",
        "/django-admin/mfa/authenticator/",
    ]

    for path in paths:
        response = browser.get(path)
        assert response.status_code == 200, path
        assert KEY not in response.content.decode(), path
        assert alice.password not in response.content.decode(), path
    assert KEY not in caplog.text


def test_django_admin_shows_no_session_keys(alice):
    User.objects.filter(pk=alice.pk).update(is_staff=True, is_superuser=True)

    assert operator(alice).get("/django-admin/usersessions/usersession/").status_code == 404
