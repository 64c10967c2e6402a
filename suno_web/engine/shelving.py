"""The shelf of the engine: what a reference names, found among our files and made where it is missing."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from suno_web.engine import files, musician, stemstore, technician
from suno_web.engine.models import Track

if TYPE_CHECKING:
    import numpy as np

    from suno_web.engine.music.analysis.model import Analysis
    from suno_web.engine.music.score import TimedWord
    from suno_web.engine.music.shelf import Work


class FileShelf:
    """engine.music.shelf.Shelf over takes and sources. Who may use which is decided before, in `sourcing`."""

    def audio(self, ref: str) -> "np.ndarray":
        return technician.audio_of(self.lossless(ref))

    def lossless(self, ref: str) -> Path:
        """The file that `audio` reads."""
        path = _lossless(ref)
        if not path.exists() and (track := _track(ref)):
            # It was made before masters were kept.
            self._render_again(track)
        if not path.exists():
            raise KeyError(ref)
        return path

    def work(self, ref: str) -> "Work | None":
        track = _track(ref)
        return musician.work_of(track.plan) if track else None

    def words(self, ref: str) -> "tuple[TimedWord, ...]":
        track = _track(ref)
        return musician.timed(track.words) if track else ()

    def stems(self, ref: str) -> "dict[str, np.ndarray]":
        """As `Shelf` says. They are read from disk as they are used."""
        name = _name(ref)
        with stemstore.making(name):
            if (found := technician.stems_in(files.stems(name))) is None:
                self._make_stems(ref)
                found = technician.stems_in(files.stems(name))
        stemstore.touch(name)
        return found or {}

    def _make_stems(self, ref: str) -> None:
        if track := _track(ref):
            self._render_again(track)
        else:
            folder = stemstore.new(_name(ref))
            technician.separate(self.audio(ref), folder)
            stemstore.keep(folder, _name(ref))

    def analysis(self, ref: str) -> "Analysis":
        path = _folder(ref) / "analysis.json"
        if path.exists():
            return technician.analysis_of(json.loads(path.read_text(encoding="utf-8")))
        found = technician.analysed(self.audio(ref))
        files.write(path, json.dumps(found.to_json()).encode())
        return found

    def _render_again(self, track: Track) -> None:
        """Make the master and the stems of a take anew. A work always sounds the same."""
        folder = stemstore.new(str(track.pk))
        rendered = musician.performed(musician.work_of(track.plan), self, stems=folder)
        stemstore.keep(folder, str(track.pk))
        keep_master(track, rendered.audio)


def keep_master(track: Track, audio: "np.ndarray") -> None:
    """Put a take's lossless audio in place whole."""
    part = files.folder(track.pk) / f".master-{track.attempts}.flac"
    technician.keep_master(part, audio)
    part.replace(files.master(track.pk))


def _track(ref: str) -> Track | None:
    """The take of a reference, None for music from elsewhere. Raises KeyError when it is gone."""
    kind, _, name = ref.partition(":")
    if kind != "track":
        return None
    if not (track := Track.objects.filter(pk=name, has_files=True).first()):
        raise KeyError(ref)
    return track


def _name(ref: str) -> str:
    return ref.partition(":")[2]


def _folder(ref: str) -> Path:
    kind, _, name = ref.partition(":")
    return files.root() / name if kind == "track" else files.source(name)


def _lossless(ref: str) -> Path:
    return _folder(ref) / ("master.flac" if ref.startswith("track:") else "audio.flac")
