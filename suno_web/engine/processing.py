"""What is made from takes: every family's tasks are done, tried again and ended in the same way."""

import logging
import time

from suno_web import background
from suno_web.engine import delivering, leases, making, retrying, stages, warming
from suno_web.engine.leases import Lease, Superseded
from suno_web.engine.models import Task
from suno_web.engine.sourcing import Unusable

logger = logging.getLogger(__name__)

TELL_EVERY = 1.0


def process(task_id: str) -> None:
    """Task: make what was asked for. Only the run that claims it does; a run that fails is repeated once."""
    if not (task := Task.objects.claim(task_id)):
        return
    try:
        with leases.held(task) as lease:
            result = making.make(task, _Progress(task, lease).reached)
        delivering.start(stages.made(task, result))
    except Superseded:
        logger.warning("task %s was done elsewhere", task.pk)
    except Unusable as problem:
        delivering.start(stages.refused(task, str(problem)))
    except Exception:
        logger.exception("task %s failed", task.pk)
        retrying.again(task, task, queue)
    finally:
        warming.give_back_memory()


def queue(task: Task) -> None:
    """Have it done by the next free worker."""
    background.enqueue(process, task.pk, cluster="engine")


class _Progress:
    """Writes down how far a run is, now and then, and keeps its lease."""

    def __init__(self, task: Task, lease: Lease) -> None:
        self.task, self.lease = task, lease
        self.told = time.monotonic()

    def reached(self, share: float) -> None:
        """share: 0 to 1. Raises Superseded when the task is another run's."""
        if time.monotonic() - self.told >= TELL_EVERY:
            self.told = time.monotonic()
            Task.objects.filter(pk=self.task.pk, attempts=self.task.attempts).update(progress=share)
        self.lease.renew()
