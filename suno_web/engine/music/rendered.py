"""What a render gives: the audio and all that is known about it."""

from dataclasses import dataclass

import numpy as np

from suno_web.engine.music.score import TimedWord
from suno_web.engine.music.synth import RATE


@dataclass(frozen=True, slots=True)
class SectionTime:
    """Where a section of the song lies in the audio, in seconds."""

    name: str
    kind: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Rendered:
    """A finished take. audio: float32 (frames, 2) at rate; true_peak in dBTP; peaks: 200 heights of the waveform."""

    audio: np.ndarray
    words: tuple[TimedWord, ...]
    lufs: float
    true_peak: float
    sections: tuple[SectionTime, ...]
    peaks: list[float]
    rate: int = RATE

    @property
    def seconds(self) -> float:
        return len(self.audio) / self.rate
