"""Scales, chords and voice leading. Pitches are MIDI numbers, pitch classes 0-11 with 0 = C."""

from itertools import pairwise

MODES: dict[str, tuple[int, ...]] = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
}
# The usual spelling of each tonic; minor keys prefer sharps on C, F and G.
_MAJOR_NAMES = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")
_MINOR_NAMES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "G#", "A", "Bb", "B")


def key_name(tonic: int, mode: str) -> str:
    """A key as musicians write it: "A minor", "Db major"."""
    names = _MINOR_NAMES if mode in ("minor", "dorian") else _MAJOR_NAMES
    return f"{names[tonic % 12]} {mode}"


def scale(tonic: int, mode: str) -> tuple[int, ...]:
    """The seven pitch classes of a key, from its tonic upwards."""
    return tuple((tonic + step) % 12 for step in MODES[mode])


def scale_pitches(tonic: int, mode: str, low: int, high: int) -> list[int]:
    """Every pitch of a key from low to high, both included."""
    classes = set(scale(tonic, mode))
    return [pitch for pitch in range(low, high + 1) if pitch % 12 in classes]


def stack(tonic: int, mode: str, degree: int, size: int) -> tuple[int, ...]:
    """The pitch classes of a chord built in thirds on a degree (1-7): size 3 a triad, 4 a seventh, 5 a ninth."""
    classes = scale(tonic, mode)
    return tuple(classes[(degree - 1 + 2 * third) % 7] for third in range(size))


def borrow(tonic: int, mode: str, degree: int, size: int) -> tuple[int, ...]:
    """The same degree taken from the parallel major or minor key: an unexpected colour that still leads home."""
    return stack(tonic, "minor" if mode in ("major", "lydian", "mixolydian") else "major", degree, size)


def with_leading_tone(pitch_classes: tuple[int, ...]) -> tuple[int, ...]:
    """A chord with its third made major, as the dominant of harmonic minor has it."""
    return (pitch_classes[0], (pitch_classes[0] + 4) % 12, *pitch_classes[2:])


def nearest(pitch_class: int, around: int) -> int:
    """The pitch of a class that lies nearest to another pitch."""
    return around + (pitch_class - around + 6) % 12 - 6


def at_or_above(pitch_class: int, low: int) -> int:
    """The lowest pitch of a class from low upwards."""
    return low + (pitch_class - low) % 12


def voicing(pitch_classes: tuple[int, ...], low: int, high: int, previous: list[int]) -> list[int]:
    """Close position of a chord between low and high that moves least from the previous chord.

    Without a previous chord the one nearest the middle. Semitones inside the chord are avoided where
    there is a choice. Never empty: a range too small for the chord is left at its top.
    """
    candidates = [_close_position(pitch_classes, start) for start in range(low, high)]
    fitting = [notes for notes in candidates if notes[-1] <= high] or [_close_position(pitch_classes, low)]

    def cost(notes: list[int]) -> float:
        clashes = 1.5 * sum(upper - lower == 1 for lower, upper in pairwise(notes))
        if not previous:
            return clashes + abs(sum(notes) / len(notes) - (low + high) / 2)
        return clashes + sum(min(abs(note - before) for before in previous) for note in notes)

    return min(fitting, key=cost)


def _close_position(pitch_classes: tuple[int, ...], start: int) -> list[int]:
    """The chord's classes stacked upwards from start, each within an octave of it."""
    return sorted({at_or_above(pitch_class, start) for pitch_class in pitch_classes})
