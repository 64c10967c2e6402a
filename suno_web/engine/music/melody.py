"""Tunes: a two-bar motif, repeated, answered and brought to a close; or a tune that exists, taken up by a player."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from suno_web.engine.music import theory
from suno_web.engine.music.score import BEATS_PER_BAR, Note, Section

MOTIF_BEATS = 8.0
_LENGTHS = {
    "low": (1.0, 2.0, 2.0, 3.0, 1.5, 1.0),
    "mid": (0.5, 1.0, 1.0, 0.5, 1.5, 2.0),
    "high": (0.5, 0.5, 0.5, 1.0, 0.25, 0.75),
}


@dataclass(frozen=True, slots=True)
class TuneNote:
    """One note of a tune as it is written, in beats. pitch: MIDI number."""

    start: float
    end: float
    pitch: int


@dataclass(frozen=True, slots=True)
class Motif:
    """A rhythm over two bars, (beat, length) each, and the scale steps between its notes."""

    rhythm: tuple[tuple[float, float], ...]
    steps: tuple[int, ...]
    start: float


def motif(source: random.Random, density: str, daring: float) -> Motif:
    """Invent a motif. Steps are mostly seconds and thirds; daring adds wider leaps and syncopation."""
    lengths = _LENGTHS[density]
    beat, rhythm = 0.0, list[tuple[float, float]]()
    while beat < MOTIF_BEATS - 0.5:
        length = min(source.choice(lengths), MOTIF_BEATS - beat)
        rests = source.random() < (0.12 if beat else 0.3)
        if not rests:
            rhythm.append((beat, length))
        beat += length
    rhythm = rhythm or [(0.0, 2.0), (2.0, 2.0), (4.0, 4.0)]
    leaps = (-4, 4, 5, -3, 3) if source.random() < 0.3 + daring else (-3, 3)
    steps = tuple(
        source.choice(leaps)
        if source.random() < 0.12 + 0.2 * daring
        else source.choice((-2, -1, -1, 1, 1, 2, 0))
        for _ in rhythm
    )
    return Motif(tuple(rhythm), steps, source.uniform(0.35, 0.65))


def tune(
    section: Section,
    idea: Motif,
    pitches: Sequence[int],
    source: random.Random,
    *,
    velocity: int,
    looseness: float,
) -> list[Note]:
    """Play a motif through a section: A A' A B, following the chords, every eighth bar coming to rest.

    pitches: what the instrument may play, ascending. source: small variation of this section only.
    """
    notes: list[Note] = []
    repeats = -(-section.bars // 2)
    for repeat in range(repeats):
        base = section.start + repeat * MOTIF_BEATS
        closing = repeat % 4 == 3 or repeat == repeats - 1
        rhythm = [item for item in idea.rhythm if item[0] < 5] + [(6.0, 2.0)] if closing else idea.rhythm
        index = round(idea.start * (len(pitches) - 1))
        flip = -1 if repeat % 4 == 2 else 1
        for place, (beat, length) in enumerate(rhythm):
            at = base + beat
            if at >= section.end:
                break
            vary = source.choice((-1, 1)) if source.random() < 0.18 else 0
            index += flip * idea.steps[place % len(idea.steps)] + vary
            if not 0 <= index < len(pitches):
                index = max(0, min(len(pitches) - 1, 2 * round(idea.start * (len(pitches) - 1)) - index))
            if beat % 1 == 0 or length >= 1:
                index = on_chord(index, pitches, section.chord_at(at).pitch_classes)
            accent = 6 if beat % BEATS_PER_BAR == 0 else 0
            length = min(length, section.end - at)
            start = max(0.0, at + source.gauss(0, looseness))
            notes.append(_note(start, length * 0.94, pitches[index], source.gauss(velocity + accent, 4)))
    return notes


def taken_up(
    notes: Sequence[TuneNote],
    section: Section,
    source: random.Random,
    *,
    octaves: int,
    velocity: int,
    looseness: float,
) -> list[Note]:
    """A tune as a player plays it through a section, note for note."""
    return [
        _note(
            max(0.0, note.start + source.gauss(0, looseness)),
            max(0.2, (note.end - note.start) * 0.96),
            note.pitch + 12 * octaves,
            source.gauss(velocity + (6 if note.start % BEATS_PER_BAR == 0 else 0), 4),
        )
        for note in notes
        if section.start <= note.start < section.end
    ]


def varied(
    notes: Sequence[TuneNote], closeness: float, pitches: Sequence[int], source: random.Random
) -> tuple[TuneNote, ...]:
    """A tune of which so much is kept (0-1): off the beat, others of the key's notes step in."""
    return tuple(
        replace(note, pitch=_neighbour(note.pitch, pitches, source))
        if note.start % 2 and source.random() > closeness
        else note
        for note in notes
    )


def _neighbour(pitch: int, pitches: Sequence[int], source: random.Random) -> int:
    index = min(range(len(pitches)), key=lambda i: abs(pitches[i] - pitch))
    return pitches[max(0, min(len(pitches) - 1, index + source.choice((-2, -1, 1, 2))))]


def on_chord(index: int, pitches: Sequence[int], pitch_classes: Sequence[int]) -> int:
    """The place nearest to index whose pitch belongs to a chord's triad; the middle is preferred."""
    middle = (len(pitches) - 1) / 2
    triad = pitch_classes[:3]
    return min(
        range(len(pitches)),
        key=lambda i: abs(i - index) + (0.0 if pitches[i] % 12 in triad else 1.6) + abs(i - middle) * 0.05,
    )


def _note(start: float, length: float, pitch: int, velocity: float) -> Note:
    return Note(round(start, 4), round(length, 4), pitch, int(max(20, min(122, velocity))))


def range_of(tonic: int, mode: str, low: int, high: int) -> list[int]:
    """The pitches of a key an instrument may use, at least one octave of them."""
    return theory.scale_pitches(tonic, mode, low, max(high, low + 12))
