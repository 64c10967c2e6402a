"""What a request costs its team now."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from suno_web.accounts.models import Team
from suno_web.credits import prices
from suno_web.studio import calls


def price_of(team: Team, operation: str, request: Mapping[str, Any]) -> Decimal:
    """Credits. Raises prices.NoPrice for what the price list does not know."""
    key = calls.price_key(operation, dict(request))
    return prices.price(key, str(request.get("model") or ""), team=team)


class Tariff:
    """Everything that a team's requests cost now, read once: for who needs many prices."""

    def __init__(self, team: Team) -> None:
        self._credits = {(row.operation, row.model): row.credits for row in prices.price_list(team)}

    def price_of(self, operation: str, request: Mapping[str, Any]) -> Decimal:
        """Credits. Raises prices.NoPrice."""
        key, model = calls.price_key(operation, dict(request)), str(request.get("model") or "")
        found = self._credits.get((key, model), self._credits.get((key, "")))
        if found is None:
            raise prices.NoPrice(key)
        return found
