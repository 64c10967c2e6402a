"""A song's lines as they are made: frames filled with pictures, in rhyming pairs, none of them twice."""

import random
from collections.abc import Sequence

from suno_web.engine.music import words
from suno_web.engine.music.lyricist import frames
from suno_web.engine.music.lyricist.frames import SLOT, Frame
from suno_web.engine.music.lyricist.themes import Theme

# A line may miss its wanted number of syllables by this much.
SLACK = 1
TRIES_A_FRAME = 12


class Pen:
    """Writes the lines of one song and remembers what it has used: sounds, frames and pictures."""

    def __init__(self, theme: Theme, *, dark: bool, own: Sequence[str], rng: random.Random) -> None:
        """own: single things that the request itself names; they come before the theme's."""
        self._pictures: dict[str, list[str]] = {
            "np": list(theme.np),
            "obj": list(theme.obj),
            "pl": list(theme.pl),
            "loc": list(theme.loc),
            "vp": list(theme.vp),
            "ing": list(theme.ing),
        }
        self._own = list(own)
        self._dark = dark
        self._rng = rng
        self._used: set[str] = set()
        self._sounds: list[str] = []

    def rhyming(self, kind: str, wanted: int, *, count: int = 2) -> list[str]:
        """Lines for "verse" or "chorus" that rhyme with each other, each of about so many syllables."""
        pools = frames.families(kind)
        sounds = list(pools)
        self._rng.shuffle(sounds)
        sounds.sort(key=lambda sound: self._sounds.count(sound))
        for sound in sounds:
            lines = self._from_family(pools[sound], wanted, count)
            if len(lines) == count:
                self._sounds.append(sound)
                return lines
        raise LookupError(f"No {count} {kind} lines of {wanted} syllables are left.")

    def _from_family(self, family: Sequence[Frame], wanted: int, count: int) -> list[str]:
        fresh = [frame for frame in family if frame.suits(dark=self._dark) and frame.text not in self._used]
        self._rng.shuffle(fresh)
        lines: list[tuple[Frame, str, list[str]]] = []
        for frame in fresh:
            # Two lines of one pattern in a row sound like a list.
            if any(
                frame.last_word == other.last_word or _opening(frame) == _opening(other)
                for other, _, _ in lines
            ):
                continue
            taken = {picture for _, _, pictures in lines for picture in pictures}
            if filled := self._filled(frame, wanted, taken):
                lines.append((frame, *filled))
            if len(lines) == count:
                for used, _, pictures in lines:
                    self._used.update([used.text, *map(_root, pictures)])
                return [line for _, line, _ in lines]
        return []

    def _filled(self, frame: Frame, wanted: int, taken: set[str]) -> tuple[str, list[str]] | None:
        """The frame with fresh pictures that make it as long as wanted, or None."""
        if not frame.slots:
            fits = abs(frame.own_syllables - wanted) <= SLACK
            return (_sentence(frame.text), []) if fits else None
        room = wanted - frame.own_syllables
        slot = frame.slots[0]
        fitting = [
            picture
            for picture in self._choices(slot)
            if abs(words.count(picture) - room) <= SLACK
            and _root(picture) not in self._used
            and picture not in taken
            and picture.split()[-1] != frame.last_word
        ]
        for picture in fitting[:TRIES_A_FRAME]:
            line = SLOT.sub(picture, frame.text)
            if abs(words.count(line) - wanted) <= SLACK:
                return _sentence(line), [picture]
        return None

    def _choices(self, slot: str) -> list[str]:
        pictures = self._pictures[slot]
        self._rng.shuffle(pictures)
        return [*self._own, *pictures] if slot == "np" else pictures


def _opening(frame: Frame) -> str:
    return " ".join(frame.text.split()[:2])


def _root(picture: str) -> str:
    """What makes two pictures the same one: "count the lights" and "counting the lights" share it."""
    return picture.partition(" ")[2] or picture


def _sentence(line: str) -> str:
    return line[:1].upper() + line[1:]
