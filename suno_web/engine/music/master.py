"""From a mix to a master: loudness -14 LUFS, true peak at most -1 dBTP.

Loudness is ITU-R BS.1770-4 (K-weighting, two gates), true peaks are read between the samples by a four times
oversampling filter of 24 taps a phase, close to the one of its annex 2.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.ndimage import minimum_filter1d, uniform_filter1d
from scipy.signal import firwin, sosfilt

from suno_web.engine.music.synth import RATE

TARGET_LUFS = -14.0
CEILING_DBTP = -1.0
# What the limiter aims at: its detection and its smoothing leave a little through.
LIMIT = -1.35
BLOCK = 32
LOOK_AHEAD_BLOCKS = 6
RELEASE_S = 0.09
TAPS = 24
# Work is done in pieces that stay in the processor's cache: so many tenths of a second.
PIECE = 30

# K-weighting at 44.1 kHz: the shelf and the high-pass of BS.1770, redesigned for this rate as pyloudnorm does.
_HIGH = {"gain": 4.0, "q": 1 / np.sqrt(2), "hertz": 1500.0}
_LOW = {"q": 0.5, "hertz": 38.0}


@dataclass(frozen=True, slots=True)
class Master:
    """The finished audio, float32 (frames, 2), and its measures."""

    audio: np.ndarray
    lufs: float
    true_peak: float


def master(mix: np.ndarray, *, drive: float) -> Master:
    """Master a mix, float32 (2, frames). drive: dB by which peaks are rounded off for density."""
    level = loudness(mix)
    if level < -70:
        return Master(np.ascontiguousarray(mix.T), level, true_peak(mix))
    knee = decibels(LIMIT - 0.55 * drive)
    loud = soft_clipped(mix * decibels(TARGET_LUFS - level), knee)
    # Rounding and limiting cost a little loudness; the second gain is set after the first has been heard.
    correction = TARGET_LUFS - loudness(loud)
    loud = limited(
        soft_clipped(loud * decibels(correction), knee) if correction > 0.3 else loud * decibels(correction)
    )
    level = loudness(loud)
    peak = true_peak(loud)
    final = min(TARGET_LUFS - level, CEILING_DBTP - 0.1 - peak)
    loud *= decibels(final)
    return Master(np.ascontiguousarray(loud.T), level + final, peak + final)


def _lost(mix: np.ndarray, first: np.float32, ceiling: float) -> float:
    """The dB of loudness that rounding and limiting will cost, tried on a quarter of the song."""
    piece = 4 * RATE
    count = mix.shape[1] // piece
    pieces = [mix[:, i * piece : (i + 1) * piece] for i in range(1, count, 4)] if count >= 4 else [mix]
    sample = np.concatenate(pieces, axis=1) * first
    wanted = loudness(sample)
    lost = 0.0
    # More gain is rounded off in its turn; the second try comes within a tenth of a dB.
    for _ in range(2 if wanted > -50 else 0):
        lost += wanted - loudness(dense(sample * decibels(lost), ceiling))
    return min(5.0, max(0.0, lost))


def decibels(value: float) -> np.float32:
    """The factor of some decibels."""
    return np.float32(10 ** (value / 20))


def loudness(audio: np.ndarray) -> float:
    """Integrated loudness in LUFS (ITU-R BS.1770-4) of float32 (channels, frames) at RATE; -inf for silence."""
    step = RATE // 10
    count = audio.shape[1] // step
    if count < 4:
        return -np.inf
    state = np.zeros((2, audio.shape[0], 2), np.float32)
    powers = []
    for start in range(0, count, PIECE):
        piece = audio[:, start * step : min(start + PIECE, count) * step]
        weighted, state = sosfilt(_k_weighting(), piece, axis=1, zi=state)
        powers.append((weighted.reshape(len(audio), -1, step) ** 2).mean(2).sum(0))
    power = np.concatenate(powers)
    blocks = np.convolve(power, np.ones(4) / 4, "valid")
    blocks = blocks[blocks > 10 ** ((-70 + 0.691) / 10)]
    if not len(blocks):
        return -np.inf
    return _lufs(blocks[blocks > blocks.mean() / 10].mean())


def _lufs(power: float) -> float:
    return float(-0.691 + 10 * np.log10(power))


def _k_weighting() -> np.ndarray:
    """The two stages as second-order sections."""
    amplitude = 10 ** (_HIGH["gain"] / 40)
    turn = 2 * np.pi * _HIGH["hertz"] / RATE
    alpha, cosine = np.sin(turn) / (2 * _HIGH["q"]), np.cos(turn)
    root = 2 * np.sqrt(amplitude) * alpha
    shelf = [
        amplitude * ((amplitude + 1) + (amplitude - 1) * cosine + root),
        -2 * amplitude * ((amplitude - 1) + (amplitude + 1) * cosine),
        amplitude * ((amplitude + 1) + (amplitude - 1) * cosine - root),
        (amplitude + 1) - (amplitude - 1) * cosine + root,
        2 * ((amplitude - 1) - (amplitude + 1) * cosine),
        (amplitude + 1) - (amplitude - 1) * cosine - root,
    ]
    turn = 2 * np.pi * _LOW["hertz"] / RATE
    alpha, cosine = np.sin(turn) / (2 * _LOW["q"]), np.cos(turn)
    high_pass = [(1 + cosine) / 2, -(1 + cosine), (1 + cosine) / 2, 1 + alpha, -2 * cosine, 1 - alpha]
    return np.array([np.array(stage) / stage[3] for stage in (shelf, high_pass)], np.float32)


def dense(audio: np.ndarray, ceiling_db: float) -> np.ndarray:
    """Audio whose peaks are rounded off and then limited to a ceiling in dBTP."""
    return limited(soft_clipped(audio, decibels(ceiling_db)), ceiling_db)


def soft_clipped(audio: np.ndarray, ceiling: np.float32) -> np.ndarray:
    """Peaks rounded towards 1.5 times the ceiling (tanh) from 0.7 of it on, everything below untouched."""
    knee, room = np.float32(0.7) * ceiling, np.float32(0.8) * ceiling
    rounded = audio.copy()
    whole = rounded.reshape(-1)
    for start in range(0, len(whole), PIECE * 8192):
        part = whole[start : start + PIECE * 8192]
        above = np.flatnonzero(np.abs(part) > knee)
        peaks = part[above]
        part[above] = np.sign(peaks) * (knee + room * np.tanh((np.abs(peaks) - knee) / room))
    return rounded


def limited(audio: np.ndarray, ceiling_db: float = LIMIT) -> np.ndarray:
    """Look-ahead limiter on true peaks. The gain falls before a peak and recovers after it."""
    ceiling = decibels(ceiling_db)
    peaks = _block_peaks(audio, above=float(ceiling) * 0.7)
    wanted = np.minimum(1.0, ceiling / np.maximum(peaks, 1e-9))
    if wanted.min() >= 1.0:
        return audio.copy()
    keep = float(np.exp(-BLOCK / (RELEASE_S * RATE)))
    held, gain = np.empty(len(wanted)), 1.0
    for index, limit in enumerate(wanted.tolist()):
        gain = min(limit, 1.0 - (1.0 - gain) * keep)
        held[index] = gain
    width = 2 * LOOK_AHEAD_BLOCKS + 1
    smooth = uniform_filter1d(minimum_filter1d(held, width + 2), LOOK_AHEAD_BLOCKS)
    # Straight from block to block, each value reached in the middle of its block.
    edges = np.concatenate([smooth[:1], (smooth[1:] + smooth[:-1]) / 2, smooth[-1:]]).astype(np.float32)
    slope = np.linspace(0, 1, BLOCK, endpoint=False, dtype=np.float32)
    curve = (edges[:-1, None] + (edges[1:] - edges[:-1])[:, None] * slope).reshape(-1)
    return np.asarray(audio * curve[: audio.shape[1]])


def true_peak(audio: np.ndarray) -> float:
    """Highest true peak in dBTP of float32 (channels, frames)."""
    peak = float(np.abs(audio).max()) if audio.size else 0.0
    if peak == 0.0:
        return -np.inf
    return float(20 * np.log10(_block_peaks(audio, above=peak * 0.6).max()))


def _block_peaks(audio: np.ndarray, *, above: float) -> np.ndarray:
    """Peak of each block of BLOCK frames over all channels: true peaks where samples pass a level."""
    channels, frames = audio.shape
    count = -(-frames // BLOCK)
    half = TAPS // 2
    padded = np.pad(audio, ((0, 0), (half, count * BLOCK - frames + half)))
    peaks = np.abs(padded[:, half : half + count * BLOCK]).reshape(channels, count, BLOCK).max(2)
    # A block's neighbours count too: the curve between two of them belongs to either.
    matrix = _between()
    for channel in range(channels):
        hot = np.flatnonzero(peaks[channel] > above)
        for part in np.array_split(hot, max(1, len(hot) // 16384)):
            if len(part):
                places = part[:, None] * BLOCK + np.arange(BLOCK + TAPS)
                peaks[channel, part] = np.maximum(
                    peaks[channel, part], np.abs(padded[channel][places] @ matrix).max(1)
                )
    return np.asarray(peaks.max(0), np.float64)


@cache
def _between() -> np.ndarray:
    """What turns a block and its surroundings into three values between each two of its samples."""
    taps = firwin(4 * TAPS + 1, 0.92 / 4, window=("kaiser", 6.0)) * 4
    matrix = np.zeros((BLOCK + TAPS, 3 * BLOCK), np.float32)
    half = TAPS // 2
    for frame in range(BLOCK):
        for phase in (1, 2, 3):
            # Sample half+frame lies at 0; the value wanted lies phase/4 after it.
            for offset in range(-half + 1, half + 1):
                tap = 2 * TAPS + phase - 4 * offset
                if 0 <= tap < len(taps):
                    matrix[half + frame + offset, 3 * frame + phase - 1] = taps[tap]
    return matrix
