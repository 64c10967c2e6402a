"""What all instruments share: the sample rate, a timed note, and laying sounds over each other."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

RATE = 44_100


@dataclass(frozen=True, slots=True)
class Stroke:
    """A note in frames from the start of what is being rendered. level: 0-1, how hard it is struck."""

    start: int
    length: int
    pitch: int
    level: float


def laid(sounds: Iterable[tuple[int, np.ndarray]], channels: int = 2) -> np.ndarray:
    """Sum of sounds (channels, frames), each from its own frame on."""
    placed = list(sounds)
    length = max((start + sound.shape[1] for start, sound in placed), default=0)
    total = np.zeros((channels, length), np.float32)
    for start, sound in placed:
        total[:, start : start + sound.shape[1]] += sound
    return total


def frequency(pitch: float) -> float:
    """Hertz of a MIDI pitch, A4 = 440."""
    return float(440.0 * 2.0 ** ((pitch - 69) / 12))
