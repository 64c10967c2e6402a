"""Listen to a file with numbers: does it decode, how long is it, what does its waveform look like, how loud is it."""

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import IO

import numpy as np
import numpy.typing as npt
import soundfile

Samples = npt.NDArray[np.float64]

PEAKS = 200
MOST_SECONDS = 15 * 60


class Unplayable(Exception):
    """The file does not decode to sound."""


@dataclass(frozen=True)
class Heard:
    """format: such as "MP3". seconds: decoded length. peaks: PEAKS numbers 0-1. loudness: LUFS, None for silence."""

    format: str
    seconds: float
    peaks: list[float]
    loudness: float | None


def listen(file: IO[bytes]) -> Heard:
    """Decode a whole file block by block, so that memory does not grow with its length. Raises Unplayable."""
    try:
        with soundfile.SoundFile(file) as audio:
            rate, heights, loudness = audio.samplerate, _Peaks(), _Loudness(audio.samplerate, audio.channels)
            frames = 0
            for block in audio.blocks(blocksize=rate // 10, dtype="float64", always_2d=True):
                frames += len(block)
                if frames > MOST_SECONDS * rate:
                    raise Unplayable(f"it is longer than {MOST_SECONDS // 60} minutes")
                heights.add(block)
                loudness.add(block)
            if not frames:
                raise Unplayable("it is empty")
            return Heard(audio.format, frames / rate, heights.result(), loudness.result())
    except soundfile.LibsndfileError as problem:
        raise Unplayable("it is not audio") from problem


def measured(audio: npt.NDArray[np.float32], rate: int) -> tuple[list[float], float | None]:
    """Waveform and loudness of decoded sound, as `Heard` has them. audio: (frames, channels)."""
    heights, loudness = _Peaks(), _Loudness(rate, audio.shape[1])
    for start in range(0, len(audio), rate // 10):
        block = audio[start : start + rate // 10].astype(np.float64)
        heights.add(block)
        loudness.add(block)
    return heights.result(), loudness.result()


class _Peaks:
    """The loudest moment of each tenth of a second, spread over PEAKS slices in the end."""

    def __init__(self) -> None:
        self._heights: list[float] = []

    def add(self, block: Samples) -> None:
        self._heights.append(float(np.abs(block).max(initial=0.0)))

    def result(self) -> list[float]:
        heights = np.asarray(self._heights)
        at = np.linspace(0, len(heights), PEAKS + 1)
        slices = [heights[int(a) : max(int(a) + 1, math.ceil(b))].max() for a, b in pairwise(at)]
        return [round(float(min(1.0, height)), 3) for height in slices]


class _Loudness:
    """Integrated loudness in one pass: K-weighting, 400 ms blocks at 75 % overlap, two gates (ITU-R BS.1770-4)."""

    def __init__(self, rate: int, channels: int) -> None:
        # Here, because they cost a second and 60 MB that a process which never listens should not pay.
        import pyloudnorm
        from scipy.signal import lfilter

        meter = pyloudnorm.Meter(rate)
        self._filter = lfilter
        self._filters = [(stage.b, stage.a) for stage in meter._filters.values()]
        self._states = [np.zeros((2, channels)) for _ in self._filters]
        self._tenths: list[float] = []

    def add(self, block: Samples) -> None:
        for number, (b, a) in enumerate(self._filters):
            block, self._states[number] = self._filter(b, a, block, axis=0, zi=self._states[number])
        self._tenths.append(float(np.mean(block**2, axis=0).sum()))

    def result(self) -> float | None:
        tenths = np.asarray(self._tenths)
        if len(tenths) < 4:
            return None
        power = np.convolve(tenths, np.full(4, 0.25), "valid")
        power = power[power > 10 ** ((-70 + 0.691) / 10)]
        if not len(power):
            return None
        power = power[power > power.mean() / 10]
        return round(-0.691 + 10 * math.log10(power.mean()), 2)
