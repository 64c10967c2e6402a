"""A song on its way to listeners while it is mixed: chunk by chunk, as an MP3 near its final loudness."""

from collections.abc import Callable, Iterator

import numpy as np
import pedalboard as pb

from suno_web.engine.music import audiofile
from suno_web.engine.music.master import decibels
from suno_web.engine.music.synth import RATE

# The first chunk is small so that music is heard soon; later ones are large because that is cheaper.
CHUNK_SECONDS = (4.6, 8.0, 12.0, 16.0)
FADE_SECONDS = 1.2


class Preview:
    """The stream of an unmastered mix, held below full scale. gain: dB that bring it near its final loudness."""

    def __init__(self, stream: Callable[[bytes], None], frames: int, gain: float) -> None:
        self._mp3 = audiofile.Mp3Stream(stream, frames)
        self._gain = decibels(gain)
        self._limiter = pb.Pedalboard([pb.Limiter(threshold_db=-2.0, release_ms=90)])

    def send(self, mix: np.ndarray) -> None:
        """The next chunk, float32 (2, frames)."""
        safe = self._limiter(mix * self._gain, RATE, reset=False)
        self._mp3.write(np.clip(safe, -0.95, 0.95))

    def close(self) -> None:
        self._mp3.close()


def chunks(frames: int) -> Iterator[int]:
    """Where chunks end."""
    until, number = 0, 0
    while until < frames:
        until += int(CHUNK_SECONDS[min(number, len(CHUNK_SECONDS) - 1)] * RATE)
        number += 1
        # A last piece of less than two seconds is not worth a chunk of its own.
        until = frames if frames - until < 2 * RATE else until
        yield until


def faded(chunk: np.ndarray, since: int, frames: int) -> None:
    """Fade what of a chunk lies in the song's last moments, in place. since: the chunk's first frame."""
    length = int(FADE_SECONDS * RATE)
    first = max(0, frames - length - since)
    if first < chunk.shape[1]:
        left = frames - since - np.arange(first, chunk.shape[1], dtype=np.float32)
        chunk[:, first:] *= np.minimum(1.0, left / length) ** 1.5
