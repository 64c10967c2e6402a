"""What is asked and what is answered, as pydantic models: snake_case in Python, camelCase on the wire.

Requests ignore fields they do not know. Results keep them, put up with nulls and odd types where providers
are known to vary, and write every key they have, so that a client may index without looking.
"""

from suno_web.suno.checks import Request
from suno_web.suno.schemas.files import (
    Base64UploadRequest,
    DownloadUrlRequest,
    StreamUploadRequest,
    UploadedFile,
    UploadRequest,
    UrlUploadRequest,
)
from suno_web.suno.schemas.processing import (
    CoverRequest,
    MidiRequest,
    StemsRequest,
    TrackRequest,
    VideoRequest,
    WavRequest,
)
from suno_web.suno.schemas.records import (
    CoverRecord,
    CoverResponse,
    Lyrics,
    LyricsRecord,
    LyricsResponse,
    MusicRecord,
    MusicResponse,
    ProcessingRecord,
    Record,
    Track,
    TrackRecord,
    VideoRecord,
    VideoResponse,
    WavRecord,
    WavResponse,
)
from suno_web.suno.schemas.results import Moment, Result, TaskCreated
from suno_web.suno.schemas.songs import (
    AddedRequest,
    AddInstrumentalRequest,
    AddVocalsRequest,
    ContinuedRequest,
    ExtendRequest,
    GenerateRequest,
    Key,
    MashupRequest,
    ReplaceSectionRequest,
    SoundsRequest,
    TunedRequest,
    UploadCoverRequest,
    UploadExtendRequest,
)
from suno_web.suno.schemas.stems import (
    STEM_NAMES,
    MidiData,
    MidiInstrument,
    MidiNote,
    MidiRecord,
    StemsRecord,
    StemsResponse,
    StemTrack,
)
from suno_web.suno.schemas.words import (
    AlignedWord,
    AudioQuery,
    BoostedStyle,
    LyricsRequest,
    Persona,
    PersonaRequest,
    StyleRequest,
    TimestampedLyrics,
)


class TaskQuery(Request):
    """A task to look up."""

    task_id: str


class Nothing(Request):
    """No fields at all."""


__all__ = [
    "STEM_NAMES",
    "AddInstrumentalRequest",
    "AddVocalsRequest",
    "AddedRequest",
    "AlignedWord",
    "AudioQuery",
    "Base64UploadRequest",
    "BoostedStyle",
    "ContinuedRequest",
    "CoverRecord",
    "CoverRequest",
    "CoverResponse",
    "DownloadUrlRequest",
    "ExtendRequest",
    "GenerateRequest",
    "Key",
    "Lyrics",
    "LyricsRecord",
    "LyricsRequest",
    "LyricsResponse",
    "MashupRequest",
    "MidiData",
    "MidiInstrument",
    "MidiNote",
    "MidiRecord",
    "MidiRequest",
    "Moment",
    "MusicRecord",
    "MusicResponse",
    "Nothing",
    "Persona",
    "PersonaRequest",
    "ProcessingRecord",
    "Record",
    "ReplaceSectionRequest",
    "Request",
    "Result",
    "SoundsRequest",
    "StemTrack",
    "StemsRecord",
    "StemsRequest",
    "StemsResponse",
    "StreamUploadRequest",
    "StyleRequest",
    "TaskCreated",
    "TaskQuery",
    "TimestampedLyrics",
    "Track",
    "TrackRecord",
    "TrackRequest",
    "TunedRequest",
    "UploadCoverRequest",
    "UploadExtendRequest",
    "UploadRequest",
    "UploadedFile",
    "UrlUploadRequest",
    "VideoRecord",
    "VideoRequest",
    "VideoResponse",
    "WavRecord",
    "WavRequest",
    "WavResponse",
]
