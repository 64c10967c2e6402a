"""Lossless files: the master that is kept of each take, and the 24 bit WAV made from it.

Samples are rounded to 24 bits here, once and always alike: what is read from a master and kept again is the same
file, which the codec's own rounding would not give (it scales by another number when it writes than when it reads).
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soundfile

from suno_web.engine.music.synth import RATE

# A 24 bit sample is written as the upper bits of 32.
FULL_SCALE, LOWER_BITS = 2**23, 8
# Files are written and read in pieces of so many frames.
PIECE = 1 << 17


def write(path: Path, audio: np.ndarray) -> None:
    """Write a WAV of 44.1 kHz and 24 bits. audio: float32 (frames, channels)."""
    _write(path, audio, "WAV")


def keep_master(path: Path, audio: np.ndarray) -> None:
    """Keep the finished audio of a take without loss beyond 24 bits, as FLAC. audio: float32 (frames, 2).

    Its fastest compression: three minutes take 0.3 s and 40 MB; the last bits of a song are noise that no level packs.
    """
    _write(path, audio, "FLAC", compression_level=0.0)


def read_master(path: Path) -> np.ndarray:
    """The audio that was kept, float32 (frames, 2): the same samples each time."""
    audio, _ = soundfile.read(path, dtype="float32", always_2d=True)
    return np.asarray(audio)


def write_from_master(path: Path, master: Path) -> None:
    """Write the WAV of a kept take: exactly its samples."""
    with (
        soundfile.SoundFile(master) as kept,
        soundfile.SoundFile(
            path, "w", kept.samplerate, kept.channels, subtype="PCM_24", format="WAV"
        ) as file,
    ):
        while len(piece := kept.read(PIECE, dtype="int32")):
            file.write(piece)


def _write(path: Path, audio: np.ndarray, kind: str, **options: float) -> None:
    with soundfile.SoundFile(
        path, "w", RATE, audio.shape[1], subtype="PCM_24", format=kind, **options
    ) as file:
        for piece in _rounded(audio):
            file.write(piece)


def _rounded(audio: np.ndarray) -> Iterator[np.ndarray]:
    """Pieces of the audio as 24 bit samples; what is beyond full scale is held there."""
    for start in range(0, len(audio), PIECE):
        scaled = np.rint(audio[start : start + PIECE] * np.float32(FULL_SCALE))
        held = np.clip(scaled, -FULL_SCALE, FULL_SCALE - 1).astype(np.int32)
        yield held << LOWER_BITS
