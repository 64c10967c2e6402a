"""The sound of one take: streamed while it is rendered, then put in place whole."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO

from suno_web import background
from suno_web.engine import (
    delivering,
    files,
    leases,
    meanwhile,
    musician,
    planning,
    retrying,
    shelving,
    stages,
    stemstore,
    technician,
    warming,
)
from suno_web.engine.leases import Lease, Superseded
from suno_web.engine.models import Track

if TYPE_CHECKING:
    from suno_web.engine.music.rendered import Rendered
    from suno_web.engine.music.score import TimedWord
    from suno_web.engine.music.shelf import Work

logger = logging.getLogger(__name__)

# What is short is done between two pieces of what is long.
LOOK_EVERY = 1.0
# Section marks count as words here, and some words may not be singable.
LISTEN_BELOW = 0.6


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
    retrying.again(track, track.task, queue)


def _produce(track: Track) -> None:
    """Render into the take's folder and keep what is known about the result."""
    work = musician.work_of(track.plan)
    # To take recordings apart costs more than all the rest, and few ask for it: that is done when somebody does.
    keeps_stems = not _is_of_recordings(track.plan) or planning.whole_lyrics(track.task)
    stems = stemstore.new(str(track.pk)) if keeps_stems else None
    with leases.held(track) as lease:
        with _listening(track, work, lease) as listener:
            rendered = musician.performed(
                work, shelving.FileShelf(), stream=listener.take, progress=listener.reached, stems=stems
            )
        lease.renew()
        listener.paint()
        if stems:
            stemstore.keep(stems, str(track.pk))
        _put_in_place(track, rendered, _words(track, rendered))


def _is_of_recordings(plan: Any) -> bool:
    """Whether music from elsewhere is in a work, by the references in it."""
    if isinstance(plan, dict):
        return str(plan.get("ref", "")).startswith("upload:") or any(map(_is_of_recordings, plan.values()))
    return isinstance(plan, list) and any(map(_is_of_recordings, plan))


def _words(track: Track, rendered: "Rendered") -> "tuple[TimedWord, ...]":
    """When words are sung: known from the score, or listened for where only the words themselves are known."""
    lyrics = planning.whole_lyrics(track.task)
    if len(rendered.words) >= LISTEN_BELOW * len(lyrics.split()):
        return rendered.words
    stems = technician.stems_in(files.stems(str(track.pk))) or {}
    return technician.heard_words(stems, lyrics) or rendered.words


def _put_in_place(track: Track, rendered: "Rendered", words: "tuple[TimedWord, ...]") -> None:
    """Write the files and what is known of the take; the song that listeners wait for comes last."""
    shelving.keep_master(track, rendered.audio)
    part = files.folder(track.pk) / f".audio-{track.attempts}.mp3"
    cover = files.cover(track.pk).read_bytes()
    technician.save_mp3(part, rendered, title=track.title, tags=track.tags, lyrics=track.lyrics, cover=cover)
    track.words = [
        {"text": one.text, "start": one.start_s, "end": one.end_s, "line": one.line, "section": one.section}
        for one in words
    ]
    track.peaks, track.seconds = rendered.peaks, round(rendered.seconds, 2)
    track.save(update_fields=["words", "peaks", "seconds"])
    part.replace(files.audio(track.pk))


class _Listener:
    """Takes the stream of one run to its file, and sees to what may not wait until the render is done."""

    def __init__(self, track: Track, work: "Work", lease: Lease, file: BinaryIO) -> None:
        self.track, self.work, self.lease, self.file = track, work, lease, file
        self.looked = time.monotonic()

    def take(self, mp3: bytes) -> None:
        """More of the song. With the first of it out, there is time to paint the cover."""
        self.file.write(mp3)
        self.file.flush()
        self.reached()
        self.paint()

    def paint(self) -> None:
        """Paint the cover unless it is there."""
        cover = files.cover(self.track.pk)
        if not cover.exists():
            files.write(cover, musician.cover(self.work, self.track.title))

    def reached(self, share: float = 0.0) -> None:
        """Renew the lease, and do what is short. Raises Superseded when the take is another run's."""
        now = time.monotonic()
        if now - self.looked >= LOOK_EVERY:
            self.looked = now
            meanwhile.do_waiting()
        self.lease.renew()


@contextmanager
def _listening(track: Track, work: "Work", lease: Lease) -> Iterator[_Listener]:
    with files.growing(track.pk, track.attempts).open("wb") as file:
        yield _Listener(track, work, lease, file)
