"""What a request for music was understood to ask for."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, Self

Voice = Literal["female", "male", "none"]

GENRES = ("pop", "synthpop", "rock", "edm", "jazz", "folk", "orchestral", "lofi", "piano")
MODES = ("major", "minor", "dorian", "mixolydian", "lydian")
# Words that `wanted` and `unwanted` are made of. The arranger maps each to its tracks.
INSTRUMENTS = (
    "drums", "percussion", "bass", "guitar", "acoustic guitar", "electric guitar", "piano", "organ", "synth",
    "pad", "strings", "violin", "cello", "harp", "sax", "trumpet", "brass", "flute", "clarinet", "accordion",
    "harmonica", "banjo", "bells", "choir", "vinyl",
)  # fmt: skip


@dataclass(frozen=True)
class Brief:
    """A song to be made, before any note of it: all of it was said or follows from what was said.

    energy is 0 (still) to 1 (all out). bpm, tonic (0 = C), mode and seconds are None where the request
    leaves them open, so that the composer may choose. wanted and unwanted hold words of INSTRUMENTS.
    style is the line shown as the song's tags. style_weight and weirdness are the request's own 0-1
    sliders, None when untouched.
    """

    idea: str
    genre: str
    mood: str
    energy: float
    bpm: float | None = None
    tonic: int | None = None
    mode: str | None = None
    seconds: float | None = None
    wanted: tuple[str, ...] = ()
    unwanted: tuple[str, ...] = ()
    voice: Voice = "female"
    style: str = ""
    title: str | None = None
    style_weight: float | None = None
    weirdness: float | None = None
    seed: int = 0

    def as_json(self) -> dict[str, Any]:
        """The brief as plain JSON types; `from_json` reads it back."""
        return asdict(self) | {"wanted": list(self.wanted), "unwanted": list(self.unwanted)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The brief that `as_json` wrote. Keys it does not know are left out."""
        known = {field.name: data[field.name] for field in fields(cls) if field.name in data}
        for name in ("wanted", "unwanted"):
            known[name] = tuple(known.get(name, ()))
        return cls(**known)
