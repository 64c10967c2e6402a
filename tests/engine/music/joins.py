"""What gives a join away, measured around a frame of float32 audio (frames, 2)."""

import numpy as np

from suno_web.engine.music.synth import RATE

# A join lasts 25 ms on one side of its frame.
NEAR, AROUND = round(0.03 * RATE), round(0.15 * RATE)
WINDOW = round(0.003 * RATE)


def click(audio: np.ndarray, frame: int) -> float:
    """How sharp the waveform bends at a frame, as a multiple of the sharpest hundredth of its surroundings.

    A click is all frequencies at once: the third difference of the samples sees little but it.
    """
    bends = np.abs(np.diff(audio[frame - NEAR : frame + NEAR], n=3, axis=0)).max(axis=1)
    here = slice(NEAR - 6, NEAR + 6)
    return float(bends[here].max() / np.percentile(np.delete(bends, here), 99))


def hole(audio: np.ndarray, frame: int) -> float:
    """How many dB the softest moment of a join lies below the softest one of its surroundings."""
    power = audio[frame - AROUND : frame + AROUND]
    power = (power[: len(power) // WINDOW * WINDOW] ** 2).sum(axis=1).reshape(-1, WINDOW).mean(axis=1) + 1e-12
    middle, width = len(power) // 2, NEAR // WINDOW
    here = slice(middle - width, middle + width)
    return float(10 * np.log10(np.delete(power, here).min() / power[here].min()))
