"""What a sequencer finds in the MIDI files we write."""

import io

import mido

from suno_web import midifile

NOTES = [
    {"pitch": 60, "start": 0.5, "end": 1.0, "velocity": 0.5},
    {"pitch": 62, "start": 1.0, "end": 1.25, "velocity": 1},
]


def heard(content: bytes) -> list[tuple[str, int, float]]:
    """(kind, pitch, second) of every note event."""
    now, events = 0.0, []
    for message in mido.MidiFile(file=io.BytesIO(content)):
        now += message.time
        if message.type in ("note_on", "note_off"):
            events.append((message.type, message.note, round(now, 3)))
    return events


def test_notes_sound_when_they_were_said_to_whatever_the_tempo():
    expected = [("note_on", 60, 0.5), ("note_off", 60, 1.0), ("note_on", 62, 1.0), ("note_off", 62, 1.25)]

    assert heard(midifile.written([{"name": "Piano", "notes": NOTES}])) == expected
    assert heard(midifile.written([{"name": "Piano", "notes": NOTES}], bpm=93)) == expected


def test_drums_play_on_the_drum_channel_and_others_with_a_sound_of_their_own():
    content = midifile.written([{"name": "Drums", "notes": NOTES}, {"name": "Bass", "notes": NOTES}])

    _, drums, bass = mido.MidiFile(file=io.BytesIO(content)).tracks
    assert {message.channel for message in drums if message.type == "note_on"} == {9}
    assert [message.program for message in bass if message.type == "program_change"] == [33]


def test_a_note_without_a_pitch_or_a_time_is_left_out():
    broken = [
        {"pitch": None, "start": 0, "end": 1},
        {"pitch": 200, "start": 0, "end": 1},
        {"pitch": 60, "start": 1},
    ]

    assert heard(midifile.written([{"name": "Lead ♪", "notes": broken}])) == []
