"""allauth's forms in the studio's words: labels as everywhere else, and no placeholder that repeats them."""

from typing import Any, ClassVar

from allauth.account import forms as account_forms
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp.forms import ActivateTOTPForm
from django.utils.translation import gettext_lazy as _

from suno_web.accounts.forms import PASSWORD_HELP


class Reworded:
    """Mixed into a form: what its fields are called and what is said below them."""

    labels: ClassVar[dict[str, Any]] = {}
    help_texts: ClassVar[dict[str, Any]] = {}
    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = self.labels.get(name, field.label)
            field.help_text = self.help_texts.get(name, field.help_text)
            field.widget.attrs.pop("placeholder", None)


class LoginForm(Reworded, account_forms.LoginForm):  # type: ignore[misc]
    labels: ClassVar[dict[str, Any]] = {"login": _("E-mail")}


class ResetPasswordForm(Reworded, account_forms.ResetPasswordForm):  # type: ignore[misc]
    labels: ClassVar[dict[str, Any]] = {"email": _("E-mail")}


class ResetPasswordKeyForm(Reworded, account_forms.ResetPasswordKeyForm):  # type: ignore[misc]
    labels: ClassVar[dict[str, Any]] = {"password1": _("New password"), "password2": _("New password again")}
    help_texts: ClassVar[dict[str, Any]] = {"password1": PASSWORD_HELP}


class ChangePasswordForm(Reworded, account_forms.ChangePasswordForm):  # type: ignore[misc]
    labels: ClassVar[dict[str, Any]] = {"oldpassword": _("Current password"), **ResetPasswordKeyForm.labels}
    help_texts: ClassVar[dict[str, Any]] = ResetPasswordKeyForm.help_texts


class ReauthenticateForm(Reworded, account_forms.ReauthenticateForm):  # type: ignore[misc]
    """The password once more."""


class CodeForm(Reworded, mfa_forms.AuthenticateForm):  # type: ignore[misc]
    """The second step of logging in."""


class CodeAgainForm(Reworded, mfa_forms.ReauthenticateForm):  # type: ignore[misc]
    """A code once more."""


class ActivateForm(Reworded, ActivateTOTPForm):  # type: ignore[misc]
    labels: ClassVar[dict[str, Any]] = {"code": _("Code from the app")}
