"""A song that is still being rendered, on its way to listeners."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from suno_web.engine import files

LOOK_EVERY = 0.1
# The take may have to wait for a free worker, or a killed worker's lease must run out first.
PATIENCE = 45.0
CHUNK = 64 * 1024


async def follow(audio_id: UUID) -> AsyncIterator[bytes]:
    """The bytes of a take as they are rendered, until it is finished, has failed or fell silent.

    A second attempt renders the same bytes again; the listener is taken on from where the first one stopped.
    Reads without a thread: what was just written is in memory.
    """
    growing = _Growing(audio_id)
    silent_since = time.monotonic()
    try:
        while True:
            # Asked before reading: what is written between the two would otherwise be lost.
            ended = _has_ended(audio_id)
            while chunk := growing.read():
                silent_since = time.monotonic()
                yield chunk
            if ended or time.monotonic() - silent_since > PATIENCE:
                return
            await asyncio.sleep(LOOK_EVERY)
    finally:
        growing.close()


def _has_ended(audio_id: UUID) -> bool:
    return files.audio(audio_id).exists() or not files.folder(audio_id).exists()


class _Growing:
    """The growing file of the latest attempt, read on from one position."""

    def __init__(self, audio_id: UUID) -> None:
        self.audio_id = audio_id
        self.path: Path | None = None
        self.file: BinaryIO | None = None
        self.position = 0

    def read(self) -> bytes:
        """What is new, at most a chunk of it."""
        latest = files.latest_growing(self.audio_id)
        if latest and latest != self.path:
            self.close()
            self.path, self.file = latest, latest.open("rb")
            self.file.seek(self.position)
        chunk = self.file.read(CHUNK) if self.file else b""
        self.position += len(chunk)
        return chunk

    def close(self) -> None:
        if self.file:
            self.file.close()
