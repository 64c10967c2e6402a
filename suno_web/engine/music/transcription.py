"""Notes out of sound: polyphonic music by a neural transcriber, a lone voice by its pitch, drums by their bands."""

from typing import Literal

import numpy as np
from scipy.signal import find_peaks

from suno_web.engine.music.analysis import grid, polyphony, spectra, tune
from suno_web.engine.music.midifile import Instrument, PlayedNote

RATE = polyphony.RATE
Kind = Literal["polyphonic", "vocal", "drums"]
Note = tuple[int, float, float, float]

# Drums: General MIDI keys, the bands (Hz) in which they are heard and how much must begin there.
DRUMS: tuple[tuple[int, float, float, float], ...] = (
    (36, 30.0, 110.0, 0.25),
    (38, 180.0, 2000.0, 0.42),
    (42, 7000.0, 11_000.0, 0.25),
)
DRUM_LENGTH_S, DRUM_APART_S = 0.1, 0.07


def notes(
    audio: np.ndarray, rate: int = 44_100, *, kind: Kind = "polyphonic", name: str = ""
) -> list[Instrument]:
    """The notes of some audio, as one instrument; none where nothing is played.

    audio: float32 (frames,) or (frames, channels); kind: how to listen; name: what to call the instrument.
    """
    heard = {"polyphonic": polyphonic, "vocal": sung, "drums": drummed}[kind](audio, rate)
    usual = {"polyphonic": "Music", "vocal": "Vocals", "drums": "Drums"}[kind]
    played = tuple(PlayedNote(*note) for note in heard)
    return [Instrument(name or usual, played)] if played else []


def polyphonic(audio: np.ndarray, rate: int) -> list[Note]:
    """Every note that sounds, several at a time."""
    signal = spectra.mono(audio, rate, RATE)
    if not np.abs(signal).max(initial=0.0) > 1e-4:
        return []
    return polyphony.notes(signal)


def sung(audio: np.ndarray, rate: int) -> list[Note]:
    """The notes of one voice."""
    pitch = tune.follow(spectra.mono(audio, rate, tune.RATE))
    found = tune.notes(pitch)
    loudest = float(pitch.level.max(initial=-100.0))
    levels = [_level(pitch, note.start_s, note.end_s) - loudest for note in found]
    return [
        (note.midi, note.start_s, note.end_s, round(float(np.clip(1 + level / 40, 0.1, 1.0)), 3))
        for note, level in zip(found, levels, strict=True)
    ]


def drummed(audio: np.ndarray, rate: int) -> list[Note]:
    """Bass drum, snare and hi-hat, by what begins in the bands each is loudest in."""
    signal = spectra.mono(audio, rate, RATE)
    if not np.abs(signal).max(initial=0.0) > 1e-4:
        return []
    hertz = np.fft.rfftfreq(grid.SIZE, 1 / RATE)
    blocks = list(spectra.magnitudes(signal, grid.SIZE, grid.HOP))
    struck: list[Note] = []
    for key, low, high, least in DRUMS:
        band = (hertz >= low) & (hertz < high)
        level = np.concatenate([block[:, band].mean(axis=1) for block in blocks])
        level /= max(float(np.percentile(level, 99.5)), 1e-9)
        # The level must rise within a few frames; windows overlap, so one frame alone sees a part of it.
        rise = np.maximum(0.0, level - np.concatenate((np.zeros(6), level[:-6])))
        peaks, _ = find_peaks(rise, height=least, distance=round(DRUM_APART_S * grid.FPS))
        for peak in peaks:
            start = round(max(0.0, float(peak - 3) / grid.FPS), 4)
            struck.append((key, start, start + DRUM_LENGTH_S, round(float(min(1.0, rise[peak])), 3)))
    return sorted(struck, key=lambda note: (note[1], note[0]))


def _level(pitch: tune.Pitch, start_s: float, end_s: float) -> float:
    first = min(int(start_s / tune.FRAME_S), len(pitch.level) - 1)
    return float(pitch.level[first : max(first + 1, int(end_s / tune.FRAME_S))].max())
