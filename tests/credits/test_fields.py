"""Amounts are read as people write them, and what cannot be meant is refused with what to type instead."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from suno_web.credits.fields import CreditsField

BAD = {
    "-5": "cannot be less than nothing",
    "−5": "cannot be less than nothing",
    "ten": "1,000 or 1000.50",
    "1e9": "1,000 or 1000.50",
    "NaN": "1,000 or 1000.50",
    "Infinity": "1,000 or 1000.50",
    "1,5": "1,000 or 1000.50",
    "1.000,50": "1,000 or 1000.50",
    "١٢": "1,000 or 1000.50",
    ".": "1,000 or 1000.50",
    "1.234": "Two digits",
    "10,000,000.01": "At most 10,000,000 credits",
    "9" * 40: "At most 10,000,000 credits",
    "9" * 41: "at most 40 characters",
}


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("1,000", "1000"),
        ("1000.50", "1000.50"),
        (" 12 ", "12"),
        ("1,234,567.8", "1234567.8"),
        (".5", "0.5"),
        ("0", "0"),
    ],
)
def test_amounts_are_read_as_people_write_them(typed, amount):
    assert CreditsField().clean(typed) == Decimal(amount)


def test_an_empty_amount_is_none_where_it_may_be_empty():
    assert CreditsField(required=False).clean("  ") is None
    with pytest.raises(ValidationError):
        CreditsField().clean("")


@pytest.mark.parametrize(("typed", "said"), BAD.items())
def test_what_cannot_be_meant_is_refused_with_what_to_type(typed, said):
    with pytest.raises(ValidationError) as refused:
        CreditsField().clean(typed)

    assert said in refused.value.messages[0]


def test_nothing_is_refused_where_it_makes_no_sense():
    with pytest.raises(ValidationError) as refused:
        CreditsField(above_zero=True).clean("0.00")

    assert refused.value.messages == ["This has to be more than 0."]
