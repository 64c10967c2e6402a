"""Saying that a run is alive, so that nobody takes its row for dead and gives it to another."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connection

from suno_web.engine.models import Work

logger = logging.getLogger(__name__)

RENEW_EVERY = 5.0
# Analysing or taking apart eight minutes of music says nothing for longer than that.
SILENT_AFTER = 10.0


class Superseded(Exception):
    """This run is not the row's any more: it was taken for dead, or its task has failed."""


class Lease:
    """One run's hold on its row. The run renews it as it goes; where it cannot, a thread does."""

    def __init__(self, row: Work) -> None:
        self.row = row
        self.renewed_at = time.monotonic()
        self.lost = False
        self.ended = threading.Event()

    def renew(self) -> None:
        """Say that the run is alive, if it is time to. Raises Superseded when the row is another run's."""
        if not self.lost and time.monotonic() - self.renewed_at >= RENEW_EVERY:
            self._renew()
        if self.lost:
            raise Superseded

    def watch(self) -> None:
        """Renew whenever the run is silent, until it ends."""
        try:
            while not self.ended.wait(RENEW_EVERY) and not self.lost:
                if time.monotonic() - self.renewed_at >= SILENT_AFTER:
                    self._renew_beside()
        finally:
            connection.close()

    def _renew(self) -> None:
        self.renewed_at = time.monotonic()
        self.lost = not self.row.renew()

    def _renew_beside(self) -> None:
        try:
            self._renew()
        except DatabaseError as problem:
            # The next try may get through; the run itself must not suffer.
            logger.warning("the lease of %s was not renewed: %s", self.row.pk, problem)


@contextmanager
def held(row: Work) -> Iterator[Lease]:
    """Hold a claimed row for as long as the block runs, whatever it is busy with."""
    lease = Lease(row)
    watcher = threading.Thread(target=lease.watch, name="lease", daemon=True)
    watcher.start()
    try:
        yield lease
    finally:
        lease.ended.set()
        watcher.join()
