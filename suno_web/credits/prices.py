"""The price list: what a successful call of an operation costs a team now, before and from some day on."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from suno_web.accounts import audit
from suno_web.accounts.models import Team, User
from suno_web.credits.amounts import checked
from suno_web.credits.models import Price


class NoPrice(LookupError):
    """The price list says nothing about an operation, so it cannot be offered."""


@dataclass(frozen=True)
class Row:
    """A price in force. model: empty for any. is_own: the team's own, not of the list every team begins with."""

    operation: str
    model: str
    credits: Decimal
    valid_from: datetime
    set_by: User | None
    is_own: bool


def price(operation: str, model: str = "", *, team: Team) -> Decimal:
    """Credits for one call. The team’s own price goes before the common one, a model’s before any. Raises NoPrice."""
    in_force = _by_precedence(team).filter(Q(model=model) | Q(model=""), operation=operation).first()
    if in_force is None:
        raise NoPrice(operation)
    return in_force.credits


def price_list(team: Team) -> list[Row]:
    """What everything costs the team now, by operation and model: one query."""
    rows: dict[tuple[str, str], Row] = {}
    own_for_any: set[str] = set()
    for found in _by_precedence(team).select_related("set_by"):
        is_own = found.team_id is not None
        if is_own and not found.model:
            own_for_any.add(found.operation)
        # A model's common price says nothing where the team has a price of its own for any model.
        if is_own or not found.model or found.operation not in own_for_any:
            row = Row(
                found.operation, found.model, found.credits, found.valid_from, found.set_by, is_own=is_own
            )
            rows.setdefault((found.operation, found.model), row)
    return [rows[key] for key in sorted(rows)]


def _by_precedence(team: Team) -> QuerySet[Price]:
    """The prices that may apply to a team now, the one that goes before the others first."""
    valid = Price.objects.filter(Q(team=team) | Q(team=None), valid_from__lte=timezone.now())
    return valid.order_by(F("team").desc(nulls_last=True), "-model", "-valid_from", "-pk")


def history(team: Team, operation: str, model: str = "") -> QuerySet[Price]:
    """All prices of a team for an operation and model, those still to come too, newest first."""
    rows = Price.objects.filter(Q(team=team) | Q(team=None), operation=operation, model=model)
    return rows.order_by("-valid_from", "-pk").select_related("set_by")


@transaction.atomic
def set_price(
    team: Team,
    operation: str,
    model: str,
    credits: Decimal,
    *,
    by: User | None,
    valid_from: datetime | None = None,
) -> Price:
    """Give a team a price of its own, from now or a later moment on. What is held keeps the price it was held at.

    Raises ValueError for an amount that is none and for a moment that is over, NoPrice for an unknown operation.
    """
    amount, now = checked(credits, least=Decimal(0)), timezone.now()
    if valid_from and valid_from < now:
        raise ValueError("A price is valid from now or later: what was asked for has been held already.")
    if not Price.objects.filter(operation=operation, team=None).exists():
        raise NoPrice(operation)
    before = price(operation, model, team=team)
    row = Price.objects.create(
        team=team,
        operation=operation,
        model=model,
        credits=amount,
        valid_from=valid_from or now,
        set_by=by,
    )
    facts = {"credits": amount} | ({"valid from": valid_from} if valid_from else {})
    audit.record(
        team,
        "price.set",
        by=by,
        subject=f"{operation} {model}".strip(),
        before={"credits": before},
        after=facts,
    )
    return row
