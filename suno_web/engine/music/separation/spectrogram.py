"""Short-time spectra that turn back into sound: stereo, float32, exact where nothing is changed."""

import numpy as np
from scipy import fft

SIZE, HOP = 4096, 1024
BINS = SIZE // 2 + 1
_WINDOW = np.hanning(SIZE + 1)[:-1].astype(np.float32)


def analysed(sound: np.ndarray) -> np.ndarray:
    """complex64 (frames, BINS, channels) of a sound, float32 (samples, channels)."""
    ahead = SIZE - HOP
    padded = np.pad(sound, ((ahead, ahead + (-len(sound)) % HOP), (0, 0)))
    views = np.lib.stride_tricks.sliding_window_view(padded, SIZE, axis=0)[::HOP]
    spectrum = fft.rfft(views * _WINDOW, axis=2)
    return np.ascontiguousarray(spectrum.transpose(0, 2, 1), np.complex64)


def sounding(spectrum: np.ndarray, samples: int) -> np.ndarray:
    """The sound of spectra that `analysed` gave, float32 (samples, channels)."""
    pieces = fft.irfft(spectrum, n=SIZE, axis=1).astype(np.float32) * _WINDOW[:, None]
    frames, _, channels = pieces.shape
    total = np.zeros((frames + SIZE // HOP - 1, HOP, channels), np.float32)
    for part in range(SIZE // HOP):
        total[part : part + frames] += pieces[:, part * HOP : (part + 1) * HOP]
    # Hann squared, four times overlapped, adds up to 1.5 everywhere.
    sound = total.reshape(-1, channels)[SIZE - HOP :][:samples] / 1.5
    return np.asarray(sound)


def hertz(rate: int) -> np.ndarray:
    """The frequency of each bin."""
    return np.asarray(np.fft.rfftfreq(SIZE, 1 / rate).astype(np.float32))
