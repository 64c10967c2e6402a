"""The text stage of music: understand the request, fetch and hear what it is made from, find the words, make room
for the takes."""

import logging
import uuid
from typing import TYPE_CHECKING, Any

from suno_web import background
from suno_web.engine import (
    delivering,
    files,
    leases,
    musician,
    planning,
    rendering,
    retrying,
    stages,
    warming,
)
from suno_web.engine.models import Task, Track
from suno_web.engine.shelving import FileShelf
from suno_web.engine.sourcing import Unusable

if TYPE_CHECKING:
    from suno_web.engine.music.shelf import Work

logger = logging.getLogger(__name__)

MOST_TITLE = 200
# What of a request is sung, shown or understood.
TEXTS = ("prompt", "style", "tags", "title", "full_lyrics")


def compose(task_id: str) -> None:
    """Task: do the text stage, then render the first take here and the second in another worker.

    Rendering at once, rather than through the queue, saves the listener a wait before the first sound.
    """
    if not (task := Task.objects.claim(task_id)):
        return
    try:
        with leases.held(task):
            tracks = write_text(task)
    except Unusable as problem:
        delivering.start(stages.refused(task, str(problem)))
        return
    except Exception:
        logger.exception("the text of task %s failed", task.pk)
        retrying.again(task, task, queue)
        return
    finally:
        warming.give_back_memory()
    for track in tracks[1:]:
        rendering.queue(track)
    for track in tracks[:1]:
        rendering.render(str(track.pk))


def write_text(task: Task) -> list[Track]:
    """Do the text stage of a claimed task. Returns its takes; none when the content filter stopped it.

    Raises Unusable.
    """
    if musician.objectionable(*_texts(planning.request_of(task))):
        delivering.start(stages.moderated(task))
        return []
    works = planning.works(task, FileShelf())
    # One song has one name, whichever take of it one hears.
    title = planning.title_of(task, works[0])
    tracks = [_track(task, index, title, work) for index, work in enumerate(works)]
    for track in tracks:
        files.folder(track.pk).mkdir(parents=True)
    owed = stages.text_done(task, tracks)
    if not task.tracks.filter(pk=tracks[0].pk).exists():
        # Another run of this task was faster.
        for track in tracks:
            files.discard(track.pk)
        return []
    delivering.start(owed)
    return tracks


def queue(task: Task) -> None:
    """Have it done by the next free worker."""
    background.enqueue(compose, task.pk, cluster="engine")


def _texts(request: Any) -> list[str]:
    return [getattr(request, field, "") for field in TEXTS]


def _track(task: Task, index: int, title: str, work: "Work") -> Track:
    """A take to be rendered as planned."""
    return Track(
        id=uuid.uuid4(),
        task=task,
        index=index,
        title=title[:MOST_TITLE],
        tags=work.style,
        lyrics=planning.whole_lyrics(task) or work.lyrics_text,
        seconds=round(work.seconds, 2),
        plan=work.to_json(),
    )
