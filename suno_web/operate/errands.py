"""What must happen again and again, whoever is using the studio."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from suno_web.operate import pulses
from suno_web.studio import sweeping

logger = logging.getLogger(__name__)


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
    task: Callable[[], None]
    due: Callable[[], bool] = always
    patience: float = 120.0


ERRANDS = [
    Errand("sweep", "studio", every=1, task=sweeping.sweep, due=sweeping.due),
]


def run(name: str) -> None:
    """Do the errand, as a task of its cluster."""
    errand = next(one for one in ERRANDS if one.name == name)
    try:
        errand.task()
    except Exception as problem:
        logger.exception("The errand “%s” failed", name)
        pulses.hear(name, type(problem).__name__)
    else:
        pulses.hear(name)


def beat(cluster: str) -> None:
    """The heartbeat: that a worker came to run it is the message."""
    pulses.hear(cluster)
