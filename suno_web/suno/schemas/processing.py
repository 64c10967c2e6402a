"""Asking for what is made of a finished track: WAV, stems, MIDI, video, cover images."""

from collections.abc import Iterator
from typing import Literal

from suno_web.suno import limits
from suno_web.suno.checks import Draft, Problem, Request, needed, no_address, too_long


class TrackRequest(Request):
    """One track of a finished task."""

    task_id: str
    audio_id: str
    call_back_url: str


class WavRequest(TrackRequest):
    """The track as a WAV file."""


class VideoRequest(TrackRequest):
    """The track as a video. author and domain_name are shown in it."""

    left_out_empty = ("author", "domain_name")

    author: str = ""
    domain_name: str = ""

    @classmethod
    def rules(cls, draft: Draft) -> Iterator[Problem]:
        yield from too_long(draft, "author", limits.VIDEO_TEXT)
        yield from too_long(draft, "domain_name", limits.VIDEO_TEXT, label="domain")


class StemsRequest(Request):
    """The track, or audio at an address, taken apart. stem_name: the one instrument of `split_stem_advanced`."""

    left_out_empty = ("task_id", "audio_id", "audio_url", "stem_name")

    call_back_url: str
    task_id: str = ""
    audio_id: str = ""
    audio_url: str = ""
    type: Literal["separate_vocal", "split_stem", "split_stem_advanced"] = "separate_vocal"
    stem_name: str = ""

    @classmethod
    def rules(cls, draft: Draft) -> Iterator[Problem]:
        if draft.get("task_id") or not draft.get("audio_url"):
            yield from (needed(field) for field in ("task_id", "audio_id") if not draft.get(field))
        if draft.get("type") == "split_stem_advanced" and not draft.get("stem_name"):
            yield needed("stem_name", advice="Name the instrument to take out.")
        yield from no_address(draft, "audio_url")


class MidiRequest(Request):
    """The notes of a finished separation. audio_id: one stem of it, by default all."""

    left_out_empty = ("audio_id",)

    task_id: str
    call_back_url: str
    audio_id: str = ""


class CoverRequest(Request):
    """Cover images for a music task, once."""

    task_id: str
    call_back_url: str
