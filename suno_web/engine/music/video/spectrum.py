"""Bars that move with the music: how high each is at each frame, and what it looks like."""

import numpy as np
from scipy.fft import rfft, rfftfreq

from suno_web.engine.music.synth import RATE

WINDOW = 4096
LOWEST_HZ, HIGHEST_HZ = 45.0, 12_000.0
# What is so many decibels below the loudest has no height.
RANGE_DB = 42.0
# Music falls off by about this much an octave; without it the right half would hardly move.
TILT_DB = 3.5
FALL = 0.84
FRAMES_AT_ONCE = 128


def heights(audio: np.ndarray, fps: int, count: int) -> np.ndarray:
    """How high each of `count` bars is at each frame of the film, float32 (frames, count), 0-1.

    audio: float32 (frames, 2). A bar jumps up with its band of the spectrum and falls slowly.
    """
    frames = max(1, int(len(audio) / RATE * fps))
    levels = np.empty((frames, count), np.float32)
    bands, hertz = _bands(count)
    window = np.hanning(WINDOW).astype(np.float32)
    for first in range(0, frames, FRAMES_AT_ONCE):
        here = np.arange(first, min(first + FRAMES_AT_ONCE, frames))
        power = np.abs(rfft(_cut(audio, (here * RATE / fps).astype(int)) * window, axis=1)) ** 2
        levels[here] = power @ bands
    decibels = 10 * np.log10(levels + 1e-7) + TILT_DB * np.log2(hertz / 1000)
    top = float(np.percentile(decibels, 99.7))
    loud = np.clip((decibels - top + RANGE_DB) / RANGE_DB, 0, 1).astype(np.float32) ** 2
    for number in range(1, frames):
        np.maximum(loud[number], loud[number - 1] * FALL, out=loud[number])
    # Neighbours lean on each other, so that the bars are one shape.
    sides = np.pad(loud, ((0, 0), (1, 1)), mode="edge")
    return np.asarray(0.5 * loud + 0.25 * (sides[:, :-2] + sides[:, 2:]))


def _cut(audio: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """A mono window of the audio around each start, silence beyond its ends."""
    first, last = int(starts[0]) - WINDOW // 2, int(starts[-1]) + WINDOW // 2
    part = audio[max(0, first) : last].mean(axis=1)
    part = np.pad(part, (max(0, -first), max(0, last - len(audio)) + 1))
    return np.asarray(part[(starts - starts[0])[:, None] + np.arange(WINDOW)])


def _bands(count: int) -> tuple[np.ndarray, np.ndarray]:
    """What sums a power spectrum into bands, (bins, count), and the middle of each band in Hz."""
    edges = np.geomspace(LOWEST_HZ, HIGHEST_HZ, count + 1)
    hertz = np.sqrt(edges[:-1] * edges[1:])
    bins = rfftfreq(WINDOW, 1 / RATE)
    # At least three bins wide, or the lowest bars would be the same bin or none.
    width = np.maximum(np.log2(edges[1:] / edges[:-1]) / 2, 1.5 * bins[1] / hertz)
    away = np.abs(np.log2(np.maximum(bins, 1.0)[:, None] / hertz[None]))
    bands = np.clip(1.5 - away / width, 0, 1)
    return (bands / np.maximum(bands.sum(0), 1e-9)).astype(np.float32), hertz


class Bars:
    """Upright bars with round ends, growing up and down from the middle of a strip."""

    def __init__(self, width: int, height: int, count: int) -> None:
        self._pitch = width // count
        self._left = (width - self._pitch * count) // 2
        self._count = count
        self._shape = (height, width)
        self._sprites = _sprites(self._pitch, max(4, round(self._pitch * 0.5)), height)

    def mask(self, heights: np.ndarray) -> np.ndarray:
        """How much of each pixel of the strip is covered, float32 0-1."""
        picked = np.rint(heights * (len(self._sprites) - 1)).astype(int)
        mask = np.zeros(self._shape, np.float32)
        row = self._sprites[picked].transpose(1, 0, 2).reshape(self._shape[0], -1)
        mask[:, self._left : self._left + row.shape[1]] = row
        return mask


def _sprites(pitch: int, thick: int, height: int) -> np.ndarray:
    """A bar of each half pixel of height, float32 (heights, height, pitch)."""
    radius = thick / 2
    y = np.abs(np.arange(height) + 0.5 - height / 2)[None, :, None]
    x = np.abs(np.arange(pitch) + 0.5 - pitch / 2)[None, None, :]
    reach = np.arange(0, height / 2 - radius, 0.25)[:, None, None]
    away = np.hypot(x, np.maximum(y - reach, 0)) - radius
    return np.asarray(np.clip(0.5 - away, 0, 1), np.float32)
