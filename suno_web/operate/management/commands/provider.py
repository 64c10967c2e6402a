"""`manage.py provider`: choose where a team's music comes from, without the browser."""

from argparse import ArgumentParser
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from suno_web.accounts.models import Team
from suno_web.studio import balances, provider
from suno_web.suno.errors import SunoError


class Command(BaseCommand):
    help = "Choose the provider of a team: kie.ai or another server of the Suno API, or the embedded engine."

    def add_arguments(self, parser: ArgumentParser) -> None:
        choices = parser.add_subparsers(dest="choice", required=True, metavar="set|engine|show")
        another = choices.add_parser("set", help="use kie.ai, or another server of the same API")
        another.add_argument("--base-url", default=provider.KIE_URL, help="its address (%(default)s)")
        another.add_argument("--upload-url", default=provider.KIE_UPLOAD_URL, help="for files (%(default)s)")
        another.add_argument("--key", required=True, help="the API key")
        another.add_argument("--webhook-key", default="", help="the key that its callbacks are signed with")
        engine = choices.add_parser("engine", help="use the embedded engine")
        show = choices.add_parser("show", help="say what is used")
        for choice in (another, engine, show):
            choice.add_argument("--team", default="", help="its name or id; the first team when left out")

    def handle(self, *args: Any, **options: Any) -> None:
        team = _team(options["team"])
        if options["choice"] == "set":
            team.provider = Team.Provider.KIE
            team.provider_url = _address("--base-url", options["base_url"])
            team.provider_upload_url = _address("--upload-url", options["upload_url"])
            team.provider_key, team.provider_webhook_key = options["key"], options["webhook_key"]
        elif options["choice"] == "engine":
            team.provider = Team.Provider.ENGINE
        if options["choice"] != "show":
            balances.choose(team, by=None)
            self._follow(team)
        self.stdout.write(_description(team))

    def _follow(self, team: Team) -> None:
        """Take the balance over at once; a provider that is away now is asked again by the ticker."""
        try:
            balances.follow_choice(str(team.pk))
        except SunoError as problem:
            self.stderr.write(f"Its balance could not be read yet: {problem}")


def _team(wanted: str) -> Team:
    teams = Team.objects.order_by("created_at")
    if wanted:
        try:
            teams = teams.filter(pk=UUID(wanted))
        except ValueError:
            teams = teams.filter(name=wanted)
    team = teams.first()
    if team is None:
        raise CommandError(
            f"There is no team “{wanted}”." if wanted else "There is no team yet. Set one up first."
        )
    return team


def _address(option: str, value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise CommandError(f"{option} must be an address such as {provider.KIE_URL}, not “{value}”.")
    return value.rstrip("/")


def _description(team: Team) -> str:
    at = provider.connection(team)
    if at.is_embedded:
        return f"{team.name}: the engine at {at.base_url}"
    webhook = f", callbacks signed with {_masked(at.webhook_key)}" if at.webhook_key else ""
    return f"{team.name}: {at.base_url}, files at {at.upload_url}, key {_masked(at.key)}{webhook}"


def _masked(key: str) -> str:
    """Enough to tell two keys apart, too little to use one."""
    return f"…{key[-4:]}" if len(key) > 12 else "…"
