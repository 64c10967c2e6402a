"""What must happen again and again, whoever is using the studio."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from suno_web.alerts import delivering as alert_delivering
from suno_web.credits import asking, checking
from suno_web.engine import retention
from suno_web.engine import sweeping as engine_sweeping
from suno_web.gateway import telling
from suno_web.live import publishing
from suno_web.operate import pulses, reaching
from suno_web.operate.reaching import ProviderDown
from suno_web.studio import approving, balances
from suno_web.studio import sweeping as studio_sweeping

logger = logging.getLogger(__name__)

HOUR = 3600.0


def always() -> bool:
    return True


@dataclass(frozen=True)
class Errand:
    """One recurring duty: `task` runs in the cluster when `due`, which the ticker asks every `every` seconds.

    Only one run is queued at a time. One that has not ended after `patience` seconds is taken for lost with
    the worker that had it, and another is queued.
    """

    name: str
    cluster: str
    every: float
    task: Callable[[], object]
    due: Callable[[], bool] = always
    patience: float = 120.0


ERRANDS = [
    Errand("sweep", "studio", every=1, task=studio_sweeping.sweep, due=studio_sweeping.due),
    Errand("engine sweep", "engine", every=1, task=engine_sweeping.sweep, due=engine_sweeping.due),
    Errand(pulses.PROVIDER, "studio", every=reaching.EVERY, task=reaching.look_at_provider),
    Errand("balances", "studio", every=300, task=balances.read_balances),
    Errand("callbacks of programs", "studio", every=1, task=telling.tell, due=telling.due),
    Errand("alerts", "studio", every=2, task=alert_delivering.deliver, due=alert_delivering.due),
    Errand("asks", "studio", every=60, task=asking.expire, due=asking.due),
    Errand("approvals", "studio", every=60, task=approving.expire, due=approving.due),
    Errand("books", "studio", every=HOUR / 6, task=checking.check_all, due=checking.due, patience=HOUR),
    Errand("old events", "studio", every=HOUR / 6, task=publishing.prune),
    Errand("old files", "engine", every=HOUR, task=retention.purge),
]


def register(errand: Errand) -> None:
    """Add a duty of an app that this one may not import, from that app's `ready`."""
    if errand.name not in {one.name for one in ERRANDS}:
        ERRANDS.append(errand)


def run(name: str) -> None:
    """Do the errand, as a task of its cluster."""
    errand = next(one for one in ERRANDS if one.name == name)
    try:
        errand.task()
    except ProviderDown as problem:
        pulses.hear(name, str(problem))
    except Exception as problem:
        # The errand comes round again; what failed is in the log.
        logger.exception("The errand “%s” failed", name)
        pulses.hear(name, type(problem).__name__)
    else:
        pulses.hear(name)


def beat(cluster: str) -> None:
    """The heartbeat: that a worker came to run it is the message."""
    pulses.hear(cluster)
