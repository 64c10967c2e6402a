"""The forms that are about credits: asking for them, and answering who asks."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from suno_web.credits.amounts import readable

MOST = Decimal(1_000_000)
LONGEST_REASON = 500
LONGEST_ANSWER = 300
# Commas only where thousands are: a decimal comma is asked about, not read as a hundred times as much.
_THOUSANDS = re.compile(r"\s*\d{1,3}(,\d{3})+(\.\d*)?\s*")


class Credits(forms.DecimalField):
    """How many credits, as people write it: 20, 12.5, 1,000. At least a hundredth of one."""

    widget = forms.TextInput

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(
            attrs={"inputmode": "decimal", "autocomplete": "off", "class": "num", "size": 8}
        )
        super().__init__(max_digits=12, decimal_places=2, widget=widget, **options)
        self.error_messages |= {
            "required": _("Say how many credits."),
            "invalid": _("Write it as a number, such as 20 or 12.5."),
            "max_decimal_places": _("Two digits after the point are enough, such as 12.25."),
            "max_digits": _("That is too much: 1,000,000 credits at most."),
            "max_whole_digits": _("That is too much: 1,000,000 credits at most."),
        }

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        if isinstance(value, str) and _THOUSANDS.fullmatch(value):
            value = value.replace(",", "")
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        return readable(value) if isinstance(value, Decimal) else value

    def validate(self, value: Any) -> None:
        super().validate(value)
        if isinstance(value, Decimal) and value <= 0:
            raise ValidationError(_("More than nothing, please."))
        if isinstance(value, Decimal) and value > MOST:
            raise ValidationError(self.error_messages["max_digits"])


class AskForm(forms.Form):
    """Asking for credits. Its fields stand inside other forms, so their names begin with "ask-"."""

    prefix = "ask"
    use_required_attribute = False

    # What stopped the member; which budget that is, is looked up.
    whose = forms.ChoiceField(
        choices=[(one, one) for one in ("member", "project", "team")], widget=forms.HiddenInput
    )
    amount = Credits(label=_("Credits"))
    reason = forms.CharField(
        label=_("What for"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(
            attrs={"rows": 2, "placeholder": _("Two more versions for the client on Friday")}
        ),
        error_messages={
            "required": _("Say what they are for: who decides reads only this."),
            "max_length": _("A reason can have %(limit_value)d characters; this has %(show_value)d."),
        },
    )


class AnswerForm(forms.Form):
    """An answer to who asks: how many, and a word with it."""

    use_required_attribute = False

    amount = Credits(label=_("Credits"), required=False)
    answer = forms.CharField(
        label=_("Answer"),
        max_length=LONGEST_ANSWER,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": _("Answer, if you like"), "autocomplete": "off"}),
        error_messages={
            "max_length": _("An answer can have %(limit_value)d characters; this has %(show_value)d.")
        },
    )
