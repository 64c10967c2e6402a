"""What a sound is put together on: a length of tape that may be a loop.

On a loop whatever is laid over the end goes on at the start, and noise and slow movements are made of whole turns
of the loop only. So there is no seam, whatever is recorded.
"""

from collections.abc import Callable

import numpy as np
from scipy.fft import irfft, rfft, rfftfreq

from suno_web.engine.music.synth import RATE

Shape = Callable[[np.ndarray], np.ndarray]
BANDS = np.geomspace(90, 14_000, 11)


class Tape:
    """sound: float32 (2, frames). bpm and tonic (0 = C) are there for what has a pulse or a pitch."""

    def __init__(self, frames: int, *, loop: bool, bpm: float, tonic: int, minor: bool, seed: int) -> None:
        self.frames, self.loop = frames, loop
        self.bpm, self.tonic, self.minor = bpm, tonic, minor
        self.rng = np.random.default_rng(seed)
        self.sound = np.zeros((2, frames), np.float32)

    @property
    def seconds(self) -> float:
        return self.frames / RATE

    @property
    def time(self) -> np.ndarray:
        """The second of each frame."""
        return np.arange(self.frames) / RATE

    def add(self, sound: np.ndarray, level: float = 1.0) -> None:
        """Add what is as long as the tape."""
        self.sound += np.asarray(sound * level, np.float32)

    def lay(self, at_s: float, sound: np.ndarray, level: float = 1.0, pan: float = 0.0) -> None:
        """Add a sound from a moment on. pan: -1 left to 1 right. sound: (frames,) or (2, frames)."""
        sides = np.sqrt(np.array([[1 - pan], [1 + pan]]))
        stereo = np.asarray(np.atleast_2d(sound) * sides * level, np.float32)
        start, first = round(at_s * RATE), 0
        if self.loop:
            start %= self.frames
        elif start < 0:
            first, start = -start, 0
        while first < stereo.shape[1] and start < self.frames:
            count = min(stereo.shape[1] - first, self.frames - start)
            self.sound[:, start : start + count] += stereo[:, first : first + count]
            first += count
            start = 0 if self.loop else self.frames

    def noise(self, shape: Shape, *, wide: float = 1.0) -> np.ndarray:
        """Noise of a spectrum, RMS 1, (2, frames). shape: amplitude by Hz; wide: 0 mono to 1 two different sides."""
        hertz = rfftfreq(self.frames, 1 / RATE)
        amplitude = shape(np.maximum(hertz, 1.0))
        sides = self.rng.standard_normal((2, self.frames)).astype(np.float32)
        sides[1] = wide * sides[1] + (1 - wide) * sides[0]
        noise = irfft(rfft(sides) * amplitude.astype(np.float32), self.frames)
        return np.asarray(noise / max(float(noise.std()), 1e-9))

    def swept(self, centre: np.ndarray, width: float) -> np.ndarray:
        """Noise whose band moves, (2, frames), about RMS 1. centre: Hz at each frame; width in octaves."""
        hertz = np.maximum(rfftfreq(self.frames, 1 / RATE), 1.0)
        spectrum = rfft(self.rng.standard_normal((2, self.frames)).astype(np.float32))
        log_centre = np.log2(centre)
        total = np.zeros((2, self.frames), np.float32)
        spacing = float(np.log2(BANDS[1] / BANDS[0]))
        for band in BANDS:
            weight = np.clip(1 - np.abs(np.log2(hertz / band)) / spacing, 0, 1)
            part = irfft(spectrum * weight.astype(np.float32), self.frames)
            part /= max(float(part.std()), 1e-9)
            total += part * np.exp(-(((np.log2(band) - log_centre) / width) ** 2)).astype(np.float32)
        return np.asarray(total / max(float(total.std()), 1e-9))

    def wander(self, per_second: float, low: float, high: float) -> np.ndarray:
        """A slow random movement between two values, (frames,), with about so many turns a second."""
        count = max(3, round(per_second * self.seconds))
        points = self.rng.uniform(low, high, count)
        # A periodic cubic through the points: their spectrum, on more frames.
        at = np.linspace(0, count, self.frames, endpoint=False)
        whole = at.astype(int)
        part = at - whole
        eased = part * part * (3 - 2 * part)
        return np.asarray(points[whole] * (1 - eased) + points[(whole + 1) % count] * eased)

    def turns(self, hertz: float) -> np.ndarray:
        """The phase of something steady, in radians; on a loop it turns a whole number of times."""
        if self.loop:
            hertz = max(1, round(hertz * self.seconds)) / self.seconds
        return np.asarray(2 * np.pi * hertz * self.time)

    def bent(self, hertz: np.ndarray) -> np.ndarray:
        """The phase of something whose pitch moves, in radians; on a loop it ends where it began."""
        phase = np.cumsum(hertz) / RATE
        if self.loop:
            phase *= max(1, round(phase[-1])) / phase[-1]
        return np.asarray(2 * np.pi * phase)

    def scattered(self, per_second: float) -> np.ndarray:
        """Random moments, in seconds, so many a second."""
        return np.sort(self.rng.uniform(0, self.seconds, max(1, round(per_second * self.seconds))))

    def beats(self, every: float) -> np.ndarray:
        """The moments of a pulse of so many beats, in seconds."""
        step = every * 60 / self.bpm
        count = (
            max(1, round(self.seconds / step)) if self.loop else max(1, int((self.seconds - 0.6) / step) + 1)
        )
        return np.arange(count) * (self.seconds / count if self.loop else step)

    def moments(self, every_s: float, beats: float) -> np.ndarray:
        """When single events happen: on a loop every so many beats, else after so many seconds."""
        if self.loop:
            return self.beats(beats)
        return np.arange(0.08, max(0.1, self.seconds - 0.7 * every_s), every_s)


def decaying(seconds: float, fall: float, attack: float = 0.002) -> np.ndarray:
    """An envelope that jumps up and dies away by `fall` nepers a second, ending in silence."""
    time = np.arange(round(seconds * RATE)) / RATE
    return np.asarray(
        np.minimum(1, time / attack) * np.exp(-time * fall) * np.minimum(1, (seconds - time) / 0.01)
    )


def ringing(seconds: float, hertz: list[float], levels: list[float], falls: list[float]) -> np.ndarray:
    """A body struck once: its modes, each with its own level and decay."""
    time = np.arange(round(seconds * RATE)) / RATE
    parts = (
        level * np.sin(2 * np.pi * pitch * time) * np.exp(-fall * time)
        for pitch, level, fall in zip(hertz, levels, falls, strict=True)
        if pitch < RATE / 2.2
    )
    return np.asarray(sum(parts, np.zeros(len(time))) * np.minimum(1, (seconds - time) / 0.02))


def burst(rng: np.random.Generator, seconds: float, low: float, high: float) -> np.ndarray:
    """Noise between two frequencies, RMS 1."""
    frames = round(seconds * RATE)
    hertz = np.maximum(rfftfreq(frames, 1 / RATE), 1.0)
    shape = 1 / np.sqrt(1 + (low / hertz) ** 6) / np.sqrt(1 + (hertz / high) ** 6)
    noise = irfft(rfft(rng.standard_normal(frames)) * shape, frames)
    return np.asarray(noise / max(float(noise.std()), 1e-9))


def band(low: float, high: float, tilt: float = 0.0) -> Shape:
    """A spectrum between two frequencies that falls (or rises) by so many dB an octave."""

    def shape(hertz: np.ndarray) -> np.ndarray:
        edges = 1 / np.sqrt(1 + (low / hertz) ** 4) / np.sqrt(1 + (hertz / high) ** 4)
        return np.asarray(edges * (hertz / 1000) ** (tilt / 6.02))

    return shape
