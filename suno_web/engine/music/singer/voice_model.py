"""The neural voice: three graphs cut from the hibari-tts model (assets/voice)."""

import hashlib
import json
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np
import onnxruntime

from suno_web.engine.music.singer.phrase import Floats, Frames

FRAME_S = 0.0125
FRAMES_A_UNIT = 2  # Durations are counted in 25 ms.
BINS = 601


class Spectra(NamedTuple):
    """What the voice sounds like, frame by frame: each (BINS, frames).

    Log magnitude and phase of the harmonics, log magnitude of the noise, log magnitude and phase of the
    residual.
    """

    harmonic: Floats
    harmonic_phase: Floats
    noise: Floats
    residual: Floats
    residual_phase: Floats


class BrokenVoice(Exception):
    """A graph is not the one that the manifest names."""


@dataclass(frozen=True)
class VoiceModel:
    """Text to durations, to pitch and energy, to spectra. Immutable; calls are deterministic."""

    _symbols: dict[str, int]
    _durations: Any
    _prosody: Any
    _spectra: Any

    def durations(self, phonemes: str, pace: float) -> Frames:
        """Units of 25 ms for each phoneme, and for the silence before the first and after the last."""
        inputs = {"ids": self._ids(phonemes), "speed": np.array([pace], np.float32)}
        units: Floats = self._durations.run(None, inputs)[0]
        return np.maximum(np.round(units.reshape(-1)), 1).astype(np.int64)

    def prosody(self, phonemes: str, durations: Frames) -> tuple[Floats, Floats]:
        """Spoken F0 in Hz (below 60: unvoiced) and energy, by frame."""
        f0, energy = self._prosody.run(None, {"ids": self._ids(phonemes), "dur": durations})
        return f0[0], energy[0]

    def spectra(self, phonemes: str, durations: Frames, f0: Floats, energy: Floats) -> Spectra:
        """The spectra of the voice at this pitch, 0 where unvoiced."""
        inputs = {"ids": self._ids(phonemes), "dur": durations, "f0_in": f0[None], "energy_in": energy[None]}
        return Spectra(*(part[0] for part in self._spectra.run(None, inputs)))

    def _ids(self, phonemes: str) -> Frames:
        return np.array([[0, *(self._symbols[char] for char in phonemes), 0]], np.int64)


def load() -> VoiceModel:
    """Read and check the three graphs. Raises BrokenVoice when a file is not what was vendored."""
    folder = files("suno_web.engine.music").joinpath("assets/voice")
    sha256s = json.loads(folder.joinpath("MANIFEST.json").read_text(encoding="utf-8"))["files"]
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3

    def session(name: str) -> Any:
        graph = folder.joinpath(name).read_bytes()
        if hashlib.sha256(graph).hexdigest() != sha256s[name]:
            raise BrokenVoice(f"assets/voice/{name} does not match its checksum in MANIFEST.json.")
        return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])

    symbols = json.loads(files("hibari").joinpath("assets/vocab.json").read_text(encoding="utf-8"))
    return VoiceModel(symbols, session("durations.onnx"), session("prosody.onnx"), session("spectra.onnx"))
