"""Bass idioms: what a bass player does with one bar of a chord on the way to the next."""

import random
from collections.abc import Callable

from suno_web.engine.music import theory
from suno_web.engine.music.score import Chord

# (beat in the bar, length in beats, pitch, loudness factor)
Stroke = tuple[float, float, int, float]


def bar(idiom: str, chord: Chord, following: Chord, low: int, source: random.Random) -> list[Stroke]:
    """One bar of an idiom, its lowest note from low upwards."""
    root = theory.at_or_above(chord.root, low)
    goal = theory.nearest(following.root, root)
    fifth = theory.at_or_above(chord.pitch_classes[2], root)
    return _IDIOMS[idiom](root, fifth, goal, chord, source)


def _held(root: int, fifth: int, goal: int, chord: Chord, source: random.Random) -> list[Stroke]:
    return [(0.0, 3.95, root, 1.0)]


def _root_fifth(root: int, fifth: int, goal: int, chord: Chord, source: random.Random) -> list[Stroke]:
    strokes = [(0.0, 1.8, root, 1.0), (2.0, 1.4, fifth if source.random() < 0.7 else root, 0.92)]
    if source.random() < 0.35:
        strokes.append((3.5, 0.45, goal + (-2 if goal > root else 2), 0.8))
    return strokes


def _eighths(root: int, fifth: int, goal: int, chord: Chord, source: random.Random) -> list[Stroke]:
    pitches = [root] * 7 + [root if source.random() < 0.6 else _step_towards(root, goal)]
    return [(step * 0.5, 0.46, pitch, 1.0 if step % 2 == 0 else 0.86) for step, pitch in enumerate(pitches)]


def _octaves(root: int, fifth: int, goal: int, chord: Chord, source: random.Random) -> list[Stroke]:
    return [(step * 0.5, 0.42, root + 12 * (step % 2), 1.0 if step % 2 == 0 else 0.88) for step in range(8)]


def _pulse(root: int, fifth: int, goal: int, chord: Chord, source: random.Random) -> list[Stroke]:
    pitches = [root, root, root, root, root, root, fifth if source.random() < 0.4 else root, root]
    return [(step * 0.5, 0.36, pitch, 1.0 if step % 4 == 0 else 0.84) for step, pitch in enumerate(pitches)]


def _gallop(root: int, fifth: int, goal: int, chord: Chord, source: random.Random) -> list[Stroke]:
    """An eighth and two sixteenths to each beat."""
    places = [beat + part for beat in range(4) for part in (0.0, 0.5, 0.75)]
    return [
        (
            place,
            0.4 if place % 1 == 0 else 0.2,
            root + (12 if place % 1 == 0.75 else 0),
            1.0 - 0.15 * (place % 1 > 0),
        )
        for place in places
    ]


def _dotted(root: int, fifth: int, goal: int, chord: Chord, source: random.Random) -> list[Stroke]:
    last = _step_towards(root, goal) if source.random() < 0.4 else root
    return [(0.0, 1.4, root, 1.0), (1.5, 0.45, root, 0.86), (2.0, 1.4, root, 0.95), (3.5, 0.45, last, 0.85)]


def _offbeats(root: int, fifth: int, goal: int, chord: Chord, source: random.Random) -> list[Stroke]:
    return [(beat + 0.5, 0.42, root, 1.0) for beat in range(4)]


def _rolling(root: int, fifth: int, goal: int, chord: Chord, source: random.Random) -> list[Stroke]:
    """Three sixteenths after each kick."""
    return [
        (beat + part, 0.2, root, 0.9 + 0.1 * (part == 0.5)) for beat in range(4) for part in (0.25, 0.5, 0.75)
    ]


def _lazy(root: int, fifth: int, goal: int, chord: Chord, source: random.Random) -> list[Stroke]:
    second = root + (12 if source.random() < 0.3 else 0)
    third = fifth if source.random() < 0.4 else root
    return [(0.0, 1.4, root, 1.0), (1.75, 0.6, second, 0.8), (2.5, 1.3, third, 0.9)]


def _two_feel(root: int, fifth: int, goal: int, chord: Chord, source: random.Random) -> list[Stroke]:
    return [(0.0, 1.8, root, 1.0), (2.0, 1.7, fifth if fifth - root < 9 else root, 0.9)]


def _walking(root: int, fifth: int, goal: int, chord: Chord, source: random.Random) -> list[Stroke]:
    """Chord tones on the way, then a half or whole step into the next root."""
    pitches = [root]
    for _ in range(2):
        here = pitches[-1]
        near = [
            pitch
            for pitch in range(here - 5, here + 6)
            if pitch % 12 in chord.pitch_classes and pitch != here and root - 5 <= pitch <= root + 12
        ]
        pitches.append(source.choice(near or [root]))
    pitches.append(goal + source.choice((-1, 1, 2, -2)))
    strokes = [(float(beat), 0.92, pitch, 1.0 - 0.06 * (beat % 2)) for beat, pitch in enumerate(pitches)]
    if source.random() < 0.18:
        strokes.append((2.66, 0.28, pitches[2], 0.7))
    return strokes


def _step_towards(root: int, goal: int) -> int:
    return root + (2 if goal > root else -2 if goal < root else 0)


_IDIOMS: dict[str, Callable[[int, int, int, Chord, random.Random], list[Stroke]]] = {
    "held": _held,
    "root_fifth": _root_fifth,
    "eighths": _eighths,
    "octaves": _octaves,
    "pulse": _pulse,
    "gallop": _gallop,
    "dotted": _dotted,
    "offbeats": _offbeats,
    "rolling": _rolling,
    "lazy": _lazy,
    "two_feel": _two_feel,
    "walking": _walking,
}
