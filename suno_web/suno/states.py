"""How far a task is, read from whatever word or number its family uses. Unknown words mean: still running."""

from enum import IntEnum, StrEnum
from typing import Literal

Outcome = Literal["running", "success", "failure"]


class Family(StrEnum):
    """Which kind of task: each has its own records, states and callbacks."""

    MUSIC = "music"
    LYRICS = "lyrics"
    STYLE = "style"
    WAV = "wav"
    STEMS = "stems"
    MIDI = "midi"
    MP4 = "mp4"
    COVER = "cover"
    VOICE = "voice"


class MusicStatus(StrEnum):
    """The states of a music task, in their order; the two in the middle may be skipped."""

    PENDING = "PENDING"
    TEXT_SUCCESS = "TEXT_SUCCESS"
    FIRST_SUCCESS = "FIRST_SUCCESS"
    SUCCESS = "SUCCESS"
    CREATE_TASK_FAILED = "CREATE_TASK_FAILED"
    GENERATE_AUDIO_FAILED = "GENERATE_AUDIO_FAILED"
    CALLBACK_EXCEPTION = "CALLBACK_EXCEPTION"
    SENSITIVE_WORD_ERROR = "SENSITIVE_WORD_ERROR"


class LyricsStatus(StrEnum):
    """The states of a lyrics task."""

    PENDING = "PENDING"
    SUCCESS = "SUCCESS"
    CREATE_TASK_FAILED = "CREATE_TASK_FAILED"
    GENERATE_LYRICS_FAILED = "GENERATE_LYRICS_FAILED"
    CALLBACK_EXCEPTION = "CALLBACK_EXCEPTION"
    SENSITIVE_WORD_ERROR = "SENSITIVE_WORD_ERROR"


class WavStatus(StrEnum):
    """The states of a WAV conversion."""

    PENDING = "PENDING"
    SUCCESS = "SUCCESS"
    CREATE_TASK_FAILED = "CREATE_TASK_FAILED"
    GENERATE_WAV_FAILED = "GENERATE_WAV_FAILED"
    CALLBACK_EXCEPTION = "CALLBACK_EXCEPTION"


class StemsStatus(StrEnum):
    """The states of a separation."""

    PENDING = "PENDING"
    SUCCESS = "SUCCESS"
    CREATE_TASK_FAILED = "CREATE_TASK_FAILED"
    GENERATE_AUDIO_FAILED = "GENERATE_AUDIO_FAILED"
    CALLBACK_EXCEPTION = "CALLBACK_EXCEPTION"


class Mp4Status(StrEnum):
    """The states of a music video."""

    PENDING = "PENDING"
    SUCCESS = "SUCCESS"
    CREATE_TASK_FAILED = "CREATE_TASK_FAILED"
    GENERATE_MP4_FAILED = "GENERATE_MP4_FAILED"


class MidiFlag(IntEnum):
    """The states of a transcription."""

    PENDING = 0
    SUCCESS = 1
    CREATE_FAILED = 2
    GENERATE_FAILED = 3


class CoverFlag(IntEnum):
    """The states of cover images. A 2 is no failure here."""

    PENDING = 0
    SUCCESS = 1
    GENERATING = 2
    FAILED = 3


_FAILED_ENDINGS = ("_FAILED", "_EXCEPTION", "_ERROR", "_FAIL")
_STEPS = {MusicStatus.PENDING: 0, MusicStatus.TEXT_SUCCESS: 1, MusicStatus.FIRST_SUCCESS: 2}


def outcome(flag: str | int | None, family: Family = Family.MUSIC) -> Outcome:
    """Whether a task still runs, or how it ended."""
    word = str(flag).strip().upper()
    if word in ("1", "SUCCESS"):
        return "success"
    if word.endswith(_FAILED_ENDINGS) or word == "FAIL":
        return "failure"
    # Cover images count 2 as "generating"; everywhere else a 2 is the end.
    failed_from = 3 if family is Family.COVER else 2
    return "failure" if word.isdecimal() and int(word) >= failed_from else "running"


def step(status: str, family: Family = Family.MUSIC) -> int:
    """0 to 3, never falling over a task's life; an unknown state of a running task counts as 0."""
    return 3 if outcome(status, family) != "running" else _STEPS.get(status, 0)  # type: ignore[call-overload]
