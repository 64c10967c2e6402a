"""What is sung and what comes back: notes, word times, and the sounds that words are made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from suno_web.engine.music.words import STRESS_MARKS, VOWELS, Word

Floats = NDArray[np.float32]
Curve = NDArray[np.floating[Any]]
Frames = NDArray[np.int64]

UNVOICED = frozenset("ptkfθsʃʧh")
DIPHTHONGS = frozenset("AIOWYQ")


class SungNote(NamedTuple):
    """One note of a vocal line, for one syllable. Seconds and MIDI pitch (may be fractional)."""

    start_s: float
    end_s: float
    midi: float


class WordTime(NamedTuple):
    """When a word sounds: from its first consonant to its last."""

    text: str
    start_s: float
    end_s: float


@dataclass(frozen=True)
class Sung:
    """A sung line. audio: float32 mono at `rate`; its first sample belongs at start_s of the song."""

    audio: Floats
    rate: int
    start_s: float
    words: list[WordTime]


@dataclass(frozen=True)
class Sound:
    """One sound of a line: a vowel with its stress mark, a consonant, or the join between two words.

    symbols are the phoneme characters, first the number of the first of them in the line, word the number
    of the word it belongs to.
    """

    symbols: str
    first: int
    word: int

    @property
    def is_vowel(self) -> bool:
        return self.symbols[-1] in VOWELS

    @property
    def is_join(self) -> bool:
        return self.symbols == " "

    @property
    def is_unvoiced(self) -> bool:
        return self.symbols[-1] in UNVOICED

    @property
    def is_diphthong(self) -> bool:
        return self.symbols[-1] in DIPHTHONGS


def sounds_of(words: Sequence[Word]) -> list[Sound]:
    """The sounds of a line in order. A stress mark is heard as part of the sound after it, its vowel."""
    sounds: list[Sound] = []
    place, marks = 0, ""
    for number, word in enumerate(words):
        if number:
            sounds.append(Sound(" ", place, number))
            place += 1
        for char in word.phonemes:
            if char in STRESS_MARKS:
                marks += char
                continue
            sounds.append(Sound(marks + char, place, number))
            place += len(marks) + 1
            marks = ""
    return sounds
