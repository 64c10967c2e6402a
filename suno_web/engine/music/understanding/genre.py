"""Which genre and which mood a request is in: by its words where they say it, else by its meaning."""

import re
from functools import cache
from typing import NamedTuple

import numpy as np

from suno_web.engine.music import embedding, lexicon

_NOUN = (
    r"songs?|tracks?|music|tunes?|beats?|anthems?|ballads?|numbers?|bangers?|instrumentals?|pieces?|vibes?|style|hits?"
    r"|jams?|background|score|soundtrack|melody|grooves?|feel|sound|mix|band|cover|version|rhythms?|riffs?|duet|odes?"
)
_MUSIC_FOLLOWS = re.compile(rf"[\s-]+(?:\w+[\s-]+)?(?:{_NOUN})\b", re.IGNORECASE)
# At most two words before, none of which makes a thing of what follows ("my soul", "the house").
_OPENING = re.compile(
    r"[\s.]*(?:(?!(?:my|your|his|her|our|their|the|this|that)\b)[\w'#]+[\s,-]+){0,2}", re.IGNORECASE
)
_DESCRIPTION_GOES_ON = re.compile(
    r"\s*(?:$|[,.;:!]|\s(?:in|with|at|about|and|from|for|of|without|featuring)\b)", re.I
)
# These are more often things and deeds than styles.
_EVERYDAY = frozenset(
    {
        "dance",
        "house",
        "garage",
        "beat",
        "beats",
        "score",
        "world",
        "sleep",
        "trap",
        "chill",
        "cool",
        "ballad",
    }
)
_DENIED = re.compile(r"\b(?:not|no|never|without|anything but|isn't|less)\s+(?:a\s+|any\s+)?$", re.IGNORECASE)
# A hint word weighs this much against likeness of meaning, which differs by about as much between genres.
HINT_WEIGHT = 0.09
LIKE_AT_LEAST = 0.12


class Character(NamedTuple):
    """What a request's meaning is closest to."""

    genre: str
    mood: str
    energy: float


class _Found(NamedTuple):
    start: int
    end: int
    genre: str


def named(text: str, *, is_style: bool) -> str | None:
    """The genre that is named outright. In "jazz, piano" the first counts; in the run "folk rock" the last;
    and one that stands before "song" or "music" before all others."""
    found = _outermost(
        [
            _Found(*match.span(), words.name)
            for words in lexicon.genres().values()
            for pattern in (words.named, words.tagged)
            for match in pattern.finditer(text)
            if (is_style or pattern is words.named or _opens_description(text, match))
            and not _is_denied(text, match)
        ]
    )
    if not found:
        return None
    described = [one for one in found if _MUSIC_FOLLOWS.match(text, one.end)]
    return _last_of_run(described[0] if described else found[0], found, text).genre


def hints(text: str) -> dict[str, int]:
    """How many words of the text lean towards each genre."""
    return {
        name: len({match.group(0).casefold() for match in words.hints.finditer(text)})
        + 2 * len(words.named.findall(text))
        for name, words in lexicon.genres().items()
    }


def by_meaning(text: str, *, at_least: float = LIKE_AT_LEAST) -> Character | None:
    """Genre, mood and energy of the described songs that a text is most like; None if it is like none."""
    songs = lexicon.prototypes()
    likeness = embedding.of_all([song.text for song in songs]) @ embedding.of(text)
    leaning = hints(text)
    scores = {
        genre: max(float(like) for like, song in zip(likeness, songs, strict=True) if song.genre == genre)
        + HINT_WEIGHT * min(leaning[genre], 4)
        for genre in lexicon.genres()
    }
    genre = max(scores, key=lambda name: scores[name])
    if scores[genre] < at_least:
        return None
    closest = [songs[number] for number in np.argsort(-likeness)[:4] if songs[number].genre == genre]
    if not closest:
        closest = [max((song for song in songs if song.genre == genre), key=lambda song: song.energy)]
    return Character(genre, closest[0].mood, sum(song.energy for song in closest) / len(closest))


def moods(text: str) -> list[str]:
    """The moods whose words the text holds, in the order of their first word."""
    places = {
        name: match.start() for name, mood in lexicon.moods().items() if (match := mood.words.search(text))
    }
    return sorted(places, key=lambda name: places[name])


def _opens_description(text: str, match: re.Match[str]) -> bool:
    """Whether an ambiguous word names a style here: "a rock song", "fast metal with choir", not "rock me"."""
    if _MUSIC_FOLLOWS.match(text, match.end()):
        return True
    if match.group(0).casefold() in _EVERYDAY:
        return False
    return bool(_OPENING.fullmatch(text[: match.start()]) and _DESCRIPTION_GOES_ON.match(text, match.end()))


def _is_denied(text: str, match: re.Match[str]) -> bool:
    return bool(_DENIED.search(text[: match.start()]) or re.match(r"[\s-]+free\b", text[match.end() :]))


def _outermost(found: list[_Found]) -> list[_Found]:
    """Without names that are part of longer ones, in reading order."""
    return sorted(
        one
        for one in found
        if not any(
            other.start <= one.start
            and one.end <= other.end
            and other.end - other.start > one.end - one.start
            for other in found
        )
    )


def _last_of_run(first: _Found, found: list[_Found], text: str) -> _Found:
    last = first
    for one in found:
        if one.start >= last.end and _gap().fullmatch(text[last.end : one.start]):
            last = one
    return last


@cache
def _gap() -> re.Pattern[str]:
    return re.compile(r"[\s-]*")
