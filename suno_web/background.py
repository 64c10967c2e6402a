"""Work that goes on after the answer: put on django-q2's queue once the transaction commits."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django_q.tasks import async_task


def enqueue(task: Callable[..., Any], *args: str | int, cluster: str = "studio") -> None:
    """Run task(*args) in a worker of the cluster ("studio" or "engine") after the current transaction commits."""
    name = f"{task.__module__}.{task.__qualname__}"
    transaction.on_commit(lambda: async_task(name, *args, cluster=cluster))
