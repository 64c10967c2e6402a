"""Notes heard in stems, against the notes that were played."""

import numpy as np
import pytest

from suno_web.engine.music import transcription
from tests.engine.music.recordings import recording

KICK, SNARE = 36, 38


def f1(played: list[tuple[int, float]], heard: list[tuple[int, float]], within_s: float) -> float:
    left = list(heard)
    for pitch, start in played:
        match = next((n for n in left if n[0] == pitch and abs(n[1] - start) <= within_s), None)
        if match:
            left.remove(match)
    hits = len(heard) - len(left)
    return 2 * hits / (len(played) + len(heard))


def pop():
    return recording("pop", voice="female")


def heard(stem: str, kind: transcription.Kind) -> list[tuple[int, float]]:
    (one,) = transcription.notes(pop().stems[stem], kind=kind)
    return [(note.pitch, note.start) for note in one.notes]


def played(stem: str) -> list[tuple[int, float]]:
    song = pop().song
    return [
        (n.pitch, song.second(n.start)) for track in song.tracks if track.stem == stem for n in track.notes
    ]


def test_chords_of_a_keyboard_are_heard_note_by_note():
    assert f1(played("keyboard"), heard("keyboard", "polyphonic"), 0.08) > 0.85


def test_a_sung_line_is_heard_note_by_note():
    song = pop().song
    sung = [(n.pitch, song.second(n.start)) for line in song.lines for n in line.notes]

    assert f1(sung, heard("vocals", "vocal"), 0.1) > 0.8


@pytest.mark.parametrize(("drum", "least"), [(KICK, 0.85), (SNARE, 0.5)])
def test_drums_are_heard_on_their_keys(drum, least):
    struck = [note for note in played("drums") if note[0] == drum]
    found = [note for note in heard("drums", "drums") if note[0] == drum]

    assert f1(struck, found, 0.05) > least


def test_notes_are_named_ordered_and_in_range():
    (one,) = transcription.notes(pop().stems["keyboard"], name="Keyboard")

    starts = [note.start for note in one.notes]
    assert one.name == "Keyboard"
    assert starts == sorted(starts)
    assert all(note.end > note.start >= 0 and 0 < note.velocity <= 1 for note in one.notes)


@pytest.mark.parametrize("kind", ["polyphonic", "vocal", "drums"])
def test_silence_has_no_instruments(kind):
    assert transcription.notes(np.zeros((44_100, 2), np.float32), kind=kind) == []
