"""What is asked and what is answered, as pydantic models: snake_case in Python, camelCase on the wire.

Requests ignore fields they do not know. Results keep them, put up with nulls and odd types where providers
are known to vary, and write every key they have, so that a client may index without looking.
"""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel

from suno_web.suno import limits, states
from suno_web.suno.checks import Draft, Problem, Request, needed, not_among, outside, too_long
from suno_web.suno.states import Family


def _number(value: object) -> object:
    """Seconds as some providers send them: "", "181.2" or nothing."""
    try:
        return None if value is None else float(str(value))
    except ValueError:
        return None


Text = Annotated[str, BeforeValidator(lambda value: "" if value is None else value)]
Seconds = Annotated[float | None, BeforeValidator(_number)]
Moment = str | int | None
"""`YYYY-MM-DD HH:MM:SS` or epoch milliseconds; both occur."""


class TunedRequest(Request):
    """The tuning fields that every music request takes."""

    negative_tags: str = ""
    vocal_gender: Literal["m", "f"] | None = None
    style_weight: float | None = None
    weirdness_constraint: float | None = None
    audio_weight: float | None = None
    persona_id: str = ""
    persona_model: Literal["style_persona", "voice_persona"] | None = None

    @classmethod
    def rules(cls, draft: Draft) -> Iterator[Problem]:
        for field in ("style_weight", "weirdness_constraint", "audio_weight"):
            yield from outside(draft, field, 0, 1)


class GenerateRequest(TunedRequest):
    """A song from an idea (simple mode), or from lyrics, style and title (custom mode)."""

    call_back_url: str
    custom_mode: bool
    instrumental: bool
    model: str
    prompt: str = ""
    style: str = ""
    title: str = ""
    duration: float | None = None

    @classmethod
    def rules(cls, draft: Draft) -> Iterator[Problem]:
        custom, model = draft.get("custom_mode"), draft.get("model")
        yield from cls._empty_texts(draft)
        yield from not_among(draft, "model", limits.SONG_MODELS)
        yield from super().rules(draft)
        if custom is None:
            return
        longest = limits.text_limits(model or "", custom_mode=custom)
        label = "lyrics" if custom and not draft.get("instrumental") else "prompt"
        yield from too_long(draft, "prompt", longest.prompt, label=label)
        if custom:
            yield from too_long(draft, "style", longest.style)
            yield from too_long(draft, "title", longest.title)
            if model in limits.MODELS and limits.MODELS[model].takes_duration:
                yield from outside(draft, "duration", limits.SHORTEST_DURATION, limits.LONGEST_DURATION)

    @classmethod
    def _empty_texts(cls, draft: Draft) -> Iterator[Problem]:
        """An idea or lyrics are always needed, except for an instrumental described by its style."""
        custom, instrumental = draft.get("custom_mode"), draft.get("instrumental")
        if not (draft.get("prompt") or "").strip():
            if custom is False:
                yield needed("prompt", advice="Describe the song you want.")
            elif custom and instrumental is False:
                yield needed("prompt", advice="Enter the lyrics, or make it an instrumental.")
        if custom:
            yield from (needed(field) for field in ("style", "title") if not (draft.get(field) or "").strip())


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


class AudioQuery(Request):
    """One track of a finished task."""

    task_id: str
    audio_id: str


class TaskQuery(Request):
    """A task to look up."""

    task_id: str


class Nothing(Request):
    """No fields at all."""


class Result(BaseModel):
    """A part of an answer."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, extra="allow", coerce_numbers_to_str=True
    )

    def wire(self) -> dict[str, Any]:
        """As JSON-able camelCase, unknown fields included."""
        return self.model_dump(mode="json", by_alias=True)


class TaskCreated(Result):
    """The task to follow."""

    task_id: str = Field(min_length=1)


class Track(Result):
    """One take. Which URLs are filled says how far it is: text, then stream, then audio."""

    id: Text = ""
    audio_url: Text = ""
    source_audio_url: Text = ""
    stream_audio_url: Text = ""
    source_stream_audio_url: Text = ""
    image_url: Text = ""
    source_image_url: Text = ""
    prompt: Text = ""
    model_name: Text = ""
    title: Text = ""
    tags: Text = ""
    create_time: Moment = None
    duration: Seconds = None


Tracks = Annotated[list[Track], BeforeValidator(lambda value: value or [])]


class MusicResponse(Result):
    """The tracks of a task."""

    task_id: Text = ""
    suno_data: Tracks = []
    error_message: str | None = None


class MusicRecord(Result):
    """State and result of a music task. `response` is None while it is PENDING."""

    task_id: Text = ""
    parent_music_id: Text = ""
    param: Text = ""
    response: MusicResponse | None = None
    status: Text = ""
    type: Text = ""
    operation_type: Text = ""
    error_code: int | str | None = None
    error_message: str | None = None
    create_time: Moment = None

    @property
    def tracks(self) -> list[Track]:
        return self.response.suno_data if self.response else []

    @property
    def is_final(self) -> bool:
        return states.outcome(self.status) != "running"

    @property
    def is_success(self) -> bool:
        return states.outcome(self.status) == "success"

    @property
    def step(self) -> int:
        """0 to 3; a record with a lower step than one seen before is late and says nothing new."""
        return states.step(self.status)


class Lyrics(Result):
    """One set of lyrics. status: "complete" or "failed"."""

    text: Text = ""
    title: Text = ""
    status: Text = ""
    error_message: Text = ""


class LyricsResponse(Result):
    """The variants of a lyrics task."""

    task_id: Text = ""
    data: Annotated[list[Lyrics], BeforeValidator(lambda value: value or [])] = []


class LyricsRecord(Result):
    """State and result of a lyrics task."""

    task_id: Text = ""
    param: Text = ""
    response: LyricsResponse | None = None
    status: Text = ""
    type: Text = "LYRICS"
    error_code: int | str | None = None
    error_message: str | None = None

    @property
    def variants(self) -> list[Lyrics]:
        return self.response.data if self.response else []

    @property
    def is_final(self) -> bool:
        return states.outcome(self.status, Family.LYRICS) != "running"

    @property
    def is_success(self) -> bool:
        return states.outcome(self.status, Family.LYRICS) == "success"


class BoostedStyle(Result):
    """A richer style text in `result`. The error has two names, because documentation and service differ."""

    task_id: Text = ""
    param: Text = ""
    result: Text = ""
    credits_consumed: float | None = None
    credits_remaining: float | None = None
    success_flag: Text = "1"
    error_code: int | str | None = None
    error_message: str | None = None
    error_msg: str | None = None
    create_time: Moment = None


class AlignedWord(Result):
    """A sung word; `word` may carry a section mark or a line break. Seconds from the start of the track."""

    word: Text = ""
    success: bool = True
    start_s: float
    end_s: float
    palign: int = 0


class TimestampedLyrics(Result):
    """When each word is sung. An instrumental has none."""

    aligned_words: Annotated[list[AlignedWord], BeforeValidator(lambda value: value or [])] = []
    waveform_data: Annotated[list[float], BeforeValidator(lambda value: value or [])] = []
    hoot_cer: float | None = None
    is_streamed: bool | None = None
