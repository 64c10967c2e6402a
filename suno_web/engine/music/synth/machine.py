"""Drum machines: kicks, snares, claps and hats made of falling sines and filtered noise.

"909" is hard and bright for the dance floor; "linn" is drier, with the wide gated snare of the eighties.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np
from scipy.signal import butter, sosfilt

from suno_web.engine.music.synth.voice import RATE, Stroke, laid

# Where each drum stands, -1 left to 1 right; the rest is in the middle.
_PANS = {
    42: 0.18,
    46: 0.18,
    44: 0.18,
    51: 0.25,
    49: -0.25,
    54: -0.3,
    82: 0.35,
    48: -0.35,
    47: 0.0,
    43: 0.35,
    37: 0.12,
}


def play(name: str, strokes: Sequence[Stroke]) -> np.ndarray:
    """Strokes by General MIDI drum keys; keys a machine lacks sound its snare."""
    drums = kit(name)
    return laid(
        (stroke.start, drums.get(stroke.pitch, drums[38]) * np.float32(stroke.level**1.2))
        for stroke in strokes
    )


@cache
def kit(name: str) -> dict[int, np.ndarray]:
    """Every drum of a machine as float32 (2, frames)."""
    linn = name == "linn"
    shared = {
        37: _rim(),
        39: _clap(0.22 if linn else 0.3),
        42: _hat(0.05 if linn else 0.06),
        44: _hat(0.04),
        46: _hat(0.26),
        49: _cymbal(1.9, 4200.0),
        51: _cymbal(0.5, 6500.0) * np.float32(0.6),
        54: _hat(0.12, 6200.0) * np.float32(0.8),
        82: _hat(0.09, 5200.0) * np.float32(0.6),
        41: _tom(82.0, linn),
        43: _tom(98.0, linn),
        47: _tom(130.0, linn),
        48: _tom(172.0, linn),
    }
    if linn:
        drums = {36: _kick(52.0, 120.0, 52.0, 9.5, 0.3), 38: _gated_snare(), **shared}
    else:
        drums = {36: _kick(48.0, 185.0, 38.0, 6.2, 0.42), 38: _bright_snare(shared[39]), **shared}
    return {pitch: _panned(sound, _PANS.get(pitch, 0.0)) for pitch, sound in drums.items()}


def _time(seconds: float) -> np.ndarray:
    return np.arange(int(seconds * RATE)) / RATE


def _noise(frames: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(frames)


def _filtered(sound: np.ndarray, kind: str, *hertz: float) -> np.ndarray:
    cutoff = list(hertz) if len(hertz) > 1 else hertz[0]
    return np.asarray(sosfilt(butter(2, cutoff, kind, fs=RATE, output="sos"), sound))


def _kick(base: float, sweep: float, fall: float, decay: float, length: float) -> np.ndarray:
    time = _time(length)
    hertz = base + sweep * np.exp(-time * fall)
    body = np.tanh(2.1 * np.sin(2 * np.pi * np.cumsum(hertz) / RATE) * np.exp(-time * decay))
    click = 0.22 * _noise(len(time), 1) * np.exp(-time * 420)
    return np.asarray((0.92 * body + click) * np.minimum(1, (length - time) / 0.03))


def _bright_snare(clap: np.ndarray) -> np.ndarray:
    time = _time(0.28)
    rattle = _filtered(_noise(len(time), 2), "high", 1500.0) * np.exp(-time * 17)
    sound = 0.5 * np.sin(2 * np.pi * 192 * time) * np.exp(-time * 28) + 0.5 * rattle
    sound[: len(clap)] += 0.6 * clap[: len(sound)]
    return np.asarray(sound)


def _gated_snare() -> np.ndarray:
    """A snare in a big room whose sound is cut off: the noise holds, then stops."""
    time = _time(0.34)
    room = _filtered(_noise(len(time), 3), "band", 900.0, 9000.0)
    gate = np.clip((0.23 - time) / 0.02, 0, 1)
    crack = _filtered(_noise(len(time), 4), "high", 2200.0) * np.exp(-time * 40)
    body = np.sin(2 * np.pi * 178 * time + 3.0 * np.exp(-time * 60)) * np.exp(-time * 24)
    return np.asarray(0.55 * body + 0.45 * crack + 0.3 * room * gate * (0.35 + 0.65 * np.exp(-time * 9)))


def _clap(length: float) -> np.ndarray:
    time = _time(length)
    noise = _filtered(_noise(len(time), 5), "band", 900.0, 7000.0)
    bursts = sum(
        np.exp(-np.clip(time - late, 0, None) * (120 if late < 0.03 else 18)) * (time >= late)
        for late in (0.0, 0.011, 0.022, 0.031)
    )
    return np.asarray(0.42 * noise * bursts * np.minimum(1, (length - time) / 0.02))


def _rim() -> np.ndarray:
    time = _time(0.08)
    return np.asarray(
        0.5 * np.sin(2 * np.pi * 1750 * time) * np.exp(-time * 95)
        + 0.2 * _noise(len(time), 6) * np.exp(-time * 240)
    )


def _hat(length: float, above: float = 7500.0) -> np.ndarray:
    time = _time(length)
    return np.asarray(0.4 * _filtered(_noise(len(time), 7), "high", above) * np.exp(-time * 5 / length))


def _cymbal(length: float, above: float) -> np.ndarray:
    time = _time(length)
    partials = sum(np.sin(2 * np.pi * hertz * time) for hertz in (3150, 4270, 5410, 6830, 8120)) / 10
    wash = _filtered(_noise(len(time), 8), "high", above)
    return np.asarray(
        (0.3 * wash + 0.1 * partials) * np.exp(-time * 4.6 / length) * np.minimum(1, (length - time) / 0.05)
    )


def _tom(base: float, linn: bool) -> np.ndarray:
    length = 0.42 if linn else 0.3
    time = _time(length)
    hertz = base * (1 + 0.7 * np.exp(-time * 18))
    body = np.sin(2 * np.pi * np.cumsum(hertz) / RATE) * np.exp(-time * (8 if linn else 12))
    return np.asarray(
        (0.8 * body + 0.1 * _noise(len(time), 9) * np.exp(-time * 90)) * np.minimum(1, (length - time) / 0.03)
    )


def _panned(sound: np.ndarray, pan: float) -> np.ndarray:
    sides = np.sqrt((1 + pan * np.array([[-1.0], [1.0]])) / 2)
    return np.asarray(sides * sound * np.sqrt(2) * 0.6, np.float32)
