"""The price list: what a successful call of an operation costs a team now, before and from some day on."""

from collections.abc import Iterator
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
    fitting = _by_precedence(team).filter(Q(model=model) | Q(model=""), operation=operation)
    found = next(_in_force(fitting), None)
    if found is None:
        raise NoPrice(operation)
    return found.credits


def price_list(team: Team) -> list[Row]:
    """What everything costs the team now, by operation and model: one query."""
    rows: dict[tuple[str, str], Row] = {}
    own_for_any: set[str] = set()
    for row in _in_force(_by_precedence(team)):
        if row.is_own and not row.model:
            own_for_any.add(row.operation)
        # A model's common price says nothing where the team has a price of its own for any model.
        if row.is_own or not row.model or row.operation not in own_for_any:
            rows.setdefault((row.operation, row.model), row)
    return [rows[key] for key in sorted(rows)]


def _by_precedence(team: Team) -> QuerySet[Price]:
    """The prices that may apply to a team now, the one that goes before the others first."""
    valid = Price.objects.filter(Q(team=team) | Q(team=None), valid_from__lte=timezone.now())
    return valid.order_by(F("team").desc(nulls_last=True), "-model", "-valid_from", "-pk").select_related(
        "set_by"
    )


def _in_force(prices: QuerySet[Price]) -> Iterator[Row]:
    """Of each line the newest price, unless that ended the line."""
    seen: set[tuple[bool, str, str]] = set()
    for one in prices:
        line = (one.team_id is not None, one.operation, one.model)
        if line not in seen and one.credits is not None:
            yield Row(
                one.operation,
                one.model,
                one.credits,
                one.valid_from,
                one.set_by,
                is_own=line[0],
            )
        seen.add(line)


def history(team: Team, operation: str, model: str = "") -> QuerySet[Price]:
    """All prices of a team for an operation and model, those still to come too, newest first."""
    rows = Price.objects.filter(Q(team=team) | Q(team=None), operation=operation, model=model)
    return rows.order_by("-valid_from", "-pk").select_related("set_by")


@transaction.atomic
def set_price(
    team: Team,
    operation: str,
    model: str,
    credits: Decimal | None,
    *,
    by: User | None,
    valid_from: datetime | None = None,
    name: str = "",
) -> Price:
    """Give a team a price of its own, from now or a later moment on. What is held keeps the price it was held at.

    credits: None to have none of its own any more. Raises ValueError for an amount that is none and for a moment that
    is over, NoPrice for an unknown operation. name: what people call it, for the audit.
    """
    amount, now = None if credits is None else checked(credits, least=Decimal(0)), timezone.now()
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
    after = price(operation, model, team=team) if valid_from is None else amount
    facts = {"credits": after} | ({"valid from": valid_from} if valid_from else {})
    audit.record(
        team, "price.set", by=by, subject=name or _line(row), before={"credits": before}, after=facts
    )
    return row


@transaction.atomic
def withdraw(price: Price, *, by: User | None, name: str = "") -> bool:
    """Take back a team's price that is still to come: nothing was held at it. False when it is in force by now."""
    team = price.team
    coming = Price.objects.filter(pk=price.pk, team__isnull=False, valid_from__gt=timezone.now())
    if team is None or not coming.delete()[0]:
        return False
    facts = {"credits": price.credits, "valid from": price.valid_from}
    audit.record(team, "price.withdraw", by=by, subject=name or _line(price), before=facts)
    return True


def _line(price: Price) -> str:
    return f"{price.operation} {price.model}".strip()
