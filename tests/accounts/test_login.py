"""Logging in, out, and back in after forgetting: closed to strangers, telling them nothing."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.urls import NoReverseMatch, reverse

from suno_web.accounts.models import User

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def _fresh_limits(db):
    """The shared cache that counts attempts, as it is in a new studio."""
    call_command("createcachetable")
    cache.clear()


def log_in(client: Client, password: str = PASSWORD, email: str = "bob@example.com"):
    return client.post("/account/login/", {"login": email, "password": password})


def test_a_member_logs_in_and_out(bob):
    browser = Client()
    assert browser.get("/settings/profile/")["Location"] == "/account/login/?next=/settings/profile/"

    assert log_in(browser)["Location"] == "/"
    assert browser.get("/settings/profile/").status_code == 200
    browser.post("/account/logout/")
    assert browser.get("/settings/profile/").status_code == 302


def test_the_address_may_be_typed_in_any_case(bob):
    assert log_in(Client(), email="BOB@Example.com").status_code == 302


def test_login_returns_to_the_page_that_asked_but_never_elsewhere(bob):
    inside = Client().post(
        "/account/login/", {"login": bob.email, "password": PASSWORD, "next": "/settings/profile/"}
    )
    outside = Client().post(
        "/account/login/", {"login": bob.email, "password": PASSWORD, "next": "https://evil.example.com/"}
    )

    assert (inside["Location"], outside["Location"]) == ("/settings/profile/", "/")


def test_nobody_signs_up_by_themselves(db):
    assert Client().get("/account/signup/").status_code == 404
    with pytest.raises(NoReverseMatch):
        reverse("account_signup")


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(bob):
    def answer(email: str) -> str:
        page = log_in(Client(), "not the password", email).content.decode()
        return re.sub(r'(csrfmiddlewaretoken" value|nonce|name="login" value)="[^"]*"', "", page)

    assert answer("bob@example.com") == answer("nobody@example.com")


def test_guessing_passwords_is_stopped(bob):
    browser = Client()
    for _ in range(5):
        log_in(browser, "not the password")

    right_at_last = log_in(browser)

    assert right_at_last.status_code == 200
    assert b"Too many failed attempts" in right_at_last.content


def test_somebody_switched_off_cannot_log_in(bob):
    User.objects.filter(pk=bob.pk).update(is_active=False)
    browser = Client()

    response = log_in(browser)

    assert response["Location"] == "/account/login/"
    assert b"switched off" in browser.get("/account/login/").content
    assert "_auth_user_id" not in browser.session


def test_a_forgotten_password_is_reset_by_mail(bob, mailoutbox, settings):
    settings.BASE_URL = "https://studio.example.com"
    browser = Client()

    # The Host header is the asker's to forge; the link must not follow it.
    browser.post(
        "/account/password/reset/", {"email": "Bob@example.com"}, headers={"host": "evil.example.com"}
    )

    assert [mail.to for mail in mailoutbox] == [["bob@example.com"]]
    assert "evil" not in mailoutbox[0].body
    found = re.search(r"https://studio\.example\.com(/account/password/reset/key/\S+)", mailoutbox[0].body)
    assert found
    form = browser.get(found.group(1))["Location"]
    browser.post(form, {"password1": "another fine password", "password2": "another fine password"})
    assert log_in(browser, "another fine password").status_code == 302
    assert b"does not work" in Client().get(found.group(1)).content


def test_asking_for_a_reset_does_not_tell_who_has_an_account(bob, mailoutbox):
    known = Client().post("/account/password/reset/", {"email": "bob@example.com"}, follow=True)
    unknown = Client().post("/account/password/reset/", {"email": "nobody@example.com"}, follow=True)

    assert re.sub(rb"nonce=\S+", b"", known.content) == re.sub(rb"nonce=\S+", b"", unknown.content)
    assert [mail.to for mail in mailoutbox] == [["bob@example.com"]]


def test_a_mail_server_in_trouble_does_not_tell_either(bob, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9

    known = Client().post("/account/password/reset/", {"email": "bob@example.com"})

    assert (known.status_code, known["Location"]) == (302, "/account/password/reset/done/")


def test_changing_the_password_needs_the_old_one_and_the_rules(bob, client_for):
    browser = client_for(bob)
    new = {"password1": "another fine password", "password2": "another fine password"}

    browser.post("/account/password/change/", {"oldpassword": "wrong", **new})
    browser.post(
        "/account/password/change/", {"oldpassword": PASSWORD, "password1": "tiny", "password2": "tiny"}
    )
    bob.refresh_from_db()
    assert bob.check_password(PASSWORD)

    browser.post("/account/password/change/", {"oldpassword": PASSWORD, **new})
    bob.refresh_from_db()
    assert bob.check_password("another fine password")


def test_two_step_log_in_asks_for_a_code_from_then_on(bob):
    browser = Client()
    log_in(browser)
    # An open session alone is not enough to lock its owner out.
    confirm = browser.get("/account/2fa/totp/activate/")["Location"]
    assert confirm.startswith("/account/reauthenticate/")
    page = browser.post(confirm, {"password": PASSWORD}, follow=True).content.decode()
    found = re.search(r'id="totp-secret" readonly value="(\w+)"', page)
    assert found
    browser.post("/account/2fa/totp/activate/", {"code": code_for(found.group(1))})
    assert {one.type for one in Authenticator.objects.filter(user=bob)} == {"totp", "recovery_codes"}
    assert b"Download" in browser.get("/account/2fa/recovery-codes/").content
    # A copy of the database alone is not enough to make codes.
    assert found.group(1) not in str(list(Authenticator.objects.values_list("data")))

    other = Client()
    assert log_in(other)["Location"] == "/account/2fa/authenticate/"
    assert other.get("/settings/profile/").status_code == 302
    recovery = Authenticator.objects.get(user=bob, type="recovery_codes").wrap().get_unused_codes()[0]
    assert other.post("/account/2fa/authenticate/", {"code": recovery})["Location"] == "/"
    assert other.get("/settings/profile/").status_code == 200


def code_for(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def test_devices_are_listed_and_the_others_logged_out(bob):
    here, elsewhere = Client(headers={"user-agent": "Here"}), Client(headers={"user-agent": "Elsewhere"})
    log_in(here)
    log_in(elsewhere)
    page = here.get("/account/sessions/").content.decode()
    assert "Here" in page
    assert "Elsewhere" in page

    here.post("/account/sessions/")

    assert elsewhere.get("/settings/profile/").status_code == 302
    assert here.get("/settings/profile/").status_code == 200


def test_django_admin_has_no_login_of_its_own(bob):
    assert Client().get("/django-admin/login/")["Location"].startswith("/account/login/")
