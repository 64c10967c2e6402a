"""Takes made of kept audio and new music, joined just before bar lines.

Kept audio goes through untouched, sample by sample. A join lies inside the new part: over a fortieth of a second
the one turns into the other.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from typing import Any, ClassVar, Self

import numpy as np

from suno_web.engine.music import audiofile, fitting, genres, matching, wording
from suno_web.engine.music.fitting import Surroundings
from suno_web.engine.music.master import loudness, true_peak
from suno_web.engine.music.matching import AROUND_S, FADE
from suno_web.engine.music.production import Plan, mixed
from suno_web.engine.music.rendered import Rendered, SectionTime
from suno_web.engine.music.score import TimedWord
from suno_web.engine.music.shelf import Shelf
from suno_web.engine.music.stems import StemKeeper
from suno_web.engine.music.synth import RATE

PIECE = 1 << 17
# What separation calls its parts, where the desk has another word.
DESK_NAMES: Mapping[str, str] = {"vocal": "vocals", "instrumental": "fx", "other": "synth"}


@dataclass(frozen=True, slots=True)
class Kept:
    """A stretch of audio as it is on the shelf, from and to a second of it."""

    ref: str
    start_s: float
    end_s: float

    @property
    def frames(self) -> int:
        return round(self.end_s * RATE) - round(self.start_s * RATE)


@dataclass(frozen=True, slots=True)
class New:
    """New music: a plan's audio from a second of it on, for some seconds.

    What the plan has before and after leads in and out: where foreign is not set, it is what the neighbours play
    there too, so that it rings on in the new part and shows how loud the part must be. instead: the audio whose
    place it takes, where it takes one; then it is as loud as that.
    """

    plan: Plan
    since_s: float
    seconds: float
    foreign: bool = False
    instead: Kept | None = None

    @property
    def frames(self) -> int:
        return round(self.seconds * RATE)


Part = Kept | New


@dataclass(frozen=True, slots=True)
class SplicedWork:
    """Parts one after the other. A work like any other: it can be kept, extended and replaced in again."""

    kind: ClassVar[str] = "spliced"

    parts: tuple[Part, ...]
    title: str
    style: str
    genre: str
    mood: str
    lyrics_text: str
    sections: tuple[SectionTime, ...]
    seed: int

    @property
    def frames(self) -> int:
        return sum(part.frames for part in self.parts)

    @property
    def seconds(self) -> float:
        return self.frames / RATE

    @property
    def placed(self) -> tuple[tuple[int, Part], ...]:
        """Each part with its first frame."""
        starts = accumulate((part.frames for part in self.parts), initial=0)
        return tuple(zip(starts, self.parts, strict=False))

    def render(
        self,
        shelf: Shelf,
        *,
        stream: Callable[[bytes], None] | None = None,
        progress: Callable[[float], None] | None = None,
        keep: StemKeeper | None = None,
    ) -> Rendered:
        """Make the audio. The stream is the finished sound itself: kept parts go out before new ones are made."""
        audio = np.zeros((self.frames, 2), np.float32)
        mp3 = audiofile.Mp3Stream(stream, self.frames) if stream else None
        spoken = list[tuple[TimedWord, ...]]()
        source = cache(shelf.audio)
        for index, (start, part) in enumerate(self.placed):
            if isinstance(part, Kept):
                audio[start : start + part.frames] = _cut(source, part)
                spoken.append(wording.within(shelf.words(part.ref), part.start_s, part.end_s, start / RATE))
                if keep:
                    _keep_kept(part, shelf, start, keep)
            else:
                report = _reporter(progress, start / self.frames, part.frames / self.frames)
                window = _Window(keep, start, part) if keep else None
                mix, words = mixed(part.plan.song, hear=report, keep=window)
                before, after = self._beside(source, index)
                around = Surroundings(
                    before[: max(0, len(before) - FADE)].T,
                    after[FADE:].T,
                    _cut(source, part.instead).T if part.instead else None,
                )
                audio[start : start + part.frames] = _fitted(part, mix, around).T
                _join(audio, start, part, before, after)
                spoken.append(wording.within(words, part.since_s, part.since_s + part.seconds, start / RATE))
            if mp3:
                for piece in _pieces(audio, start, start + part.frames):
                    mp3.write(piece)
            if progress:
                progress(round(0.95 * (start + part.frames) / self.frames, 3))
        if mp3:
            mp3.close()
        if keep:
            keep.close(self.frames)
        whole = np.ascontiguousarray(audio.T)
        rendered = Rendered(
            audio,
            wording.counted(spoken),
            loudness(whole),
            true_peak(whole),
            self.sections,
            audiofile.peaks(audio),
        )
        if progress:
            progress(1.0)
        return rendered

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "parts": [_part_to_json(part) for part in self.parts],
            "title": self.title,
            "style": self.style,
            "genre": self.genre,
            "mood": self.mood,
            "lyrics_text": self.lyrics_text,
            "sections": [[item.name, item.kind, item.start_s, item.end_s] for item in self.sections],
            "seed": self.seed,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        known = {name: value for name, value in data.items() if name != "kind"}
        return cls(
            **known
            | {
                "parts": tuple(_part_from_json(part) for part in data["parts"]),
                "sections": tuple(SectionTime(*item) for item in data["sections"]),
            }
        )

    def _beside(self, source: Callable[[str], np.ndarray], index: int) -> tuple[np.ndarray, np.ndarray]:
        """Kept audio around a new part, (frames, 2): up to its start with a join's length beyond, and from a join's
        length before its end on."""
        before = after = np.zeros((0, 2), np.float32)
        if index and isinstance(part := self.parts[index - 1], Kept):
            start, end = round(part.start_s * RATE), round(part.end_s * RATE)
            before = _stretch(source(part.ref), max(start, end - round(4 * AROUND_S * RATE)), end + FADE)
        if index + 1 < len(self.parts) and isinstance(part := self.parts[index + 1], Kept):
            start, end = round(part.start_s * RATE), round(part.end_s * RATE)
            after = _stretch(source(part.ref), start - FADE, min(end, start + round(4 * AROUND_S * RATE)))
        return before, after


def _fitted(part: New, mix: np.ndarray, around: Surroundings) -> np.ndarray:
    genre = genres.named(part.plan.song.genre)
    start = round(part.since_s * RATE)
    return fitting.fitted(mix, start, part.frames, around, foreign=part.foreign, drive=genre.drive)


def _join(audio: np.ndarray, start: int, part: New, before: np.ndarray, after: np.ndarray) -> None:
    """Let the audio around a new part turn into it and it into what follows, in place."""
    end = start + part.frames
    if len(before):
        audio[start : start + FADE] = matching.crossfaded(before[-FADE:], audio[start : start + FADE])
    if len(after):
        audio[end - FADE : end] = matching.crossfaded(audio[end - FADE : end], after[:FADE])


def _cut(source: Callable[[str], np.ndarray], part: Kept) -> np.ndarray:
    start = round(part.start_s * RATE)
    return source(part.ref)[start : start + part.frames]


def _stretch(audio: np.ndarray, since: int, until: int) -> np.ndarray:
    """Some frames of audio, silence where they lie outside it."""
    inside = audio[max(0, since) : max(0, until)]
    return np.pad(inside, ((max(0, -since), max(0, until - max(since, 0) - len(inside))), (0, 0)))


def _pieces(audio: np.ndarray, since: int, until: int) -> Iterator[np.ndarray]:
    for start in range(since, until, PIECE):
        yield audio[start : min(start + PIECE, until)].T


def _reporter(
    progress: Callable[[float], None] | None, since: float, share: float
) -> Callable[[np.ndarray, float], None]:
    def hear(chunk: np.ndarray, done: float) -> None:
        if progress:
            progress(round(0.95 * (since + share * done), 3))

    return hear


class _Window:
    """Passes on what falls into a new part of its plan's stems, faded in and out at the joins."""

    def __init__(self, keep: StemKeeper, start: int, part: New) -> None:
        self._keep, self._frames = keep, part.frames
        self._shift = round(part.since_s * RATE)
        self._start = start

    def write(self, name: str, since: int, block: np.ndarray) -> None:
        place = since - self._shift
        first, last = max(0, -place), min(block.shape[1], self._frames - place)
        if first < last:
            sound = block[:, first:last] * _edges(place + first, last - first, self._frames)
            self._keep.write(name, self._start + place + first, sound)

    def close(self, frames: int) -> None:
        """The keeper stays open: more parts follow."""


def _keep_kept(part: Kept, shelf: Shelf, start: int, keep: StemKeeper) -> None:
    first = round(part.start_s * RATE)
    for name, stem in shelf.stems(part.ref).items():
        for since in range(0, part.frames, PIECE):
            until = min(since + PIECE, part.frames)
            block = np.asarray(stem[first + since : first + until], np.float32).T
            sound = block * _edges(since, block.shape[1], part.frames)
            keep.write(DESK_NAMES.get(name, name), start + since, sound)


def _edges(place: int, count: int, frames: int) -> np.ndarray:
    """The fader of a part's stems: open, but closed over a join's length at both ends."""
    at = np.arange(place, place + count, dtype=np.float32)
    return np.minimum(1.0, np.minimum(at, frames - 1 - at) / FADE).astype(np.float32)


def _part_to_json(part: Part) -> dict[str, Any]:
    if isinstance(part, Kept):
        return {"ref": part.ref, "start_s": part.start_s, "end_s": part.end_s}
    return {
        "plan": part.plan.to_json(),
        "since_s": part.since_s,
        "seconds": part.seconds,
        "foreign": part.foreign,
        "instead": part.instead and _part_to_json(part.instead),
    }


def _part_from_json(data: dict[str, Any]) -> Part:
    if "plan" not in data:
        return Kept(**data)
    instead = data["instead"] and Kept(**data["instead"])
    return New(**data | {"plan": Plan.from_json(data["plan"]), "instead": instead})
