"""Taking tasks off the queue soon after they are put there, without asking the database all the time."""

import time
from typing import Any

from django.db import connections
from django_q.brokers.orm import ORM
from django_q.conf import Conf


class AttentiveBroker(ORM):  # type: ignore[misc]
    """django-q2's queue in the database, which on SQLite is read only when something was written.

    SQLite counts the commits of others (`PRAGMA data_version`, some microseconds to ask). So the wait for a task
    is short although an idle cluster hardly uses the processor.
    """

    LOOK_EVERY = 0.05
    # A task may also become due by the clock, when the time of whoever took it is up.
    READ_EVERY = 2.0

    def __init__(self, list_key: str | None = None) -> None:
        super().__init__(list_key)
        self._version: int | None = None
        self._read_at = 0.0

    def dequeue(self) -> list[tuple[int, str]] | None:
        """Tasks to hand to the workers; none after a short wait when there are none."""
        if connections[Conf.ORM].vendor == "sqlite" and not (self._may_have_tasks() and self.queue_size()):
            time.sleep(self.LOOK_EVERY)
            return None
        tasks: list[tuple[int, str]] | None = super().dequeue()
        if tasks:
            # More may wait behind these.
            self._version = None
        return tasks

    def _may_have_tasks(self) -> bool:
        version, now = self._commits_of_others(), time.monotonic()
        if version == self._version and now - self._read_at < self.READ_EVERY:
            return False
        self._version, self._read_at = version, now
        return True

    def _commits_of_others(self) -> Any:
        connection = connections[Conf.ORM]
        connection.ensure_connection()
        # Straight to the driver: Django's cursor would cost more than the question.
        return connection.connection.execute("PRAGMA data_version").fetchone()[0]

    def set_stat(self, key: str, value: str, timeout: int) -> None:
        """Nothing: django-q2 would write its state to the database twice a second, and nobody reads it."""
