"""Every call of the Suno API that is spoken here, a line each. Client and server work from this table."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Generic, Literal, TypeVar

from suno_web.suno import schemas
from suno_web.suno.checks import Request
from suno_web.suno.states import Family

RequestT = TypeVar("RequestT", bound=Request)
ResultT = TypeVar("ResultT")


@dataclass(frozen=True)
class Operation(Generic[RequestT, ResultT]):
    """One call.

    request: the body of a POST, the query of a GET. result: type of `data`. price: key in `prices.PRICES`,
    None when free. callbacks: what is called back about the task it creates. also: other paths it answers at.
    """

    name: str
    method: Literal["GET", "POST"]
    path: str
    request: type[RequestT]
    result: type[ResultT]
    price: str | None = None
    callbacks: Family | None = None
    also: tuple[str, ...] = ()

    @property
    def creates(self) -> bool:
        """It makes or spends something, so it must not be sent twice and counts against the rate."""
        return self.method == "POST"


GENERATE = Operation(
    "generate",
    "POST",
    "/api/v1/generate",
    schemas.GenerateRequest,
    schemas.TaskCreated,
    "generate",
    Family.MUSIC,
)
MUSIC_RECORD = Operation(
    "music_record", "GET", "/api/v1/generate/record-info", schemas.TaskQuery, schemas.MusicRecord
)
LYRICS = Operation(
    "lyrics", "POST", "/api/v1/lyrics", schemas.LyricsRequest, schemas.TaskCreated, "lyrics", Family.LYRICS
)
LYRICS_RECORD = Operation(
    "lyrics_record", "GET", "/api/v1/lyrics/record-info", schemas.TaskQuery, schemas.LyricsRecord
)
BOOST_STYLE = Operation(
    "boost_style", "POST", "/api/v1/style/generate", schemas.StyleRequest, schemas.BoostedStyle, "style"
)
TIMESTAMPED_LYRICS = Operation(
    "timestamped_lyrics", "POST", "/api/v1/generate/get-timestamped-lyrics",
    schemas.AudioQuery, schemas.TimestampedLyrics, "timestamped_lyrics",
)  # fmt: skip
CREDITS = Operation(
    "credits", "GET", "/api/v1/chat/credit", schemas.Nothing, Decimal, also=("/api/v1/generate/credit",)
)

OPERATIONS: dict[str, Operation[Any, Any]] = {
    operation.name: operation
    for operation in (GENERATE, MUSIC_RECORD, LYRICS, LYRICS_RECORD, BOOST_STYLE, TIMESTAMPED_LYRICS, CREDITS)
}
