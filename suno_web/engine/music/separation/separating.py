"""A finished mix taken apart, as well as signal processing can: a preview of its stems, not the studio's tracks."""

from collections.abc import Callable, Iterator

import numpy as np
from scipy.ndimage import median_filter

from suno_web.engine.music.separation import spectrogram, voice

RATE = 44_100
# Long recordings are worked on in pieces, so that memory stays small; they overlap by a fade.
PIECE_S, FADE_S = 40.0, 1.0
TIME_FRAMES, PITCH_BINS = 13, 25
BASS_HZ, BASS_SLOPE = 220.0, 6
STEP = 2

Masks = Callable[[np.ndarray], dict[str, np.ndarray]]


def separate(audio: np.ndarray, rate: int = RATE) -> dict[str, np.ndarray]:
    """{"vocal", "instrumental"}, float32 (frames, 2) each; together they are the audio again."""
    return _in_pieces(
        audio, rate, ("vocal",), "instrumental", lambda spectrum: {"vocal": voice.mask(spectrum, rate)}
    )


def split(audio: np.ndarray, rate: int = RATE) -> dict[str, np.ndarray]:
    """{"vocal", "drums", "bass", "other"}, float32 (frames, 2) each; together they are the audio again."""

    def masks(spectrum: np.ndarray) -> dict[str, np.ndarray]:
        sung = voice.mask(spectrum, rate)
        rest = 1 - sung
        beaten = _percussive(np.abs(spectrum[::STEP]).mean(axis=2) * rest[::STEP])
        drums = np.repeat(beaten, STEP, axis=0)[: len(spectrum)] * rest
        low = 1 / (1 + (spectrogram.hertz(rate) / BASS_HZ) ** BASS_SLOPE)
        return {"vocal": sung, "drums": drums, "bass": (rest - drums) * low}

    return _in_pieces(audio, rate, ("vocal", "drums", "bass"), "other", masks)


def _in_pieces(
    audio: np.ndarray, rate: int, names: tuple[str, ...], rest: str, masks: Masks
) -> dict[str, np.ndarray]:
    audio = _stereo(audio)
    stems = {name: np.zeros_like(audio) for name in names}
    for start, end, fade in _pieces(len(audio), rate):
        spectrum = spectrogram.analysed(audio[start:end])
        weight = np.minimum(1.0, np.arange(1, fade + 1, dtype=np.float32) / max(fade, 1))[:, None]
        for name, share in masks(spectrum).items():
            sound = spectrogram.sounding(spectrum * share[:, :, None], end - start)
            stem = stems[name][start:end]
            stem[:fade] = stem[:fade] * (1 - weight) + sound[:fade] * weight
            stem[fade:] = sound[fade:]
    left = audio.copy()
    for name in names:
        left -= stems[name]
    stems[rest] = left
    return stems


def _pieces(frames: int, rate: int) -> Iterator[tuple[int, int, int]]:
    """(start, end, how much of it fades in over the piece before) of each piece."""
    length, fade = int(PIECE_S * rate), int(FADE_S * rate)
    start = 0
    while True:
        # What would be left is too short to be learnt from: the last piece takes it too.
        last = frames - start <= 1.5 * length
        end = frames if last else start + length
        yield start, end, fade if start else 0
        if last:
            return
        start = end - fade


def _percussive(level: np.ndarray) -> np.ndarray:
    """How much of each bin is struck rather than held, 0-1 (Fitzgerald, Harmonic/Percussive Separation using Median
    Filtering, 2010)."""
    held = median_filter(level, (TIME_FRAMES, 1))
    struck = median_filter(level, (1, PITCH_BINS))
    return np.asarray(struck**2 / (struck**2 + held**2 + 1e-12), np.float32)


def _stereo(audio: np.ndarray) -> np.ndarray:
    audio = np.nan_to_num(audio.astype(np.float32, copy=False))
    return np.column_stack((audio, audio)) if audio.ndim == 1 else audio
