"""Synced words as the files that players read: LRC and SRT."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

_MARK = re.compile(r"\[[^\]\n]{1,80}\]")


@dataclass(frozen=True)
class Line:
    """A sung line. start, end: seconds."""

    text: str
    start: float
    end: float


def lines(words: Iterable[dict[str, Any]]) -> list[Line]:
    """The lines of synced words, without section marks.

    words: `{"word", "startS", "endS"}` as the Suno API tells them, where a word carries the line break after it and
    the section mark before it.
    """
    found, texts, start, end = list[Line](), list[str](), 0.0, 0.0
    for text, ends_line, word in _pieces(words):
        if text:
            start = start if texts else float(word["startS"])
            end = float(word["endS"])
            texts.append(text)
        if ends_line and texts:
            found.append(Line(" ".join(texts), start, end))
            texts = []
    if texts:
        found.append(Line(" ".join(texts), start, end))
    return found


def lrc(words: Iterable[dict[str, Any]], *, title: str, seconds: float | None = None) -> str:
    """An LRC file: `[mm:ss.xx]` before each line."""
    head = [f"[ti:{title}]"] + ([f"[length:{_clock(seconds)}]"] if seconds else [])
    return "\n".join([*head, *(f"[{_clock(line.start)}]{line.text}" for line in lines(words)), ""])


def srt(words: Iterable[dict[str, Any]]) -> str:
    """A SubRip file: numbered lines with the span they are sung in."""
    blocks = (
        f"{number}\n{_stamp(line.start)} --> {_stamp(max(line.end, line.start + 0.3))}\n{line.text}\n"
        for number, line in enumerate(lines(words), start=1)
    )
    return "\n".join(blocks)


def _pieces(words: Iterable[dict[str, Any]]) -> Iterator[tuple[str, bool, dict[str, Any]]]:
    """Every word without marks, with whether a line ends after it."""
    for word in words:
        rows = _MARK.sub("\n", str(word["word"])).split("\n")
        for number, row in enumerate(rows):
            yield " ".join(row.split()), number < len(rows) - 1, word


def _clock(seconds: float) -> str:
    hundredths = round(max(0.0, seconds) * 100)
    return f"{hundredths // 6000:02d}:{hundredths // 100 % 60:02d}.{hundredths % 100:02d}"


def _stamp(seconds: float) -> str:
    thousandths = round(max(0.0, seconds) * 1000)
    hours, rest = divmod(thousandths, 3_600_000)
    return f"{hours:02d}:{rest // 60_000:02d}:{rest // 1000 % 60:02d},{rest % 1000:03d}"
