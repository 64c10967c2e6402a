"""Sound out of any audio file, without trusting the file.

A decoder is the part of a program that strangers reach most easily: it runs in a process of its own, with little
memory and little time, allowed to open nothing but the one file. Whatever happens to it happens to nobody else.
"""

import os
import resource
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

RATE = 44_100
LONGEST = 480.0
# A decoder and its libraries need a third of this.
MEMORY_BYTES = 1_000_000_000
CPU_SECONDS, WALL_SECONDS = 60, 120
SHORTEST = 0.05
# With more of its packets damaged than this a file was never sound.
DAMAGED = 0.25
# What FFmpeg may take the file for. Not among them: playlists and lists of files, which name other files to open.
FORMATS = "mp3,wav,w64,flac,ogg,mov,mp4,m4a,3gp,aac,matroska,webm,aiff,caf,opus"
TOO_LONG, UNPLAYABLE = 3, 4


class Unplayable(Exception):
    """The file does not decode to sound."""


class TooLong(Exception):
    """The sound is longer than allowed."""


@dataclass(frozen=True)
class Decoded:
    """audio: float32 (frames, 2) at RATE."""

    audio: np.ndarray

    @property
    def seconds(self) -> float:
        return len(self.audio) / RATE


def decode(path: str | Path, *, longest: float = LONGEST) -> Decoded:
    """The sound of a file. longest: seconds. Raises Unplayable, TooLong, FileNotFoundError."""
    if not Path(path).exists():
        raise FileNotFoundError(path)
    with tempfile.NamedTemporaryFile(prefix="decoded-") as raw:
        command = [
            sys.executable,
            "-m",
            "suno_web.decoding",
            str(Path(path).resolve()),
            raw.name,
            str(longest),
        ]
        try:
            ended = subprocess.run(  # noqa: S603 - our own program; the file's name is one argument of it
                command,
                capture_output=True,
                timeout=WALL_SECONDS,
                cwd=_root(),
                env=_environment(),
                check=False,
            )
        except subprocess.TimeoutExpired as slow:
            raise Unplayable("it takes too long to decode") from slow
        if ended.returncode == TOO_LONG:
            raise TooLong(f"it is longer than {longest:.0f} seconds")
        if ended.returncode:
            raise Unplayable(ended.stderr.decode(errors="replace").strip()[-200:] or "the decoder died of it")
        return Decoded(np.fromfile(raw.name, np.float32).reshape(-1, 2))


def _root() -> Path:
    return Path(__file__).resolve().parent.parent


def _environment() -> dict[str, str]:
    """Nothing of ours: a decoder that was taken over finds no secrets."""
    return {name: os.environ[name] for name in ("PATH", "LANG", "LD_LIBRARY_PATH") if name in os.environ}


def _main(path: str, into: str, longest: float) -> int:
    _confine()
    import av

    try:
        with open(into, "wb") as out:
            frames = _write(path, out, int(longest * RATE))
    except av.FFmpegError as problem:
        print(problem.strerror, file=sys.stderr)  # noqa: T201 - the parent reads it
        return UNPLAYABLE
    except OverflowError:
        return TOO_LONG
    return 0 if frames >= SHORTEST * RATE else UNPLAYABLE


def _confine() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _write(path: str, out: BinaryIO, most: int) -> int:
    """Decode the first audio stream into a file of raw samples. Returns frames. Raises OverflowError past the most."""
    import av

    options = {"protocol_whitelist": "file", "format_whitelist": FORMATS}
    written = packets = damaged = 0
    with av.open(path, options=options) as container:
        if not container.streams.audio:
            return 0
        stream = container.streams.audio[0]
        stream.codec_context.thread_count = 1
        # Mixed to stereo by FFmpeg, one channel would become 3 dB quieter.
        channels = 1 if stream.codec_context.layout.nb_channels == 1 else 2
        resampler = av.AudioResampler(format="flt", layout="mono" if channels == 1 else "stereo", rate=RATE)
        for packet in container.demux(stream):
            packets += 1
            # What is damaged is skipped, as players do.
            try:
                for frame in packet.decode():
                    frame.pts = None
                    written += _put(out, resampler.resample(frame), channels)
            except av.error.InvalidDataError:
                damaged += 1
            if written > most:
                raise OverflowError
        written += _put(out, resampler.resample(None), channels)
    # Any bytes hold something that looks like a few frames of MP3.
    if damaged > DAMAGED * packets:
        return 0
    if written > most:
        raise OverflowError
    return written


def _put(out: BinaryIO, frames: list[Any], channels: int) -> int:
    written = 0
    for frame in frames:
        samples = np.nan_to_num(frame.to_ndarray().reshape(-1), nan=0.0, posinf=1.0, neginf=-1.0)
        samples = np.clip(samples, -4.0, 4.0).astype(np.float32)
        samples = samples if channels == 2 else samples.repeat(2)
        out.write(samples.tobytes())
        written += len(samples) // 2
    return written


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1], sys.argv[2], float(sys.argv[3])))
