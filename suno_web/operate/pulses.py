"""Asking the parts for a sign of life, and noting the answers."""

from collections.abc import Iterable

from django.utils import timezone

from suno_web.operate.models import Pulse

# The clusters and the ticker: what the health page lists and the supervisor watches.
CLUSTERS = ("studio", "engine")
TICKER = "ticker"
# Known from the errand that looks at it.
PROVIDER = "provider"
# And with a team's id, a provider that has been away since it was asked.
DOWN = "down"

# A part silent for longer counts as down. Heartbeats go out every few seconds, but two renders on two cores
# may keep a worker from a processor for a good while, and a false alarm would cut them off.
HEARTBEAT = 5.0
LIMIT = 30.0


def expect(names: Iterable[str]) -> None:
    """Begin anew with these parts: nothing asked, nothing heard."""
    names = list(names)
    Pulse.objects.filter(name__in=names).delete()
    Pulse.objects.bulk_create([Pulse(name=name) for name in names], ignore_conflicts=True)


def ask(name: str) -> None:
    """Note that the part owes a sign of life from now on."""
    Pulse.objects.update_or_create(name=name, defaults={"asked_at": timezone.now()})


def hear(name: str, problem: str = "") -> None:
    """Note that the part lives, and what is wrong with it if anything is."""
    Pulse.objects.update_or_create(name=name, defaults={"heard_at": timezone.now(), "problem": problem[:300]})
