"""The words that requests are understood by, as data: genres, moods, instruments and described songs."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

Pattern = re.Pattern[str]


@dataclass(frozen=True)
class GenreWords:
    """What is known of a genre by its words. tempo: bpm for the paces slow, middle, upbeat, fast."""

    name: str
    label: str
    mood: str
    energy: float
    tempo: tuple[float, float, float, float]
    named: Pattern
    tagged: Pattern
    hints: Pattern


@dataclass(frozen=True)
class Mood:
    """A feeling. mode and pace are "" where it leaves them open."""

    name: str
    energy: float
    mode: str
    pace: str
    words: Pattern


@dataclass(frozen=True)
class Prototype:
    """A described song to compare requests with."""

    genre: str
    text: str
    mood: str
    energy: float


def phrases(words: Iterable[str]) -> Pattern:
    """A pattern for whole words and phrases, the longest first. A blank also reads as a hyphen or nothing."""
    longest_first = sorted(words, key=len, reverse=True)
    either = "|".join(r"[\s-]*".join(map(re.escape, phrase.split())) for phrase in longest_first)
    return re.compile(rf"(?<![\w'])(?:{either})(?![\w'])", re.IGNORECASE)


@cache
def genres() -> dict[str, GenreWords]:
    """The genres by name."""
    return {
        name: GenreWords(
            name,
            words["label"],
            words["mood"],
            words["energy"],
            (words["tempo"][0], words["tempo"][1], words["tempo"][2], words["tempo"][3]),
            *(phrases(words[kind]) for kind in ("named", "tagged", "hints")),
        )
        for name, words in _read("genres.toml").items()
    }


@cache
def moods() -> dict[str, Mood]:
    """The moods by name."""
    return {
        name: Mood(name, words["energy"], words["mode"], words["pace"], phrases(words["words"]))
        for name, words in _read("moods.toml").items()
    }


@cache
def instruments() -> dict[str, Pattern]:
    """How each instrument of brief.INSTRUMENTS is named."""
    return {name: phrases(words) for name, words in _read("instruments.toml").items()}


@cache
def prototypes() -> tuple[Prototype, ...]:
    """The described songs."""
    return tuple(
        Prototype(genre, text, mood, energy)
        for genre, songs in _read("prototypes.toml").items()
        for text, mood, energy in songs.values()
    )


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath(name).read_text(encoding="utf-8"))
