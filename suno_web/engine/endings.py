"""How tasks of each family end, in the contract's words and codes."""

from dataclasses import dataclass

from suno_web.engine.models import Task
from suno_web.suno.states import (
    CoverFlag,
    Family,
    LyricsStatus,
    MidiFlag,
    Mp4Status,
    MusicStatus,
    StemsStatus,
    WavStatus,
)

CRASHED = 500
# Every failure gives the credits back, and in music this is the code that says so.
GIVEN_BACK = 531
NOTHING_DRAWN = 501
BAD_REQUEST = 400


@dataclass(frozen=True)
class Ending:
    """success, refused, failed: the status then. refused: what the request names cannot be used. message: of a
    failure."""

    success: str
    refused: str
    failed: str
    message: str
    refused_code: int = CRASHED
    failed_code: int = CRASHED


_ENDINGS = {
    Family.MUSIC: Ending(
        MusicStatus.SUCCESS,
        MusicStatus.CREATE_TASK_FAILED,
        MusicStatus.GENERATE_AUDIO_FAILED,
        "Audio generation failed.",
        refused_code=BAD_REQUEST,
        failed_code=GIVEN_BACK,
    ),
    Family.LYRICS: Ending(
        LyricsStatus.SUCCESS,
        LyricsStatus.CREATE_TASK_FAILED,
        LyricsStatus.GENERATE_LYRICS_FAILED,
        "Lyrics generation failed.",
    ),
    Family.WAV: Ending(
        WavStatus.SUCCESS,
        WavStatus.CREATE_TASK_FAILED,
        WavStatus.GENERATE_WAV_FAILED,
        "The WAV file could not be made.",
    ),
    Family.STEMS: Ending(
        StemsStatus.SUCCESS,
        StemsStatus.CREATE_TASK_FAILED,
        StemsStatus.GENERATE_AUDIO_FAILED,
        "The stems could not be made.",
    ),
    Family.MP4: Ending(
        Mp4Status.SUCCESS,
        Mp4Status.CREATE_TASK_FAILED,
        Mp4Status.GENERATE_MP4_FAILED,
        "The video could not be made.",
    ),
    Family.MIDI: Ending(
        str(MidiFlag.SUCCESS.value),
        str(MidiFlag.CREATE_FAILED.value),
        str(MidiFlag.GENERATE_FAILED.value),
        "The notes could not be read.",
    ),
    Family.COVER: Ending(
        str(CoverFlag.SUCCESS.value),
        str(CoverFlag.FAILED.value),
        str(CoverFlag.FAILED.value),
        "Cover generation failed.",
        refused_code=NOTHING_DRAWN,
        failed_code=NOTHING_DRAWN,
    ),
}


def of(task: Task) -> Ending:
    """How this task may end."""
    return _ENDINGS[Family(task.family)]
