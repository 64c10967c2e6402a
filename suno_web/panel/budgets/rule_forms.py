"""What an admin types about requests that wait for a lead."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from suno_web.accounts.models import Team, User
from suno_web.credits.fields import CreditsField
from suno_web.credits.gates import LONGEST_WAIT
from suno_web.panel.budgets import names
from suno_web.studio import approving
from suno_web.suno import limits


class MemberChoice(forms.ModelChoiceField[User]):
    def label_from_instance(self, obj: User) -> str:
        return obj.display_name


class RuleForm(forms.Form):
    """Which requests wait: those that meet every condition that is set here."""

    member = MemberChoice(
        label=_("Made by"), queryset=User.objects.none(), required=False, empty_label="anybody"
    )
    operation = forms.ChoiceField(label=_("What"), required=False)
    model = forms.ChoiceField(label=_("Model"), required=False)
    above = CreditsField(
        label=_("Costs more than"), required=False, help_text=_("Credits. Empty: at any cost.")
    )

    def __init__(self, *args: Any, team: Team, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(memberships__team=team).order_by("name", "email")
        self.fields["member"].queryset = people  # type: ignore[attr-defined]
        operations = [(str(one), names.of(one).of_many) for one in approving.OPERATIONS]
        self.fields["operation"].choices = [("", "anything"), *operations]  # type: ignore[attr-defined]
        models = [(one, names.model(one)) for one in limits.SONG_MODELS]
        self.fields["model"].choices = [("", "any model"), *models]  # type: ignore[attr-defined]

    def clean(self) -> None:
        super().clean()
        operation, model = self.cleaned_data.get("operation"), self.cleaned_data.get("model")
        if operation and model and model not in names.models_of(operation):
            self.add_error("model", f"{names.of(operation).of_many} are not made with {names.model(model)}.")
        # 0 is a condition, and None is none.
        if not self.errors and all(value in ("", None) for value in self.cleaned_data.values()):
            self.add_error(None, "Set at least one condition; else everything would wait.")


class WaitForm(forms.Form):
    approval_days = forms.IntegerField(
        label=_("Days a request waits"),
        min_value=1,
        max_value=LONGEST_WAIT,
        help_text=_("Then it ends by itself, and nothing is charged."),
        widget=forms.NumberInput({"inputmode": "numeric"}),
    )
