"""A webhook as an admin fills it in. Its address and secret only go in."""

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from suno_web import outgoing
from suno_web.alerts.models import Alert, Webhook

Kind = Alert.Kind
# What a team's channel wants to know unless somebody chooses otherwise: not what is between two people.
USUAL = [kind.value for kind in Kind if kind not in {Kind.ANSWER, Kind.ASK, Kind.APPROVAL}]


def check_address(address: str) -> None:
    """Raise ValidationError unless this is a full http or https address; it may carry a key of its own."""
    try:
        outgoing.host_of(address)
        parts = urlsplit(address)
    except (outgoing.ForbiddenAddress, ValueError) as problem:
        raise ValidationError(_("Enter an address that begins with https:// or http://.")) from problem
    if parts.username or parts.password or any(sign.isspace() for sign in address):
        raise ValidationError(_("Enter the address without a name, a password or spaces."))


def _secret(label: str, **more: Any) -> forms.CharField:
    # A password field is never sent back with the page; "new-password" keeps browsers from filling in a member's own.
    widget = forms.PasswordInput({"autocomplete": "new-password", "spellcheck": "false"})
    return forms.CharField(label=label, required=False, max_length=500, widget=widget, **more)


class WebhookForm(forms.ModelForm[Webhook]):
    """Add a webhook, or change one: an empty address or secret keeps what is stored."""

    url = _secret("Address", validators=[check_address], help_text=_("A secret: it is not shown again."))
    secret = _secret(
        "Secret",
        help_text=_(
            "Optional, for JSON. Signs each message in X-Webhook-Signature, as the API’s callbacks are."
        ),
    )
    forget_secret = forms.BooleanField(label=_("Forget the stored secret"), required=False)
    kinds = forms.MultipleChoiceField(
        label=_("Sent when"),
        choices=[(kind.value, kind.label[:1].upper() + kind.label[1:]) for kind in Kind],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one.")},
    )

    class Meta:
        model = Webhook
        fields = ("name", "url", "style", "secret", "kinds")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # Names of its own: “id_style” is where the create form's style is.
        super().__init__(*args, **{"auto_id": "hook-%s", **kwargs})
        self.is_new = self.instance.pk is None
        self.stored = {"url": self.instance.url, "secret": self.instance.secret}
        if self.is_new:
            self.initial["kinds"] = USUAL
        if not self.stored["secret"]:
            del self.fields["forget_secret"]

    def clean_url(self) -> str:
        return str(self.cleaned_data["url"]) or self.stored["url"]

    def clean(self) -> None:
        super().clean()
        if not self.cleaned_data.get("url") and "url" not in self.errors:
            self.add_error("url", _("Enter the address that alerts are sent to."))
        if self.cleaned_data.get("forget_secret"):
            self.cleaned_data["secret"] = ""
        else:
            self.cleaned_data["secret"] = self.cleaned_data.get("secret") or self.stored["secret"]

    @property
    def values(self) -> dict[str, Any]:
        """What is to be kept."""
        return {name: self.cleaned_data[name] for name in self._meta.fields or ()}
