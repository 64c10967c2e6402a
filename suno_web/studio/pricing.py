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
