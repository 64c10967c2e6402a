"""The pulse of a voice alone: beats and bars from when its notes begin, its key, and chords that carry it.

The tempo is the one on whose quavers most notes begin, found window by window so that a singer may drift. A loop
that follows each onset a little then finds where the beats really came. Chords are the best path through the key's
triads (Viterbi): a chord gains what it shares with the notes of its bar, and harmony that stands still costs a little.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from suno_web.engine.music import tempomap, theory
from suno_web.engine.music.leadsheet import chord
from suno_web.engine.music.melody import TuneNote
from suno_web.engine.music.score import BEATS_PER_BAR, Chord
from suno_web.engine.music.tempomap import TempoMap

SLOWEST, FASTEST, USUAL = 62.0, 168.0, 105.0
WINDOW_S, EARLY_S = 16.0, 5.0
# Key profiles of Temperley, "What's key for key?" (Music Perception 17, 1999).
MAJOR = np.array([5, 2, 3.5, 2, 4.5, 4, 2, 4.5, 2, 3.5, 1.5, 4])
MINOR = np.array([5, 2, 3.5, 4.5, 2, 4, 2, 4.5, 3.5, 2, 1.5, 4])
# How welcome each degree is before a note is heard, and what it costs to stay on a chord for another bar.
WELCOME = np.array([0.35, 0.0, -0.1, 0.2, 0.25, 0.2, -0.5])
STAY = 0.5
# How strong the quavers of a bar are.
STRENGTH = np.array([1.0, 0.0, 0.45, 0.0, 0.7, 0.0, 0.45, 0.0])
# Where phrases like to begin.
OPENING = (1.0, 1.0, 0.8, 0.4, 0.4, 0.2, 0.3, 0.6)


@dataclass(frozen=True, slots=True)
class SungSecond:
    """A sung note in seconds."""

    start_s: float
    end_s: float
    midi: int


@dataclass(frozen=True, slots=True)
class Pulse:
    """time: the beats; notes: what was sung, in beats; chords: one a bar from beat 0 on."""

    time: TempoMap
    tonic: int
    mode: str
    notes: tuple[TuneNote, ...]
    chords: tuple[Chord, ...]


def of(sung: Sequence[SungSecond], seconds: float, hint: Sequence[float] = ()) -> Pulse:
    """The pulse of sung notes, in order. hint: seconds that were heard as downbeats by other means."""
    onsets = np.array([note.start_s for note in sung])
    tonic, mode = key(sung)
    quaver = 30.0 / tempo(onsets)
    grid = _followed(onsets, quaver)
    best = max(
        (_carried(sung, seconds, grid, first, tonic, mode, hint) for first in range(2 * BEATS_PER_BAR)),
        key=lambda item: item[0],
    )
    return best[1]


def tempo(onsets: np.ndarray) -> float:
    """The bpm whose quavers fit onsets best. One or no onset gives the usual tempo."""
    windows = [
        onsets[(onsets >= s) & (onsets < s + WINDOW_S)]
        for s in np.arange(0, onsets[-1] if len(onsets) else 0, WINDOW_S / 2)
    ]
    windows = [window for window in windows if len(window) > 3] or [onsets]
    if len(onsets) < 2:
        return USUAL

    def fit(bpm: float) -> float:
        total = sum(len(window) * _best_phase(window, 30.0 / bpm)[0] for window in windows)
        return total / sum(map(len, windows)) - 0.10 * abs(math.log2(bpm / USUAL))

    coarse = max(np.arange(SLOWEST, FASTEST, 0.5).tolist(), key=fit)
    return max(np.arange(coarse - 0.5, coarse + 0.5, 0.05).tolist(), key=fit)


def key(sung: Sequence[SungSecond]) -> tuple[int, str]:
    """The key whose profile the notes match best, each as it is long."""
    weights = np.zeros(12)
    for note in sung:
        weights[note.midi % 12] += note.end_s - note.start_s
    if not weights.any():
        return 0, "major"
    _, tonic, mode = max(
        (float(np.corrcoef(np.roll(profile, step), weights)[0, 1]), step, name)
        for step in range(12)
        for name, profile in (("major", MAJOR), ("minor", MINOR))
    )
    return tonic, mode


def chords(notes: Sequence[TuneNote], bars: int, tonic: int, mode: str) -> tuple[float, tuple[Chord, ...]]:
    """A triad of the key for each bar, and how well they carry the notes."""
    scale = theory.scale(tonic, mode)
    triads = [theory.stack(tonic, mode, degree, 3) for degree in range(1, 8)]
    fit = np.zeros((bars, 7)) + WELCOME
    for note in notes:
        for bar in range(int(note.start // BEATS_PER_BAR), min(bars, int(note.end // BEATS_PER_BAR) + 1)):
            held = min(note.end, (bar + 1) * BEATS_PER_BAR) - max(note.start, bar * BEATS_PER_BAR)
            if bar >= 0 and held > 0:
                strong = 1.3 if note.start % 2 == 0 else 1.0
                fit[bar] += [held * strong * (0.5 if note.pitch % 12 in triad else -0.3) for triad in triads]
    total, steps = fit[0], []
    for bar in range(1, bars):
        paths = total[:, None] - STAY * np.eye(7)
        steps.append(paths.argmax(0))
        total = paths.max(0) + fit[bar]
    place = int(total.argmax())
    path = [place]
    for step in reversed(steps):
        place = int(step[place])
        path.append(place)
    found = []
    for bar, degree in enumerate(reversed(path)):
        third, fifth = ((triads[degree][i] - scale[degree]) % 12 for i in (1, 2))
        found.append(chord((scale[degree], third, fifth), float(bar * BEATS_PER_BAR), tonic, mode))
    return float(total.max()) / bars, tuple(found)


def _best_phase(onsets: np.ndarray, step: float) -> tuple[float, float]:
    """How well onsets lie on a grid (0-1), and where the grid then begins."""
    phases = np.linspace(0, step, 20, endpoint=False)
    off = np.abs((onsets[None] - phases[:, None] + step / 2) % step - step / 2) / step
    scores = np.exp(-((off / 0.12) ** 2)).mean(1)
    best = int(scores.argmax())
    return float(scores[best]), float(phases[best])


def _followed(onsets: np.ndarray, quaver: float) -> TempoMap:
    """A grid of quavers through onsets, which yields a little to each of them. Its "beats" are quavers."""
    if len(onsets) < 2:
        return TempoMap(60.0 / quaver, float(onsets[0]) if len(onsets) else 0.0)
    # So short a start that the tempo cannot have drifted in it.
    early = onsets[onsets < onsets[0] + EARLY_S]
    _, phase = _best_phase(early - onsets[0], quaver)
    at, count, period = onsets[0] + phase, 0, quaver
    counts, times = list[int](), list[float]()
    for onset in onsets:
        steps = round((onset - at) / period)
        off = float(onset) - at - steps * period
        # What lies between quavers says nothing of where they are.
        if abs(off) > 0.3 * period:
            continue
        at, count = at + steps * period + 0.35 * off, count + steps
        period = min(1.07 * quaver, max(0.93 * quaver, period + 0.1 * off / max(1, steps)))
        counts.append(count)
        times.append(float(onset))
    slope, start = np.polyfit(counts, times, 1)
    residue = np.array(times) - (start + slope * np.array(counts))
    smooth = np.array([np.median(residue[np.abs(np.array(counts) - c) <= 12]) for c in counts])
    if np.abs(smooth).max() < tempomap.EVEN_S:
        return TempoMap(60.0 / float(slope), float(start))
    return TempoMap(
        60.0 / float(slope), float(start), tuple(zip(map(float, counts), map(float, smooth), strict=True))
    )


def _carried(
    sung: Sequence[SungSecond],
    seconds: float,
    quavers: TempoMap,
    first: int,
    tonic: int,
    mode: str,
    hint: Sequence[float],
) -> tuple[float, Pulse]:
    """The pulse if a certain quaver opens a bar, and how much speaks for it."""
    bar_quavers = 2 * BEATS_PER_BAR
    start = first + bar_quavers * math.ceil((quavers.beat(-0.08) - first) / bar_quavers)
    drift = tuple(((count - start) / 2, late) for count, late in quavers.drift)
    time = TempoMap(quavers.bpm / 2, quavers.start_s + start * 60.0 / quavers.bpm, drift)
    notes = tuple(
        TuneNote(round(time.beat(n.start_s) * 4) / 4, round(time.beat(n.end_s) * 4) / 4, n.midi) for n in sung
    )
    bars = max(1, math.ceil(min(time.beat(seconds), notes[-1].end if notes else 4.0) / BEATS_PER_BAR))
    carried, found = chords(notes, bars, tonic, mode)
    places = np.array([int(note.start * 2) % bar_quavers for note in notes], int)
    lengths = np.array([note.end - note.start for note in notes])
    # Long notes tell where the beat is. Phrases end on them anywhere in the bar, so of bars they tell little.
    on_beat = _share(places % 2 == 0, np.minimum(lengths, 3.0))
    stress = _share(STRENGTH[places], np.minimum(lengths, 1.0))
    beats = [time.beat(second) for second in hint]
    near = [abs((beat + 2) % BEATS_PER_BAR - 2) < 0.2 for beat in beats]
    heard = sum(near) / len(near) if near else 0.0
    opening = [i for i, note in enumerate(notes) if not i or note.start - notes[i - 1].end >= 0.75]
    opens = sum(OPENING[places[i]] for i in opening) / max(1, len(opening))
    return on_beat + 0.5 * stress + 0.15 * carried + 0.5 * opens + 0.15 * heard, Pulse(
        time, tonic, mode, notes, found
    )


def _share(marks: np.ndarray, weights: np.ndarray) -> float:
    """The mean of marks, each as heavy as its weight."""
    return float((marks * weights).sum() / max(1e-6, weights.sum()))
