"""What people type about themselves, their team and whom they invite."""

from typing import Any, cast
from zoneinfo import available_timezones

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from suno_web.accounts.models import Membership, Team, User

PASSWORD_HELP = _("At least 10 characters. A few unrelated words are easy to remember and hard to guess.")
ROLE_LINES = {
    Membership.Role.ADMIN: _("admin: makes music, invites people, sees the spending"),
    Membership.Role.MAKER: _("maker: makes music in their projects"),
    Membership.Role.LISTENER: _("listener: hears and downloads, spends nothing"),
}


def time_zone_choices(current: str = "UTC") -> list[Any]:
    """UTC, then the cities of each part of the world in groups, then whatever is set now."""
    cities: dict[str, list[tuple[str, str]]] = {}
    for name in sorted(available_timezones()):
        region, _slash, city = name.partition("/")
        if city and region not in {
            "Etc",
            "posix",
            "right",
            "SystemV",
            "US",
            "Brazil",
            "Canada",
            "Chile",
            "Mexico",
        }:
            cities.setdefault(region, []).append((name, city.replace("_", " ").replace("/", ", ")))
    known = {"UTC"} | {name for group in cities.values() for name, _city in group}
    other = [] if current in known else [(current, current)]
    return [("UTC", "UTC"), *other, *cities.items()]


def email_field() -> forms.EmailField:
    return forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        widget=forms.EmailInput(
            {"autocomplete": "email", "placeholder": "ana@example.com", "spellcheck": "false"}
        ),
    )


def name_field() -> forms.CharField:
    return forms.CharField(
        label=_("Your name"),
        max_length=80,
        help_text=_("What colleagues read beside your takes."),
        widget=forms.TextInput({"autocomplete": "name"}),
    )


def new_password_field() -> forms.CharField:
    return forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=4096,
        help_text=PASSWORD_HELP,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )


class PasswordRules(forms.Form):
    """Checks a new password against the rules and the person it is for."""

    def person(self) -> User:
        return User(email=self.cleaned_data.get("email", ""), name=self.cleaned_data.get("name", ""))

    def clean(self) -> None:
        super().clean()
        if password := self.cleaned_data.get("password"):
            try:
                validate_password(password, self.person())
            except ValidationError as problem:
                self.add_error("password", problem)


class SetupForm(PasswordRules):
    """The first team and its admin."""

    team_name = forms.CharField(
        label=_("Team name"), max_length=80, widget=forms.TextInput({"autocomplete": "organization"})
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        initial="UTC",
        choices=time_zone_choices,
        help_text=_("Credits renew at the start of a month in this zone."),
        # A script chooses the browser's own zone here, where nobody has chosen one yet.
        widget=forms.Select({"data-suggest-time-zone": ""}),
    )
    name = name_field()
    email = email_field()
    password = new_password_field()


class JoinForm(PasswordRules):
    """Somebody new accepts an invitation; the address is the invited one."""

    name = name_field()
    password = new_password_field()

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def person(self) -> User:
        return User(email=self.email, name=self.cleaned_data.get("name", ""))


class InviteForm(forms.Form):
    email = email_field()
    role = forms.ChoiceField(label=_("Role"), choices=list(ROLE_LINES.items()), initial=Membership.Role.MAKER)


class TeamForm(forms.ModelForm[Team]):
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        help_text=_("Credits renew at the start of a month in this zone."),
    )

    class Meta:
        model = Team
        fields = ("name", "time_zone")
        widgets = {"name": forms.TextInput({"autocomplete": "off"})}
        labels = {"name": _("Team name")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone = cast(forms.ChoiceField, self.fields["time_zone"])
        zone.choices = time_zone_choices(self.instance.time_zone)


class ProfileForm(forms.ModelForm[User]):
    class Meta:
        model = User
        fields = ("name",)
        widgets = {"name": forms.TextInput({"autocomplete": "name"})}
        labels = {"name": _("Your name")}
        help_texts = {"name": _("What colleagues read beside your takes.")}
