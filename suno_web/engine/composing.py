"""The text stage of a song: understand the request, find the words, make room for the takes."""

import logging
import uuid

from suno_web import background
from suno_web.engine import delivering, files, musician, rendering, stages
from suno_web.engine.models import Task, Track
from suno_web.suno import schemas

logger = logging.getLogger(__name__)

TAKES = 2


def compose(task_id: str) -> None:
    """Task: do the text stage, then render the first take here and the second in another worker.

    Rendering at once, rather than through the queue, saves the listener a wait before the first sound.
    """
    if not (task := Task.objects.claim(task_id)):
        return
    try:
        tracks = write_text(task)
    except Exception:
        logger.exception("the text of task %s failed", task.pk)
        try_again(task)
        return
    for track in tracks[1:]:
        rendering.queue(track)
    for track in tracks[:1]:
        rendering.render(str(track.pk))


def write_text(task: Task) -> list[Track]:
    """Do the text stage of a claimed task. Returns its takes; none when the content filter stopped it."""
    request = schemas.GenerateRequest.model_validate(task.request)
    if musician.objectionable(request.prompt, request.style, request.title):
        delivering.start(stages.moderated(task))
        return []
    brief = musician.understood(request, seed=task.seed)
    words = musician.words_for(request, brief, seed=task.seed)
    title = request.title if request.custom_mode else (words and words.title) or brief.title
    task.brief = brief.as_json()
    tracks = [
        Track(
            id=uuid.uuid4(),
            task=task,
            index=index,
            seed=task.seed + index,
            title=(title or "Untitled")[:200],
            tags=brief.style,
            lyrics=words.text if words else "",
        )
        for index in range(TAKES)
    ]
    for track in tracks:
        files.folder(track.pk).mkdir(parents=True)
    if not (owed := stages.text_done(task, tracks)):
        # Another run of this task was faster.
        for track in tracks:
            files.discard(track.pk)
        return []
    delivering.start(owed)
    return tracks


def queue(task: Task) -> None:
    """Have it done by the next free worker."""
    background.enqueue(compose, task.pk, cluster="engine")


def try_again(task: Task) -> None:
    """Queue a task whose run died once more, or fail it."""
    if task.wait_again():
        queue(task)
    else:
        delivering.start(stages.failed(task))
