"""Where the beats are: one tempo and phase for the whole recording, bent where the players drift.

Onsets are found on a fine raster (5.8 ms). Candidates from their autocorrelation are compared as combs laid over
the onsets, with a preference for usual tempos; the best is then refined until its teeth no longer slip.
"""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d, uniform_filter1d
from scipy.signal import fftconvolve, find_peaks

from suno_web.engine.music.analysis import spectra

RATE, SIZE, HOP, BANDS = 22_050, 1024, 128, 64
FPS = RATE / HOP
SLOWEST, FASTEST, USUAL, SPREAD = 58.0, 185.0, 105.0, 0.7
MULTIPLES = (0.5, 2 / 3, 1.0, 1.5, 2.0)
# The comb: beats and half beats have onsets, quarters and thirds between them have fewer.
HALF, BETWEEN = 0.6, 0.5
# A free path of beats must find this much more than an even one to be believed.
DRIFT_GAIN = 1.2
LOW_HZ = 150.0


@dataclass(frozen=True, slots=True)
class Onsets:
    """How much begins at each frame of the raster: in all bands, and in the low ones alone."""

    strength: np.ndarray
    low: np.ndarray


@dataclass(frozen=True, slots=True)
class Grid:
    """bpm, and the second of every beat."""

    bpm: float
    beats: np.ndarray


def onsets(signal: np.ndarray) -> Onsets:
    """The onsets of a recording. signal: float32 (frames,) at RATE."""
    bands = spectra.mel_bands(RATE, SIZE, BANDS)
    scale = 100 / max(float(np.abs(signal).max(initial=0.0)), 1e-3)
    levels = np.concatenate(
        [np.log1p(scale * block**2 @ bands.T) for block in spectra.magnitudes(signal, SIZE, HOP)]
    )
    rises = np.maximum(0.0, np.diff(levels, axis=0, prepend=levels[:1]))
    centres = 700 * (10 ** (np.linspace(0, 2595 * np.log10(1 + RATE / 1400), BANDS + 2)[1:-1] / 2595) - 1)
    return Onsets(_cleaned(rises.mean(axis=1)), _cleaned(rises[:, centres < LOW_HZ].mean(axis=1)))


def of_onsets(found: Onsets) -> Grid:
    """The beats of music with a pulse one can hear."""
    seconds = len(found.strength) / FPS
    if seconds < 2.0 or not found.strength.any():
        return even(120.0, 0.0, seconds)
    comb = _Comb(found.strength)
    best = max((comb.best_phase(bpm) for bpm in _candidates(found.strength)), default=(0.0, 120.0, 0.0))
    for step in (0.3, 0.1, 0.03, 0.01):
        tempos = best[1] + step * np.arange(-4, 5)
        phases = best[2] + step * 0.06 * np.arange(-6, 7)
        best = max([best, *(comb.best_phase(bpm, phases) for bpm in tempos)])
    grid = even(best[1], best[2], seconds)
    return _bent(found.strength, grid)


def of_notes(starts: np.ndarray, seconds: float) -> Grid:
    """The beats that a lone voice implies: quavers on which its notes begin. starts: seconds."""
    if len(starts) < 4:
        return even(USUAL, float(starts[0]) if len(starts) else 0.0, seconds)

    def fit(tempos: np.ndarray, phases: int) -> tuple[float, float, float]:
        quavers = 30 / tempos[:, None, None]
        offsets = np.linspace(0, 1, phases, endpoint=False)[None, :, None] * quavers
        off = np.abs((starts - offsets + quavers / 2) % quavers - quavers / 2) / quavers
        score = np.exp(-((off / 0.12) ** 2)).mean(axis=2) - 0.1 * np.abs(np.log2(tempos / USUAL))[:, None]
        i, j = np.unravel_index(int(score.argmax()), score.shape)
        return float(score[i, j]), float(tempos[i]), float(offsets[i, j, 0])

    coarse = fit(np.arange(62.0, 168.0, 0.5), 12)
    fine = fit(np.arange(coarse[1] - 0.5, coarse[1] + 0.5, 0.02), 24)
    best = max(coarse, fine)
    return even(best[1], best[2], seconds)


def even(bpm: float, phase: float, seconds: float) -> Grid:
    """Beats at one tempo. phase: the second of any of them."""
    period = 60 / bpm
    return Grid(bpm, np.arange(phase % period, seconds, period))


class _Comb:
    """Scores tempos and phases by the onsets under the teeth of a comb."""

    def __init__(self, strength: np.ndarray) -> None:
        self._strength = fftconvolve(strength, np.hanning(9) / 4, "same")
        self._last = len(strength) - 1

    def best_phase(self, bpm: float, phases: np.ndarray | None = None) -> tuple[float, float, float]:
        """(score, bpm, phase) of the best of some phases, by default 36 around the beat."""
        period = 60 / bpm
        tried = np.linspace(0, period, 36, endpoint=False) if phases is None else phases % period
        beats = tried[:, None] + period * np.arange(int(self._last / FPS / period))
        on, half = self._at(beats), self._at(beats + period / 2)
        between = (self._at(beats + period / 4) + self._at(beats + period / 3)) / 2
        usual = np.exp(-0.5 * (np.log2(bpm / USUAL) / SPREAD) ** 2)
        scores = (on + HALF * half - BETWEEN * between) * usual
        best = int(scores.argmax())
        return float(scores[best]), float(bpm), float(tried[best])

    def _at(self, seconds: np.ndarray) -> np.ndarray:
        frames = np.clip(seconds * FPS, 0, self._last - 1)
        below = frames.astype(np.intp)
        share = frames - below
        values = self._strength[below] * (1 - share) + self._strength[below + 1] * share
        return np.asarray(values.mean(axis=1))


def _candidates(strength: np.ndarray) -> list[float]:
    smooth = fftconvolve(strength, np.hanning(9) / 4, "same")
    lags = np.arange(int(FPS * 60 / 210), int(FPS * 60 / 45))
    full = fftconvolve(smooth, smooth[::-1])[len(smooth) - 1 :]
    likeness = full[lags[lags < len(full)]]
    peaks, _ = find_peaks(likeness)
    strongest = sorted(peaks, key=lambda i: -likeness[i])[:6]
    tempos = {round(60 * FPS / lags[i] * times, 2) for i in strongest for times in MULTIPLES}
    near = (0.99, 0.995, 1.0, 1.005, 1.01)
    return [bpm * factor for bpm in tempos if SLOWEST <= bpm <= FASTEST for factor in near]


def _bent(strength: np.ndarray, grid: Grid) -> Grid:
    """The grid, or the path of beats that follows the players where they clearly leave it.

    Dynamic programming as by Ellis (Beat Tracking by Dynamic Programming, 2007).
    """
    smooth = gaussian_filter1d(strength, 2.0)
    period = 60 / grid.bpm * FPS
    score, before = smooth.copy(), np.full(len(smooth), -1)
    steps = np.arange(round(period * 0.8), round(period * 1.25) + 1)
    cost = 60.0 * float(smooth.std()) * np.log(steps / period) ** 2
    for frame in range(int(steps[-1]), len(smooth)):
        reach = score[frame - steps] - cost
        best = int(reach.argmax())
        score[frame] += reach[best]
        before[frame] = frame - steps[best]
    path = [len(smooth) - round(period) + int(score[-round(period) :].argmax())]
    while before[path[-1]] >= 0:
        path.append(int(before[path[-1]]))
    free = np.array(path[::-1])
    regular = np.clip(np.round(grid.beats * FPS).astype(int), 0, len(smooth) - 1)
    if len(free) < 8 or smooth[free].mean() < DRIFT_GAIN * smooth[regular].mean():
        return grid
    # A beat is where its neighbours expect it: the raster is coarse and players play around the beat.
    beats = _smoothed(free / FPS)
    return Grid(60 / float(np.median(np.diff(beats))), _to_the_edges(beats, len(smooth) / FPS))


def _smoothed(beats: np.ndarray) -> np.ndarray:
    places = np.arange(len(beats))
    trend = np.polyval(np.polyfit(places, beats, 1), places)
    return np.asarray(trend + gaussian_filter1d(beats - trend, 1.5, mode="nearest"))


def _to_the_edges(beats: np.ndarray, seconds: float) -> np.ndarray:
    first, last = beats[1] - beats[0], beats[-1] - beats[-2]
    ahead = np.arange(beats[0] - first, 0, -first)[::-1]
    after = np.arange(beats[-1] + last, seconds, last)
    return np.concatenate((ahead, beats, after))


def _cleaned(rises: np.ndarray) -> np.ndarray:
    """Onsets above what is usual around them, the highest 1."""
    rises = rises / max(float(rises.max(initial=0.0)), 1e-9)
    return np.asarray(np.maximum(0.0, rises - uniform_filter1d(rises, 86)))
