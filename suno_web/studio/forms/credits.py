"""The forms that are about credits: asking for them, and answering who asks."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from suno_web.credits.fields import CreditsField

MOST = Decimal(1_000_000)
LONGEST_REASON = 500
LONGEST_ANSWER = 300
NOTHING_ASKED = _("More than nothing, please.")
REFUSALS = {
    "required": _("Say how many credits."),
    "unreadable": _("Write it as a number, such as 20 or 12.5. It can be 1,000,000 credits at most."),
    "max_length": _("That is too much: 1,000,000 credits at most."),
    "too_fine": _("Two digits after the point are enough, such as 12.25."),
    "too_much": _("That is too much: %(most)s credits at most."),
    "negative": NOTHING_ASKED,
    "nothing": NOTHING_ASKED,
}


def how_many(*, required: bool = True) -> CreditsField:
    """The field for credits that somebody asks for or grants."""
    attrs = {"inputmode": "decimal", "autocomplete": "off", "class": "num", "size": 8}
    return CreditsField(
        label=_("Credits"),
        most=MOST,
        above_zero=True,
        required=required,
        widget=forms.TextInput(attrs),
        error_messages=REFUSALS,
    )


class AskForm(forms.Form):
    """Asking for credits. Its fields stand inside other forms, so their names begin with "ask-"."""

    prefix = "ask"
    use_required_attribute = False

    # What stopped the member; which budget that is, is looked up.
    whose = forms.ChoiceField(
        choices=[(one, one) for one in ("member", "project", "team")], widget=forms.HiddenInput
    )
    amount = how_many()
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

    amount = how_many(required=False)
    answer = forms.CharField(
        label=_("Answer"),
        max_length=LONGEST_ANSWER,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": _("Answer, if you like"), "autocomplete": "off"}),
        error_messages={
            "max_length": _("An answer can have %(limit_value)d characters; this has %(show_value)d.")
        },
    )
