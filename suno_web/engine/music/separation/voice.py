"""The voice in a mix, by three hints: it does not repeat, it is in the middle, and it has one pitch.

What repeats is found as by Rafii and Pardo (Music/Voice Separation Using the Similarity Matrix, 2012). The rest, as far
as it is equal on both sides, is followed in pitch; around that pitch's harmonics the voice is taken, each bin by
the power of voice and backing there (Wiener).
"""

import numpy as np
import soxr
from scipy.ndimage import median_filter, uniform_filter1d

from suno_web.engine.music.analysis import tune
from suno_web.engine.music.separation import spectrogram
from suno_web.engine.music.separation.spectrogram import HOP, SIZE

# Masks are worked out for every second frame: they change slower than the sound.
STEP = 2
ALIKE = 11
APART_S = 1.0
MARGIN = 1.5
LOWEST_HZ, HIGHEST_HZ = 80.0, 15_000.0
# Harmonics are this wide: 26 Hz, and higher up 1.1 % of their frequency, as vibrato moves them.
NARROWEST_HZ, WIDTH = 26.0, 0.011
VOICED = 0.3
# Above this a voice is breath and sibilants, which have no harmonics.
BREATH_HZ, BREATH = 5500.0, 0.6
BACKING_FRAMES = 15


def mask(spectrum: np.ndarray, rate: int) -> np.ndarray:
    """How much of each bin is voice, float32 (frames, BINS), 0-1. spectrum: as `spectrogram.analysed` of stereo."""
    hertz = spectrogram.hertz(rate)
    sparse = spectrum[::STEP]
    size = np.abs(sparse)
    level = size.mean(axis=2)
    fresh = _fresh(level, rate)
    fresh[:, hertz < LOWEST_HZ] = 0.0
    middle = _middle(size)
    guess = spectrum * _dense(fresh * np.minimum(1.0, middle + 0.15), len(spectrum))[:, :, None]
    pitch, confidence = _pitch(guess, rate, len(sparse))
    comb = _comb(pitch, confidence, hertz)
    return _dense(_wiener(level, comb), len(spectrum))


def _fresh(level: np.ndarray, rate: int) -> np.ndarray:
    """What is not like other moments of the piece: a soft mask from a magnitude spectrogram."""
    frames = len(level)
    # Similar by their outline: bands of bins do for that.
    outline = np.add.reduceat(level, _band_edges(), axis=1) ** 0.5
    outline /= np.maximum(np.linalg.norm(outline, axis=1, keepdims=True), 1e-9)
    apart = max(1, round(APART_S * rate / HOP / STEP))
    repeated = np.empty_like(level)
    places = np.arange(frames)
    count = min(ALIKE, max(1, frames // 4))
    for since in range(0, frames, 256):
        rows = places[since : since + 256]
        likeness = outline[rows] @ outline.T
        likeness[np.abs(rows[:, None] - places) < apart] = -1.0
        alike = np.argpartition(-likeness, count - 1, axis=1)[:, :count]
        for row, others in zip(rows, alike, strict=True):
            repeated[row] = np.partition(level[others], count // 2, axis=0)[count // 2]
    repeated = np.minimum(level, repeated)
    new = (level - repeated) ** 2
    return np.asarray(new / (new + (MARGIN * repeated) ** 2 + 1e-12))


def _middle(size: np.ndarray) -> np.ndarray:
    """1 where both sides are equally loud, 0 where they differ clearly."""
    side = np.abs(size[..., 0] - size[..., -1]) / (size.sum(axis=2) + 1e-9)
    return np.asarray(np.clip(1 - 2.2 * side, 0, 1) ** 2)


def _pitch(guess: np.ndarray, rate: int, frames: int) -> tuple[np.ndarray, np.ndarray]:
    """Hz and confidence of the voice in every STEP-th frame."""
    samples = len(guess) * HOP
    sound = spectrogram.sounding(guess.mean(axis=2, keepdims=True), samples)[:, 0]
    followed = tune.follow(soxr.resample(sound, rate, tune.RATE), 90.0, 800.0)
    # Frame i is centred this long before its samples end up in the sound.
    seconds = (np.arange(frames) * STEP * HOP + SIZE / 2 - (SIZE - HOP)) / rate
    known = np.arange(len(followed.hertz)) * tune.FRAME_S
    nearest = np.clip(np.searchsorted(known, seconds), 0, len(known) - 1)
    return followed.hertz[nearest], np.interp(seconds, known, followed.confidence)


def _comb(pitch: np.ndarray, confidence: np.ndarray, hertz: np.ndarray) -> np.ndarray:
    voiced = (confidence > VOICED) & (pitch > 80) & (pitch < 900)
    base = np.where(voiced, pitch, 1.0).astype(np.float32)[:, None]
    nearest = np.maximum(1.0, np.round(hertz / base)) * base
    width = np.maximum(NARROWEST_HZ, WIDTH * nearest)
    comb = np.exp(-0.5 * ((hertz - nearest) / width) ** 2) * (voiced[:, None] & (hertz < HIGHEST_HZ))
    somebody = uniform_filter1d(voiced.astype(np.float32), 5) > 0.3
    breath = hertz > BREATH_HZ
    comb[:, breath] = np.maximum(comb[:, breath], BREATH * somebody[:, None])
    return np.asarray(comb, np.float32)


def _wiener(level: np.ndarray, comb: np.ndarray) -> np.ndarray:
    """The comb, weaker where the backing is known, from the moments around, to be strong."""
    voice = (level * comb) ** 2
    backing = median_filter((level * (1 - comb)) ** 2, (BACKING_FRAMES, 1))
    return np.asarray(comb * voice / (voice + backing + 1e-12))


def _dense(mask: np.ndarray, frames: int) -> np.ndarray:
    return np.asarray(np.repeat(mask, STEP, axis=0)[:frames], np.float32)


def _band_edges() -> np.ndarray:
    """First bins of about 150 bands that get wider upwards."""
    return np.unique(np.geomspace(4, spectrogram.BINS - 1, 200).astype(np.intp))
