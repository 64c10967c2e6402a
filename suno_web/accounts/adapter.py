"""How allauth works here: nobody signs up by themselves, and answers do not tell who has an account."""

import logging
from smtplib import SMTPException
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from suno_web.accounts import addresses, secrets

logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Closed sign-up, links from the configured address, plain words."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("The e-mail address or the password is not right."),
        "too_many_login_attempts": _("Too many failed attempts. Wait five minutes, or reset your password."),
        "incorrect_password": _("The password is not right."),
        "enter_current_password": _("This is not your current password."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return resolve_url(settings.LOGIN_REDIRECT_URL)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:profile")

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponseRedirect:
        # Only who knew the password comes here, so this tells nobody else that the account exists.
        messages.error(request, "This account is switched off. Ask an admin of your team.")
        return redirect("account_login")

    def get_reset_password_from_key_url(self, key: str) -> str:
        # allauth would build it from the Host header, which whoever asks for the mail may forge.
        uidb36, _dash, token = key.partition("-")
        return addresses.public(reverse("account_reset_password_from_key", args=[uidb36, token]))

    def format_email_subject(self, subject: str) -> str:
        return subject

    def get_from_email(self) -> str:
        return str(settings.DEFAULT_FROM_EMAIL)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        try:
            super().send_mail(template_prefix, email, {**context, "studio_url": addresses.public("/")})
        except (OSError, SMTPException):
            # An error page would tell that the address has an account: mail is sent to nobody else.
            logger.exception("The mail server did not take a mail (%s)", template_prefix)


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of the second factor are encrypted like every other key."""

    def encrypt(self, text: str) -> str:
        return secrets.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return secrets.decrypt(encrypted_text)

    def get_totp_issuer(self) -> str:
        return "Suno Web"
