"""What an admin types about prices."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from suno_web.accounts.models import Team
from suno_web.credits import months
from suno_web.credits.fields import CreditsField
from suno_web.panel.budgets import names

# The column of prices holds no more, and nothing costs as much.
MOST = Decimal(1_000_000)


class PriceForm(forms.Form):
    """A price from now on, or from the beginning of a day in the team's time zone."""

    credits = CreditsField(label=_("Credits"), most=MOST, help_text=_("0 is free."))
    model = forms.ChoiceField(label=_("Model"), required=False)
    day = forms.DateField(
        label=_("From"),
        required=False,
        help_text=_("The beginning of a day. Empty: now."),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, team: Team, operation: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.team, self.models = team, names.models_of(operation)
        self.fields["model"].choices = [(one, names.model(one)) for one in ("", *self.models)]  # type: ignore[attr-defined]
        if not self.models:
            del self.fields["model"]

    def clean_day(self) -> date | None:
        day: date | None = self.cleaned_data["day"]
        if day and day <= months.today(self.team):
            raise ValidationError(_("Choose a day to come, or leave it empty for a price from now on."))
        if day and day.year > months.today(self.team).year + 2:
            raise ValidationError(_("Two years ahead are the most."))
        return day

    @property
    def begins_at(self) -> datetime | None:
        """The first moment of the day; None for now."""
        day: date | None = self.cleaned_data["day"]
        return datetime(day.year, day.month, day.day, tzinfo=self.team.zone) if day else None
