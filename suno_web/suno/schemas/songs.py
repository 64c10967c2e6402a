"""Asking for music: songs, and songs made from songs."""

from collections.abc import Iterator
from typing import Any, ClassVar, Literal

from suno_web.suno import limits
from suno_web.suno.checks import (
    Draft,
    Problem,
    Request,
    above,
    needed,
    no_address,
    no_span,
    not_among,
    outside,
    too_long,
)
from suno_web.suno.limits import TitleOf

Key = Literal[
    "Any",
    "C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B",
    "Cm", "C#m", "Dm", "D#m", "Em", "Fm", "F#m", "Gm", "G#m", "Am", "A#m", "Bm",
]  # fmt: skip


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

    title_of: ClassVar[TitleOf] = "song"

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
        longest = limits.text_limits(model or "", custom_mode=custom, title_of=cls.title_of)
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
        if not _filled(draft, "prompt"):
            if custom is False:
                yield needed("prompt", advice="Describe the song you want.")
            elif custom and instrumental is False:
                yield needed("prompt", advice="Enter the lyrics, or make it an instrumental.")
        if custom:
            yield from _needs(draft, "style", "title")


class UploadCoverRequest(GenerateRequest):
    """An upload in another style: its melody and harmony stay."""

    title_of = "derived"

    upload_url: str

    @classmethod
    def rules(cls, draft: Draft) -> Iterator[Problem]:
        yield from no_address(draft, "upload_url")
        yield from super().rules(draft)


class MashupRequest(GenerateRequest):
    """Two uploads in one song."""

    # Optional here; a song has vocals unless somebody says otherwise.
    instrumental: bool = False
    upload_url_list: list[str]

    @classmethod
    def rules(cls, draft: Draft) -> Iterator[Problem]:
        addresses = draft.get("upload_url_list")
        if addresses is not None and len(addresses) != limits.MASHUP_UPLOADS:
            message = f"uploadUrlList must hold exactly {limits.MASHUP_UPLOADS} URLs"
            advice = "Choose two recordings to blend."
            yield Problem("upload_url_list", "limit", message, advice, limits.MASHUP_UPLOADS)
        yield from no_address(draft, "upload_url_list")
        yield from super().rules(draft)


class ContinuedRequest(TunedRequest):
    """What continuing asks for, whatever is continued.

    default_param_flag: True means that prompt, style, title and continue_at are those sent here; with False
    they come from the source, and what is sent of them is not looked at.
    """

    call_back_url: str
    default_param_flag: bool
    model: str
    prompt: str = ""
    style: str = ""
    title: str = ""
    continue_at: float | None = None
    instrumental: bool = False

    @classmethod
    def rules(cls, draft: Draft) -> Iterator[Problem]:
        own = draft.get("default_param_flag")
        if own:
            yield from _needs(draft, *cls._own_fields(draft))
            if draft.get("continue_at") is None:
                yield needed("continue_at", advice="Choose the second to continue from.")
        yield from not_among(draft, "model", limits.SONG_MODELS)
        yield from super().rules(draft)
        yield from above(draft, "continue_at", 0)
        if own:
            longest = limits.text_limits(draft.get("model") or "", custom_mode=True, title_of="derived")
            yield from too_long(draft, "prompt", longest.prompt, label="lyrics")
            yield from too_long(draft, "style", longest.style)
            yield from too_long(draft, "title", longest.title)

    @classmethod
    def _own_fields(cls, draft: Draft) -> tuple[str, ...]:
        """The texts that must be sent when they are not taken from the source."""
        return ("style", "title")


class ExtendRequest(ContinuedRequest):
    """A generated track, continued."""

    audio_id: str

    @classmethod
    def _own_fields(cls, draft: Draft) -> tuple[str, ...]:
        return ("style", "title") if draft.get("instrumental") else ("prompt", "style", "title")


class UploadExtendRequest(ContinuedRequest):
    """An upload, continued. Lyrics may be left out: the live service takes their absence."""

    upload_url: str

    @classmethod
    def rules(cls, draft: Draft) -> Iterator[Problem]:
        yield from no_address(draft, "upload_url")
        yield from super().rules(draft)


class AddedRequest(Request):
    """What adding to an upload asks for, whatever is added. negative_tags must be sent and may be empty."""

    may_be_empty = ("negative_tags",)

    call_back_url: str
    upload_url: str
    title: str
    negative_tags: str
    model: str = limits.ADDED_MODELS[0]
    vocal_gender: Literal["m", "f"] | None = None
    style_weight: float | None = None
    weirdness_constraint: float | None = None
    audio_weight: float | None = None

    @classmethod
    def rules(cls, draft: Draft) -> Iterator[Problem]:
        yield from no_address(draft, "upload_url")
        yield from not_among(draft, "model", limits.ADDED_MODELS)
        for field in ("style_weight", "weirdness_constraint", "audio_weight"):
            yield from outside(draft, field, 0, 1)
        yield from too_long(draft, "negative_tags", limits.ADDED_NEGATIVE_TAGS)


class AddInstrumentalRequest(AddedRequest):
    """Backing for an uploaded voice. tags: the style wanted."""

    tags: str

    @classmethod
    def rules(cls, draft: Draft) -> Iterator[Problem]:
        yield from super().rules(draft)
        yield from too_long(draft, "tags", limits.ADDED_STYLE, label="style")


class AddVocalsRequest(AddedRequest):
    """Vocals over an uploaded instrumental. prompt: what is sung, and how."""

    prompt: str
    style: str

    @classmethod
    def rules(cls, draft: Draft) -> Iterator[Problem]:
        yield from super().rules(draft)
        yield from too_long(draft, "style", limits.ADDED_STYLE)


class ReplaceSectionRequest(Request):
    """New bars between two seconds of a track, or of an upload with the model to use."""

    left_out_empty = ("task_id", "audio_id", "upload_url", "model", "full_lyrics", "call_back_url")

    prompt: str
    tags: str
    title: str
    infill_start_s: float
    infill_end_s: float
    task_id: str = ""
    audio_id: str = ""
    upload_url: str = ""
    model: str = ""
    negative_tags: str = ""
    full_lyrics: str = ""
    call_back_url: str = ""

    @classmethod
    def rules(cls, draft: Draft) -> Iterator[Problem]:
        if _filled(draft, "upload_url") and not _filled(draft, "audio_id"):
            yield from _needs(draft, "model")
        else:
            yield from _needs(draft, "task_id", "audio_id")
        yield from no_address(draft, "upload_url")
        if _filled(draft, "model"):
            yield from not_among(draft, "model", limits.SONG_MODELS)
        yield from no_span(
            draft, "infill_start_s", "infill_end_s", limits.SHORTEST_SECTION, limits.LONGEST_SECTION
        )


class SoundsRequest(Request):
    """A sound effect or a loop."""

    left_out_empty = ("call_back_url",)

    prompt: str
    model: str = limits.SOUND_MODELS[0]
    sound_loop: bool = False
    sound_tempo: int | None = None
    sound_key: Key = "Any"
    grab_lyrics: bool = False
    call_back_url: str = ""

    @classmethod
    def rules(cls, draft: Draft) -> Iterator[Problem]:
        yield from not_among(draft, "model", limits.SOUND_MODELS)
        yield from too_long(draft, "prompt", limits.SOUND_PROMPT, label="description")
        yield from outside(draft, "sound_tempo", limits.SLOWEST_TEMPO, limits.FASTEST_TEMPO)


def _filled(draft: Draft, field: str) -> bool:
    value: Any = draft.get(field)
    return bool(value.strip()) if isinstance(value, str) else value is not None


def _needs(draft: Draft, *fields: str) -> Iterator[Problem]:
    yield from (needed(field) for field in fields if not _filled(draft, field))
