"""Lyrics as sections of lines, read from and written as marked text."""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

SECTION_NAMES = ("Intro", "Verse", "Pre-Chorus", "Chorus", "Bridge", "Outro")

# What people write in section marks. A part that is played rather than sung becomes a section without lines.
_SUNG = {
    "intro": "Intro", "verse": "Verse", "strophe": "Verse", "rap": "Verse",
    "prechorus": "Pre-Chorus", "prehook": "Pre-Chorus", "buildup": "Pre-Chorus", "build": "Pre-Chorus",
    "chorus": "Chorus", "refrain": "Chorus", "hook": "Chorus", "postchorus": "Chorus",
    "finalchorus": "Chorus", "lastchorus": "Chorus", "doublechorus": "Chorus",
    "bridge": "Bridge", "middleeight": "Bridge", "middle8": "Bridge",
    "outro": "Outro", "coda": "Outro", "ending": "Outro", "end": "Outro", "fadeout": "Outro",
}  # fmt: skip
_PLAYED = ("instrumental", "solo", "interlude", "break", "drop")

_BRACKETED = re.compile(r"^\s*[\[({<【]\s*([^\])}>】]*?)\s*[\])}>】]\s*:?\s*$")
_PLAIN = re.compile(r"^\s*[#*_\s]*([A-Za-z][A-Za-z -]*?(?:\s*\d+)?)\s*[*_]*\s*(:?)\s*[*_]*\s*$")


@dataclass(frozen=True)
class LyricSection:
    """One part of a song. name is one of SECTION_NAMES; a part without lines is played, not sung."""

    name: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Lyrics:
    """The words of a song in singing order."""

    title: str = ""
    sections: tuple[LyricSection, ...] = ()

    @property
    def text(self) -> str:
        """The lyrics as marked text, sections apart by a blank line; `parse` reads it back."""
        return "\n\n".join("\n".join((f"[{section.name}]", *section.lines)) for section in self.sections)

    @property
    def lines(self) -> tuple[str, ...]:
        """Every sung line in order."""
        return tuple(line for section in self.sections for line in section.lines)


def parse(text: str, title: str = "") -> Lyrics:
    """Read lyrics as people write them: any section marks in any case, or none (then each block of lines
    is a Verse). A mark without lines repeats the latest section of its name. Never raises."""
    sections: list[LyricSection] = []
    name, lines, marked = "Verse", list[str](), False

    def close() -> None:
        if lines or marked:
            sections.append(LyricSection(name, tuple(lines) or _latest(sections, name, repeats)))

    repeats = True
    for raw in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        mark = _mark(raw)
        if mark is not None:
            close()
            name, repeats = mark
            lines, marked = [], True
        elif line := _sung_line(raw):
            lines.append(line)
        elif not raw.strip() and lines and not marked:
            close()
            lines = []
    close()
    return Lyrics(title.strip(), tuple(sections))


def blocked(text: str) -> str | None:
    """The first blocked word or phrase that a text holds, or None. The list is lexicon/blocked.txt."""
    found = _blocked_pattern().search(" ".join(text.casefold().split()))
    return found.group(0) if found else None


def _latest(sections: list[LyricSection], name: str, repeats: bool) -> tuple[str, ...]:
    if not repeats:
        return ()
    earlier = (section.lines for section in reversed(sections) if section.name == name)
    return next((lines for lines in earlier if lines), ())


def _mark(raw: str) -> tuple[str, bool] | None:
    """The section a line opens and whether it may repeat an earlier one, or None for any other line."""
    bracketed = _BRACKETED.match(raw)
    plain = None if bracketed else _PLAIN.match(raw)
    if bracketed:
        words = re.split(r"[:|,–—]", bracketed.group(1))[0]
    elif plain:
        words = plain.group(1)
    else:
        return None
    key = re.sub(r"[^a-z0-9]", "", words.casefold())
    for known in (key, key.rstrip("0123456789"), key.rstrip("ivx")):
        if known in _SUNG:
            return _SUNG[known], True
    if bracketed:
        return ("Bridge", False) if any(word in key for word in _PLAYED) else None
    return None


def _sung_line(raw: str) -> str:
    """A line without directions such as [whispered] or {x2}. Text in round brackets is sung and stays."""
    return " ".join(re.sub(r"\[[^\]]*\]|\{[^}]*\}|<[^>]*>|【[^】]*】", " ", raw).split())


@cache
def _blocked_pattern() -> re.Pattern[str]:
    listed = files(__package__).joinpath("lexicon/blocked.txt").read_text(encoding="utf-8").splitlines()
    phrases = [line.strip() for line in listed if line.strip() and not line.startswith("#")]
    either = "|".join(re.escape(phrase.casefold()) for phrase in phrases)
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)")
