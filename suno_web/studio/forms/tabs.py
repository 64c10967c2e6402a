"""The tabs of the create page: what each is called, its form, and which operations it makes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from suno_web.studio import sources
from suno_web.studio.forms.asking import Operation, TakeForm
from suno_web.studio.forms.deriving import BackingForm, ExtendForm, ReplaceForm, VocalsForm
from suno_web.studio.forms.fields import as_clock
from suno_web.studio.forms.song import SongForm
from suno_web.studio.forms.sounds import SoundsForm
from suno_web.studio.forms.sourced import CoverForm, MashupForm, SourcedForm
from suno_web.studio.models import Generation


@dataclass(frozen=True)
class Tab:
    """label: on the tab. lead: what it does, in a line. button: what pressing it makes. begun: what is said then."""

    name: str
    label: str
    form: type[TakeForm]
    operations: tuple[Operation, ...]
    button: str
    begun: str
    lead: str = ""

    @property
    def is_sourced(self) -> bool:
        return issubclass(self.form, SourcedForm)


TWO = "Two takes are on their way."
TABS: dict[str, Tab] = {
    tab.name: tab
    for tab in (
        Tab("song", "Song", SongForm, (Operation.GENERATE,), "Create 2 takes", TWO),
        Tab(
            "extend", "Extend", ExtendForm, (Operation.EXTEND, Operation.UPLOAD_EXTEND), "Extend: 2 takes", TWO,
            "Goes on from a second of a take or an upload; what comes before stays.",
        ),
        Tab(
            "cover", "Cover", CoverForm, (Operation.UPLOAD_COVER,), "Cover: 2 takes", TWO,
            "The same melody and chords in another style.",
        ),
        Tab(
            "vocals", "Add vocals", VocalsForm, (Operation.ADD_VOCALS,), "Add vocals", "The vocals are on their way.",
            "A voice over an instrumental, in its key and on its beat.",
        ),
        Tab(
            "backing", "Add backing", BackingForm, (Operation.ADD_INSTRUMENTAL,), "Add backing",
            "The backing is on its way.", "A band behind a voice, in its key and on its beat.",
        ),
        Tab(
            "mashup", "Mashup", MashupForm, (Operation.MASHUP,), "Mash up: 2 takes", TWO,
            "The voice of one over the music of the other.",
        ),
        Tab(
            "replace", "Replace", ReplaceForm, (Operation.REPLACE_SECTION,), "Replace this part",
            "The new part is on its way.", "New bars for a part of a take; the rest stays untouched.",
        ),
        Tab(
            "sounds", "Sounds", SoundsForm, (Operation.SOUNDS,), "Create sounds", "The sounds are on their way.",
            "An effect, or a loop at a tempo and in a key.",
        ),
    )
}  # fmt: skip
TAB_OF = {operation: tab for tab in TABS.values() for operation in tab.operations}

# The fields of a request that a form can be filled in from, for what was not asked for in the browser.
_NAMES = {
    "prompt": "lyrics", "style": "style", "tags": "style", "title": "title", "model": "model",
    "instrumental": "instrumental", "negativeTags": "negative_tags", "vocalGender": "vocal_gender",
    "styleWeight": "style_weight", "weirdnessConstraint": "weirdness_constraint", "audioWeight": "audio_weight",
    "fullLyrics": "full_lyrics", "soundLoop": "loop", "soundTempo": "tempo", "soundKey": "key",
    "grabLyrics": "with_lyrics",
}  # fmt: skip
_MOMENTS = {"continueAt": "continue_at", "infillStartS": "start", "infillEndS": "end"}


def initial_of(generation: Generation) -> dict[str, Any]:
    """The form that made a generation, also one that a program asked for."""
    kept = _readable(generation.settings) if "tab" in generation.settings else _from_request(generation)
    inputs = [one.source for one in generation.inputs.select_related("track", "upload")]
    named = [sources.reference(source) for source in inputs if source]
    return kept | dict(zip(("source", "second_source"), named, strict=False))


def _from_request(generation: Generation) -> dict[str, Any]:
    request: Mapping[str, Any] = generation.request
    fields: dict[str, Any] = {ours: request[theirs] for theirs, ours in _NAMES.items() if theirs in request}
    fields |= {ours: as_clock(request[theirs]) for theirs, ours in _MOMENTS.items() if theirs in request}
    if "customMode" in request:
        custom = bool(request["customMode"])
        fields |= {"mode": "custom" if custom else "simple"}
        fields |= {} if custom else {"idea": fields.pop("lyrics", "")}
    if generation.operation == Operation.SOUNDS:
        fields["prompt"] = fields.pop("lyrics", "")
    if "defaultParamFlag" in request:
        fields["words"] = "own" if request["defaultParamFlag"] else "original"
    return fields


def _readable(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Seconds as the form writes them."""
    moments = {
        name: as_clock(settings[name])
        for name in _MOMENTS.values()
        if isinstance(settings.get(name), float | int)
    }
    return dict(settings) | moments
