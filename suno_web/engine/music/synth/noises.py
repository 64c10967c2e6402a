"""Noise with a purpose: risers before a drop, impacts on it, the crackle of an old record."""

from collections.abc import Sequence
from functools import cache, lru_cache

import numpy as np
from scipy.signal import butter, sosfilt

from suno_web.engine.music.synth.voice import RATE, Stroke, laid

NAMES = frozenset(("riser", "impact", "crackle"))
HOP = 1024


def play(name: str, strokes: Sequence[Stroke]) -> np.ndarray:
    """Noises for some notes; their pitch is of no matter."""
    return laid((stroke.start, _noise(name, stroke.length) * np.float32(stroke.level)) for stroke in strokes)


def _noise(name: str, length: int) -> np.ndarray:
    if name == "riser":
        return _riser(length)
    return _impact(length) if name == "impact" else _crackle(length)


@lru_cache(maxsize=4)
def _riser(length: int) -> np.ndarray:
    """Noise whose band climbs from 250 Hz to 12 kHz while it swells: shaped spectra, overlapped and added."""
    random = np.random.default_rng(11)
    window = np.hanning(2 * HOP)
    hertz = np.fft.rfftfreq(2 * HOP, 1 / RATE)
    sound = np.zeros((2, length + 2 * HOP), np.float32)
    for start in range(0, length, HOP):
        place = start / length
        centre = 250 * 48**place
        band = np.exp(-((np.log2(np.maximum(hertz, 20) / centre)) ** 2) / 0.9)
        for side in sound:
            spectrum = np.fft.rfft(random.standard_normal(2 * HOP)) * band
            side[start : start + 2 * HOP] += (np.fft.irfft(spectrum) * window * place**1.6).astype(np.float32)
    sound = sound[:, :length]
    sound[:, -200:] *= np.linspace(1, 0, 200, dtype=np.float32)
    return sound * np.float32(0.35 / max(1e-6, float(np.abs(sound).max())))


@lru_cache(maxsize=4)
def _impact(length: int) -> np.ndarray:
    """A boom and a wash of noise that sinks away."""
    time = np.arange(length) / RATE
    boom = np.sin(2 * np.pi * np.cumsum(34 + 60 * np.exp(-time * 9)) / RATE) * np.exp(-time * 2.2)
    wash = _low(np.random.default_rng(12).standard_normal((2, length)), 5200.0) * np.exp(-time * 2.6)
    fade = np.minimum(1, (length - np.arange(length)) / 2000)
    return np.asarray((0.5 * boom + 0.25 * wash) * fade, np.float32)


def _crackle(length: int) -> np.ndarray:
    loop = _crackle_loop()
    return np.tile(loop, (1, -(-length // loop.shape[1])))[:, :length]


@cache
def _crackle_loop() -> np.ndarray:
    """Six seconds of dust and hiss."""
    random = np.random.default_rng(13)
    frames = 6 * RATE
    clicks = np.zeros((2, frames))
    for _ in range(90):
        clicks[int(random.integers(2)), int(random.integers(frames - 8))] = random.normal(0, 1.2)
    hiss = random.standard_normal((2, frames)) * 0.012
    return np.asarray(_low(clicks * 2 + hiss, 6500.0), np.float32)


def _low(sound: np.ndarray, hertz: float) -> np.ndarray:
    return np.asarray(sosfilt(butter(2, hertz, "low", fs=RATE, output="sos"), sound))
