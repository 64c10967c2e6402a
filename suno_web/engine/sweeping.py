"""What makes every task end and every callback go out, whatever was killed: find what has fallen silent."""

from suno_web.engine import composing, delivering, rendering, writing
from suno_web.engine.models import Task, Track, Work
from suno_web.suno.states import Family


def due() -> bool:
    """Whether a sweep would find anything to do."""
    silent = (Task.objects.overdue(), Track.objects.overdue(), delivering.overdue())
    return any(rows.exists() for rows in silent)


def sweep() -> None:
    """Queue again what the queue lost, try again or fail what died at work, deliver what is owed."""
    for task in Task.objects.overdue():
        activity = writing if task.family == Family.LYRICS else composing
        if task.state == Work.State.RUNNING:
            activity.try_again(task)
        elif task.wait_on():
            activity.queue(task)
    for track in Track.objects.overdue().select_related("task"):
        if track.state == Work.State.RUNNING:
            rendering.try_again(track)
        elif track.wait_on():
            rendering.queue(track)
    delivering.start(delivering.overdue())
