"""The price list: what a successful call of an operation costs now."""

from decimal import Decimal

from django.db.models import Q
from django.utils import timezone

from suno_web.credits.models import Price


class NoPrice(LookupError):
    """The price list says nothing about an operation, so it cannot be offered."""


def price(operation: str, model: str = "") -> Decimal:
    """Credits for one call: the newest price in force for that model, else for any model. Raises NoPrice."""
    in_force = (
        Price.objects.filter(
            Q(model=model) | Q(model=""), operation=operation, valid_from__lte=timezone.now()
        )
        .order_by("-model", "-valid_from", "-pk")
        .first()
    )
    if in_force is None:
        raise NoPrice(operation)
    return in_force.credits
