"""Which part of the audit log somebody looks at."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from suno_web.accounts.audit import ACTIONS
from suno_web.accounts.models import User


class FilterForm(forms.Form):
    """All of it optional. The days are whole ones of the team's clock, both included."""

    member = forms.ChoiceField(label=_("Who"), required=False)
    action = forms.ChoiceField(
        label=_("What"),
        required=False,
        choices=[("", _("Everything")), *sorted(ACTIONS.items(), key=lambda action: action[1])],
    )

    def __init__(self, *args: Any, people: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(str(user.pk), user.display_name) for user in people]
        who = cast(forms.ChoiceField, self.fields["member"])
        who.choices = [("", _("Everybody")), *named, ("studio", _("The studio itself"))]
        # `from` is a word of Python, so the two days are added by name.
        for name, label in (("from", _("From")), ("to", _("To"))):
            self.fields[name] = forms.DateField(
                label=label, required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
            )

    def clean(self) -> None:
        super().clean()
        first, last = self.cleaned_data.get("from"), self.cleaned_data.get("to")
        if first and last and last < first:
            self.add_error("to", _("The last day is before the first. Swap the two."))
