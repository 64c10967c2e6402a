"""What songs are about: pictures of each theme, and which theme a request is nearest to."""

import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from suno_web.engine.music import embedding, lexicon
from suno_web.engine.music.understanding.facts import without_facts

# A word of the theme in what the song is about counts this often against one elsewhere in the request.
SUBJECT_WEIGHT = 3
# Likeness of meaning below which it says nothing about the theme.
LIKE_AT_LEAST = 0.18
NEUTRAL = ("city", "love", "rising", "summer")

_MUSIC_WORDS = re.compile(
    r"\b(?:an?|the|in|and|or|of|for|with|by|at|songs?|tracks?|music|tunes?|beats?|ballads?|pieces?|style|key|tempo|mode"
    r"|female|male|vocals?|voices?|sung|singer|instrumental|major|minor|upbeat|slow|fast|make|write|create|please|some)\b",
    re.IGNORECASE,
)
_DOUBLED = {
    "run",
    "sit",
    "hit",
    "cut",
    "set",
    "spin",
    "drop",
    "split",
    "spit",
    "skip",
    "hum",
    "tap",
    "rob",
    "hug",
    "wrap",
}


@dataclass(frozen=True)
class Theme:
    """One theme and its pictures.

    titles: names for a song, each with the line that sings it. np: single things, obj: those that can be
    held, pl: several things, loc: places, vp: deeds.
    """

    name: str
    about: str
    words: frozenset[str]
    titles: tuple[tuple[str, str], ...]
    np: tuple[str, ...]
    obj: tuple[str, ...]
    pl: tuple[str, ...]
    loc: tuple[str, ...]
    vp: tuple[str, ...]

    @property
    def ing(self) -> tuple[str, ...]:
        return tuple(doing(deed) for deed in self.vp)


@cache
def all_themes() -> tuple[Theme, ...]:
    """Every theme there is."""
    read = tomllib.loads(files(__package__).joinpath("themes.toml").read_text(encoding="utf-8"))
    return tuple(
        Theme(
            name,
            about=theme["about"],
            words=frozenset(theme["words"].split()),
            titles=tuple((title, line) for title, line in theme["titles"]),
            np=tuple(theme["np"]),
            obj=tuple(theme["obj"]),
            pl=tuple(theme["pl"]),
            loc=tuple(theme["loc"]),
            vp=tuple(theme["vp"]),
        )
        for name, theme in read.items()
    )


def choose(idea: str, subject: str, *, seed: int) -> Theme:
    """The theme of a request: by its words, else by its meaning, else one that suits any song."""
    idea = _without_music(idea)
    counts = Counter(re.findall(r"[a-z]+", idea.lower()))
    counts.update(dict.fromkeys(re.findall(r"[a-z]+", subject.lower()), SUBJECT_WEIGHT - 1))
    scores = {theme: sum(counts[word] for word in theme.words) for theme in all_themes()}
    best = max(scores.values())
    favourites = [theme for theme in all_themes() if scores[theme] == best]
    if best and len(favourites) == 1:
        return favourites[0]
    return _nearest(subject or idea, favourites, at_least=-1.0 if best else LIKE_AT_LEAST) or _neutral(seed)


def _without_music(idea: str) -> str:
    """The request without names of genres and instruments, which say nothing about what a song tells."""
    for words in lexicon.genres().values():
        idea = words.named.sub(" ", idea)
    for names in lexicon.instruments().values():
        idea = names.sub(" ", idea)
    return _MUSIC_WORDS.sub(" ", without_facts(idea))


def doing(deed: str) -> str:
    """A deed as a participle: "run to the doors" to "running to the doors"."""
    verb, _, rest = deed.partition(" ")
    return f"{_participle(verb)} {rest}".strip()


def _participle(verb: str) -> str:
    if verb.endswith("ie"):
        return verb[:-2] + "ying"
    if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")):
        return verb[:-1] + "ing"
    if verb in _DOUBLED:
        return verb + verb[-1] + "ing"
    return verb + "ing"


def _nearest(text: str, themes: list[Theme], *, at_least: float) -> Theme | None:
    if len(re.findall(r"[^\W\d_]{2,}", text)) == 0:
        return None
    likeness = embedding.of_all([theme.about for theme in themes]) @ embedding.of(text)
    best = int(np.argmax(likeness))
    return themes[best] if likeness[best] >= at_least else None


def _neutral(seed: int) -> Theme:
    return next(theme for theme in all_themes() if theme.name == NEUTRAL[seed % len(NEUTRAL)])
