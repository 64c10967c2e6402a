"""How each thing is made from a take. What is returned is the task's result: names of its files, or notes."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from suno_web.engine import files, musician, naming, sourcing, technician
from suno_web.engine.models import Task, Track
from suno_web.engine.shelving import FileShelf
from suno_web.engine.sourcing import Unusable
from suno_web.suno import limits
from suno_web.suno.states import Family

Progress = Callable[[float], None]
Result = dict[str, Any]

WAV, VIDEO, IMAGES = "audio.wav", "video.mp4", ("cover_1.png", "cover_2.png")


def make(task: Task, progress: Progress) -> Result:
    """Do what a claimed task asks for. Raises Unusable."""
    return _MAKERS[Family(task.family)](task, progress)


def _wav(task: Task, progress: Progress) -> Result:
    track = _source(task)
    with _bench(task) as bench:
        technician.save_wav(bench / WAV, FileShelf().lossless(f"track:{track.pk}"))
    return {"file": WAV}


def _stems(task: Task, progress: Progress) -> Result:
    """True stems at their level in the song; of music from elsewhere what can be heard apart."""
    if task.request.get("taskId"):
        ref = f"track:{_source(task).pk}"
    else:
        ref = sourcing.music_at(task.account, task.request["audioUrl"], most_bytes=limits.SEPARATED_BYTES)
    shelf, kind = FileShelf(), task.request["type"]
    stems = shelf.stems(ref)
    # What was separated is heard as it is; what was mixed here is brought to its level in the finished song.
    audio = shelf.audio(ref) if ref.startswith("track:") else None
    wanted = task.request.get("stemName", "") if kind == "split_stem_advanced" else ""
    with _bench(task) as bench:
        split = kind != "separate_vocal"
        written = technician.save_stems(bench, stems, audio, split=split, progress=progress)
        if wanted:
            kept = naming.only(written, wanted)
            for name in written.keys() - kept.keys():
                written[name].unlink()
            written = kept
    if not written:
        raise Unusable(f"There is no {wanted or 'sound'} to be heard in this audio.")
    parts = {
        name: {"id": str(uuid.uuid4()), "file": path.name, "label": wanted or naming.label(name)}
        for name, path in written.items()
    }
    return {"stems": parts, "seconds": round(sourcing.seconds(ref), 2)}


def _midi(task: Task, progress: Progress) -> Result:
    """The notes of a separation: those of the score where it was our own song, else those that are heard."""
    parent = task.parent
    if parent is None or not parent.result:
        raise Unusable("The separation is not kept any more.")
    asked = task.request.get("audioId")
    parts = {name: part for name, part in parent.result["stems"].items() if not asked or asked == part["id"]}
    work = musician.work_of(parent.source.plan) if parent.source else None
    if work and (written := technician.written_notes(work, list(parts) if asked else None)) is not None:
        return {"instruments": written}
    instruments: list[dict[str, Any]] = []
    for done, (name, part) in enumerate(parts.items(), start=1):
        path = files.made(parent.pk, part["file"])
        if not path.exists():
            raise Unusable("The stems are not kept any more.")
        instruments += technician.heard_notes(path, name, part["label"])
        progress(done / len(parts))
    return {"instruments": instruments}


def _video(task: Task, progress: Progress) -> Result:
    track = _source(task)
    with _bench(task) as bench:
        technician.save_video(
            bench / VIDEO,
            audio=FileShelf().audio(f"track:{track.pk}"),
            cover=files.cover(track.pk).read_bytes(),
            title=track.title,
            author=task.request.get("author", ""),
            domain=task.request.get("domainName", ""),
            words=track.words,
            progress=progress,
        )
    return {"file": VIDEO}


def _cover(task: Task, progress: Progress) -> Result:
    track = task.parent.tracks.first() if task.parent else None
    if not track:
        raise Unusable("The music task is not kept any more.")
    pair = musician.cover_pair(musician.work_of(track.plan), track.title, seed=task.seed)
    with _bench(task) as bench:
        for name, png in zip(IMAGES, pair, strict=True):
            (bench / name).write_bytes(png)
    return {"files": list(IMAGES)}


_MAKERS: dict[Family, Callable[[Task, Progress], Result]] = {
    Family.WAV: _wav,
    Family.STEMS: _stems,
    Family.MIDI: _midi,
    Family.MP4: _video,
    Family.COVER: _cover,
}


def _source(task: Task) -> Track:
    """The take that something is made from, with its files."""
    if not task.source or not task.source.has_files:
        raise Unusable("The track is not kept any more.")
    return task.source


@contextmanager
def _bench(task: Task) -> Iterator[Path]:
    """A folder of this run alone; what is in it in the end is put in place."""
    bench = files.made(task.pk, f".run-{task.attempts}")
    bench.mkdir(parents=True, exist_ok=True)
    yield bench
    for path in bench.iterdir():
        path.replace(files.made(task.pk, path.name))
    bench.rmdir()
