"""Instruments: from timed notes to sound."""

from collections.abc import Sequence

import numpy as np

from suno_web.engine.music.synth import analog, machine, noises, soundfont
from suno_web.engine.music.synth.voice import RATE, Stroke

__all__ = ["RATE", "Stroke", "forget", "play"]


def play(sound: str, strokes: Sequence[Stroke]) -> np.ndarray:
    """What a sound makes of some notes: float32 (channels, frames), rings included, channels 1 or 2.

    sound as in `score.Track`. Notes do not influence each other, nor does anything played before.
    """
    family, _, name = sound.partition(":")
    if family in ("gm", "kit"):
        return soundfont.play(family, int(name), strokes)
    if family == "machine":
        return machine.play(name, strokes)
    if name in noises.NAMES:
        return noises.play(name, strokes)
    return analog.play(name, strokes)


def forget() -> None:
    """Give back memory that only a song in the making needs."""
    analog.forget()
