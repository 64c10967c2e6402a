"""What makes every task end and every callback go out, whatever was killed: find what has fallen silent."""

from collections.abc import Callable

from suno_web.engine import composing, delivering, processing, rendering, retrying, writing
from suno_web.engine.models import Task, Track, Work
from suno_web.suno.states import Family


def due() -> bool:
    """Whether a sweep would find anything to do."""
    silent = (Task.objects.overdue(), Track.objects.overdue(), delivering.overdue())
    return any(rows.exists() for rows in silent)


def sweep() -> None:
    """Queue again what the queue lost, try again or fail what died at work, deliver what is owed."""
    for task in Task.objects.overdue():
        queue = _queue_of(task)
        if task.state == Work.State.RUNNING:
            retrying.again(task, task, queue)
        elif task.wait_on():
            queue(task)
    for track in Track.objects.overdue().select_related("task"):
        if track.state == Work.State.RUNNING:
            rendering.try_again(track)
        elif track.wait_on():
            rendering.queue(track)
    delivering.start(delivering.overdue())


def _queue_of(task: Task) -> Callable[[Task], None]:
    return {Family.MUSIC: composing.queue, Family.LYRICS: writing.queue}.get(
        Family(task.family), processing.queue
    )
