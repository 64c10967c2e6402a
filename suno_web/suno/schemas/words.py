"""Asking for words, styles, personas and timings, and what comes back at once."""

from collections.abc import Iterator
from typing import Annotated

from suno_web.suno import limits
from suno_web.suno.checks import Draft, Problem, Request, no_span, too_long
from suno_web.suno.schemas.results import (
    LISTED,
    Flag,
    Moment,
    Number,
    OptionalText,
    Result,
    Second,
    Text,
    Whole,
)


class LyricsRequest(Request):
    """Two or three sets of lyrics about a theme."""

    call_back_url: str
    prompt: str

    @classmethod
    def rules(cls, draft: Draft) -> Iterator[Problem]:
        yield from too_long(draft, "prompt", limits.LYRICS_PROMPT, label="theme", code=413)


class StyleRequest(Request):
    """A style text to be made richer."""

    content: str


class BoostedStyle(Result):
    """A richer style text in `result`. The error has two names, because documentation and service differ."""

    task_id: Text = ""
    param: Text = ""
    result: Text = ""
    credits_consumed: Number = None
    credits_remaining: Number = None
    success_flag: Text = "1"
    error_code: Flag = None
    error_message: OptionalText = None
    error_msg: OptionalText = None
    create_time: Moment = None


class AudioQuery(Request):
    """One track of a finished task."""

    task_id: str
    audio_id: str


class AlignedWord(Result):
    """A sung word; `word` may carry a section mark or a line break. Seconds from the start of the track."""

    word: Text = ""
    success: bool | None = True
    start_s: Second = 0.0
    end_s: Second = 0.0
    palign: Whole = 0


class TimestampedLyrics(Result):
    """When each word is sung. An instrumental has none."""

    aligned_words: Annotated[list[AlignedWord], LISTED] = []
    waveform_data: Annotated[list[float], LISTED] = []
    hoot_cer: Number = None
    is_streamed: bool | None = None


class PersonaRequest(Request):
    """Voice and style of a finished track, to be used again. The window is where its voice is listened to."""

    task_id: str
    audio_id: str
    name: str
    description: str
    vocal_start: float = 0.0
    vocal_end: float = 30.0
    style: str = ""

    @classmethod
    def rules(cls, draft: Draft) -> Iterator[Problem]:
        yield from no_span(draft, "vocal_start", "vocal_end", limits.SHORTEST_WINDOW, limits.LONGEST_WINDOW)


class Persona(Result):
    """What `persona_id` of a song names."""

    persona_id: Text = ""
    name: Text = ""
    description: Text = ""
