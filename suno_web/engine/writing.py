"""Lyrics without music: a few sets to choose from."""

import logging

from suno_web import background
from suno_web.engine import delivering, musician, retrying, stages
from suno_web.engine.models import Task
from suno_web.suno import schemas

logger = logging.getLogger(__name__)


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
        retrying.again(task, task, queue)


def queue(task: Task) -> None:
    """Have it done by the next free worker."""
    background.enqueue(write, task.pk, cluster="engine")
