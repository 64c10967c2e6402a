"""What a provider calls back with: written and signed by servers, checked and read by receivers.

The body is not signed, only the task id and the time, so a callback is a reason to look at the record and never
more.
"""

from suno_web.suno.callbacks.reading import Callback, Unreadable, parse, task_id_of
from suno_web.suno.callbacks.signing import (
    LONGEST_AGE,
    SIGNATURE_HEADER,
    TIMESTAMP_HEADER,
    headers,
    is_genuine,
    sign,
)
from suno_web.suno.callbacks.writing import Stage, cover, lyrics, midi, mp4, music, stems, wav

# How a server delivers: seconds to wait for an answer, and pauses before each retry.
TIMEOUT, RETRY_AFTER = 15.0, (1.0, 2.0, 4.0)

__all__ = [
    "LONGEST_AGE",
    "RETRY_AFTER",
    "SIGNATURE_HEADER",
    "TIMEOUT",
    "TIMESTAMP_HEADER",
    "Callback",
    "Stage",
    "Unreadable",
    "cover",
    "headers",
    "is_genuine",
    "lyrics",
    "midi",
    "mp4",
    "music",
    "parse",
    "sign",
    "stems",
    "task_id_of",
    "wav",
]
