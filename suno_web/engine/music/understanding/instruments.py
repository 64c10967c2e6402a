"""Which instruments a request wants and which it does not."""

import re
from functools import cache
from typing import NamedTuple

from suno_web.engine.music import lexicon
from suno_web.engine.music.brief import INSTRUMENTS

_NOT = (
    r"\b(?:no|without|minus|excluding|exclude|avoid|avoiding|leave\s+out|leaving\s+out|skip|not\s+any|nor|not"
    r"|don'?t\s+(?:use|want|add|include)|do\s+not\s+(?:use|want|add|include)|free\s+of|lacking)\s+"
)
_ONE = r"(?:any\s+|the\s+|a\s+|an\s+)?(?:\w+\s+)?(?:{named})"


class Wishes(NamedTuple):
    """Words of brief.INSTRUMENTS. rest is the text without what it does not want."""

    wanted: tuple[str, ...]
    unwanted: tuple[str, ...]
    rest: str


def wishes(text: str) -> Wishes:
    """Read "with saxophone and strings, no drums or bass"."""
    denied = [found.span() for found in _denials().finditer(text)]
    unwanted = {name for start, end in denied for name in named(text[start:end])}
    rest = text
    for start, end in reversed(denied):
        rest = f"{rest[:start]} , {rest[end:]}"
    wanted = [name for name in named(rest) if name not in unwanted]
    return Wishes(tuple(wanted), tuple(name for name in INSTRUMENTS if name in unwanted), rest)


def named(text: str) -> list[str]:
    """The instruments a text names, in order. Of names inside each other the longest counts, so that a bass
    guitar is no guitar and drum and bass is a style."""
    found = [
        (match.start(), match.end(), name)
        for name, pattern in (_genre_names() | lexicon.instruments()).items()
        for match in pattern.finditer(text)
    ]
    names: list[str] = []
    for start, end, name in sorted(found):
        inside = any(a <= start and end <= b and (b - a) > (end - start) for a, b, _ in found)
        if not inside and name in INSTRUMENTS and name not in names:
            names.append(name)
    return names


@cache
def _genre_names() -> dict[str, re.Pattern[str]]:
    return {f"genre {name}": words.named for name, words in lexicon.genres().items()}


@cache
def _denials() -> re.Pattern[str]:
    either = "|".join(pattern.pattern for pattern in lexicon.instruments().values())
    voices = r"\b(?:vocals?|singing|singer|voices?|lyrics|words)\b"
    one = _ONE.format(named=f"{either}|{voices}")
    plain = rf"(?:any\s+|the\s+)?(?:{either}|{voices})"
    # "no drums, piano and strings" wants the strings; "without guitar, bass and drums" wants none of them.
    both = rf"(?:\s*(?:and|or|nor|/|&)\s*(?:no\s+|without\s+)?{plain})*"
    several = rf"(?:(?:\s*,\s*{plain})+,?\s*(?:and|or|nor|&)\s*{plain})"
    none_of_them = rf"\b(?:without|minus|excluding|exclude|avoid|skip|leave\s+out)\s+{one}{several}"
    return re.compile(f"{none_of_them}|{_NOT}{one}{both}", re.IGNORECASE)
