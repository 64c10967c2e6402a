"""Spectra in bounded memory: a recording's frames block by block, folded before they are kept."""

from collections.abc import Iterator

import numpy as np
import soxr
from scipy import fft

BLOCK = 2048


def mono(audio: np.ndarray, rate: int, wanted: int) -> np.ndarray:
    """One channel of float32 at another rate. audio: (frames,) or (frames, channels)."""
    single = audio if audio.ndim == 1 else audio.mean(axis=1)
    single = np.nan_to_num(single.astype(np.float32, copy=False))
    return single if rate == wanted else soxr.resample(single, rate, wanted).astype(np.float32)


def magnitudes(signal: np.ndarray, size: int, hop: int) -> Iterator[np.ndarray]:
    """Blocks of a magnitude spectrogram, float32 (up to BLOCK frames, size // 2 + 1); frame i is centred on
    sample i * hop."""
    padded = np.pad(signal, (size // 2, size))
    window = np.hanning(size + 1)[:-1].astype(np.float32)
    views = np.lib.stride_tricks.sliding_window_view(padded, size)[: len(signal) + 1 : hop]
    for since in range(0, len(views), BLOCK):
        yield np.abs(fft.rfft(views[since : since + BLOCK] * window, axis=1))


def mel_bands(rate: int, size: int, count: int) -> np.ndarray:
    """Triangles evenly spaced in mel (Slaney's area normalisation), float32 (count, size // 2 + 1)."""
    top = 2595 * np.log10(1 + rate / 2 / 700)
    edges = 700 * (10 ** (np.linspace(0, top, count + 2) / 2595) - 1)
    hertz = np.fft.rfftfreq(size, 1 / rate)
    rising = (hertz - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - hertz) / (edges[2:] - edges[1:-1])[:, None]
    shape = np.maximum(0, np.minimum(rising, falling)) * (2 / (edges[2:] - edges[:-2]))[:, None]
    return np.asarray(shape, np.float32)
