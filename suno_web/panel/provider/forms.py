"""Which provider makes the team's music, how it is reached, and when its balance is news."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from suno_web import outgoing
from suno_web.accounts.models import Team
from suno_web.credits.fields import CreditsField
from suno_web.credits.models import SpendingRules
from suno_web.studio.provider import KIE_UPLOAD_URL, KIE_URL, SHOWN_FROM_LENGTH


@dataclass(frozen=True)
class Hint:
    """What a page may say about a stored secret."""

    is_set: bool
    ending: str


def hint(secret: str) -> Hint:
    return Hint(bool(secret), secret[-4:] if len(secret) >= SHOWN_FROM_LENGTH else "")


def check_address(address: str) -> None:
    """Raise ValidationError unless this is a plain http or https address; one in the own network will do."""
    try:
        outgoing.host_of(address)
        parts = urlsplit(address)
    except (outgoing.ForbiddenAddress, ValueError) as problem:
        raise ValidationError(_("Enter an address that begins with https:// or http://.")) from problem
    if "@" in parts.netloc or parts.query or parts.fragment or any(sign.isspace() for sign in address):
        raise ValidationError(_("Enter the plain address, without a name, a password, “?” or “#”."))


def address_field(label: str, default: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=200,
        validators=[check_address],
        help_text=_("Empty: %(address)s") % {"address": default},
        widget=forms.URLInput({"placeholder": default, "autocomplete": "off", "spellcheck": "false"}),
    )


def secret_field(label: str, help_text: str = "") -> forms.CharField:
    # "new-password" is what keeps browsers from filling in the member's own password.
    return forms.CharField(
        label=label,
        required=False,
        max_length=500,
        help_text=help_text,
        widget=forms.PasswordInput({"autocomplete": "new-password", "spellcheck": "false"}),
    )


class ProviderForm(forms.Form):
    """Secrets only go in: an empty field keeps what is stored."""

    provider = forms.ChoiceField(choices=Team.Provider.choices, widget=forms.RadioSelect)
    url = address_field("API address", KIE_URL)
    upload_url = address_field("Upload address", KIE_UPLOAD_URL)
    key = secret_field("API key")
    webhook_key = secret_field(
        "Webhook key", "Optional. With it, every message from the provider must carry its signature."
    )
    forget_webhook_key = forms.BooleanField(label=_("Forget the stored webhook key"), required=False)

    def __init__(self, *args: Any, team: Team, **kwargs: Any) -> None:
        initial = {
            "provider": team.provider,
            "url": team.provider_url,
            "upload_url": team.provider_upload_url,
        }
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        self.team = team

    def clean_url(self) -> str:
        return str(self.cleaned_data["url"]).rstrip("/")

    def clean_upload_url(self) -> str:
        return str(self.cleaned_data["upload_url"]).rstrip("/")

    def clean(self) -> None:
        super().clean()
        if self.errors or self.cleaned_data["provider"] == Team.Provider.ENGINE or self.cleaned_data["key"]:
            return
        if not self.team.provider_key:
            self.add_error("key", _("Enter the API key. You find it on your account's page at kie.ai."))
        elif self._hosts(self.cleaned_data) - self._hosts(self._stored()):
            # Or an admin could read the key by pointing it at a server of their own.
            self.add_error(
                "key", _("Enter the key again: it is only ever sent to the host it was entered for.")
            )

    def apply(self) -> Team:
        """The team as it would be, not saved."""
        team, data = self.team, self.cleaned_data
        team.provider = data["provider"]
        team.provider_url, team.provider_upload_url = data["url"], data["upload_url"]
        team.provider_key = data["key"] or team.provider_key
        kept = "" if data["forget_webhook_key"] else team.provider_webhook_key
        team.provider_webhook_key = data["webhook_key"] or kept
        return team

    def _stored(self) -> dict[str, str]:
        return {"url": self.team.provider_url, "upload_url": self.team.provider_upload_url}

    @staticmethod
    def _hosts(addresses: dict[str, str]) -> set[str]:
        return {
            outgoing.host_of(addresses["url"] or KIE_URL),
            outgoing.host_of(addresses["upload_url"] or KIE_UPLOAD_URL),
        }


class LimitsForm(forms.Form):
    """When the balance is low, and which differences are only rounding."""

    low_balance = CreditsField(
        label=_("Low below"),
        required=False,
        help_text=_("Credits. Admins are told once. Empty: nobody is told."),
    )
    tolerance = CreditsField(
        label=_("Ignore differences up to"), most=Decimal(10_000), help_text=_("Credits, such as rounding.")
    )

    def __init__(self, *args: Any, rules: SpendingRules, **kwargs: Any) -> None:
        kwargs["initial"] = {"low_balance": rules.low_balance, "tolerance": rules.tolerance}
        super().__init__(*args, **kwargs)


class ExplanationForm(forms.Form):
    """What a person found out about a difference."""

    note = forms.CharField(
        label=_("What it was"),
        max_length=200,
        widget=forms.TextInput({"placeholder": _("Songs made on kie.ai itself"), "autocomplete": "off"}),
    )
