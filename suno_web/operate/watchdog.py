"""Notices a part that runs and does nothing, which no exit code tells.

django-q2 deadlocks for good when an idle worker is killed while it waits at the queue, as the kernel does
when memory runs out: the sentinel starts another worker, and that waits for a lock nobody will give back.
"""

import logging
import time

from django.db import DatabaseError, connections

from suno_web import background
from suno_web.operate import pulses
from suno_web.operate.models import Pulse
from suno_web.operate.supervisor import Part, Supervisor

logger = logging.getLogger(__name__)

LOOK_EVERY = 2.0
# The engine loads its instruments and voices before it can be heard.
START_WITHIN = 120.0


class Watchdog:
    """Restarts clusters and the ticker when they stay silent for longer than `limit` seconds."""

    def __init__(self, limit: float) -> None:
        self.limit = limit
        self.looked_at = time.time()
        # Silence is counted from here at the earliest: before, nobody could have been heard.
        self.listening_since = time.time()

    def look(self, supervisor: Supervisor) -> None:
        """Called often; looks now and then."""
        now = time.time()
        if now - self.looked_at < LOOK_EVERY:
            return
        if now - self.looked_at > self.limit / 2:
            # The machine slept, or this process was held up: the others were too.
            self.listening_since = now
        self.looked_at = now
        try:
            silent = self._silent(now)
        except DatabaseError as problem:
            logger.warning("The watchdog cannot read the database: %s", problem)
            connections.close_all()
            self.listening_since = time.time()
            return
        for name in silent:
            part = supervisor.parts.get(name)
            if part and part.process and time.monotonic() - part.started_at > self.limit:
                supervisor.restart(part, f"no sign of life for {self.limit:g} s.")

    def _silent(self, now: float) -> list[str]:
        if now - self.listening_since < self.limit:
            return []
        return [pulse.name for pulse in Pulse.objects.all() if self._owes(pulse) > self._allowed(pulse)]

    def _allowed(self, pulse: Pulse) -> float:
        return self.limit if pulse.heard_at else max(self.limit, START_WITHIN)

    def _owes(self, pulse: Pulse) -> float:
        """For how long a sign is owed. The ticker gives its own unasked; clusters answer the ticker."""
        if pulse.name == pulses.TICKER:
            return pulse.age or 0.0
        return min(pulse.silence, pulse.age) if pulse.age is not None else pulse.silence


def forget(part: Part) -> None:
    """Clear what a dead part owed, and let its cluster's next life begin with the tasks that it had taken."""
    try:
        pulses.expect([part.name])
        if part.name in pulses.CLUSTERS:
            background.hand_out_again(part.name)
    except DatabaseError as problem:
        logger.warning("Could not hand out again what %s had taken: %s", part.name, problem)
        connections.close_all()
