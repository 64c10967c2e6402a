"""Real files, small and made once: two takes that differ, two covers that differ."""

import io
from functools import cache

import numpy as np
import soundfile
from PIL import Image

SECONDS = 3.0
_RATE = 44100


@cache
def mp3(take: int) -> bytes:
    """Three seconds of a falling tone, stereo."""
    at = np.arange(int(SECONDS * _RATE)) / _RATE
    tone = 0.3 * np.sin(2 * np.pi * (330 + 110 * take) * at) * np.exp(-at)
    file = io.BytesIO()
    soundfile.write(file, np.column_stack([tone, tone]), _RATE, format="MP3")
    return file.getvalue()


@cache
def jpeg(take: int) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 64), ("teal", "coral")[take]).save(file, "JPEG")
    return file.getvalue()
