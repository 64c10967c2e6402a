"""Amounts of credits: what can be kept, and how people read it."""

from decimal import Decimal, InvalidOperation

CENT = Decimal("0.01")
# Far above what anybody buys, and far below what a column holds.
MOST = Decimal(100_000_000)


def readable(amount: Decimal) -> str:
    """An amount as people write it: 12, 0.4, 1,000."""
    return f"{amount.quantize(CENT):,}".rstrip("0").rstrip(".")


def checked(amount: Decimal | int | str, *, least: Decimal = CENT) -> Decimal:
    """The amount, if it is a number from `least` to MOST with at most two decimals. Raises ValueError."""
    try:
        value = Decimal(amount)
        if not value.is_finite():
            raise ValueError(f"{amount} is not an amount of credits.")
        if value < least:
            raise ValueError(f"An amount of credits is at least {least}, not {value}.")
        if value > MOST:
            raise ValueError(f"An amount of credits is at most {readable(MOST)}.")
    except (InvalidOperation, TypeError) as problem:
        raise ValueError(f"“{amount}” is not an amount of credits.") from problem
    if value != value.quantize(CENT):
        raise ValueError(f"Credits are counted to a hundredth: {value} has more decimals.")
    return value.quantize(CENT)


def cents(amount: Decimal | None) -> Decimal:
    """A sum as the database gives it, to a hundredth: SQLite sums decimals as floating point, and nothing as None."""
    return (amount or Decimal(0)).quantize(CENT)
