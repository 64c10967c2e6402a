"""Colours that go together."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Colour = NDArray[np.float32]


class Palette(NamedTuple):
    """sky: top and bottom of the ground, dark: the deepest shade, light: the brightest, accents: from warm to cool."""

    sky: tuple[Colour, Colour]
    dark: Colour
    light: Colour
    accents: tuple[Colour, ...]


def _colour(code: str) -> Colour:
    return np.array([int(code[place : place + 2], 16) / 255 for place in (0, 2, 4)], np.float32)


def _palette(top: str, bottom: str, dark: str, light: str, *accents: str) -> Palette:
    return Palette(
        (_colour(top), _colour(bottom)), _colour(dark), _colour(light), tuple(map(_colour, accents))
    )


_WARM = (
    _palette("f2a65a", "772f1a", "2d130c", "fff0d9", "f18f01", "d1495b", "8f2d56", "edae49"),
    _palette("ffd6a5", "f28482", "3d2645", "fff8ec", "f6bd60", "f28482", "84a59d", "f5cac3"),
    _palette("f7e1d7", "edafb8", "4a5759", "fffaf5", "d4836f", "b0c4b1", "8a9a8b", "e5989b"),
    _palette("e9c46a", "e76f51", "16302b", "fdf6e3", "f4a261", "e76f51", "2a9d8f", "264653"),
)
_BRIGHT = (
    _palette("ffbe0b", "ff006e", "20063b", "fff7e0", "fb5607", "ff006e", "8338ec", "3a86ff"),
    _palette("8ecae6", "ffb703", "023047", "fffbef", "fb8500", "ffb703", "219ebc", "e63946"),
    _palette("ff99c8", "a9def9", "3c1642", "ffffff", "fcf6bd", "ff5d8f", "7bdff2", "9b5de5"),
    _palette("f9f871", "00c9a7", "102a43", "ffffff", "ff8066", "ffc75f", "008f7a", "845ec2"),
)
_NEON = (
    _palette("12052e", "ff3c8e", "0a0320", "ffe66d", "ff9f1c", "ff3c8e", "7b2ff7", "21e6c1"),
    _palette("0d0221", "541388", "05010f", "f1e9da", "ffd400", "ff2e63", "d90368", "08d9d6"),
    _palette("051937", "a8eb12", "03101f", "f4ffd6", "00bf72", "008793", "004d7a", "ff5ea0"),
)
_COOL = (
    _palette("0b132b", "3a506b", "060a17", "f0f7f4", "5bc0be", "6fffe9", "3a506b", "cad2c5"),
    _palette("caf0f8", "0077b6", "03045e", "ffffff", "90e0ef", "00b4d8", "0096c7", "ffb4a2"),
    _palette("1b3a4b", "7fb7be", "0c1b24", "fefae0", "d3f3ee", "dacc3e", "bc2c1a", "7d1538"),
    _palette("2b2d42", "8d99ae", "14151f", "edf2f4", "ef233c", "8d99ae", "577590", "f9c74f"),
)
_DARK = (
    _palette("1a0000", "6a040f", "0b0000", "ffe8d6", "faa307", "dc2f02", "9d0208", "f48c06"),
    _palette("10002b", "3c096c", "07000f", "e0aaff", "c77dff", "9d4edd", "7b2cbf", "ff9e00"),
    _palette("0f0f12", "3b3b45", "050507", "f2f2f2", "e5383b", "ba181b", "b1a7a6", "d3d3d3"),
    _palette("081c15", "2d6a4f", "030b08", "d8f3dc", "95d5b2", "52b788", "40916c", "f4d35e"),
)
_SOFT = (
    _palette("f2b5a7", "9fb8ad", "3f3b4a", "fffaf6", "fec5bb", "e8998d", "9fb8ad", "6b9080"),
    _palette("cdb4db", "a2d2ff", "3a3355", "fffafd", "ffc8dd", "ffafcc", "bde0fe", "8e9aaf"),
    _palette("dad7cd", "588157", "1f2f26", "fbfaf5", "a3b18a", "588157", "3a5a40", "e9b872"),
    _palette("a9bcd0", "778da9", "0d1b2a", "ffffff", "415a77", "d8b4e2", "e0b1cb", "be95c4"),
)

_BY_MOOD = {
    "upbeat": (*_BRIGHT, *_NEON),
    "happy": _BRIGHT,
    "energetic": (*_NEON, *_BRIGHT),
    "angry": (_DARK[0], _DARK[2], _NEON[1]),
    "epic": (*_DARK, *_COOL, *_WARM),
    "dark": _DARK,
    "tense": (*_DARK, *_COOL),
    "sad": (*_COOL, *_SOFT),
    "melancholic": (*_COOL, *_SOFT),
    "nostalgic": (*_WARM, *_NEON),
    "calm": (*_SOFT, *_COOL),
    "mellow": (*_WARM, *_SOFT),
    "dreamy": (*_SOFT, *_NEON),
    "romantic": _WARM,
    "hopeful": (*_WARM, *_BRIGHT),
    "playful": _BRIGHT,
    "mysterious": (*_DARK, *_NEON),
    "groovy": (*_WARM, *_BRIGHT),
}
_ANY = (*_WARM, *_BRIGHT, *_NEON, *_COOL, *_SOFT)


def choose(mood: str, rng: np.random.Generator) -> Palette:
    """Colours for a mood, in an order of accents of their own."""
    pool = _BY_MOOD.get(mood, _ANY)
    palette = pool[int(rng.integers(len(pool)))]
    turn = int(rng.integers(len(palette.accents)))
    return palette._replace(accents=palette.accents[turn:] + palette.accents[:turn])


def two(mood: str, rng: np.random.Generator) -> tuple[Palette, Palette]:
    """Colours for two pictures of a mood, as far from each other as the mood has them."""
    first = choose(mood, rng)
    pool = [palette for palette in _BY_MOOD.get(mood, _ANY) if palette.dark is not first.dark]
    return first, max(pool, key=lambda palette: _unlike(palette, first))


def _unlike(one: Palette, other: Palette) -> float:
    return float(sum(np.abs(a - b).sum() for a, b in zip(one.sky, other.sky, strict=True)))
