"""Stems of a track and the notes in them: their names, their records."""

from typing import Annotated

from pydantic import ConfigDict

from suno_web.suno.schemas.records import ProcessingRecord, TrackRecord
from suno_web.suno.schemas.results import LISTED, Flag, Number, OptionalText, Result, Text, Whole
from suno_web.suno.states import Family

STEM_NAMES = (
    "vocal", "instrumental", "backing_vocals", "drums", "bass", "guitar", "piano",
    "keyboard", "percussion", "strings", "synth", "fx", "brass", "woodwinds",
)  # fmt: skip


class StemTrack(Result):
    """One stem as a track of its own; its id serves as audio id for MIDI. snake_case inside a camelCase record."""

    model_config = ConfigDict(alias_generator=None)

    id: Text = ""
    audio_url: Text = ""
    stem_type_group_name: Text = ""
    duration: Number = None


class StemsResponse(Result):
    """The stems' addresses. Those that were not asked for, or are silent, are None."""

    id: OptionalText = None
    origin_url: OptionalText = None
    origin_data: Annotated[list[StemTrack], LISTED] = []
    instrumental_url: OptionalText = None
    vocal_url: OptionalText = None
    backing_vocals_url: OptionalText = None
    drums_url: OptionalText = None
    bass_url: OptionalText = None
    guitar_url: OptionalText = None
    piano_url: OptionalText = None
    keyboard_url: OptionalText = None
    percussion_url: OptionalText = None
    strings_url: OptionalText = None
    synth_url: OptionalText = None
    fx_url: OptionalText = None
    brass_url: OptionalText = None
    woodwinds_url: OptionalText = None

    @property
    def named(self) -> dict[str, str]:
        """Address by stem name, only those that are there.

        A single instrument (`split_stem_advanced`) has no key of its own and is named after its track.
        """
        found = {name: getattr(self, f"{name}_url") for name in STEM_NAMES if getattr(self, f"{name}_url")}
        return found or {
            (one.stem_type_group_name or one.id).strip().lower().replace(" ", "_"): one.audio_url
            for one in self.origin_data
            if one.audio_url
        }


class StemsRecord(TrackRecord):
    """State and result of a separation."""

    family = Family.STEMS

    response: StemsResponse | None = None

    @property
    def stems(self) -> dict[str, str]:
        return self.response.named if self.response else {}


class MidiNote(Result):
    """One note: pitch 0 to 127, start and end in seconds, velocity 0 to 1."""

    pitch: Whole = None
    start: Number = None
    end: Number = None
    velocity: Number = 1.0


class MidiInstrument(Result):
    """The notes of one instrument."""

    name: Text = ""
    notes: Annotated[list[MidiNote], LISTED] = []


class MidiData(Result):
    """All instruments. state: "complete" when they are there."""

    state: Text = ""
    instruments: Annotated[list[MidiInstrument], LISTED] = []


class MidiRecord(ProcessingRecord):
    """State and result of a transcription. success_flag: 0 pending, 1 success, 2 not created, 3 failed."""

    family = Family.MIDI

    record_task_id: Whole = -1
    audio_id: OptionalText = None
    midi_data: MidiData | None = None
    success_flag: Flag = 0

    @property
    def status_word(self) -> str:
        return str(self.success_flag)

    @property
    def instruments(self) -> list[MidiInstrument]:
        return self.midi_data.instruments if self.midi_data else []
