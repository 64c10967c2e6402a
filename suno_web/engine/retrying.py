"""What becomes of work whose run died."""

from collections.abc import Callable
from typing import TypeVar

from suno_web.engine import delivering, stages
from suno_web.engine.models import Task, Work

WorkT = TypeVar("WorkT", bound=Work)


def again(row: WorkT, task: Task, queue: Callable[[WorkT], None]) -> None:
    """Queue a row once more, or fail its task. A run that was superseded does neither."""
    if row.wait_again():
        queue(row)
    elif row.is_current():
        delivering.start(stages.failed(task))
