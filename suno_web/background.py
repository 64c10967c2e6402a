"""Work that goes on after the answer: put on django-q2's queue once the transaction commits."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_q.models import OrmQ
from django_q.tasks import async_task


def enqueue(task: Callable[..., Any], *args: str | int, cluster: str = "studio") -> None:
    """Run task(*args) in a worker of the cluster ("studio" or "engine") once this transaction commits."""
    name = f"{task.__module__}.{task.__qualname__}"
    transaction.on_commit(lambda: async_task(name, *args, cluster=cluster))


def hand_out_again(cluster: str) -> int:
    """Make tasks that a dead cluster had taken available at once, and return how many.

    Otherwise they would wait for the queue's `retry`, minutes later. Call it only after the processes are
    gone; should another host run the same cluster, a task may run twice, which every task must bear anyway.
    """
    now = timezone.now()
    taken: int = OrmQ.objects.filter(key=cluster, lock__gt=now).update(lock=now)
    return taken
