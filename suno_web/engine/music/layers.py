"""What a layered work is made of: stretches of kept audio, and songs, each with its place in time."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from suno_web.engine.music.score import Song, TimedWord

Role = Literal["voice", "backing"]
# What is taken of kept audio: all of it, one side of it, or all but its depths, for what has no voice.
Side = Literal["all", "vocal", "instrumental", "upper"]


@dataclass(frozen=True, slots=True)
class Cut:
    """A stretch of a recording, start_s to end_s, heard from at_s on and lasting length_s there."""

    start_s: float
    end_s: float
    at_s: float
    length_s: float

    @property
    def speed(self) -> float:
        """How much faster than recorded it is heard."""
        return (self.end_s - self.start_s) / self.length_s

    @property
    def until_s(self) -> float:
        return self.at_s + self.length_s

    def heard(self, second: float) -> float:
        """When a second of the recording is heard."""
        return self.at_s + (second - self.start_s) / self.speed


@dataclass(frozen=True, slots=True)
class KeptLayer:
    """Audio from the shelf. cuts: in order, apart from each other; semitones: how far its pitch is moved;
    polished: a voice that is cleaned and given a room; gain: dB above its role's usual level."""

    ref: str
    side: Side
    role: Role
    cuts: tuple[Cut, ...]
    semitones: float = 0.0
    polished: bool = False
    gain: float = 0.0

    def words(self, kept: Sequence[TimedWord]) -> Iterator[TimedWord]:
        """The recording's words where they are heard now. A word that a cut splits is not sung."""
        for cut in self.cuts:
            for word in kept:
                if cut.start_s - 0.02 <= word.start_s and word.end_s <= cut.end_s + 0.1:
                    start, end = cut.heard(word.start_s), cut.heard(word.end_s)
                    yield TimedWord(
                        word.text, round(max(0.0, start), 3), round(end, 3), word.line, word.section
                    )

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"layer": "kept"}


@dataclass(frozen=True, slots=True)
class SongLayer:
    """A song whose first beat is heard at at_s: a backing without lines, or lines without players."""

    song: Song
    at_s: float
    role: Role
    gain: float = 0.0

    def to_json(self) -> dict[str, Any]:
        return {
            "layer": "song",
            "song": self.song.to_json(),
            "at_s": self.at_s,
            "role": self.role,
            "gain": self.gain,
        }


Layer = KeptLayer | SongLayer


def from_json(data: dict[str, Any]) -> Layer:
    """The layer that `to_json` wrote."""
    fields = {name: value for name, value in data.items() if name != "layer"}
    if data["layer"] == "song":
        return SongLayer(**fields | {"song": Song.from_json(data["song"])})
    return KeptLayer(**fields | {"cuts": tuple(Cut(**cut) for cut in data["cuts"])})
