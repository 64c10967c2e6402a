"""What a cluster's workers do beside their tasks: show that they live while a long one keeps them busy."""

import logging
import threading
from typing import Any

from django.db import DatabaseError, connection
from django_q.signals import post_execute_in_worker, post_spawn, pre_execute

from suno_web.operate import pulses

logger = logging.getLogger(__name__)

# A task shorter than this needs no sign of its own: the heartbeat behind it is answered soon enough.
SIGN_EVERY = 5.0


class AtWork:
    """Gives a cluster's sign of life from a worker as long as it executes a task.

    Heartbeats are tasks, so they wait while every worker renders. Without this sign a busy cluster would look
    like a stuck one and be shot. A task that never ends is django-q2's to stop, by the cluster's time limit.
    """

    def __init__(self, cluster: str) -> None:
        self.cluster = cluster
        self.executing = threading.Event()

    def connect(self) -> None:
        """Follow this process and the workers it forks."""
        post_spawn.connect(self._begin, weak=False)
        pre_execute.connect(self._taken, weak=False)
        post_execute_in_worker.connect(self._done, weak=False)

    def _begin(self, **_: Any) -> None:
        self.finished = threading.Event()
        self.finished.set()
        threading.Thread(target=self._watch, name="at-work", daemon=True).start()

    def _taken(self, **_: Any) -> None:
        self.finished.clear()
        self.executing.set()

    def _done(self, **_: Any) -> None:
        self.executing.clear()
        self.finished.set()

    def _watch(self) -> None:
        while self.executing.wait():
            if not self.finished.wait(SIGN_EVERY):
                self._sign()

    def _sign(self) -> None:
        try:
            pulses.hear(self.cluster)
        except DatabaseError as problem:
            # The next sign may get through; the task itself must not suffer.
            logger.warning("The %s cluster could not give a sign of life: %s", self.cluster, problem)
        finally:
            connection.close()
