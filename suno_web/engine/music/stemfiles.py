"""Stems as files to hand out: named as the contract names them, at their level in the finished song.

FLAC is the usual kind. Ten stems of three minutes take a sixth of the time that MP3 takes, an editor lays them over
each other without an encoder's delay, and their sum is the song.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Literal

import numpy as np
import soundfile
from pedalboard.io import AudioFile

from suno_web.engine.music.stems import PIECE, SILENT, Balance, Stems, named, separated
from suno_web.engine.music.synth import RATE

Kind = Literal["flac", "mp3"]
# LAME's variable rate: about 130 kb/s, and a third faster than its constant rate.
MP3_QUALITY = "V4"
# The encoders let go of the interpreter while they work.
AT_ONCE = 2


def write(
    folder: Path,
    stems: Stems,
    *,
    audio: np.ndarray | None = None,
    split: bool = True,
    kind: Kind = "flac",
    progress: Callable[[float], None] | None = None,
) -> dict[str, Path]:
    """Write a file for each stem that sounds and give their paths by the contract's names.

    audio: the finished song, float32 (frames, 2), whose level the stems take on; without it they stay as they are.
    split: every player by himself, else "vocal" and "instrumental". progress: called with 0-1.
    """
    folder.mkdir(parents=True, exist_ok=True)
    balance = None if audio is None else Balance(stems, audio)
    parts = named(stems) if split else separated(stems)
    written: dict[str, Path] = {}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        jobs = {
            name: pool.submit(_write, folder / f"{name}.{kind}", part, balance)
            for name, part in parts.items()
        }
        for done, (name, job) in enumerate(jobs.items(), start=1):
            if job.result():
                written[name] = folder / f"{name}.{kind}"
            if progress:
                progress(round(done / len(jobs), 3))
    return written


def _write(path: Path, stem: np.ndarray, balance: Balance | None) -> bool:
    """Write one stem. False, and no file, where nothing is heard in it."""
    blocks = _plain(stem) if balance is None else balance.blocks(stem)
    peak = 0.0
    if path.suffix == ".mp3":
        with path.open("wb") as file, AudioFile(file, "w", RATE, 2, quality=MP3_QUALITY, format="mp3") as mp3:
            for block in blocks:
                peak = max(peak, float(np.abs(block).max()))
                mp3.write(np.ascontiguousarray(block.T))
    else:
        with soundfile.SoundFile(
            path, "w", RATE, 2, subtype="PCM_16", format="FLAC", compression_level=0.0
        ) as flac:
            for block in blocks:
                peak = max(peak, float(np.abs(block).max()))
                flac.write(np.clip(block, -1, 1))
    if peak <= SILENT:
        path.unlink()
    return peak > SILENT


def _plain(stem: np.ndarray) -> Iterator[np.ndarray]:
    for start in range(0, len(stem), PIECE):
        yield stem[start : start + PIECE].astype(np.float32)
