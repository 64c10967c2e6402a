"""What a genre is made of, as data: the form, the harmony, the players and how loud they stand."""

from collections.abc import Mapping
from dataclasses import dataclass, field

# One bar of a drum groove: sixteen steps a piece. "X" accent, "x" hit, "g" ghost note, "." nothing.
Groove = Mapping[str, str]
# How a chordal player strikes one bar: (beat, length in beats, loudness factor) each.
Strikes = tuple[tuple[float, float, float], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A player of the band.

    plays: what he does ("pad", "comp", "strum", "arpeggio", "bass", "lead", "drums", "shaker", "riser",
    "timpani"); sounds: one is drawn a song; sections and energy_from: where he plays (no sections: in all);
    words: the instrument words of a request that mean him; chance: how often he is in the band at all;
    beside_voice: he also plays while someone sings.
    """

    name: str
    stem: str
    plays: str
    sounds: tuple[str, ...]
    words: tuple[str, ...] = ()
    low: int = 48
    high: int = 72
    velocity: int = 76
    gain: float = 0.0
    pan: float = 0.0
    width: float = 0.0
    reverb: float = 0.15
    delay: float = 0.0
    duck: float = 0.0
    colour: str = "plain"
    sections: tuple[str, ...] = ()
    energy_from: float = 0.0
    chance: float = 1.0
    beside_voice: bool = True
    strikes: tuple[Strikes, ...] = ()
    lively: tuple[Strikes, ...] = ()
    pattern: tuple[tuple[int, ...], ...] = ((0, 1, 2, 3, 2, 1),)
    step: float = 0.5
    sustain: float = 1.0
    roll: float = 0.0
    voices: int = 4
    idioms: tuple[str, ...] = ()
    lively_idioms: tuple[str, ...] = ()
    density: str = "mid"


@dataclass(frozen=True, slots=True)
class Genre:
    """A genre's habits. Numbers a song may vary within are given as ranges or as pools to draw from.

    sevenths and ninths: how often a chord has one; swing: delay of every second swing_unit of a beat, as a
    part of it; looseness: how far players stray from the grid (seconds); dominant: a verse ends on V;
    drive: dB the master pushes into its clipper (density); preview_gain: dB that bring an unmastered mix
    of this genre near the final loudness; ride: how far the band steps back under the voice.
    """

    name: str
    bpm: tuple[int, int]
    modes: tuple[str, ...]
    progressions: Mapping[str, tuple[tuple[int, ...], ...]]
    forms: tuple[str, ...]
    sung_form: str
    bars: Mapping[str, int]
    energy: Mapping[str, float]
    parts: tuple[Part, ...]
    grooves: Mapping[str, tuple[Groove, ...]] = field(default_factory=dict)
    sevenths: float = 0.0
    ninths: float = 0.0
    swing: float = 0.0
    swing_unit: float = 0.5
    looseness: float = 0.007
    dominant: bool = True
    fills: str = "toms"
    drive: float = 3.0
    preview_gain: float = 0.0
    ride: float = 0.16
    lift: float = 1.2
    room: float = 0.55
    bright: float = 1.5


# Energy by kind of section, for genres that have nothing of their own to say.
ENERGY: Mapping[str, float] = {
    "intro": 0.38,
    "verse": 0.46,
    "pre-chorus": 0.62,
    "build": 0.7,
    "chorus": 0.9,
    "bridge": 0.52,
    "solo": 0.72,
    "outro": 0.4,
}
BARS: Mapping[str, int] = {
    "intro": 4,
    "verse": 8,
    "pre-chorus": 4,
    "build": 4,
    "chorus": 8,
    "bridge": 8,
    "solo": 8,
    "outro": 4,
}
