"""The price list as its pages show it: what is in force, what comes, what was."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone

from suno_web.accounts.models import Team
from suno_web.credits import prices
from suno_web.credits.models import Price
from suno_web.panel.budgets import names
from suno_web.panel.budgets.names import Name

ORDER = list(names.NAMES)


@dataclass(frozen=True)
class Listed:
    """A line of the price list with its name, and the prices of it that are still to come, the next one first."""

    name: Name
    row: prices.Row
    coming: list[Price]


@dataclass(frozen=True)
class History:
    """The prices that an operation and a model had, have and will have, newest first; in_force: the one that counts."""

    model: str
    rows: list[Price]
    in_force: Price | None

    @property
    def is_own(self) -> bool:
        """Whether the team has a price of its own now."""
        return self.in_force is not None and self.in_force.team_id is not None


def listed(team: Team) -> list[Listed]:
    """What everything costs now, in the order people know: two queries."""
    coming: dict[tuple[str, str], list[Price]] = {}
    for one in Price.objects.filter(team=team, valid_from__gt=timezone.now()).order_by("valid_from", "pk"):
        coming.setdefault((one.operation, one.model), []).append(one)
    rows = prices.price_list(team)
    # A model whose first price is still to come costs what any model does until then.
    lines = [Listed(names.of(row.operation), row, coming.pop((row.operation, row.model), [])) for row in rows]
    by_any = {row.operation: row for row in rows if not row.model}
    for (operation, model), later in coming.items():
        if row := by_any.get(operation):
            lines.append(Listed(names.of(operation), _of_model(row, model), later))
    return sorted(lines, key=_place)


def _of_model(row: prices.Row, model: str) -> prices.Row:
    return prices.Row(row.operation, model, row.credits, row.valid_from, row.set_by, is_own=row.is_own)


def _place(line: Listed) -> tuple[int, str, str]:
    """Known operations first, in their order; any model before the others."""
    operation = line.row.operation
    known = ORDER.index(operation) if operation in ORDER else len(ORDER)
    return known, operation, line.row.model


def histories(team: Team, operation: str) -> Iterator[History]:
    """The history for any model, then those of models that have had a price of their own."""
    now = {row.model: row for row in prices.price_list(team) if row.operation == operation}
    for model in ("", *names.models_of(operation)):
        rows = list(prices.history(team, operation, model))
        if rows or not model:
            yield History(model, rows, _counting(rows, now.get(model)))


def _counting(rows: list[Price], row: prices.Row | None) -> Price | None:
    """Which of the prices is the line of the list that is in force."""
    if row is None:
        return None
    wanted = (row.credits, row.valid_from, row.is_own)
    return next(
        (one for one in rows if (one.credits, one.valid_from, one.team_id is not None) == wanted), None
    )
