"""The text stage of a song: understand the request, find the words, make room for the takes."""

import logging
import uuid
from typing import TYPE_CHECKING

from suno_web import background
from suno_web.engine import delivering, files, musician, rendering, stages
from suno_web.engine.models import Task, Track
from suno_web.suno import schemas

if TYPE_CHECKING:
    from suno_web.engine.music.production import Plan

logger = logging.getLogger(__name__)

MOST_TITLE = 200


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
    given = musician.words_given(request)
    first = musician.planned(brief, given, seed=task.seed)
    # The second take sings the same words to another tune.
    plans = [first, musician.planned(brief, given or first.lyrics, seed=task.seed + 1)]
    title = (request.custom_mode and request.title) or musician.title_of(first)
    tracks = [_track(task, index, title, plan) for index, plan in enumerate(plans)]
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


def _track(task: Task, index: int, title: str, plan: "Plan") -> Track:
    """A take to be rendered as planned."""
    words = plan.lyrics if plan.song.lines else None
    return Track(
        id=uuid.uuid4(),
        task=task,
        index=index,
        title=title[:MOST_TITLE],
        tags=plan.brief.style,
        lyrics=words.text if words else "",
        seconds=round(plan.seconds, 2),
        plan=plan.to_json(),
    )


def try_again(task: Task) -> None:
    """Queue a task whose run died once more, or fail it."""
    if task.wait_again():
        queue(task)
    elif task.is_current():
        delivering.start(stages.failed(task))
