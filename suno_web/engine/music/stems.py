"""The stems of a song: what its mix is made of, kept while it is mixed and read back as if it were in memory.

A stem is named as the desk names it ("vocals", "drums", "fx" …). `named` gives the names the contract has, and
`separated` the voice and the rest. Stems are kept before mastering; `balanced` gives them the gain that the bus
and the master had at each moment, so that together they are the finished song.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO, Protocol

import numpy as np
from scipy.ndimage import uniform_filter1d

from suno_web.engine.music.strips import rumble_filter
from suno_web.engine.music.synth import RATE

VOICES = ("vocals", "vocal", "backing_vocals")
# Below this (-80 dBFS) a stem is not worth a file.
SILENT = 1e-4
INDEX = "stems.json"
FRAME_BYTES = 4
# The master's gain is read off this often, and smoothed over so many readings.
HOP, SMOOTHING = 1024, 3
# Stems are worked on in pieces of so many frames, their gain set every few.
PIECE, STEP = 64 * HOP, 32
# A gain beyond this is a reading of noise in a pause.
MOST_GAIN = 16.0

Stems = Mapping[str, np.ndarray]

# The desk's names, and those of a separated recording, with the contract's. It has the lead voice in the singular.
CONTRACT_NAMES: Mapping[str, str] = {
    "vocals": "vocal",
    "vocal": "vocal",
    "instrumental": "instrumental",
    "other": "instrumental",
    "backing_vocals": "backing_vocals",
    "drums": "drums",
    "bass": "bass",
    "guitar": "guitar",
    "keyboard": "keyboard",
    "percussion": "percussion",
    "strings": "strings",
    "synth": "synth",
    "fx": "fx",
    "brass": "brass",
    "woodwinds": "woodwinds",
}


class StemKeeper(Protocol):
    """Takes the stems of a song block by block while it is mixed.

    write: block is float32 (2, frames) and begins at frame `since`; what is never written is silence, what is
    written again counts anew. A block is only valid during the call. close: called by the render with the frames of
    the whole song, after the last block of all.
    """

    def write(self, name: str, since: int, block: np.ndarray) -> None: ...

    def close(self, frames: int) -> None: ...


class MemoryKeeper:
    """Keeps stems in memory, float16 (frames, 2) each once it is closed. For short songs."""

    def __init__(self) -> None:
        self.stems: dict[str, np.ndarray] = {}
        self._blocks: dict[str, list[tuple[int, np.ndarray]]] = {}

    def write(self, name: str, since: int, block: np.ndarray) -> None:
        self._blocks.setdefault(name, []).append((since, block.T.astype(np.float16)))

    def close(self, frames: int) -> None:
        for name, blocks in self._blocks.items():
            stem = np.zeros((frames, 2), np.float16)
            for since, block in blocks:
                stem[since : since + len(block)] = block[: frames - since]
            if np.abs(stem).max(initial=0) > SILENT:
                self.stems[name] = stem
        self._blocks.clear()


class FileKeeper:
    """Keeps each stem as a raw file of interleaved float16 in a folder. What is never written takes no space.

    Half precision costs 0.04 s for three minutes, leaves its noise 66 dB under the music and needs no scale.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[str, BinaryIO] = {}
        self._peaks: dict[str, float] = {}
        folder.mkdir(parents=True, exist_ok=True)
        # Without its index the folder counts as empty until this keeper is closed.
        (folder / INDEX).unlink(missing_ok=True)

    def write(self, name: str, since: int, block: np.ndarray) -> None:
        if name not in self._files:
            self._files[name] = _raw(self._folder, name).open("wb")
        peak = float(np.abs(block).max(initial=0))
        self._peaks[name] = max(peak, self._peaks.get(name, 0.0))
        file = self._files[name]
        file.seek(since * FRAME_BYTES)
        file.write(np.ascontiguousarray(block.T, np.float16).data)

    def close(self, frames: int) -> None:
        for name, file in self._files.items():
            with file:
                file.truncate(frames * FRAME_BYTES)
            if self._peaks[name] <= SILENT:
                _raw(self._folder, name).unlink()
        heard = [name for name, peak in self._peaks.items() if peak > SILENT]
        index = {"rate": RATE, "frames": frames, "stems": heard}
        (self._folder / INDEX).write_text(json.dumps(index), encoding="utf-8")


def kept(folder: Path) -> dict[str, np.ndarray] | None:
    """The stems in a folder as float16 (frames, 2), read from disk as they are used; None if there are none.

    A folder without its index was left by a render that never ended.
    """
    try:
        index = json.loads((folder / INDEX).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    shape = (int(index["frames"]), 2)
    return {name: np.memmap(_raw(folder, name), np.float16, "r", shape=shape) for name in index["stems"]}


def _raw(folder: Path, name: str) -> Path:
    return folder / f"{name}.f16"


def named(stems: Stems) -> dict[str, np.ndarray]:
    """The stems under the contract's names. What it has no name for is counted among the effects."""
    groups: dict[str, list[np.ndarray]] = {}
    for name, stem in stems.items():
        groups.setdefault(CONTRACT_NAMES.get(name, "fx"), []).append(stem)
    return {name: parts[0] if len(parts) == 1 else together(parts) for name, parts in groups.items()}


def separated(stems: Stems) -> dict[str, np.ndarray]:
    """The voice with its doubles, and the sum of the rest, float32: "vocal" and "instrumental".

    A side that nobody plays is left out.
    """
    sides = {
        "vocal": [stem for name, stem in stems.items() if name in VOICES],
        "instrumental": [stem for name, stem in stems.items() if name not in VOICES],
    }
    return {name: together(parts) for name, parts in sides.items() if parts}


def together(parts: Iterable[np.ndarray]) -> np.ndarray:
    """The sum of stems, float32 (frames, 2)."""
    first, *others = parts
    total = first.astype(np.float32)
    for part in others:
        total += part
    return total


class Balance:
    """What bus, fader and master did to the level of a song's stems, moment by moment.

    For every 23 ms and each side, the gain that brings the sum of the stems nearest to the finished song (least
    squares). Rounded peaks and the bus's brightness are no matter of level and stay out: the sum correlates with
    the song at 0.99 and more.
    """

    def __init__(self, stems: Stems, audio: np.ndarray) -> None:
        parts = list(stems.values())
        self.frames = min(len(audio), *(len(part) for part in parts))
        self._rumbles = _fits_better_without_rumble(parts, audio)
        self._gains = self._read(parts, audio)

    def _read(self, parts: list[np.ndarray], audio: np.ndarray) -> np.ndarray:
        """The gain of each side, hop by hop, from the sum of the stems to the finished song."""
        count = -(-self.frames // HOP)
        alike, power = np.zeros((count, 2)), np.zeros((count, 2))
        hops, bus = np.arange(0, PIECE, HOP), rumble_filter()
        for start in range(0, self.frames, PIECE):
            until = min(start + PIECE, self.frames)
            mix = together(part[start:until] for part in parts)
            if self._rumbles:
                mix = bus(np.ascontiguousarray(mix.T), RATE, reset=False).T
            places, here = hops[: -(-len(mix) // HOP)], start // HOP
            alike[here : here + len(places)] = np.add.reduceat(mix * audio[start:until], places)
            power[here : here + len(places)] = np.add.reduceat(mix * mix, places)
        alike, power = (uniform_filter1d(values, SMOOTHING, axis=0) for values in (alike, power))
        # Where next to nothing sounds, the gain of the whole song is the better guess.
        usual = max(0.0, alike.sum()) / max(power.sum(), 1e-9)
        floor = 1e-6 * power.max(initial=0.0) + 1e-12
        return np.asarray(np.clip((alike + floor * usual) / (power + floor), 0, MOST_GAIN))

    def applied(self, stem: np.ndarray) -> np.ndarray:
        """A stem at its level in the finished song, float32 (frames, 2)."""
        sound = np.empty((self.frames, 2), np.float32)
        start = 0
        for block in self.blocks(stem):
            sound[start : start + len(block)] = block
            start += len(block)
        return sound

    def blocks(self, stem: np.ndarray) -> Iterator[np.ndarray]:
        """The same in pieces, one after the other."""
        bus = rumble_filter()
        centres = (np.arange(len(self._gains)) + 0.5) * HOP
        for start in range(0, self.frames, PIECE):
            sound = stem[start : min(start + PIECE, self.frames)].T.astype(np.float32)
            if self._rumbles:
                sound = bus(sound, RATE, reset=False)
            coarse = np.arange(start, start + sound.shape[1], STEP)
            for side in (0, 1):
                curve = np.interp(coarse, centres, self._gains[:, side]).astype(np.float32)
                sound[side] *= np.repeat(curve, STEP)[: sound.shape[1]]
            yield np.ascontiguousarray(sound.T)


def _fits_better_without_rumble(parts: list[np.ndarray], audio: np.ndarray) -> bool:
    """Whether this song went through the desk's bus, whose high-pass turns the phase of everything low.

    Recordings that were joined did not. Ten seconds in the middle tell.
    """
    middle = len(audio) // 2
    some = slice(max(0, middle - 5 * RATE), middle + 5 * RATE)
    mix = together(part[some] for part in parts)
    through = rumble_filter()(np.ascontiguousarray(mix.T), RATE).T
    return _likeness(through, audio[some]) > _likeness(mix, audio[some])


def _likeness(one: np.ndarray, other: np.ndarray) -> float:
    frames = min(len(one), len(other))
    product = float(np.sum(one[:frames] * other[:frames]))
    return product / max(float(np.linalg.norm(one)), 1e-9)
