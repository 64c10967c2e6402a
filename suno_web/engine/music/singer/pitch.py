"""The pitch of a sung line, frame by frame."""

from collections.abc import Sequence

import numpy as np

from suno_web.engine.music.singer.phrase import Curve, SungNote
from suno_web.engine.music.singer.timing import Span

VIBRATO_HZ = 5.5
VIBRATO_SEMITONES = 0.35
# Vibrato sets in late and only on notes that are long enough to want it.
VIBRATO_AFTER_S, VIBRATO_GROWS_S, VIBRATO_NOTE_S = 0.22, 0.35, 0.38
GLIDE_FRAMES = 9
GLIDE_STARTS_S = 0.03
SCOOP_SEMITONES, SCOOP_S, SCOOP_CHANCE = 0.6, 0.05, 0.2
DRIFT_SEMITONES, DRIFT_FRAMES = 0.035, 41


def curve(
    notes: Sequence[SungNote],
    vowels: Sequence[Span],
    times: Curve,
    *,
    detune_cents: float,
    rng: np.random.Generator,
) -> Curve:
    """F0 in Hz at each time: the notes, joined by short glides, with scoops, vibrato and a singer's drift."""
    semitones = _melody(notes, times) + _ornaments(vowels, times, rng) + _drift(len(times), rng)
    return np.asarray(440.0 * 2.0 ** ((semitones + detune_cents / 100 - 69) / 12))


def _melody(notes: Sequence[SungNote], times: Curve) -> Curve:
    starts = np.array([note.start_s - GLIDE_STARTS_S for note in notes])
    pitches = np.array([note.midi for note in notes], float)
    steps = pitches[np.clip(np.searchsorted(starts, times, side="right") - 1, 0, None)]
    return _smoothed(steps, GLIDE_FRAMES)


def _ornaments(vowels: Sequence[Span], times: Curve, rng: np.random.Generator) -> Curve:
    bend = np.zeros(len(times))
    for number, vowel in enumerate(vowels):
        held = (times >= vowel.start_s) & (times < vowel.end_s)
        since = times[held] - vowel.start_s
        depth = VIBRATO_SEMITONES * (1.0 if vowel.end_s - vowel.start_s > VIBRATO_NOTE_S else 0.12)
        growth = np.clip((since - VIBRATO_AFTER_S) / VIBRATO_GROWS_S, 0, 1)
        bend[held] += growth * depth * np.sin(2 * np.pi * VIBRATO_HZ * since + rng.uniform(0, 0.6))
        if number == 0 or rng.random() < SCOOP_CHANCE:
            bend[held] -= SCOOP_SEMITONES * np.exp(-since / SCOOP_S)
    return bend


def _drift(frames: int, rng: np.random.Generator) -> Curve:
    noise = rng.standard_normal(frames + DRIFT_FRAMES - 1)
    return np.convolve(noise, np.hanning(DRIFT_FRAMES) / 20, "valid") * DRIFT_SEMITONES


def _smoothed(values: Curve, frames: int) -> Curve:
    window = np.hanning(frames)
    padded = np.pad(values, frames // 2, "edge")
    return np.convolve(padded, window / window.sum(), "valid")
