"""Facts that a request states outright: tempo, key, length, voice. What is said here is never overruled."""

import re
from typing import NamedTuple

SLOWEST, FASTEST = 40.0, 220.0
SHORTEST_S = 20.0

_NUMBERS = {
    "half a": 0.5, "a": 1, "an": 1, "one": 1, "one and a half": 1.5, "two": 2, "two and a half": 2.5,
    "three": 3, "three and a half": 3.5, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "ten": 10, "fifteen": 15,
    "twenty": 20, "thirty": 30, "forty": 40, "forty five": 45, "fifty": 50, "sixty": 60, "ninety": 90,
}  # fmt: skip
_NUMBER = r"\d+(?:\.\d+)?|" + "|".join(
    re.escape(word).replace(r"\ ", r"[\s-]+") for word in sorted(_NUMBERS, key=len, reverse=True)
)
_BPM = re.compile(
    r"(?<![\d.])(\d{2,3}(?:\.\d+)?)\s*-?\s*(?:bpm|beats\s+(?:per|a)\s+minute)\b"
    r"|\b(?:bpm|tempo)\s*(?:of|:|=|is|at)?\s*(?:about|around|~)?\s*(\d{2,3}(?:\.\d+)?)(?!\d)",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(?<![\d:.])(\d{1,2}):([0-5]\d)(?![\d:]|\s*(?:[ap]\.?m\b|o'clock))", re.IGNORECASE)
_MINUTES_AND_SECONDS = re.compile(
    rf"(?<![\w.])({_NUMBER})[\s-]*(?:minutes?|mins?|m)(?![a-z])(?:\s*(?:and)?\s*({_NUMBER})[\s-]*(?:seconds?|secs?|s)\b)?"
    r"(\s+and\s+a\s+half)?",
    re.IGNORECASE,
)
_SECONDS = re.compile(rf"(?<![\w.])({_NUMBER})[\s-]*(?:seconds?|secs?)\b", re.IGNORECASE)

_MODES = {
    "major": "major", "maj": "major", "ionian": "major", "minor": "minor", "min": "minor",
    "m": "minor", "aeolian": "minor", "dorian": "dorian", "mixolydian": "mixolydian", "lydian": "lydian",
    "phrygian": "minor",
}  # fmt: skip
_MODE = r"major|maj|minor|min|dorian|mixolydian|lydian|aeolian|ionian|phrygian"
_KEY = re.compile(
    rf"\b(?P<lead>in(?:\s+the)?(?:\s+key\s+of)?|key(?:\s+of|:)?)?\s*\b(?P<note>[A-Ga-g])"
    rf"(?:[\s-]*(?P<sign>♯|♭|\#|sharp|flat|b(?![a-z])))?(?:[\s-]*(?P<mode>{_MODE})\b|(?P<short>m)\b)?"
    r"(?=$|[\s.,;:!?)\]/|])",
)
_MODE_ALONE = re.compile(rf"\b(?P<mode>{_MODE})\s+(?:key|scale|mode|tonality|chords)\b", re.IGNORECASE)
_NOTES = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11}

_NO_VOICE = re.compile(
    r"\b(?:instrumentals?|no\s+(?:\w+\s+)?(?:vocals?|vocalist|singing|singer|voices?|lyrics|words)"
    r"|without\s+(?:any\s+)?(?:vocals?|singing|singer|voices?|lyrics|words)|non[\s-]?vocal|karaoke|backing\s+track)\b",
    re.IGNORECASE,
)
_SINGER = r"(?:lead\s+)?(?:vocals?|vocalist|voices?|singers?|singing|sung|lead|crooner|rapper|choir)"
_FEMALE = re.compile(
    rf"\b(?:(?:female|woman(?:'s)?|women(?:'s)?|girl(?:'s)?|lady(?:'s)?|feminine)\s+(?:\w+\s+)?{_SINGER}"
    r"|female|soprano|mezzo|diva|songstress|girl\s+group|sung\s+by\s+a\s+(?:woman|girl|lady))\b",
    re.IGNORECASE,
)
_MALE = re.compile(
    rf"\b(?:(?:male|man(?:'s)?|men(?:'s)?|guy(?:'s)?|boy(?:'s)?|masculine)\s+(?:\w+\s+)?{_SINGER}"
    r"|male|baritone|tenor(?!\s+sax)|crooner|boy\s*band|sung\s+by\s+a\s+(?:man|boy|guy))\b",
    re.IGNORECASE,
)
_A_CAPPELLA = re.compile(
    r"\b(?:a[\s-]?cap+ell?a|voices?\s+only|only\s+voices?|vocals?\s+only)\b", re.IGNORECASE
)


class Key(NamedTuple):
    """tonic: 0 = C; either part is None where it was not said."""

    tonic: int | None
    mode: str | None


def bpm(text: str) -> float | None:
    """The tempo that is asked for, kept within what can be played."""
    found = _BPM.search(text)
    if not found:
        return None
    return min(max(float(found.group(1) or found.group(2)), SLOWEST), FASTEST)


def seconds(text: str, *, longest: float) -> float | None:
    """The length that is asked for ("3 minutes", "90 seconds", "2:30"), kept between 20 s and the longest."""
    asked = _clock(text) or _minutes(text) or _seconds(text)
    return None if asked is None else min(max(asked, SHORTEST_S), longest)


def key(text: str) -> Key:
    """The key that is asked for: "in D minor", "F# major", "key of Eb", "in a minor key"."""
    for found in _KEY.finditer(text):
        mode = found["mode"] or found["short"]
        if _is_key(found, text):
            sign = (found["sign"] or "").lower()
            shift = 1 if sign in ("#", "♯", "sharp") else -1 if sign else 0
            return Key((_NOTES[found["note"].lower()] + shift) % 12, _MODES[mode.lower()] if mode else None)
    alone = _MODE_ALONE.search(text)
    return Key(None, _MODES[alone["mode"].lower()] if alone else None)


def is_instrumental(text: str) -> bool:
    """Whether it asks for no singing."""
    return bool(_NO_VOICE.search(text))


def is_a_cappella(text: str) -> bool:
    """Whether it asks for nothing but singing."""
    return bool(_A_CAPPELLA.search(text))


def gender(text: str) -> str | None:
    """ "female" or "male" when a singer is asked for by gender, the first one named."""
    found = {
        "female": _FEMALE.search(text),
        "male": _MALE.search(text),
    }
    places = {name: match.start() for name, match in found.items() if match}
    return min(places, key=lambda name: places[name]) if places else None


def without_facts(text: str) -> str:
    """The text without its tempo, length and key, for reading what is left."""
    for pattern in (_BPM, _CLOCK, _MINUTES_AND_SECONDS, _SECONDS):
        text = pattern.sub(" ", text)
    return _KEY.sub(lambda found: " " if _is_key(found, text) else found.group(0), text)


def _is_key(found: re.Match[str], text: str) -> bool:
    """Whether a letter and what stands around it is a key: "in a minor mess" is none, "in A minor" is."""
    note, mode = found["note"], found["mode"]
    if note in "aA" and not found["sign"] and not (note == "A" and found["lead"]):
        ends = re.match(r"\s*(?:$|[.,;:!?)\]/|]|(?:at|with|and|\d)\b)", text[found.end() :])
        return bool(mode and ends and (note == "A" or found["lead"]))
    if mode or found["short"]:
        return note.isupper() or bool(found["lead"])
    # A bare letter needs "in" or "key of" before it, and "in A" alone says too little.
    lead = (found["lead"] or "").lower()
    return bool(lead) and note.isupper() and (("key" in lead) or bool(found["sign"]) or note != "A")


def _number(said: str) -> float:
    said = " ".join(said.lower().replace("-", " ").split())
    return _NUMBERS[said] if said in _NUMBERS else float(said)


def _clock(text: str) -> float | None:
    found = _CLOCK.search(text)
    return int(found.group(1)) * 60.0 + int(found.group(2)) if found else None


def _minutes(text: str) -> float | None:
    for found in _MINUTES_AND_SECONDS.finditer(text):
        # "I'm" and "5 m" of rope end in m too: the short form counts only beside a number of seconds.
        if re.search(r"\d\s*m$", found.group(0), re.IGNORECASE) and not found.group(2):
            continue
        more = _number(found.group(2)) if found.group(2) else 30.0 if found.group(3) else 0.0
        return _number(found.group(1)) * 60.0 + more
    return None


def _seconds(text: str) -> float | None:
    found = _SECONDS.search(text)
    return _number(found.group(1)) if found else None
