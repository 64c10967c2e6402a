"""What an admin types about budgets and the team's credits."""

import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from suno_web.accounts.models import Team, User
from suno_web.credits import months
from suno_web.credits.amounts import readable
from suno_web.credits.fields import CreditsField
from suno_web.panel.budgets.lines import Line

LONGEST_RAISE = timedelta(days=366)


class BudgetsForm(forms.Form):
    """Many budgets at once. All are saved or, when one is refused, none.

    Only what was changed on the page is changed, so that two admins do not undo each other: `shown` says what the page
    showed of each line, and a line that became something else since is asked about once.
    """

    def __init__(self, lines: list[Line], data: Any = None) -> None:
        super().__init__(data)
        self.lines = lines
        self.wanted: dict[str, tuple[Decimal | None, bool]] = {}
        self._amount = CreditsField(required=False)

    @property
    def refused(self) -> list[Line]:
        return [line for line in self.lines if line.problems]

    def clean(self) -> None:
        super().clean()
        shown = _shown(self.data.get("shown", ""))
        for line in self.lines:
            # A line that the sent page did not have is not cleared by its absence.
            if line.key in shown and f"amount-{line.key}" in self.data:
                self._clean_line(line, shown[line.key])
        if self.refused:
            self.add_error(None, _("Nothing is saved yet. Look at"))

    def _clean_line(self, line: Line, shown: object) -> None:
        """Note what is wanted of a line, or what is wrong with it."""
        typed, switched = self.data[f"amount-{line.key}"], f"rolls-{line.key}" in self.data
        try:
            amount = self._amount.clean(typed)
        except ValidationError as problem:
            line.typed, line.switched, line.problems = typed, switched, problem.messages
            return
        line.typed, line.switched = typed, switched
        wanted = [None if amount is None else f"{amount:.2f}", switched]
        if wanted in (shown, line.shown):
            # Left as it was: whatever somebody else made of it meanwhile stays.
            line.typed = line.switched = None
            return
        if shown != line.shown:
            line.problems = [f"Meanwhile this became {_in_words(line)}. Save again to change it."]
        self.wanted[line.key] = (amount, switched)

    def save(self, *, by: User) -> list[Line]:
        """Change the budgets; the lines that were."""
        changed = [line for line in self.lines if line.key in self.wanted]
        for line in changed:
            amount, rolls_over = self.wanted[line.key]
            line.set(amount, rolls_over=rolls_over, by=by)
        return changed


def shown_of(lines: list[Line]) -> str:
    """What a page shows of its lines, for its form to send back."""
    return json.dumps({line.key: line.shown for line in lines}, separators=(",", ":"))


def _shown(sent: str) -> dict[str, object]:
    try:
        read = json.loads(sent)
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def _in_words(line: Line) -> str:
    amount = "no limit" if line.amount is None else f"{readable(line.amount)} a month"
    return f"{amount}, with roll-over" if line.rolls_over else amount


class DefaultForm(forms.Form):
    """The budget of members who have none of their own."""

    member_budget = CreditsField(
        label=_("Each member, a month"),
        required=False,
        help_text=_("Credits. Empty: no limit."),
    )
    everybody = forms.BooleanField(label=_("Set it for every member now"), required=False)


class RaiseForm(forms.Form):
    """More credits for a while. The last day counts in full, in the team's time zone."""

    amount = CreditsField(label=_("Credits more"), above_zero=True)
    until = forms.DateField(
        label=_("Until the end of"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    note = forms.CharField(
        label=_("What for"),
        max_length=200,
        required=False,
        widget=forms.TextInput({"autocomplete": "off", "placeholder": "The demo on Friday"}),
    )

    def __init__(self, *args: Any, team: Team, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.team, self.today = team, months.today(team)
        self.fields["until"].initial = (months.end(team) - timedelta(hours=12)).date()

    def clean_until(self) -> date:
        until: date = self.cleaned_data["until"]
        if until < self.today:
            raise ValidationError(_("This day is over. Choose today or later."))
        if until - self.today > LONGEST_RAISE:
            raise ValidationError(_("A raise lasts a year at most. For longer, change the budget."))
        return until

    @property
    def ends_at(self) -> datetime:
        """The moment after the last day."""
        after: date = self.cleaned_data["until"] + timedelta(days=1)
        return datetime(after.year, after.month, after.day, tzinfo=self.team.zone)


class AllowanceForm(forms.Form):
    allowance = CreditsField(
        label=_("Credits a month"),
        help_text=_("What is spent and held this month counts against it at once."),
    )


class GrantForm(forms.Form):
    credits = CreditsField(label=_("Credits more"), above_zero=True)
    note = forms.CharField(
        label=_("What for"), max_length=200, widget=forms.TextInput({"autocomplete": "off"})
    )
