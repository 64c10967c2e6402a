"""Every note that sounds, several at a time, and the line on top of them.

The transcriber is Spotify's basic-pitch (Bittner et al., A Lightweight Instrument-Agnostic Model for Polyphonic Note
Transcription, 2022), run on its ONNX graph.
"""

import importlib.util
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

from suno_web.engine.music.analysis.model import MelodyNote

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
# Where tunes lie, and how far apart (s) notes begin that begin together.
LOWEST_TUNE, HIGHEST_TUNE, TOGETHER_S = 57, 91, 0.06


def notes(signal: np.ndarray) -> list[Note]:
    """(MIDI pitch, start in s, end in s, loudness 0-1) of every note, in order. signal: float32 (frames,) at RATE."""
    onsets, sounding = _heard(signal)
    return sorted(_noted(onsets, sounding), key=lambda note: (note[1], note[0]))


def top_line(found: Sequence[Note]) -> list[MelodyNote]:
    """The highest of the notes that begin together, as long as no later one takes over."""
    line: list[MelodyNote] = []
    for pitch, start, end, _ in found:
        if not LOWEST_TUNE <= pitch <= HIGHEST_TUNE:
            continue
        before = line[-1] if line else None
        if before and start - before.start_s < TOGETHER_S:
            line[-1] = max(before, MelodyNote(before.start_s, end, pitch), key=lambda note: note.midi)
        elif not (before and start < before.end_s and pitch < before.midi - 2):
            if before and start < before.end_s:
                line[-1] = MelodyNote(before.start_s, start, before.midi)
            line.append(MelodyNote(start, end, pitch))
    return line


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
