"""Real files, small and made once: two takes that differ, two covers that differ, a film."""

import io
from functools import cache

import av
import numpy as np
import soundfile
from PIL import Image

SECONDS = 3.0
_RATE = 44100
_COLOURS = ("teal", "coral")


@cache
def mp3(take: int) -> bytes:
    """Three seconds of a falling tone, stereo."""
    return _sound(take, "MP3")


@cache
def wav(take: int) -> bytes:
    """The same in 24 bits."""
    return _sound(take, "WAV", "PCM_24")


@cache
def jpeg(take: int) -> bytes:
    return _picture(take, "JPEG")


@cache
def png(take: int) -> bytes:
    return _picture(take, "PNG")


@cache
def mp4(take: int) -> bytes:
    """A second of one colour, H.264 and AAC."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        picture = container.add_stream("libx264", rate=10)
        picture.width, picture.height, picture.pix_fmt = 64, 64, "yuv420p"
        sound = container.add_stream("aac", rate=_RATE)
        frame = av.VideoFrame.from_image(Image.new("RGB", (64, 64), _COLOURS[take]))
        for index in range(10):
            frame.pts = index
            container.mux(picture.encode(frame))
        container.mux(picture.encode(None))
        silence = av.AudioFrame.from_ndarray(np.zeros((2, _RATE), np.float32), format="fltp", layout="stereo")
        silence.sample_rate = _RATE
        container.mux(sound.encode(silence))
        container.mux(sound.encode(None))
    return file.getvalue()


def _sound(take: int, kind: str, subtype: str | None = None) -> bytes:
    at = np.arange(int(SECONDS * _RATE)) / _RATE
    tone = 0.3 * np.sin(2 * np.pi * (330 + 110 * take) * at) * np.exp(-at)
    file = io.BytesIO()
    soundfile.write(file, np.column_stack([tone, tone]), _RATE, format=kind, subtype=subtype)
    return file.getvalue()


def _picture(take: int, kind: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 64), _COLOURS[take]).save(file, kind)
    return file.getvalue()
