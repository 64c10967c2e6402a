"""Django's admin is for operators, and a password alone does not open it."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client

from suno_web.accounts import setup
from suno_web.accounts.models import User

PASSWORD = "correct horse battery"
ADMIN = "/django-admin/accounts/team/"


@pytest.fixture
def operator(alice) -> User:
    alice.is_staff = alice.is_superuser = True
    alice.save()
    return alice


def give_second_factor(user: User) -> list[str]:
    """Set up an app and recovery codes; returns the codes."""
    TOTP.activate(user, generate_totp_secret())
    return list(RecoveryCodes.activate(user).get_unused_codes())


def log_in(user: User, code: str = "") -> Client:
    browser = Client()
    browser.post("/account/login/", {"login": user.email, "password": PASSWORD})
    if code:
        browser.post("/account/2fa/authenticate/", {"code": code})
    return browser


def test_a_stranger_is_sent_to_the_studios_own_login(db):
    sent = Client().get(ADMIN, follow=True)

    assert sent.redirect_chain[-1][0].startswith("/account/login/")


def test_a_member_who_is_no_operator_is_refused(bob):
    page = log_in(bob).get(ADMIN, follow=True)

    assert page.status_code == 403
    assert b"Set up two-step" not in page.content


def test_an_operator_without_a_second_factor_reads_how_to_get_one(operator):
    page = log_in(operator).get(ADMIN, follow=True)

    assert (page.status_code, b"Set up two-step log-in" in page.content) == (403, True)
    assert b'href="/account/2fa/totp/activate/"' in page.content


def test_an_operator_who_logged_in_in_two_steps_enters(operator):
    code, *_others = give_second_factor(operator)

    assert log_in(operator, code).get(ADMIN).status_code == 200


def test_a_session_from_before_the_second_factor_shows_it_first(operator):
    browser = log_in(operator)
    code, *_others = give_second_factor(operator)

    asked = browser.get(ADMIN, follow=True)
    assert asked.redirect_chain[-1][0].startswith("/account/2fa/reauthenticate/")
    assert browser.post(asked.redirect_chain[-1][0], {"code": "000000"}).status_code == 200
    assert browser.get(ADMIN).status_code == 302

    back = browser.post(asked.redirect_chain[-1][0], {"code": code})
    assert (back.status_code, back["Location"]) == (302, ADMIN)
    assert browser.get(ADMIN).status_code == 200


def test_who_gives_up_the_second_factor_is_out_at_once(operator):
    code, *_others = give_second_factor(operator)
    browser = log_in(operator, code)

    Authenticator.objects.filter(user=operator).delete()

    assert browser.get(ADMIN).status_code == 302


def test_nobody_changes_anything_there_without_it(operator, bob):
    browser = log_in(operator)

    browser.post(f"/django-admin/accounts/user/{bob.pk}/change/", {"email": bob.email, "is_staff": "on"})

    bob.refresh_from_db()
    assert not bob.is_staff


def test_the_way_back_leads_nowhere_else(operator):
    browser = log_in(operator)
    give_second_factor(operator)

    sent = browser.get("/django-admin/login/?next=https://evil.example.com/")

    assert sent["Location"] == "/account/2fa/reauthenticate/?next=%2Fdjango-admin%2F"


def test_the_admin_panel_asks_for_no_second_factor(operator):
    assert log_in(operator).get("/admin/members/").status_code == 200


def test_set_up_makes_its_first_admin_an_operator(db, settings):
    settings.FIRST_ADMIN_EMAIL, settings.FIRST_ADMIN_PASSWORD = "ana@example.com", PASSWORD
    setup.ensure_first_admin()

    assert User.objects.filter(email="ana@example.com", is_staff=True).exists()
