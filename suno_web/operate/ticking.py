"""The ticker: looks every second at what is due and queues it. It does no work, so nothing holds it up."""

import logging
import time
from collections.abc import Callable, Sequence
from functools import partial

from django.db import connections

from suno_web import background
from suno_web.operate import errands, pulses
from suno_web.operate.errands import Errand
from suno_web.operate.models import Pulse

logger = logging.getLogger(__name__)

TICK = 1.0


class Ticker:
    """Queues heartbeats and errands for these clusters."""

    def __init__(self, clusters: Sequence[str], heartbeat: float) -> None:
        self.clusters = clusters
        self.heartbeat = heartbeat
        self.next: dict[str, float] = {}
        self.failing: set[str] = set()

    def run(self) -> None:
        """Tick until the process is told to end."""
        while True:
            self.tick()
            time.sleep(TICK)

    def tick(self) -> None:
        """Queue what is due now. One failure, such as a database that restarts, spoils one duty once."""
        self._when_due(pulses.TICKER, self.heartbeat, partial(pulses.hear, pulses.TICKER))
        for cluster in self.clusters:
            self._when_due(cluster, self.heartbeat, partial(self._ask, cluster))
        for errand in errands.ERRANDS:
            if errand.cluster in self.clusters:
                self._when_due(errand.name, errand.every, partial(self._queue, errand))

    def _when_due(self, name: str, every: float, duty: Callable[[], None]) -> None:
        now = time.monotonic()
        if now < self.next.get(name, 0.0):
            return
        # A little early rather than a whole tick late.
        self.next[name] = now + every - TICK / 2
        try:
            duty()
            self.failing.discard(name)
        except Exception as problem:
            # At length the first time; a fault that lasts must not bury the log.
            logger.error("Could not see to “%s”: %s", name, problem, exc_info=name not in self.failing)
            self.failing.add(name)
            connections.close_all()

    def _ask(self, cluster: str) -> None:
        """Send a heartbeat unless one is still owed: a stuck cluster must not gather a heap of them."""
        if _silence(cluster) == 0.0:
            pulses.ask(cluster)
            background.enqueue(errands.beat, cluster, cluster=cluster)

    def _queue(self, errand: Errand) -> None:
        if errand.due() and not 0.0 < _silence(errand.name) < errand.patience:
            pulses.ask(errand.name)
            background.enqueue(errands.run, errand.name, cluster=errand.cluster)


def _silence(name: str) -> float:
    pulse = Pulse.objects.filter(pk=name).first()
    return pulse.silence if pulse else 0.0
