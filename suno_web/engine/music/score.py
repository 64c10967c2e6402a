"""The score of a song: who plays which note when. Frozen, JSON-able, and all that the renderer needs.

Musical time is counted in beats (quarter notes) from the start of the song; `Song.second` turns it into
seconds. Only what has been sung (`SungNote`, `WordTime`, `TimedWord`) is in seconds.
"""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

BEATS_PER_BAR = 4


@dataclass(frozen=True, slots=True)
class Note:
    """One played note. pitch: MIDI number (for drums the General MIDI drum key), velocity: 1-127."""

    start: float
    length: float
    pitch: int
    velocity: int


@dataclass(frozen=True, slots=True)
class Chord:
    """A harmony that lasts. pitch_classes: 0-11 from the root upwards, degree: 1-7 in the key."""

    start: float
    length: float
    pitch_classes: tuple[int, ...]
    degree: int

    @property
    def root(self) -> int:
        return self.pitch_classes[0]

    @property
    def end(self) -> float:
        return self.start + self.length


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the form.

    kind: what it is musically ("intro", "verse", "pre-chorus", "build", "chorus", "bridge", "solo", "outro");
    name: what the listener reads ("Verse", or as the lyrics name it); energy: 0-1.
    """

    name: str
    kind: str
    start: float
    bars: int
    energy: float
    chords: tuple[Chord, ...]

    @property
    def end(self) -> float:
        return self.start + self.bars * BEATS_PER_BAR

    def chord_at(self, beat: float) -> Chord:
        """The chord that sounds at a beat of the song; the nearest one outside the section."""
        for chord in self.chords:
            if beat < chord.end - 1e-6:
                return chord
        return self.chords[-1]


@dataclass(frozen=True, slots=True)
class Track:
    """One player: his sound, his notes and his place in the mix.

    sound: "gm:33" (General MIDI program), "kit:8" (General MIDI drum kit), "synth:supersaw", "machine:909";
    stem: the file it belongs to when the mix is taken apart ("drums", "bass", "keyboard" …);
    gain and the sends reverb and delay: dB of level and linear amounts; pan: -1 left to 1 right;
    duck: how far the kick drum pushes it down (0-1); colour: a name of a chain in the mixer.
    """

    name: str
    stem: str
    sound: str
    notes: tuple[Note, ...]
    gain: float = 0.0
    pan: float = 0.0
    width: float = 0.0
    reverb: float = 0.15
    delay: float = 0.0
    duck: float = 0.0
    colour: str = ""


@dataclass(frozen=True, slots=True)
class SungSyllable:
    """One note of the vocal line, in beats."""

    start: float
    end: float
    pitch: int


@dataclass(frozen=True, slots=True)
class SungLine:
    """A phrase of the voice. words: (text, phonemes, syllables) each; one note a syllable.

    section: index into Song.sections; doubled: sung again left and right.
    """

    text: str
    words: tuple[tuple[str, str, int], ...]
    notes: tuple[SungSyllable, ...]
    section: int
    line: int
    doubled: bool = False


@dataclass(frozen=True, slots=True)
class Song:
    """Everything decided about a song but its sound.

    first: what the number of its first section counts from, above 0 where it continues another song.
    """

    genre: str
    title: str
    bpm: float
    tonic: int
    mode: str
    seed: int
    sections: tuple[Section, ...]
    tracks: tuple[Track, ...]
    lines: tuple[SungLine, ...] = ()
    voice: str = "none"
    tail: float = 2.0
    first: int = 0

    @property
    def beats(self) -> float:
        return self.sections[-1].end

    @property
    def seconds(self) -> float:
        """Length of the finished audio, the ring-out included."""
        return self.second(self.beats) + self.tail

    def second(self, beat: float) -> float:
        return beat * 60.0 / self.bpm

    def to_json(self) -> dict[str, Any]:
        """A JSON-able form; `from_json` gives an equal song back."""
        return dataclasses.asdict(self) | {"tracks": [_track_to_json(track) for track in self.tracks]}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Song":
        return cls(
            **data
            | {
                "sections": tuple(_section_from_json(item) for item in data["sections"]),
                "tracks": tuple(_track_from_json(item) for item in data["tracks"]),
                "lines": tuple(_line_from_json(item) for item in data["lines"]),
            }
        )


@dataclass(frozen=True, slots=True)
class TimedWord:
    """When a word is heard and where it stands: line counted through the song, section by its name."""

    text: str
    start_s: float
    end_s: float
    line: int
    section: str


def onsets(track: Track, pitch: int) -> Iterator[float]:
    """The beats on which a track starts a pitch (the kick drum, say)."""
    return (note.start for note in track.notes if note.pitch == pitch)


def _track_to_json(track: Track) -> dict[str, Any]:
    # Notes are most of a song's JSON: a list each instead of an object each.
    data = {field.name: getattr(track, field.name) for field in dataclasses.fields(track)}
    return data | {"notes": [[note.start, note.length, note.pitch, note.velocity] for note in track.notes]}


def _track_from_json(data: dict[str, Any]) -> Track:
    return Track(**data | {"notes": tuple(Note(*note) for note in data["notes"])})


def _section_from_json(data: dict[str, Any]) -> Section:
    chords = (Chord(**chord | {"pitch_classes": tuple(chord["pitch_classes"])}) for chord in data["chords"])
    return Section(**data | {"chords": tuple(chords)})


def _line_from_json(data: dict[str, Any]) -> SungLine:
    words = tuple((text, phonemes, syllables) for text, phonemes, syllables in data["words"])
    notes = tuple(SungSyllable(**note) for note in data["notes"])
    return SungLine(**data | {"words": words, "notes": notes})
