"""What a song is to be about, in the words of the request."""

import re

from suno_web.engine.music.understanding import facts

_ABOUT = re.compile(
    r"\b(?:about|on\s+the\s+(?:theme|subject|topic)\s+of|(?:telling|tells)\s+(?:the|a)\s+story\s+of|dedicated\s+to"
    r"|celebrating|inspired\s+by|titled|called|describing|dealing\s+with|remembering)\s+(?P<what>[^.;!?\n]+)",
    re.IGNORECASE,
)
# Where the subject ends and the description of the music goes on.
_MUSIC = (
    r"vocals?|vocalist|voices?|singer|sung|singing|female|male|drums?|guitars?|piano|strings|synths?|synthesi[sz]ers?"
    r"|bass|saxophone|sax|violin|flute|choir|trumpet|beats?|beat|chorus|choruses|melody|melodies|hook|instruments?"
    r"|harmony|harmonies|production|riffs?|groove|tempo|bpm|style|mood|feel|vibes?|energy|brass|banjo|organ|lyrics"
)
_ENDS = re.compile(
    rf"\s*(?:,|\s[-–—]\s|\()\s*(?:with|in|at|sung|featuring|feat|no|without|and\s+with|performed|using|but|female|male"
    rf"|upbeat|slow|fast|key|bpm|tempo|instrumental|\d+|for\s+the|(?:\w+\s+){{0,2}}(?:{_MUSIC})\b|\w+(?:,|$)).*$"
    rf"|\s+(?:with|featuring|feat\.?|using|without|and)\s+(?:\w+[\s-]+){{0,3}}(?:{_MUSIC})\b.*$"
    r"|\s+(?:in\s+the\s+style\s+of|in\s+(?:an?\s+)?\w+\s+style|at\s+\d+|sung\s+by|sung\s+in|\d+\s*bpm|in\s+a\s+(?:major|minor)\s+key).*$",
    re.IGNORECASE,
)


def subject(text: str) -> str:
    """The subject of a request ("the last train home"), or "" when it names none."""
    found = _ABOUT.search(text)
    if not found:
        return ""
    what = facts.without_facts(found["what"])
    return " ".join(_ENDS.sub("", what).strip(" ,'\"“”‘’-–—:").split())


def without_subject(text: str) -> str:
    """The request without what the song is about: what is left describes the music."""
    what = subject(text)
    return text.replace(what, " ", 1) if what else text
