"""A player with his part in a song: what he draws on for every note, and his hand for loudness and time."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from suno_web.engine.music.genres.genre import Genre, Part
from suno_web.engine.music.melody import TuneNote
from suno_web.engine.music.score import Chord, Section, Song

# Bars and less of energy below which a section counts as calm.
LIVELY = 0.62


@dataclass(frozen=True, slots=True)
class Player:
    """A part in this song: with its drawn sound and the generators for its choices.

    tune: what the leader plays and everybody knows; leads: this one is the leader.
    """

    part: Part
    sound: str
    genre: Genre
    song: Song
    daring: float
    tune: Sequence[TuneNote] = ()
    leads: bool = False

    def source(self, *names: object) -> random.Random:
        return random.Random("/".join(map(str, (self.song.seed, self.part.name, *names))))


def lively(section: Section) -> bool:
    return section.energy >= LIVELY


def velocity_of(
    player: Player, section: Section, factor: float, source: random.Random, spread: float = 4.0
) -> int:
    """How hard a note is struck: the part's habit, more with the section's energy, never twice the same."""
    level = player.part.velocity * factor * (0.72 + 0.38 * section.energy)
    return int(max(18, min(122, source.gauss(level, spread if player.genre.looseness else 1.5))))


def loose(player: Player, beat: float, source: random.Random) -> float:
    """A beat as this player would hit it."""
    beats = player.genre.looseness * player.song.bpm / 60
    return round(max(0.0, beat + source.gauss(0.0, beats) if beats else beat), 4)


def swung(player: Player, beat: float) -> float:
    genre = player.genre
    position = beat / genre.swing_unit
    late = genre.swing and abs(position - round(position)) < 1e-6 and round(position) % 2 == 1
    return beat + genre.swing * genre.swing_unit if late else beat


def is_last_bar(player: Player, section: Section, chord: Chord) -> bool:
    return section is player.song.sections[-1] and chord is section.chords[-1]
