"""Amounts of credits as people type them: 1,000 and 1000.50, never less than nothing."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from suno_web.credits.amounts import readable

MOST = Decimal(10_000_000)
# Commas only where thousands are, so that a decimal comma is asked about instead of read as a hundred times as much.
_PLAIN = re.compile(r"([0-9]+|[0-9]{1,3}(,[0-9]{3})+)?(\.[0-9]*)?")


class CreditsField(forms.CharField):
    """Credits to 0.01; None when left empty, where that is allowed.

    most: the largest amount. above_zero: whether nothing at all is refused.
    """

    default_error_messages = {
        "negative": _("This cannot be less than nothing."),
        "unreadable": _("Write it as 1,000 or 1000.50."),
        "too_fine": _("Two digits after the point are the most."),
        "too_much": _("At most %(most)s credits."),
        "nothing": _("This has to be more than 0."),
    }

    def __init__(self, *, most: Decimal = MOST, above_zero: bool = False, **kwargs: Any) -> None:
        self.most, self.above_zero = most, above_zero
        widget = forms.TextInput({"inputmode": "decimal", "autocomplete": "off", "class": "amount"})
        super().__init__(**{"max_length": 40, "widget": widget, **kwargs})

    def prepare_value(self, value: Any) -> Any:
        return readable(value) if isinstance(value, Decimal) else value

    def clean(self, value: Any) -> Decimal | None:
        """The amount. Raises ValidationError that tells what to type instead."""
        typed = super().clean(value)
        return self.read(typed) if typed else None

    def read(self, typed: str) -> Decimal:
        """The amount that is typed. Raises ValidationError."""
        if typed.startswith(("-", "−")):
            raise self._refusal("negative")
        if not _PLAIN.fullmatch(typed) or not any(digit.isdigit() for digit in typed):
            raise self._refusal("unreadable")
        if len(typed.partition(".")[2]) > 2:
            raise self._refusal("too_fine")
        amount = Decimal(typed.replace(",", ""))
        if amount > self.most:
            raise self._refusal("too_much")
        if self.above_zero and not amount:
            raise self._refusal("nothing")
        return amount

    def _refusal(self, code: str) -> ValidationError:
        return ValidationError(self.error_messages[code], code, {"most": readable(self.most)})
