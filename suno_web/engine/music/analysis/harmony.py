"""Key and chords, from a spectrum folded into semitones.

Drums are removed by a median over time, overtones are weakened by compression. The key is the profile (Temperley,
The Cognition of Basic Musical Structures, 2001) that fits the whole; chords are the likeliest path (Viterbi) through
the triads, half bar by half bar.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.ndimage import median_filter

from suno_web.engine.music.analysis import spectra
from suno_web.engine.music.analysis.model import ChordSpan

RATE, SIZE, HOP = 11_025, 4096, 512
FPS = RATE / HOP
LOWEST, OCTAVES, PER_SEMITONE = 36, 5, 3
BASS_OCTAVES = 2
MAJOR = np.array([5, 2, 3.5, 2, 4.5, 4, 2, 4.5, 2, 3.5, 1.5, 4])
MINOR = np.array([5, 2, 3.5, 4.5, 2, 4, 2, 4.5, 3.5, 2, 1.5, 4])
# How much likelier a chord stays than it changes, within a bar and over a bar line; and what lies in the key.
STAY_IN_BAR, STAY, IN_KEY, BASS = 0.16, 0.05, 0.03, 0.30
SEVENTH = 0.62
ON_TONIC, BEGINS = 0.15, 0.08
DIATONIC = {
    "major": ((0, 0), (2, 1), (4, 1), (5, 0), (7, 0), (9, 1)),
    "minor": ((0, 1), (3, 0), (5, 1), (7, 1), (7, 0), (8, 0), (10, 0)),
}


@dataclass(frozen=True, slots=True)
class Chroma:
    """Strength of the twelve pitch classes in each frame, (frames, 12): of everything, and of the bass."""

    all: np.ndarray
    bass: np.ndarray

    def between(self, start_s: float, end_s: float) -> tuple[np.ndarray, np.ndarray]:
        """The mean over a span of at least one frame."""
        first = min(round(start_s * FPS), len(self.all) - 1)
        last = max(first + 1, round(end_s * FPS))
        return self.all[first:last].mean(axis=0), self.bass[first:last].mean(axis=0)


def chroma(signal: np.ndarray) -> Chroma:
    """signal: float32 (frames,) at RATE."""
    fold = _semitone_filters()
    bins = np.concatenate([block @ fold.T for block in spectra.magnitudes(signal, SIZE, HOP)])
    steady = median_filter(bins, (9, 1))
    steady = np.log1p(60 * steady / max(float(np.percentile(steady.max(axis=1), 95)), 1e-9))
    semitones = _tuned(steady)
    # What stands out from its neighbours is a tone; the rest is noise and breath.
    padded = np.pad(semitones, ((0, 0), (3, 3)), mode="edge")
    local = np.lib.stride_tricks.sliding_window_view(padded, 7, axis=1).mean(axis=2)
    tones = np.maximum(0.0, semitones - local).reshape(len(semitones), OCTAVES, 12)
    weights = np.array([0.7, 1.0, 1.0, 0.8, 0.4])[:, None]
    return Chroma((tones * weights).sum(axis=1), tones[:, :BASS_OCTAVES].sum(axis=1))


def key(heard: Chroma, edges: np.ndarray, *, chordal: bool = True) -> tuple[int, str]:
    """Tonic (0-11) and "major" or "minor". edges: of the spans whose chords may be the tonic's, in seconds.

    Neighbouring keys share all notes but one, and a guitar's chords may lack their thirds: besides the notes it counts
    which chords belong to the key, and which one music rests on and begins with. chordal: whether there are any.
    """
    total = heard.all.mean(axis=0) + 0.5 * heard.bass.mean(axis=0)
    if not total.any():
        return 0, "major"
    path = _likeliest(np.array([_fit(*heard.between(*span)) for span in pairwise(edges)]), STAY)
    share = np.bincount(path, minlength=24) / len(path)
    fits = []
    for tonic in range(12):
        for quality, (mode, profile) in enumerate((("major", MAJOR), ("minor", MINOR))):
            home = quality * 12 + tonic
            fit = float(np.corrcoef(np.roll(profile, tonic), total)[0, 1])
            belongs = (
                float(share[_prior(tonic, mode) > 0].sum()) if chordal else ON_TONIC * float(share[home])
            )
            fits.append((fit + belongs + ON_TONIC * share[home] + BEGINS * (path[0] == home), tonic, mode))
    return max(fits)[1:]


def chords(heard: Chroma, edges: np.ndarray, in_bar: np.ndarray, tonic: int, mode: str) -> list[ChordSpan]:
    """The chord of each span between two edges (seconds). in_bar: whether a span goes on in its predecessor's bar."""
    spans = [heard.between(start, end) for start, end in pairwise(edges)]
    if not spans:
        return []
    scores = np.array([_fit(tones, bass) for tones, bass in spans]) + _prior(tonic, mode)
    path = _likeliest(scores, np.where(in_bar, STAY_IN_BAR, STAY))
    return [
        _span(float(start), float(end), state, *tones)
        for (start, end), state, tones in zip(pairwise(edges), path, spans, strict=True)
    ]


def change(heard: Chroma, second: float, around: float) -> float:
    """How different the harmony is after a moment from before it, 0-1."""
    (before, low_before), (after, low_after) = (
        heard.between(max(0.0, second - around), second),
        heard.between(second, second + around),
    )
    return 1 - (_likeness(before, after) + _likeness(low_before, low_after)) / 2


def _likeness(one: np.ndarray, other: np.ndarray) -> float:
    return float(one @ other / max(float(np.linalg.norm(one) * np.linalg.norm(other)), 1e-9))


def _semitone_filters() -> np.ndarray:
    """Triangles a third of a semitone wide, (OCTAVES * 12 * PER_SEMITONE, bins)."""
    places = LOWEST + (np.arange(OCTAVES * 12 * PER_SEMITONE) - PER_SEMITONE // 2) / PER_SEMITONE
    hertz = np.maximum(np.fft.rfftfreq(SIZE, 1 / RATE), 1.0)
    centres = 440 * 2 ** ((places - 69) / 12)
    # Low down, a semitone is narrower than a bin: no filter is narrower than what the window resolves.
    width = np.maximum(centres * (2 ** (1 / 36) - 1), RATE / SIZE)
    return np.asarray(np.maximum(0, 1 - np.abs(hertz - centres[:, None]) / width[:, None]), np.float32)


def _tuned(bins: np.ndarray) -> np.ndarray:
    """Thirds of semitones to semitones, (frames, 60), read where this recording's tuning puts them."""
    thirds = bins.reshape(len(bins), -1, PER_SEMITONE)
    share = thirds.mean(axis=(0, 1))
    shift = int(share.argmax()) - PER_SEMITONE // 2
    rolled = np.roll(bins, -shift, axis=1).reshape(len(bins), -1, PER_SEMITONE)
    return np.asarray(rolled.mean(axis=2))


def _fit(tones: np.ndarray, bass: np.ndarray) -> np.ndarray:
    """How well each of the 24 triads (12 major, 12 minor) fits, about 0-1."""
    strong = tones / max(float(np.linalg.norm(tones)), 1e-9)
    low = bass / max(float(np.linalg.norm(bass)), 1e-9)
    scores = np.empty(24)
    for quality, third in enumerate((4, 3)):
        for root in range(12):
            triad = strong[root] + strong[(root + third) % 12] + strong[(root + 7) % 12]
            rest = strong.sum() - triad
            scores[quality * 12 + root] = triad / np.sqrt(3) - 0.15 * rest + BASS * low[root]
    return scores


def _prior(tonic: int, mode: str) -> np.ndarray:
    prior = np.zeros(24)
    for degree, quality in DIATONIC[mode]:
        prior[quality * 12 + (tonic + degree) % 12] = IN_KEY
    return prior


def _likeliest(scores: np.ndarray, stay: np.ndarray | float) -> list[int]:
    """Viterbi over the triads; a change costs `stay`."""
    total, back = scores[0], list[np.ndarray]()
    for now, cost in zip(scores[1:], np.broadcast_to(stay, len(scores))[1:], strict=True):
        reach = total[:, None] - cost * (1 - np.eye(24))
        back.append(reach.argmax(axis=0))
        total = reach.max(axis=0) + now
    path = [int(total.argmax())]
    for step in reversed(back):
        path.append(int(step[path[-1]]))
    return path[::-1]


def _span(start: float, end: float, state: int, tones: np.ndarray, bass: np.ndarray) -> ChordSpan:
    root, minor = state % 12, state >= 12
    if tones.max(initial=0.0) < 0.02 and bass.max(initial=0.0) < 0.02:
        return ChordSpan(round(start, 4), round(end, 4), None, "N")
    triad = np.array([tones[root], tones[(root + (3 if minor else 4)) % 12], tones[(root + 7) % 12]]).mean()
    small, large = tones[(root + 10) % 12], tones[(root + 11) % 12]
    quality = "min" if minor else "maj"
    if max(small, large) > SEVENTH * triad:
        quality = "min7" if minor else "7" if small >= large else "maj7"
    return ChordSpan(round(start, 4), round(end, 4), root, quality)
