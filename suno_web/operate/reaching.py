"""Whether the provider answers, looked at now and then, so that the health page need not ask."""

from suno_web.accounts.models import Team
from suno_web.studio import provider
from suno_web.suno.errors import SunoError


class ProviderDown(Exception):
    """The provider of the first team does not serve us. The text says why, without secrets."""


def look_at_provider() -> None:
    """Read the credit balance of the first team's provider, which costs nothing. Raises ProviderDown."""
    team = Team.objects.order_by("created_at").first()
    if team is None:
        return
    try:
        provider.client(team).credits()
    except SunoError as problem:
        raise ProviderDown(str(problem)) from problem
