"""The title of a song, and the words by which its chorus carries it."""

import random
import re
from typing import NamedTuple

from suno_web.engine.music import words
from suno_web.engine.music.brief import Brief
from suno_web.engine.music.lyricist.themes import Theme
from suno_web.engine.music.understanding import subject
from suno_web.engine.music.understanding.facts import without_facts
from suno_web.engine.music.understanding.instruments import named as instruments_named

TITLE_WORDS = 7
HOOK_SYLLABLES = 8

_SMALL = frozenset(
    "a an and as at but by for from in into nor of off on or over the to up with".split()  # noqa: SIM905
)
_BREAKS = frozenset(
    "who that which where when while and but for with in on at from after before because as".split()  # noqa: SIM905
)
_DANGLING = _SMALL | frozenset(
    "who that which my your his her our their is was are were where when very so".split()  # noqa: SIM905
)
_PARTICIPLE = re.compile(
    r"^(?!(?:king|ring|spring|string|thing|wing|morning|evening|nothing|something|everything)\b)\w{2,}ing\b",
    re.I,
)
_CLAUSE = re.compile(r"^(?:how|why|when|where|what|who|that|whether)\b", re.I)
_THING = re.compile(
    r"^(?:the|a|an|my|your|his|her|our|their|this|that|these|those|one|two|three|every|all|some|no|you|us|me|him|them)\b",
    re.I,
)
_MUSIC = re.compile(
    r"\b(?:songs?|music|tracks?|beats?|tunes?|ballads?|melod(?:y|ies)|vocals?|voices?|instrumentals?|style|upbeat|bpm|piece|anthem|jingle"
    r"|soundtrack|write|make|create|generate|something|give|please|lyrics|playlist|pop|rock|jazz|folk|edm|techno|lo-?fi|hip-?hop|orchestral)\b",
    re.I,
)


class Hook(NamedTuple):
    """The title as it is sung. kind: which lines can carry it (frames.hooks); a "line" is one by itself."""

    text: str
    kind: str


def title_of(brief: Brief, theme: Theme, *, seed: int) -> str:
    """The given title, else one from what the song is about, else from the theme."""
    if brief.title:
        return brief.title
    about = subject(brief.idea) or _short_idea(brief.idea)
    if about:
        return _named_after(about)
    return random.Random(f"title {seed} {theme.name}").choice(theme.titles)[0]


def hook_of(brief: Brief, title: str, theme: Theme) -> Hook:
    """The title as the chorus sings it: with the article that the request gave it, or in its own line."""
    if line := dict(theme.titles).get(title):
        return Hook(line, "line")
    about = _shortened(subject(brief.idea) or _short_idea(brief.idea))
    if brief.title or not about or _named_after(about) != title:
        return Hook(title, "deed" if _PARTICIPLE.match(title) else "thing" if _THING.match(title) else "word")
    if _CLAUSE.match(about):
        return Hook(about, "clause")
    if _PARTICIPLE.match(about):
        return Hook(about, "deed")
    return Hook(about, "thing" if _THING.match(about) or " " in about else "word")


def titled(text: str) -> str:
    """A text with the capitals of a title: "last train home" to "Last Train Home"."""
    parts = text.split()
    return " ".join(
        part if part.casefold() in _SMALL and 0 < number < len(parts) - 1 else part[:1].upper() + part[1:]
        for number, part in enumerate(parts)
    )


def _named_after(about: str) -> str:
    """ "the last train home" gives "Last Train Home", but "the sea" stays "The Sea"."""
    bare = re.sub(r"^(?:the|an?)\s+(?=\S)", "", about, flags=re.I)
    return titled(_shortened(bare if " " in bare else about))


def _short_idea(idea: str) -> str:
    """A request of a few words that speaks of no music is its own subject ("Parisian cafe morning")."""
    plain = " ".join(re.sub(r"[^\w\s'-]", " ", without_facts(idea)).split())
    few = 0 < len(plain.split()) <= 5
    return plain if few and not _MUSIC.search(plain) and not instruments_named(plain) else ""


def _shortened(about: str) -> str:
    """As much of a subject as a chorus can carry: whole words, cut before a preposition where it must be."""
    if len(about.split()) <= TITLE_WORDS and words.count(about) <= HOOK_SYLLABLES:
        return about
    kept = about.split()[:TITLE_WORDS]
    while len(kept) > 1 and words.count(" ".join(kept)) > HOOK_SYLLABLES:
        kept.pop()
    cuts = [number for number, word in enumerate(kept) if number > 1 and word.lower() in _BREAKS]
    kept = kept[: cuts[-1]] if cuts else kept
    while len(kept) > 1 and kept[-1].lower().strip(",") in _DANGLING:
        kept.pop()
    return " ".join(kept).strip(" ,")
