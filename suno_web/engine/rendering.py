"""The sound of one take: streamed while it is rendered, then put in place whole."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

from suno_web import background
from suno_web.engine import delivering, files, musician, stages, warming, writing
from suno_web.engine.models import Track

if TYPE_CHECKING:
    from suno_web.engine.music.production import Plan

logger = logging.getLogger(__name__)

RENEW_EVERY = 5.0
# Lyrics take a moment, a render many seconds: nobody who asked for words waits until a song is done.
LOOK_EVERY = 1.0


class Superseded(Exception):
    """This run is not the take's any more: it was taken for dead, or its task has failed."""


def render(track_id: str) -> None:
    """Task: render a take. Only the run that claims it does; a run that fails is repeated once."""
    if not (track := Track.objects.claim(track_id)):
        return
    try:
        _produce(track)
        delivering.start(stages.take_done(track))
        files.drop_growing(track.pk)
    except Superseded:
        logger.warning("take %s was rendered elsewhere", track.pk)
    except Exception:
        logger.exception("take %s failed", track.pk)
        try_again(track)
    finally:
        warming.give_back_memory()


def queue(track: Track) -> None:
    """Have the take rendered by the next free worker."""
    background.enqueue(render, str(track.pk), cluster="engine")


def try_again(track: Track) -> None:
    """Queue a take whose run died once more, or fail its task."""
    if track.wait_again():
        queue(track)
    elif track.is_current():
        delivering.start(stages.failed(track.task))


def _produce(track: Track) -> None:
    """Render into the take's folder and keep what is known about the result."""
    plan = musician.plan_of(track.plan)
    with _listening(track, plan) as listener:
        rendered = musician.performed(plan, stream=listener.take, progress=listener.reached)
    part = files.folder(track.pk) / f".audio-{track.attempts}.mp3"
    cover = files.cover(track.pk).read_bytes()
    musician.save_mp3(part, rendered, title=track.title, tags=track.tags, lyrics=track.lyrics, cover=cover)
    track.words = [
        {"text": one.text, "start": one.start_s, "end": one.end_s, "line": one.line, "section": one.section}
        for one in rendered.words
    ]
    track.peaks, track.seconds = rendered.peaks, round(rendered.seconds, 2)
    track.save(update_fields=["words", "peaks", "seconds"])
    part.replace(files.audio(track.pk))


class _Listener:
    """Takes the stream of one run to its file, and says now and then that the run is alive."""

    def __init__(self, track: Track, plan: "Plan", file: BinaryIO) -> None:
        self.track, self.plan, self.file = track, plan, file
        self.heard = self.looked = time.monotonic()

    def take(self, mp3: bytes) -> None:
        """More of the song. With the first of it out, there is time to paint the cover."""
        self.file.write(mp3)
        self.file.flush()
        self.reached()
        cover = files.cover(self.track.pk)
        if not cover.exists():
            files.write(cover, musician.cover(self.plan, self.track.title))

    def reached(self, share: float = 0.0) -> None:
        """Renew the lease, and do what is short. Raises Superseded when the take is another run's."""
        now = time.monotonic()
        if now - self.looked >= LOOK_EVERY:
            self.looked = now
            writing.write_waiting()
        if now - self.heard >= RENEW_EVERY:
            self.heard = now
            if not self.track.renew():
                raise Superseded


@contextmanager
def _listening(track: Track, plan: "Plan") -> Iterator[_Listener]:
    with files.growing(track.pk, track.attempts).open("wb") as file:
        yield _Listener(track, plan, file)
