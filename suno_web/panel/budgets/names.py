"""What is bought, in people's words: lines of the price list and operations of approval rules."""

from dataclasses import dataclass

from suno_web.studio.calls import CALLS
from suno_web.studio.models import Generation
from suno_web.suno import limits

Operation = Generation.Operation


@dataclass(frozen=True)
class Name:
    """of_one: what one call makes. of_many: what several make. where: the page and button that make it."""

    of_one: str
    of_many: str
    where: str


# By the name in the price list.
NAMES: dict[str, Name] = {
    "generate": Name("Song", "Songs", "Create › Song (two takes)"),
    "extend": Name("Extension of a take", "Extensions of takes", "Create › Extend (two takes)"),
    "upload_extend": Name("Extension of an upload", "Extensions of uploads", "Create › Extend (two takes)"),
    "upload_cover": Name("Cover", "Covers", "Create › Cover (two takes)"),
    "add_vocals": Name("Added vocals", "Added vocals", "Create › Add vocals"),
    "add_instrumental": Name("Added backing", "Added backings", "Create › Add backing"),
    "mashup": Name("Mashup", "Mashups", "Create › Mashup (two takes)"),
    "replace_section": Name("Replaced section", "Replaced sections", "Create › Replace"),
    "sounds": Name("Sound", "Sounds", "Create › Sound"),
    "lyrics": Name("Lyrics", "Lyrics", "Create › Write lyrics (two or three variants)"),
    "style": Name("Style boost", "Style boosts", "Create › Boost, beside the style"),
    "timestamped_lyrics": Name("Synced lyrics", "Synced lyrics", "A take › Lyrics"),
    "persona": Name("Persona", "Personas", "A take › Files"),
    "wav": Name("WAV", "WAVs", "A take › Files"),
    "separate_vocal": Name("Stems: voice and backing", "Stems in two", "A take › Files"),
    "split_stem": Name("Stems: all", "Stems by instrument", "A take › Files"),
    "split_stem_advanced": Name("Stems: one instrument", "Stems of one instrument", "Programs, by the API"),
    "midi": Name("MIDI", "MIDI files", "A take › Files"),
    "mp4": Name("Video", "Videos", "A take › Files"),
    "cover": Name("Cover images", "Cover images", "A take › Files"),
}
# The operation that the price list splits by how far a song is taken apart.
STEMS = Name("Stems", "Stems", "A take › Files")
_MODELS = {
    Operation.SOUNDS.value: limits.SOUND_MODELS,
    Operation.ADD_VOCALS.value: limits.ADDED_MODELS,
    Operation.ADD_INSTRUMENTAL.value: limits.ADDED_MODELS,
}


def of(operation: str) -> Name:
    """The words for a line of the price list or an operation; of an unknown one its own name."""
    if operation == Operation.STEMS:
        return STEMS
    unknown = operation.replace("_", " ").capitalize()
    return NAMES.get(operation) or Name(unknown, unknown, "")


def models_of(operation: str) -> tuple[str, ...]:
    """The models that a line of the price list can have prices of its own for; none where requests name no model."""
    call = CALLS.get(operation)
    if call is None or "model" not in call.make.request.model_fields:
        return ()
    return _MODELS.get(operation, limits.SONG_MODELS)


def model(name: str) -> str:
    """A model as people write it: V4.5PLUS; "any model" without one."""
    return name.replace("_", ".") if name else "any model"
