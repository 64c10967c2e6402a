"""Lines with room for a theme's pictures, sorted by what they rhyme with."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from suno_web.engine.music import words

SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Frame:
    """A line with slots. mood: "+" only for brighter songs, "-" only for darker, "" for any."""

    text: str
    mood: str

    @property
    def slots(self) -> tuple[str, ...]:
        return tuple(SLOT.findall(self.text))

    @property
    def own_syllables(self) -> int:
        """Syllables besides what fills the slots."""
        return words.count(SLOT.sub(" ", self.text))

    @property
    def last_word(self) -> str:
        return self.text.split()[-1].casefold()

    def suits(self, *, dark: bool) -> bool:
        return self.mood != ("+" if dark else "-")


Families = Mapping[str, tuple[Frame, ...]]


@cache
def families(kind: str) -> Families:
    """The lines for "verse" or "chorus" by the sound they end on, where two end on different words."""
    by_sound: dict[str, list[Frame]] = defaultdict(list)
    for frame in _frames(_read()[kind]):
        by_sound[words.rhyme_key(frame.text)].append(frame)
    return {
        sound: tuple(found)
        for sound, found in by_sound.items()
        if len({frame.last_word for frame in found}) > 1
    }


@cache
def hooks(kind: str) -> tuple[Frame, ...]:
    """The lines that carry a title of a kind: "thing", "deed", "clause" or "word"."""
    return _frames(_read()["hooks"][kind])


def _frames(lines: list[str]) -> tuple[Frame, ...]:
    return tuple(Frame(line.lstrip("+-"), line[0] if line[0] in "+-" else "") for line in lines)


@cache
def _read() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("frames.toml").read_text(encoding="utf-8"))
