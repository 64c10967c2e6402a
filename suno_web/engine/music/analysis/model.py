"""What the engine hears in audio: frozen and JSON-able. Times are seconds from the start of the audio."""

import dataclasses
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class ChordSpan:
    """A harmony that sounds from one time to another.

    root: pitch class, 0 = C, or None where no harmony is heard; quality as Harte writes it: "maj", "min", "7",
    "maj7", "min7", or "N" for none.
    """

    start_s: float
    end_s: float
    root: int | None
    quality: str


@dataclass(frozen=True, slots=True)
class MelodyNote:
    """A note of the voice or of what leads. midi: whole MIDI number."""

    start_s: float
    end_s: float
    midi: int


@dataclass(frozen=True, slots=True)
class AudioSection:
    """A stretch of like music between two downbeats. kind as in `score.Section`, guessed from its loudness and
    its likeness to others; energy: 0-1, relative to the loudest section."""

    start_s: float
    end_s: float
    kind: str
    energy: float


@dataclass(frozen=True, slots=True)
class Analysis:
    """All that is heard in a piece of audio.

    beats: every beat, downbeats: those that begin a bar (of four); tonic: 0-11, 0 = C; mode: "major" or "minor";
    melody: one voice, in order; vocal_activity: spans in which somebody seems to sing; loudness: LUFS.
    """

    seconds: float
    bpm: float
    beats: tuple[float, ...]
    downbeats: tuple[float, ...]
    tonic: int
    mode: str
    chords: tuple[ChordSpan, ...]
    melody: tuple[MelodyNote, ...]
    sections: tuple[AudioSection, ...]
    vocal_activity: tuple[tuple[float, float], ...]
    loudness: float

    def to_json(self) -> dict[str, Any]:
        """The analysis as plain JSON types; `from_json` gives an equal one back."""
        data = dataclasses.asdict(self)
        data["beats"], data["downbeats"] = list(self.beats), list(self.downbeats)
        data["vocal_activity"] = [list(span) for span in self.vocal_activity]
        for name in ("chords", "melody", "sections"):
            data[name] = list(data[name])
        return data

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        return cls(
            **data
            | {
                "beats": tuple(data["beats"]),
                "downbeats": tuple(data["downbeats"]),
                "chords": tuple(ChordSpan(**span) for span in data["chords"]),
                "melody": tuple(MelodyNote(**note) for note in data["melody"]),
                "sections": tuple(AudioSection(**section) for section in data["sections"]),
                "vocal_activity": tuple((start, end) for start, end in data["vocal_activity"]),
            }
        )
