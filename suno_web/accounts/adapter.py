"""How allauth works here: nobody signs up by themselves, and answers do not tell who has an account."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect, resolve_url
from django.urls import reverse

from suno_web.accounts import addresses


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Closed sign-up, links from the configured address, plain subjects."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return resolve_url(settings.LOGIN_REDIRECT_URL)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:profile")

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponseRedirect:
        # To the login page like any other refusal: a page of its own would say that the account exists.
        return redirect("account_login")

    def get_reset_password_from_key_url(self, key: str) -> str:
        # allauth would build it from the Host header, which whoever asks for the mail may forge.
        uidb36, _, token = key.partition("-")
        return addresses.public(reverse("account_reset_password_from_key", args=[uidb36, token]))

    def format_email_subject(self, subject: str) -> str:
        return subject

    def get_from_email(self) -> str:
        return str(settings.DEFAULT_FROM_EMAIL)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        super().send_mail(template_prefix, email, {**context, "studio_url": addresses.public("/")})
