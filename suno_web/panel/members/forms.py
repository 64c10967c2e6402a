"""What an admin types about members."""

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from suno_web.accounts.models import Membership, Team
from suno_web.credits import budgets, months
from suno_web.credits.fields import CreditsField
from suno_web.panel.members.guestlist import decoded

LONGEST_RAISE = timedelta(days=366)
LARGEST_LIST = 1024 * 1024


class MemberForm(forms.Form):
    """A member's role and, for who may spend, their budget."""

    role = forms.ChoiceField(label=_("Role"), choices=Membership.Role.choices)
    budget = CreditsField(
        label=_("Credits a month"),
        required=False,
        help_text=_("Empty: no limit of their own, only the team’s credits."),
    )

    def __init__(
        self, data: Any = None, *, membership: Membership, standing: budgets.Standing | None
    ) -> None:
        amount = standing.budget.amount if standing else None
        super().__init__(data, initial={"role": membership.role, "budget": amount})
        self.fields["budget"].widget.attrs["placeholder"] = "no limit"
        if not membership.may_make:
            del self.fields["budget"]

    def changes(self, name: str) -> bool:
        """Whether a field was given another value than it had. Only of a valid form."""
        return name in self.fields and self.cleaned_data[name] != self.initial[name]


class RaiseForm(forms.Form):
    """Credits on top of a budget, up to and with a day."""

    amount = CreditsField(label=_("Credits more"), above_zero=True)
    until = forms.DateField(label=_("Until"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    note = forms.CharField(
        label=_("What for"), max_length=200, required=False, widget=forms.TextInput({"autocomplete": "off"})
    )

    def __init__(self, data: Any = None, *, team: Team) -> None:
        last = (months.end(team) - timedelta(hours=1)).date()
        super().__init__(data, initial={"until": last}, auto_id="raise-%s")
        self.team = team

    def clean_until(self) -> date:
        until: date = self.cleaned_data["until"]
        today = months.today(self.team)
        if until < today:
            raise ValidationError(_("This day is over. Choose today or a later one."))
        if until > today + LONGEST_RAISE:
            raise ValidationError(_("A raise lasts a year at most. Set the budget instead."))
        return until

    def ends_at(self) -> datetime:
        """The midnight with which the last day ends, in the team's zone."""
        after = self.cleaned_data["until"] + timedelta(days=1)
        return datetime(after.year, after.month, after.day, tzinfo=self.team.zone)


class GuestListForm(forms.Form):
    """A list of people to invite, pasted or as a file."""

    text = forms.CharField(
        label=_("Paste the list"),
        required=False,
        strip=False,
        max_length=LARGEST_LIST,
        widget=forms.Textarea(
            {
                "rows": 8,
                "spellcheck": "false",
                "class": "mono",
                "placeholder": "email,name,role,budget\nana@example.com,Ana,maker,500",
            }
        ),
    )
    file = forms.FileField(
        label=_("Or choose a CSV file"),
        required=False,
        widget=forms.FileInput({"accept": ".csv,.txt,.tsv,text/csv,text/plain"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file and file.size > LARGEST_LIST:
            raise ValidationError(_("The file is larger than 1 MB. A list has 500 people at most."))
        return file

    def clean(self) -> None:
        super().clean()
        if not self.errors and not self.cleaned_data["file"] and not self.cleaned_data["text"].strip():
            self.add_error("text", _("Paste a list or choose a file."))

    def whole(self) -> str:
        """The list: the file's where there is one."""
        file = self.cleaned_data["file"]
        return decoded(file.read()) if file else str(self.cleaned_data["text"])
