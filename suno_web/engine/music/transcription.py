"""Notes out of sound: polyphonic music by a neural transcriber, a lone voice by its pitch, drums by their bands.

The transcriber is Spotify's basic-pitch (Bittner et al., A Lightweight Instrument-Agnostic Model for Polyphonic Note
Transcription, 2022), run on its ONNX graph.
"""

import importlib.util
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
import onnxruntime
from scipy.signal import find_peaks

from suno_web.engine.music.analysis import grid, spectra, tune
from suno_web.engine.music.midifile import Instrument, PlayedNote

Kind = Literal["polyphonic", "vocal", "drums"]
Note = tuple[int, float, float, float]

# What the model was trained on: windows of two seconds less a hop, of which 15 frames at either end are discarded.
RATE, HOP = 22_050, 256
WINDOW, EDGE = 2 * RATE - HOP, 15
STRIDE = WINDOW - 2 * EDGE * HOP
KEPT = 142
LOWEST_PITCH = 21
# Its onsets lag by this much, measured on notes of known times.
LAG_S = 0.010
ONSET, SOUNDING = 0.5, 0.3
SHORTEST_FRAMES, GAP_FRAMES = 8, 8
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
    onsets, sounding = _heard(signal)
    return sorted(_noted(onsets, sounding), key=lambda note: (note[1], note[0]))


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


@cache
def _model() -> Any:
    # Found, not imported: the package itself would look for TensorFlow.
    package = importlib.util.find_spec("basic_pitch")
    if package is None or not package.submodule_search_locations:
        raise RuntimeError("The package basic-pitch, which holds the transcriber's model, is not installed.")
    path = Path(package.submodule_search_locations[0]) / "saved_models/icassp_2022/nmp.onnx"
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.log_severity_level = 1, 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _heard(signal: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How likely each of 88 keys begins and sounds, (frames, 88) each."""
    padded = np.concatenate((np.zeros(EDGE * HOP, np.float32), signal))
    model, onsets, sounding = _model(), list[np.ndarray](), list[np.ndarray]()
    source = model.get_inputs()[0].name
    for since in range(0, len(padded), STRIDE):
        window = padded[since : since + WINDOW]
        window = np.pad(window, (0, WINDOW - len(window)))[None, :, None]
        began, sounds = model.run(
            ["StatefulPartitionedCall:2", "StatefulPartitionedCall:1"], {source: window}
        )
        onsets.append(began[0, EDGE:-EDGE])
        sounding.append(sounds[0, EDGE:-EDGE])
    return np.concatenate(onsets), np.concatenate(sounding)


def _second(frame: int) -> float:
    # Windows advance by a little more than the frames kept of each: a frame's time depends on its window.
    window, place = divmod(frame, KEPT)
    return max(0.0, (window * STRIDE + place * HOP) / RATE - LAG_S)


def _noted(onsets: np.ndarray, sounding: np.ndarray) -> Iterator[Note]:
    """A note for each clear onset, as long as its key sounds. Late ones first, so that each ends where the
    next on its key begins."""
    left = sounding.copy()
    peak = np.zeros(onsets.shape, bool)
    peak[1:-1] = (onsets[1:-1] > onsets[:-2]) & (onsets[1:-1] >= onsets[2:]) & (onsets[1:-1] > ONSET)
    for start, key in sorted(zip(*np.nonzero(peak), strict=True), key=lambda place: -int(place[0])):
        if left[start, key] <= 0:
            continue
        end = _end(left[:, key], int(start))
        if end - start >= SHORTEST_FRAMES:
            loud = round(float(min(1.0, sounding[start:end, key].mean())), 3)
            yield int(key) + LOWEST_PITCH, round(_second(int(start)), 4), round(_second(end), 4), loud
            # Neighbouring keys sound along; they are not played.
            left[start:end, max(0, key - 1) : key + 2] = 0


def _end(sounding: np.ndarray, start: int) -> int:
    quiet = np.flatnonzero(
        np.convolve(sounding[start + 1 :] < SOUNDING, np.ones(GAP_FRAMES), "valid") == GAP_FRAMES
    )
    return start + 1 + int(quiet[0]) if len(quiet) else len(sounding) - 1


def _level(pitch: tune.Pitch, start_s: float, end_s: float) -> float:
    first = min(int(start_s / tune.FRAME_S), len(pitch.level) - 1)
    return float(pitch.level[first : max(first + 1, int(end_s / tune.FRAME_S))].max())
