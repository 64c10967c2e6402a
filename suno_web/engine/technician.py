"""The way to what `engine.music` does with recordings: files, analysis, separation, notes, video.

As in `musician`, imports are inside the functions, because the web process must not carry any of it.
"""

import itertools
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from suno_web.suno import limits

if TYPE_CHECKING:
    import numpy as np

    from suno_web.engine.music.analysis.model import Analysis
    from suno_web.engine.music.rendered import Rendered
    from suno_web.engine.music.score import TimedWord
    from suno_web.engine.music.shelf import Work


def save_mp3(path: Path, rendered: "Rendered", *, title: str, tags: str, lyrics: str, cover: bytes) -> None:
    """The finished take as a tagged MP3."""
    from suno_web.engine.music import audiofile

    audiofile.write_mp3(path, rendered.audio, title=title, style=tags, lyrics=lyrics, cover=cover)


def keep_master(path: Path, audio: "np.ndarray") -> None:
    """Audio without loss, to be read back with `audio_of`."""
    from suno_web.engine.music import wavfile

    wavfile.keep_master(path, audio)


def audio_of(path: Path) -> "np.ndarray":
    """Audio that was kept without loss, float32 (frames, 2)."""
    import soundfile

    audio: np.ndarray = soundfile.read(path, dtype="float32", always_2d=True)[0]
    return audio


def seconds_of(path: Path) -> float:
    """How long kept audio is."""
    import soundfile

    return float(soundfile.info(path).duration)


def save_wav(path: Path, master: Path) -> None:
    """Audio that was kept, as WAV of 44.1 kHz and 24 bits."""
    from suno_web.engine.music import wavfile

    wavfile.write_from_master(path, master)


class Undecodable(Exception):
    """A file is no audio that can be used; str() says why, in words for a person."""


def decode(path: Path, into: Path) -> None:
    """Any audio file as audio without loss. Raises Undecodable."""
    from suno_web import decoding

    try:
        decoded = decoding.decode(path, longest=float(limits.LONGEST_UPLOAD))
    except decoding.TooLong as problem:
        minutes = limits.LONGEST_UPLOAD // 60
        raise Undecodable(f"The audio is longer than {minutes} minutes.") from problem
    except decoding.Unplayable as problem:
        raise Undecodable("The file is not audio that can be read, or it is incomplete.") from problem
    keep_master(into, decoded.audio)


def analysed(audio: "np.ndarray") -> "Analysis":
    """Tempo, beats, key, chords and the like, heard in the audio."""
    from suno_web.engine.music import analysis

    return analysis.analyse(audio)


def analysis_of(kept: dict[str, Any]) -> "Analysis":
    """An analysis as it was stored."""
    from suno_web.engine.music.analysis.model import Analysis

    return Analysis.from_json(kept)


def stems_in(folder: Path) -> "dict[str, np.ndarray] | None":
    """The stems that a render kept in a folder, read from disk as they are used; None if there are none."""
    from suno_web.engine.music import stems

    return stems.kept(folder)


def separate(audio: "np.ndarray", folder: Path) -> None:
    """Take music from elsewhere apart, as well as that can be heard, into a folder of stems."""
    from suno_web.engine.music import separation
    from suno_web.engine.music.stems import FileKeeper

    keeper = FileKeeper(folder)
    for name, sound in separation.split(audio).items():
        keeper.write(name, 0, sound.T)
    keeper.close(len(audio))


def save_stems(
    folder: Path,
    stems: "Mapping[str, np.ndarray]",
    audio: "np.ndarray | None",
    *,
    split: bool,
    progress: Callable[[float], None],
) -> dict[str, Path]:
    """A file for each stem that sounds, by the contract's names: every player, or the voice and the rest.

    audio: the finished song, whose level they take on.
    """
    from suno_web.engine.music import stemfiles

    return stemfiles.write(
        folder, stems, audio=audio, split=split, kind="flac" if split else "mp3", progress=progress
    )


def written_notes(work: "Work", stems: Sequence[str] | None) -> list[dict[str, Any]] | None:
    """The notes in a song's score, of some stems or all; None where a work is more than a score."""
    from suno_web.engine.music import midifile
    from suno_web.engine.music.production import Plan

    if not isinstance(work, Plan):
        return None
    if stems is None:
        return [one.to_json() for one in midifile.instruments(work.song)]
    # Those who ask for the voice or the rest have the voice or the rest.
    wanted: set[str] = set(stems)
    return [
        one.to_json()
        for stem in ("vocal", "backing_vocals", *_PLAYED)
        if stem in wanted or (stem in _PLAYED and "instrumental" in wanted)
        for one in midifile.instruments(work.song, stem)
    ]


_PLAYED = (
    "drums", "bass", "guitar", "keyboard", "percussion", "strings", "synth", "fx", "brass", "woodwinds",
)  # fmt: skip


def heard_notes(path: Path, stem: str, label: str) -> list[dict[str, Any]]:
    """The notes that are heard in a stem, listened to as what it is."""
    from suno_web.engine.music import transcription

    kinds: dict[str, transcription.Kind] = {"vocal": "vocal", "drums": "drums"}
    found = transcription.notes(audio_of(path), kind=kinds.get(stem, "polyphonic"), name=label)
    return [one.to_json() for one in found]


def heard_words(stems: "Mapping[str, np.ndarray]", lyrics: str) -> "tuple[TimedWord, ...]":
    """When known words are heard in the voice among stems; none where there is no voice."""
    from suno_web.engine.music import alignment
    from suno_web.engine.music.stems import separated

    voice = separated(stems).get("vocal")
    return () if voice is None else alignment.align(voice, lyrics)


def save_video(
    path: Path,
    *,
    audio: "np.ndarray",
    cover: bytes,
    title: str,
    author: str,
    domain: str,
    words: Sequence[Mapping[str, Any]],
    progress: Callable[[float], None],
) -> None:
    """A music video. words: as they were stored with the take."""
    from suno_web.engine.music import video

    lines = [
        video.LyricLine(" ".join(one["text"] for one in line), line[0]["start"], line[-1]["end"])
        for line in _lines(words)
    ]
    video.write_mp4(
        path,
        audio=audio,
        cover=cover,
        title=title,
        author=author,
        domain=domain,
        lines=lines,
        progress=progress,
    )


def _lines(words: Sequence[Mapping[str, Any]]) -> list[list[Mapping[str, Any]]]:
    return [list(line) for _, line in itertools.groupby(words, key=lambda word: word["line"])]
