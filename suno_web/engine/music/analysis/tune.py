"""What one would hum of a recording, and when somebody sings, by following the pitch that leads (SwiftF0)."""

from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
import swift_f0
from scipy.ndimage import median_filter, uniform_filter1d
from scipy.signal import butter, sosfilt

from suno_web.engine.music.analysis.model import MelodyNote

RATE = swift_f0.SAMPLE_RATE
FRAME_S = swift_f0.FRAME_PERIOD
LOWEST_HZ, HIGHEST_HZ = 80.0, 1000.0
VOICED = 0.5
SHORTEST_S = 0.09
# Voices slide and waver by more than this (in cents, from frame to frame); struck and bowed notes hardly do.
SUNG_CENTS = 4.0
PHRASE_GAP_S, SHORTEST_PHRASE_S = 0.6, 0.5


@dataclass(frozen=True, slots=True)
class Pitch:
    """The leading pitch, a frame each FRAME_S: Hz, confidence 0-1 and level in dB."""

    hertz: np.ndarray
    confidence: np.ndarray
    level: np.ndarray


@cache
def _detector() -> swift_f0.SwiftF0:
    return swift_f0.SwiftF0(threads=1, spin=False)


def follow(signal: np.ndarray, lowest: float = LOWEST_HZ, highest: float = HIGHEST_HZ) -> Pitch:
    """The leading pitch of a signal. signal: float32 (frames,) at RATE."""
    loudest = max(float(np.abs(signal).max(initial=0.0)), 1e-6)
    heard = _detector().detect(signal * (0.7 / loudest), RATE, fmin=lowest, fmax=highest)
    return Pitch(heard.pitch_hz, heard.confidence, heard.loudness_db)


def foreground(signal: np.ndarray) -> np.ndarray:
    """The band in which voices and leads live, of a full mix. signal: float32 (frames,) at RATE."""
    band = butter(2, (160.0, 3500.0), "bandpass", fs=RATE, output="sos")
    return np.asarray(sosfilt(band, signal), np.float32)


def notes(pitch: Pitch) -> list[MelodyNote]:
    """The notes of a followed pitch."""
    times = np.arange(len(pitch.hertz)) * FRAME_S
    followed = swift_f0.PitchResult(times, pitch.hertz, pitch.confidence, pitch.level)
    found = swift_f0.segment_notes(followed)
    return [
        MelodyNote(
            round(note.start, 3), round(note.end, 3), round(69 + 12 * float(np.log2(note.pitch_hz / 440)))
        )
        for note in found
        if note.end - note.start >= SHORTEST_S
    ]


def singing(pitch: Pitch) -> list[tuple[float, float]]:
    """Spans in which the leading pitch moves as a voice does."""
    voiced = (pitch.confidence >= VOICED) & (pitch.hertz > 0)
    cents = 1200 * np.log2(np.maximum(pitch.hertz, 1.0) / 440)
    steps = np.abs(np.diff(cents, prepend=cents[:1]))
    # A step of more than a semitone is another note, or another player.
    sliding = np.where(voiced & (steps < 100), steps, 0.0)
    share = uniform_filter1d(voiced.astype(float), 31)
    moving = uniform_filter1d(sliding, 31) / np.maximum(share, 1e-3)
    active = median_filter((share > 0.35) & (moving > SUNG_CENTS), 31)
    return _spans(active)


def voiced_share(pitch: Pitch) -> float:
    """How much of what can be heard has one clear pitch, 0-1."""
    heard = pitch.level > pitch.level.max(initial=-100.0) - 35
    return float((pitch.confidence[heard] > 0.8).mean()) if heard.any() else 0.0


def _spans(active: np.ndarray) -> list[tuple[float, float]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([0], active.astype(np.int8), [0]))))
    spans: list[tuple[float, float]] = []
    for start, end in ((float(a) * FRAME_S, float(b) * FRAME_S) for a, b in list(pairwise(edges))[::2]):
        if spans and start - spans[-1][1] < PHRASE_GAP_S:
            spans[-1] = (spans[-1][0], round(end, 3))
        else:
            spans.append((round(start, 3), round(end, 3)))
    return [span for span in spans if span[1] - span[0] >= SHORTEST_PHRASE_S]
