"""Which call of the contract each operation is, and which record tells how it goes."""

from dataclasses import dataclass
from typing import Any

from suno_web.studio.models import Generation
from suno_web.suno import operations

Operation = Generation.Operation


@dataclass(frozen=True)
class Call:
    """make: the call that asks for it. record: the one that tells how far it is; None: it is answered at once."""

    make: operations.Operation[Any, Any]
    record: operations.Operation[Any, Any] | None = None


def _takes(make: operations.Operation[Any, Any]) -> Call:
    return Call(make, operations.MUSIC_RECORD)


CALLS: dict[str, Call] = {
    Operation.GENERATE: _takes(operations.GENERATE),
    Operation.EXTEND: _takes(operations.EXTEND),
    Operation.UPLOAD_COVER: _takes(operations.UPLOAD_COVER),
    Operation.UPLOAD_EXTEND: _takes(operations.UPLOAD_EXTEND),
    Operation.ADD_INSTRUMENTAL: _takes(operations.ADD_INSTRUMENTAL),
    Operation.ADD_VOCALS: _takes(operations.ADD_VOCALS),
    Operation.REPLACE_SECTION: _takes(operations.REPLACE_SECTION),
    Operation.MASHUP: _takes(operations.MASHUP),
    Operation.SOUNDS: _takes(operations.SOUNDS),
    Operation.LYRICS: Call(operations.LYRICS, operations.LYRICS_RECORD),
    Operation.STYLE: Call(operations.BOOST_STYLE),
    Operation.TIMESTAMPED_LYRICS: Call(operations.TIMESTAMPED_LYRICS),
    Operation.PERSONA: Call(operations.PERSONA),
    Operation.WAV: Call(operations.WAV, operations.WAV_RECORD),
    Operation.STEMS: Call(operations.STEMS, operations.STEMS_RECORD),
    Operation.MIDI: Call(operations.MIDI, operations.MIDI_RECORD),
    Operation.VIDEO: Call(operations.VIDEO, operations.VIDEO_RECORD),
    Operation.COVER_IMAGES: Call(operations.COVER_IMAGES, operations.COVER_RECORD),
}

# Operations that make takes, rows of their own in a project.
MAKING_TAKES = tuple(name for name, call in CALLS.items() if call.record is operations.MUSIC_RECORD)
# Operations that make files of a take.
MAKING_FILES = (Operation.WAV, Operation.STEMS, Operation.MIDI, Operation.VIDEO, Operation.COVER_IMAGES)
# Operations that always send audio along, as an address where the provider finds it.
TAKING_AUDIO = (
    Operation.UPLOAD_COVER,
    Operation.UPLOAD_EXTEND,
    Operation.ADD_INSTRUMENTAL,
    Operation.ADD_VOCALS,
    Operation.MASHUP,
)
# The field of the request that such an address goes into; the last two may name a take of the provider instead.
AUDIO_FIELDS: dict[str, str] = {
    **dict.fromkeys(TAKING_AUDIO, "uploadUrl"),
    Operation.MASHUP: "uploadUrlList",
    Operation.REPLACE_SECTION: "uploadUrl",
    Operation.STEMS: "audioUrl",
}


def price_key(operation: str, request: dict[str, Any]) -> str:
    """The operation's line in the price list. Taking stems apart costs by how far."""
    return str(request.get("type") or "separate_vocal") if operation == Operation.STEMS else str(operation)
