"""Every call of the Suno API that is spoken here, a few lines each. Client and server work from this table."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Generic, Literal, TypeVar

from suno_web.suno import schemas
from suno_web.suno.checks import Request
from suno_web.suno.states import Family

RequestT = TypeVar("RequestT", bound=Request)
ResultT = TypeVar("ResultT")

Body = Literal["json", "large", "multipart"]
"""How a POST carries its request: JSON, JSON with a file in it, or a form with a file."""


@dataclass(frozen=True)
class Operation(Generic[RequestT, ResultT]):
    """One call.

    request: the body of a POST, the query of a GET. result: type of `data`. price: key in `prices.PRICES`, None
    when free. priced_by: the field whose value is the key instead. callbacks: what is called back about the task
    it creates. also: other paths it answers at. repeatable: asking twice does no harm. body: how it is sent.
    uploads: it is asked for at the upload address and answered in the envelope of uploads.
    """

    name: str
    method: Literal["GET", "POST"]
    path: str
    request: type[RequestT]
    result: type[ResultT]
    price: str | None = None
    callbacks: Family | None = None
    also: tuple[str, ...] = ()
    priced_by: str | None = None
    repeatable: bool = False
    body: Body = "json"
    uploads: bool = False

    @property
    def creates(self) -> bool:
        """It makes or spends something, so it must not be sent twice and counts against the rate."""
        return self.method == "POST" and not self.repeatable

    def price_of(self, request: Request) -> str | None:
        """Key in `prices.PRICES` of this very call; None when it is free."""
        return str(getattr(request, self.priced_by)) if self.priced_by else self.price


def _song(name: str, path: str, request: type[RequestT]) -> Operation[RequestT, schemas.TaskCreated]:
    return Operation(
        name, "POST", f"/api/v1/generate{path}", request, schemas.TaskCreated, name, Family.MUSIC
    )


def _record(name: str, path: str, result: type[ResultT]) -> Operation[schemas.TaskQuery, ResultT]:
    return Operation(name, "GET", f"/api/v1/{path}/record-info", schemas.TaskQuery, result)


GENERATE = _song("generate", "", schemas.GenerateRequest)
EXTEND = _song("extend", "/extend", schemas.ExtendRequest)
UPLOAD_COVER = _song("upload_cover", "/upload-cover", schemas.UploadCoverRequest)
UPLOAD_EXTEND = _song("upload_extend", "/upload-extend", schemas.UploadExtendRequest)
ADD_INSTRUMENTAL = _song("add_instrumental", "/add-instrumental", schemas.AddInstrumentalRequest)
ADD_VOCALS = _song("add_vocals", "/add-vocals", schemas.AddVocalsRequest)
REPLACE_SECTION = _song("replace_section", "/replace-section", schemas.ReplaceSectionRequest)
MASHUP = _song("mashup", "/mashup", schemas.MashupRequest)
SOUNDS = _song("sounds", "/sounds", schemas.SoundsRequest)
MUSIC_RECORD = _record("music_record", "generate", schemas.MusicRecord)

TIMESTAMPED_LYRICS = Operation(
    "timestamped_lyrics", "POST", "/api/v1/generate/get-timestamped-lyrics",
    schemas.AudioQuery, schemas.TimestampedLyrics, "timestamped_lyrics",
)  # fmt: skip
LYRICS = Operation(
    "lyrics", "POST", "/api/v1/lyrics", schemas.LyricsRequest, schemas.TaskCreated, "lyrics", Family.LYRICS
)
LYRICS_RECORD = _record("lyrics_record", "lyrics", schemas.LyricsRecord)
BOOST_STYLE = Operation(
    "boost_style", "POST", "/api/v1/style/generate", schemas.StyleRequest, schemas.BoostedStyle, "style"
)
PERSONA = Operation(
    "persona", "POST", "/api/v1/generate/generate-persona", schemas.PersonaRequest, schemas.Persona
)

WAV = Operation(
    "wav", "POST", "/api/v1/wav/generate", schemas.WavRequest, schemas.TaskCreated, "wav", Family.WAV
)
WAV_RECORD = _record("wav_record", "wav", schemas.WavRecord)
STEMS = Operation(
    "stems", "POST", "/api/v1/vocal-removal/generate",
    schemas.StemsRequest, schemas.TaskCreated, "separate_vocal", Family.STEMS, priced_by="type",
)  # fmt: skip
STEMS_RECORD = _record("stems_record", "vocal-removal", schemas.StemsRecord)
# The price of MIDI is not published.
MIDI = Operation(
    "midi", "POST", "/api/v1/midi/generate",
    schemas.MidiRequest, schemas.TaskCreated, callbacks=Family.MIDI,
)  # fmt: skip
MIDI_RECORD = _record("midi_record", "midi", schemas.MidiRecord)
VIDEO = Operation(
    "mp4", "POST", "/api/v1/mp4/generate", schemas.VideoRequest, schemas.TaskCreated, "mp4", Family.MP4
)
VIDEO_RECORD = _record("mp4_record", "mp4", schemas.VideoRecord)
COVER_IMAGES = Operation(
    "cover", "POST", "/api/v1/suno/cover/generate",
    schemas.CoverRequest, schemas.TaskCreated, callbacks=Family.COVER,
)  # fmt: skip
COVER_RECORD = _record("cover_record", "suno/cover", schemas.CoverRecord)

CREDITS = Operation(
    "credits", "GET", "/api/v1/chat/credit", schemas.Nothing, Decimal, also=("/api/v1/generate/credit",)
)
DOWNLOAD_URL = Operation(
    "download_url", "POST", "/api/v1/common/download-url", schemas.DownloadUrlRequest, str, repeatable=True
)
UPLOAD_BASE64 = Operation(
    "upload_base64", "POST", "/api/file-base64-upload",
    schemas.Base64UploadRequest, schemas.UploadedFile, repeatable=True, body="large", uploads=True,
)  # fmt: skip
UPLOAD_URL = Operation(
    "upload_url", "POST", "/api/file-url-upload",
    schemas.UrlUploadRequest, schemas.UploadedFile, repeatable=True, uploads=True,
)  # fmt: skip
UPLOAD_STREAM = Operation(
    "upload_stream", "POST", "/api/file-stream-upload",
    schemas.StreamUploadRequest, schemas.UploadedFile, repeatable=True, body="multipart", uploads=True,
)  # fmt: skip

OPERATIONS: dict[str, Operation[Any, Any]] = {
    operation.name: operation for operation in list(globals().values()) if isinstance(operation, Operation)
}
RECORDS: dict[Family, Operation[schemas.TaskQuery, Any]] = {
    Family.MUSIC: MUSIC_RECORD,
    Family.LYRICS: LYRICS_RECORD,
    Family.WAV: WAV_RECORD,
    Family.STEMS: STEMS_RECORD,
    Family.MIDI: MIDI_RECORD,
    Family.MP4: VIDEO_RECORD,
    Family.COVER: COVER_RECORD,
}
"""What is polled about a task of each family."""
