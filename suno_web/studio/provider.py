"""The provider a team uses, and the one a request went to. Nothing else in the studio asks which of them it is."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.conf import settings
from django.urls import reverse

from suno_web import outgoing
from suno_web.accounts.models import Team
from suno_web.studio import history
from suno_web.studio.models import Generation
from suno_web.suno.client import Client, Exchange
from suno_web.suno.pacing import FilePacer

KIE_URL = "https://api.kie.ai"
KIE_UPLOAD_URL = "https://kieai.redpandaai.co"
# A shorter secret would be told by its last four characters.
SHOWN_FROM_LENGTH = 16
MASK = "••••"
# Seconds to connect, and to wait for an answer.
PATIENCE = (5.0, 10.0)


@dataclass(frozen=True)
class Connection:
    """Where a provider is and how it is spoken to. callback_base: where it reaches us."""

    base_url: str
    upload_url: str
    key: str = field(repr=False)
    webhook_key: str = field(repr=False)
    callback_base: str
    is_embedded: bool


def connection(team: Team) -> Connection:
    """The provider that the team's next request goes to."""
    return _embedded() if team.provider == Team.Provider.ENGINE else _kie(team)


def connection_of(generation: Generation) -> Connection:
    """The provider a generation was sent to, even if its team has chosen another since."""
    embedded = _embedded()
    if generation.provider_url:
        return embedded if generation.provider_url == embedded.base_url else _kie(generation.project.team)
    return connection(generation.project.team)


def client(team: Team, *, watch: Callable[[Exchange], None] | None = None) -> Client:
    """A client for the team's provider. All processes share its rate."""
    return _client(connection(team), watch)


def hasty_client(team: Team) -> Client:
    """The same for somebody who is waiting at a page: one try, and not for long."""
    at = connection(team)
    return Client(at.base_url, at.key, upload_url=at.upload_url, timeout=PATIENCE, budget=0)


def client_of(generation: Generation) -> Client:
    """A client for the provider a generation belongs to; what it says goes into the generation's timeline."""

    def watch(exchange: Exchange) -> None:
        if exchange.problem:
            history.note(
                generation,
                f"{exchange.operation}: {exchange.problem}",
                {
                    "sent": exchange.sent,
                    "status": exchange.status,
                    "received": (exchange.received or "")[:4000],
                },
            )

    return _client(connection_of(generation), watch)


def masked(secret: str) -> str:
    """Enough to tell two keys apart, too little to use one; empty when there is none."""
    return (MASK + (secret[-4:] if len(secret) >= SHOWN_FROM_LENGTH else "")) if secret else ""


def callback_address(generation: Generation) -> str:
    """Where the provider is to call back about this generation. Whoever knows it may say so: it is a secret."""
    path = reverse("studio:callback", args=[generation.callback_token])
    return connection_of(generation).callback_base + path


def own_hosts(generation: Generation) -> set[str]:
    """The hosts whose files are the provider's own, as outgoing.fetch takes them."""
    at = connection_of(generation)
    return {outgoing.host_of(at.base_url), outgoing.host_of(at.upload_url)}


def _client(at: Connection, watch: Callable[[Exchange], None] | None) -> Client:
    pacer = FilePacer(settings.DATA_DIR / "pace")
    return Client(at.base_url, at.key, upload_url=at.upload_url, pacer=pacer, watch=watch)


def _embedded() -> Connection:
    return Connection(
        base_url=settings.ENGINE_URL,
        upload_url=settings.ENGINE_URL,
        key=settings.ENGINE_KEY,
        webhook_key=settings.ENGINE_WEBHOOK_KEY,
        callback_base=settings.LOCAL_URL,
        is_embedded=True,
    )


def _kie(team: Team) -> Connection:
    return Connection(
        base_url=team.provider_url or KIE_URL,
        upload_url=team.provider_upload_url or KIE_UPLOAD_URL,
        key=team.provider_key,
        webhook_key=team.provider_webhook_key,
        callback_base=settings.BASE_URL,
        is_embedded=False,
    )
