"""How the words of a line are said: phonemes, syllables, rhymes. American English, read by hibari-tts."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from hibari.g2p import G2P

# Each of these is the centre of one syllable (misaki's alphabet; capitals are diphthongs).
VOWELS = frozenset("AIOWYiuɑɔɛɜəɪʊʌæᵊᵻɚaeoɐɒQ")
STRESS_MARKS = frozenset("ˈˌ")
CONSONANTS = frozenset("bdfhjklmnpstvwzðŋɡɹɾʃʒʤʧθT")

# Sung sounds that a reader of prose spells out or splits in two.
_SUNG_SOUNDS = {
    "yeah": "jˈæ", "yea": "jˈæ", "yeh": "jˈɛ", "hmm": "hˈʌm", "hm": "hˈʌm", "mmm": "mˈʌm",
    "mm": "mˈʌm", "ooh": "ˈu", "oooh": "ˈu", "oo": "ˈu", "woo": "wˈu", "ohh": "ˈO", "ohhh": "ˈO",
    "whoa": "wˈO", "woah": "wˈO", "ahh": "ˈɑ", "aah": "ˈɑ", "ah": "ˈɑ", "uh": "ˈʌ", "shh": "ʃˈʊ",
    "na": "nˈɑ", "la": "lˈɑ", "da": "dˈɑ", "doo": "dˈu", "n": "ən", "em": "əm", "til": "tˈɪl", "our": "ˈɑɹ",
}  # fmt: skip


@dataclass(frozen=True)
class Word:
    """A word to sing. text is as written, phonemes in misaki's alphabet, one note for each of its syllables.
    A word that cannot be said (another script) has no phonemes and no syllables."""

    text: str
    phonemes: str
    syllables: int


@lru_cache(maxsize=4096)
def _read(line: str) -> tuple[Word, ...]:
    written = [word for word in line.split() if any(char.isalnum() or char in "&%@+" for char in word)]
    said = _said_in_context(written)
    return tuple(_word(text, phonemes) for text, phonemes in zip(written, said, strict=True))


def syllables(line: str) -> list[Word]:
    """The words of a line, each with how it is said there ("the end", "read it", "1999"). Never raises."""
    return list(_read(line))


def count(line: str) -> int:
    """How many syllables, and so notes, a line has."""
    return sum(word.syllables for word in _read(line))


@lru_cache(maxsize=4096)
def rhyme_key(line: str) -> str:
    """What the end of a line must share with another to rhyme: its last stressed vowel and the rest."""
    spoken = [word for word in _read(line) if word.syllables]
    if not spoken:
        return ""
    phonemes = spoken[-1].phonemes
    stressed = max(phonemes.rfind("ˈ"), phonemes.rfind("ˌ") if "ˈ" not in phonemes else -1)
    tail = phonemes[stressed + 1 :]
    first_vowel = next((i for i, char in enumerate(tail) if char in VOWELS), 0)
    return tail[first_vowel:].replace("ˌ", "").replace("ɾ", "T")


def rhymes(one: str, other: str) -> bool:
    """Whether two lines rhyme without ending on the same word."""
    ends = [re.sub(r"\W", "", line.split()[-1]).casefold() if line.split() else "" for line in (one, other)]
    return bool(ends[0]) and ends[0] != ends[1] and rhyme_key(one) == rhyme_key(other) != ""


@cache
def _g2p() -> Any:
    return G2P()


def warm() -> None:
    """Load the pronouncing dictionaries (about half a second, once a process)."""
    _g2p()


def _said_in_context(written: list[str]) -> list[str]:
    """Phonemes of each word. The whole line is read at once where the reader keeps its words apart."""
    plain = [_plain(word) for word in written]
    tokens = _g2p().phonemize_tokens(_g2p().tokenize(" ".join(plain)))
    groups: list[str] = []
    current = ""
    for token in tokens:
        current += token.phonemes or ""
        if token.whitespace:
            groups.append(current)
            current = ""
    groups.append(current)
    if len(groups) != len(written):
        groups = [_alone(word) for word in plain]
    return [_sung_sound(word) or said for word, said in zip(plain, groups, strict=True)]


def _sung_sound(word: str) -> str | None:
    return _SUNG_SOUNDS.get(re.sub(r"[^\w]", "", word).casefold())


def _alone(word: str) -> str:
    return "".join(token.phonemes or "" for token in _g2p().phonemize_tokens(_g2p().tokenize(word)))


def _plain(word: str) -> str:
    """A word as the reader knows it: straight apostrophes, no brackets, "runnin" for "runnin'"."""
    word = word.replace("’", "'").replace("‘", "'").strip('()[]{}"“”*_~<>|…')
    word = re.sub(r"(?<=in)'(?=\W*$)", "", word)
    # Held letters ("sooo", "heyyy") would be spelt out; three of a kind occur in no word.
    word = re.sub(r"([A-Za-z])\1{2,}", r"\1\1", re.sub(r"([oyaOYA])\1{2,}\b", r"\1", word))
    return word or "&"


def _word(text: str, phonemes: str) -> Word:
    kept = "".join(char for char in phonemes if char in VOWELS or char in CONSONANTS or char in STRESS_MARKS)
    kept = kept.rstrip("ˈˌ")
    vowels = sum(char in VOWELS for char in kept)
    if kept and not vowels:
        kept, vowels = kept + "ə", 1
    return Word(text, kept, vowels)
