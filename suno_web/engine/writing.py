"""Lyrics without music: a few sets to choose from."""

import logging

from suno_web import background
from suno_web.engine import delivering, musician, stages
from suno_web.engine.models import Task
from suno_web.suno import schemas
from suno_web.suno.states import Family

logger = logging.getLogger(__name__)

AT_ONCE = 3


def write(task_id: str) -> None:
    """Task: write the lyrics that were asked for."""
    if not (task := Task.objects.claim(task_id)):
        return
    try:
        theme = schemas.LyricsRequest.model_validate(task.request).prompt
        if musician.objectionable(theme):
            delivering.start(stages.moderated(task))
            return
        found = musician.lyrics_about(theme, seed=task.seed)
        variants = [schemas.Lyrics(text=one.text, title=one.title, status="complete") for one in found]
        delivering.start(stages.lyrics_done(task, variants))
    except Exception:
        logger.exception("lyrics task %s failed", task.pk)
        try_again(task)


def write_waiting() -> None:
    """Write what is queued behind renders. Whoever comes to it in the queue finds it done."""
    waiting = Task.objects.filter(family=Family.LYRICS, state=Task.State.WAITING)
    for task_id in waiting.values_list("pk", flat=True)[:AT_ONCE]:
        write(task_id)


def queue(task: Task) -> None:
    """Have it done by the next free worker."""
    background.enqueue(write, task.pk, cluster="engine")


def try_again(task: Task) -> None:
    """Queue a task whose run died once more, or fail it."""
    if task.wait_again():
        queue(task)
    elif task.is_current():
        delivering.start(stages.failed(task))
