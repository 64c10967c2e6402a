"""What a provider called back with, whichever family it is about.

Success is decided by `code`; null, missing and empty data are alike.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from suno_web.suno import wire
from suno_web.suno.schemas import Lyrics, MidiInstrument, StemsResponse, Track
from suno_web.suno.states import Family


class Unreadable(ValueError):
    """The body is no callback of this API."""


@dataclass(frozen=True)
class Callback:
    """A callback of any family.

    callback_type: "complete" for families that name no stage. family: as far as the body tells; a failure of
    lyrics looks like one of music. What a family does not bring is empty.
    """

    task_id: str
    callback_type: str
    code: int
    msg: str
    family: Family
    tracks: tuple[Track, ...]
    lyrics: tuple[Lyrics, ...]
    stems: Mapping[str, str]
    instruments: tuple[MidiInstrument, ...]
    data: Mapping[str, Any]

    @property
    def is_success(self) -> bool:
        return self.code == 200

    @property
    def wav_url(self) -> str:
        return str(self.data.get("audioWavUrl") or "")

    @property
    def video_url(self) -> str:
        return str(self.data.get("video_url") or "")

    @property
    def images(self) -> list[str]:
        found = self.data.get("images")
        return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []


def task_id_of(body: Mapping[str, Any]) -> str:
    """The id of the task a callback is about, wherever its family puts it; "" if nowhere."""
    data = body.get("data")
    inner = data if isinstance(data, Mapping) else {}
    for value in (inner.get("task_id"), inner.get("taskId"), body.get("taskId")):
        if isinstance(value, str | int) and str(value).strip():
            return str(value)
    return ""


def parse(body: bytes | str | Mapping[str, Any]) -> Callback:
    """Read a callback of any family. Raises Unreadable."""
    try:
        whole = body if isinstance(body, Mapping) else wire.loads(body)
    except ValueError as exc:
        raise Unreadable("The callback is not JSON.") from exc
    if not isinstance(whole, Mapping) or not (task_id := task_id_of(whole)):
        raise Unreadable("The callback names no task.")
    data = whole.get("data")
    inner: Mapping[str, Any] = data if isinstance(data, Mapping) else {}
    code = whole.get("code")
    family = _family(inner)
    items = _objects(inner.get("data"))
    try:
        return Callback(
            task_id=task_id,
            callback_type=str(inner.get("callbackType") or "complete"),
            code=code if isinstance(code, int) else 0,
            msg=str(whole.get("msg") or ""),
            family=family,
            tracks=tuple(Track.model_validate(item) for item in items) if family is Family.MUSIC else (),
            lyrics=tuple(Lyrics.model_validate(item) for item in items) if family is Family.LYRICS else (),
            stems=_stems(inner.get("vocal_separation_info")),
            instruments=tuple(
                MidiInstrument.model_validate(one) for one in _objects(inner.get("instruments"))
            ),
            data=inner,
        )
    except ValidationError as exc:
        raise Unreadable("The callback's data has an unknown shape.") from exc


def _family(data: Mapping[str, Any]) -> Family:
    marks = {
        "audioWavUrl": Family.WAV,
        "vocal_separation_info": Family.STEMS,
        "instruments": Family.MIDI,
        "video_url": Family.MP4,
        "images": Family.COVER,
        "validateInfo": Family.VOICE,
        "voiceId": Family.VOICE,
        "status": Family.VOICE,
    }
    for mark, family in marks.items():
        if mark in data:
            return family
    if any("text" in item for item in _objects(data.get("data"))[:1]):
        return Family.LYRICS
    # A failed transcription names its task and nothing else; music and lyrics always name a stage.
    return Family.MIDI if "taskId" in data and not {"callbackType", "data"} & data.keys() else Family.MUSIC


def _objects(listed: Any) -> list[Mapping[str, Any]]:
    return [item for item in listed if isinstance(item, Mapping)] if isinstance(listed, list) else []


def _stems(info: Any) -> Mapping[str, str]:
    """Address by stem name, from keys in snake_case."""
    return StemsResponse.model_validate(info).named if isinstance(info, Mapping) else {}
