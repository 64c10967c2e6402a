"""Keep a team's pool in step with whoever is paid: the balance its provider reports, or the engine's allowance."""

import logging
from decimal import Decimal

from django.db.models import Sum

from suno_web.accounts.models import Team
from suno_web.credits import ledger
from suno_web.studio import provider
from suno_web.studio.models import Generation
from suno_web.suno.errors import SunoError

logger = logging.getLogger(__name__)

Status = Generation.Status


def follow_choice(team_id: str) -> None:
    """Make the pool follow the provider that a team has chosen. Raises SunoError when it does not answer."""
    team = Team.objects.get(pk=team_id)
    if provider.connection(team).is_embedded:
        ledger.follow_allowance(team)
    else:
        read_balance(team)


def read_balance(team: Team) -> Decimal:
    """Ask the team's provider what is left and make the pool agree. Raises SunoError; then nothing has changed."""
    left = provider.client(team).credits()
    if not provider.connection(team).is_embedded:
        ledger.follow_provider(team, left, not_yet_charged=_not_yet_charged(team))
    return left


def read_balances() -> None:
    """Read the balance of every team on a provider of its own."""
    for team in Team.objects.filter(provider=Team.Provider.KIE):
        try:
            read_balance(team)
        except SunoError as problem:
            logger.warning("The balance of team %s could not be read: %s", team.pk, problem)


def _not_yet_charged(team: Team) -> Decimal:
    """What is held for requests that the provider has not taken yet; what it took is off its balance already."""
    unsent = Generation.objects.filter(project__team=team, status__in=[Status.QUEUED, Status.SENDING])
    return unsent.aggregate(sum=Sum("price"))["sum"] or Decimal(0)
