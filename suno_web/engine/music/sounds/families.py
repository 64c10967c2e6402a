"""Which sounds there are: how a request names them, what they are like, how long they usually last."""

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np

from suno_web.engine.music import embedding, lexicon
from suno_web.engine.music.sounds import machines, nature, things
from suno_web.engine.music.sounds.tape import Tape

LIKE_AT_LEAST = 0.3
MOST_LAYERS = 3
_DENIED = re.compile(r"\b(?:no|not|without|minus|except)\s+(?:any\s+|the\s+|a\s+)?$", re.IGNORECASE)


class _Making(NamedTuple):
    make: Callable[[Tape], None] | None
    seconds: float
    behind: bool = False
    players: tuple[str, ...] = ()
    wanted: str = ""


def _sound(make: Callable[[Tape], None], seconds: float, *, behind: bool = False) -> _Making:
    return _Making(make, seconds, behind)


def _players(wanted: str, *players: str) -> _Making:
    return _Making(None, 12.0, False, players, wanted)


# How each family is made. `families.toml` has the words that name it.
_MAKING = {
    "rain": _sound(nature.rain, 12, behind=True),
    "thunder": _sound(nature.thunder, 8),
    "wind": _sound(nature.wind, 12, behind=True),
    "ocean": _sound(nature.ocean, 16, behind=True),
    "stream": _sound(nature.stream, 12, behind=True),
    "drops": _sound(nature.drops, 8),
    "fire": _sound(nature.fire, 12, behind=True),
    "birds": _sound(nature.birds, 12),
    "crickets": _sound(nature.crickets, 12, behind=True),
    "footsteps": _sound(things.footsteps, 6),
    "knock": _sound(things.knock, 5),
    "door": _sound(things.door, 5),
    "engine": _sound(things.engine, 8, behind=True),
    "siren": _sound(things.siren, 7),
    "alarm": _sound(things.alarm, 5),
    "bell": _sound(things.bell, 8),
    "chime": _sound(things.chime, 10),
    "clock": _sound(things.clock, 6),
    "heartbeat": _sound(things.heartbeat, 8),
    "crowd": _sound(things.crowd, 10, behind=True),
    "applause": _sound(things.applause, 8),
    "glass": _sound(things.glass, 5),
    "explosion": _sound(machines.explosion, 6),
    "impact": _sound(machines.impact, 5),
    "whoosh": _sound(machines.whoosh, 4),
    "riser": _sound(machines.riser, 6),
    "laser": _sound(machines.laser, 4),
    "scifi": _sound(machines.scifi, 10),
    "click": _sound(machines.click, 4),
    "notification": _sound(machines.notification, 4),
    "coin": _sound(machines.coin, 4),
    "vinyl": _sound(machines.vinyl, 10, behind=True),
    "static": _sound(machines.static, 8, behind=True),
    "drone": _sound(machines.drone, 16, behind=True),
    "drums": _players("drums", "drums", "percussion"),
    "percussion": _players("percussion", "percussion"),
    "bass": _players("bass", "bass"),
    "chords": _players("pad", "synth", "keyboard", "strings"),
    "synth": _players("synth", "synth"),
    "guitar": _players("guitar", "guitar"),
    "piano": _players("piano", "keyboard"),
    "strings": _players("strings", "strings"),
    "brass": _players("brass", "brass"),
    "woodwinds": _players("flute", "woodwinds"),
    "choir": _players("choir", "backing_vocals"),
    "band": _players(""),
}


@dataclass(frozen=True, slots=True)
class Family:
    """A kind of sound. make: None for music, which the band plays; seconds: its length when it is no loop; behind:
    it lies under others when there are others; players: the stems that are heard of the band, all if empty; wanted:
    the instrument word that brings such a player; named: its words; about: what it is, for likeness of meaning."""

    name: str
    make: Callable[[Tape], None] | None
    seconds: float
    behind: bool
    players: tuple[str, ...]
    wanted: str
    named: lexicon.Pattern
    about: str


@cache
def families() -> dict[str, Family]:
    """Every family by name."""
    said = tomllib.loads(files(__package__).joinpath("families.toml").read_text(encoding="utf-8"))
    return {
        name: Family(name, *making, lexicon.phrases(said[name]["words"]), said[name]["about"])
        for name, making in _MAKING.items()
    }


def asked_for(prompt: str) -> tuple[Family, ...]:
    """What a request names, at most three, else what its meaning is nearest to, else music."""
    named = _named(prompt)
    return tuple(named[:MOST_LAYERS]) if named else (_nearest(prompt) or families()["band"],)


def _named(prompt: str) -> list[Family]:
    """The families whose words the text holds, in its order. A longer phrase wins over a word inside it."""
    found = [
        (match.start(), match.end(), family)
        for family in families().values()
        for match in family.named.finditer(prompt)
        if not _DENIED.search(prompt[: match.start()])
    ]
    outer = [
        one
        for one in found
        if not any(
            other[0] <= one[0] and one[1] <= other[1] and other[1] - other[0] > one[1] - one[0]
            for other in found
        )
    ]
    ordered = list(dict.fromkeys(family for _, _, family in sorted(outer, key=lambda one: one[0])))
    # "Music" and "loop" say nothing beside a word that says which.
    return [family for family in ordered if family.name != "band" or len(ordered) == 1]


def _nearest(prompt: str) -> Family | None:
    if not prompt.strip():
        return None
    known = list(families().values())
    likeness = embedding.of_all([family.about for family in known]) @ embedding.of(prompt)
    best = int(np.argmax(likeness))
    return known[best] if likeness[best] >= LIKE_AT_LEAST else None
