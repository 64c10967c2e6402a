"""What members type about a key."""

from datetime import timedelta
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from suno_web.accounts.models import Team, User
from suno_web.gateway.keys import Wanted
from suno_web.gateway.models import ApiKey
from suno_web.studio.models import Project

LIVES: dict[str, timedelta | None] = {
    "never": None,
    "week": timedelta(days=7),
    "month": timedelta(days=30),
    "quarter": timedelta(days=90),
    "year": timedelta(days=365),
}


class KeyForm(forms.Form):
    """A key to be made."""

    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        help_text=_("What its takes are marked with, such as the name of the program."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    project = forms.ModelChoiceField(
        label=_("Project"),
        queryset=Project.objects.none(),
        empty_label=None,
        help_text=_("Where what it makes lands. It sees nothing of other projects."),
    )
    scope = forms.ChoiceField(label=_("May"), choices=ApiKey.Scope.choices, initial=ApiKey.Scope.EVERYTHING)
    lives = forms.ChoiceField(
        label=_("Expires"),
        initial="never",
        choices=[
            ("never", _("never")),
            ("week", _("in a week")),
            ("month", _("in a month")),
            ("quarter", _("in three months")),
            ("year", _("in a year")),
        ],
    )
    cap = forms.DecimalField(
        label=_("Credit limit"),
        required=False,
        min_value=Decimal("0.01"),
        max_digits=12,
        decimal_places=2,
        help_text=_("Credits it may spend in all. Empty: as many as the team has."),
    )
    webhook_secret = forms.CharField(
        label=_("Callback secret"),
        required=False,
        max_length=200,
        help_text=_("Signs what the studio calls back with, so that the program can tell it is genuine."),
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, team: Team, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = Project.objects.visible_to(user).filter(team=team).order_by("-created_at")
        cast("forms.ModelChoiceField[Project]", self.fields["project"]).queryset = mine

    def wanted(self) -> Wanted:
        """What was filled in."""
        lives = LIVES[self.cleaned_data["lives"]]
        return Wanted(
            name=self.cleaned_data["name"],
            scope=self.cleaned_data["scope"],
            expires_at=timezone.now() + lives if lives else None,
            cap=self.cleaned_data["cap"],
            webhook_secret=self.cleaned_data["webhook_secret"],
        )
