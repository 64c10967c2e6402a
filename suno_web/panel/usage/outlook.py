"""How much the team has left and how long it lasts, in words."""

from dataclasses import dataclass
from datetime import timedelta

from suno_web.accounts.models import Team
from suno_web.credits import forecasting, months, pools
from suno_web.credits.ledger import readable
from suno_web.panel.usage.summing import spent

# An end as near as this is worth a warning.
SOON = timedelta(days=7)


@dataclass(frozen=True)
class Outlook:
    words: str
    is_low: bool


def outlook(team: Team) -> Outlook:
    """The pool's state and the forecast."""
    balance, forecast = (
        pools.balance(team),
        forecasting.forecast(team, spent=lambda since: spent(team, since)),
    )
    left = f"{readable(balance.available)} credits left"
    if balance.allowance is not None and balance.available <= balance.allowance:
        left += f" of {readable(balance.allowance)} a month"
    if balance.held:
        left += f", {readable(balance.held)} held for what is being made"
    ends_soon = forecast.lasts_until is not None and forecast.lasts_until <= months.today(team) + SOON
    return Outlook(f"{left}. {forecast}", ends_soon or balance.used_percent >= 80)
