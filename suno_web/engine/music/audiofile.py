"""Audio to files and bytes: MP3 with tags, WAV, a growing MP3 stream, peaks for a waveform."""

import io
import re
import struct
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import soundfile
from mutagen.id3 import APIC, COMM, TCON, TIT2, TPE1, TSSE, USLT
from mutagen.mp3 import MP3
from pedalboard.io import AudioFile

from suno_web.engine.music.synth import RATE

KBPS = 192
FRAME = 1152
# LAME starts a stream with this much silence and says so in its first frame.
ENCODER_DELAY = 576


def write_mp3(
    path: Path,
    audio: np.ndarray,
    *,
    title: str = "",
    artist: str = "",
    style: str = "",
    lyrics: str = "",
    cover: bytes = b"",
) -> None:
    """Write an MP3 of about 192 kb/s with ID3 tags. audio: float32 (frames, 2) at RATE; cover: a JPEG."""
    with path.open("wb") as file, AudioFile(file, "w", RATE, 2, quality=KBPS, format="mp3") as encoder:
        encoder.write(np.ascontiguousarray(audio.T))
    tagged = MP3(path)
    tagged.add_tags()
    tags = tagged.tags
    if title:
        tags.add(TIT2(encoding=3, text=title))
    if artist:
        tags.add(TPE1(encoding=3, text=artist))
    if style:
        tags.add(TCON(encoding=3, text=style))
        tags.add(COMM(encoding=3, lang="eng", desc="style", text=style))
    if lyrics:
        tags.add(USLT(encoding=3, lang="eng", desc="", text=lyrics))
    if cover:
        tags.add(APIC(encoding=3, mime="image/jpeg", type=3, desc="Cover", data=cover))
    tags.add(TSSE(encoding=3, text="Suno Web"))
    tagged.save()


def write_wav(path: Path, audio: np.ndarray) -> None:
    """Write 16 bit WAV. audio: float32 (frames, channels) at RATE."""
    soundfile.write(path, audio, RATE, subtype="PCM_16", format="WAV")


def peaks(audio: np.ndarray, count: int = 200) -> list[float]:
    """The height of the waveform in so many equal parts, 0-1 to three places. audio: (frames, channels)."""
    loud = np.abs(audio).max(axis=1) if audio.ndim == 2 else np.abs(audio)
    edges = np.linspace(0, len(loud), count + 1).astype(int)
    heights = [float(loud[a:b].max()) if b > a else 0.0 for a, b in pairwise(edges)]
    return [round(min(1.0, height), 3) for height in heights]


class Mp3Stream:
    """An MP3 that is sent while it is being made.

    Its first frame tells the full length, as the encoder would only know at the end: players show the right
    duration at once, and the bytes sent are together one valid file of exactly `frames` samples.
    """

    def __init__(self, send: Callable[[bytes], None], frames: int) -> None:
        self._send = send
        self._sink = _Sink()
        self._encoder = AudioFile(self._sink, "w", RATE, 2, quality=KBPS, format="mp3")
        self._header = _info_frame(frames)

    def write(self, audio: np.ndarray) -> None:
        """Encode a chunk, float32 (2, frames), and send what of it is ready."""
        self._encoder.write(np.ascontiguousarray(audio, np.float32))
        self._pass_on()

    def close(self) -> None:
        """Send the rest."""
        self._encoder.close()
        self._pass_on()

    def _pass_on(self) -> None:
        fresh = self._sink.taken()
        if self._header and len(fresh) >= len(self._header):
            fresh, self._header = self._header + fresh[len(self._header) :], b""
        if fresh:
            self._send(fresh)


class _Sink(io.RawIOBase):
    """What an encoder writes into. What it rewrites at the end, its first frame, has been sent long before."""

    name = "stream.mp3"

    def __init__(self) -> None:
        super().__init__()
        self._fresh = bytearray()
        self._size = 0
        self._place = 0

    def taken(self) -> bytes:
        fresh = bytes(self._fresh)
        self._fresh.clear()
        return fresh

    def write(self, data: object) -> int:
        chunk = bytes(data)  # type: ignore[call-overload]
        beyond = chunk[max(0, self._size - self._place) :]
        self._fresh += beyond
        self._place += len(chunk)
        self._size = max(self._size, self._place)
        return len(chunk)

    def seek(self, offset: int, whence: int = 0) -> int:
        self._place = offset + (0, self._place, self._size)[whence]
        return self._place

    def tell(self) -> int:
        return self._place

    def seekable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True


@cache
def _info_template() -> bytes:
    """The first frame of a short encoding: an Info frame (Xing's, with LAME's extension)."""
    buffer = io.BytesIO()
    with AudioFile(buffer, "w", RATE, 2, quality=KBPS, format="mp3") as encoder:
        encoder.write(np.zeros((2, RATE), np.float32))
    data = buffer.getvalue()
    second = re.compile(re.escape(data[:2])).search(data, 200)
    if data[36:40] != b"Info" or second is None:
        raise RuntimeError("The MP3 encoder does not begin its streams with an Info frame.")
    return data[: second.start()]


def _info_frame(frames: int) -> bytes:
    """The Info frame of a stream of so many samples.

    Layout: frame count at 40, byte count at 48 … see Xing's VBR header and the LAME tag specification
    (gabriel.mp3-tech.org/mp3infotag.html): delay and padding at 177, CRC-16 of the first 190 bytes at 190.
    """
    header = bytearray(_info_template())
    padding = FRAME - (frames + ENCODER_DELAY) % FRAME
    if padding < ENCODER_DELAY:
        padding += FRAME
    count = (ENCODER_DELAY + frames + padding) // FRAME
    size = len(header) + round(count * 144_000 * KBPS / RATE)
    struct.pack_into(">I", header, 44, count)
    struct.pack_into(">I", header, 48, size)
    header[177:180] = ((ENCODER_DELAY << 12) | padding).to_bytes(3, "big")
    struct.pack_into(">I", header, 184, size)
    struct.pack_into(">H", header, 190, _crc16(bytes(header[:190])))
    return bytes(header)


def _crc16(data: bytes) -> int:
    """CRC-16 with the reversed polynomial 0x8005, as LAME's tag has it."""
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ 0xA001 if crc & 1 else crc >> 1
    return crc
