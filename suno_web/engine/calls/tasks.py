"""Writing down what was asked for, and finding it again."""

import secrets
from typing import Any

from suno_web.engine.models import Account, Task, Track
from suno_web.suno import checks, prices
from suno_web.suno.operations import Operation
from suno_web.suno.states import Family


def created(
    account: Account,
    operation: Operation[Any, Any],
    asked: checks.Request,
    *,
    source: Track | None = None,
    parent: Task | None = None,
) -> Task:
    """A new task for what is asked."""
    return Task.objects.create(
        account=account,
        family=str(operation.callbacks),
        operation=operation.name,
        source=source,
        parent=parent,
        request=asked.model_dump(mode="json", by_alias=True, exclude_none=True),
        callback_url=getattr(asked, "call_back_url", ""),
        price=prices.price(operation.price_of(asked)),
        seed=secrets.randbelow(2**31),
    )


def found(account: Account, family: Family, task_id: str) -> Task | None:
    """The account's task of this family; None for strangers' and other families'."""
    # Polled three times a second: what is large of the source stays where it is.
    tasks = Task.objects.select_related("source__task").defer(
        "source__plan", "source__words", "source__peaks"
    )
    return tasks.filter(account=account, family=family, pk=task_id).first()
