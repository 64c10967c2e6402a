"""Notes as the Suno API tells them, written as a standard MIDI file."""

import io
from collections.abc import Iterable, Mapping
from typing import Any

import mido

# Times come in seconds: at this tempo and resolution a tick is a little over half a millisecond.
BPM, TICKS = 120.0, 960
DRUM_CHANNEL = 9
DRUM_NAMES = ("drum", "percussion", "kit")
# General MIDI programs, counted from 0, for the names that stems go by. The first that is found in a name counts.
PROGRAMS = {
    "vocal": 53, "voice": 53, "bass": 33, "guitar": 25, "piano": 0, "keyboard": 4, "string": 48,
    "brass": 61, "woodwind": 71, "sax": 65, "flute": 73, "synth": 81, "fx": 99, "melody": 80,
}  # fmt: skip


def written(
    instruments: Iterable[Mapping[str, Any]],
    *,
    bpm: float = BPM,
    title: str = "",
    lyrics: Iterable[tuple[float, str]] = (),
) -> bytes:
    """A standard MIDI file (type 1), a track an instrument.

    instruments: `{"name", "notes": [{"pitch" 0–127, "start" and "end" in seconds, "velocity" 0–1}]}`; a note without
    pitch or times is left out. An instrument may name its General MIDI "program", else its name decides. bpm: the
    tempo to write down; it does not move the notes. lyrics: (second, word) each, as a karaoke player shows them.
    """
    file = mido.MidiFile(type=1, ticks_per_beat=TICKS)
    file.tracks.append(_conductor(bpm, title, lyrics))
    melodic = [channel for channel in range(16) if channel != DRUM_CHANNEL]
    for number, instrument in enumerate(instruments):
        name = str(instrument.get("name") or f"Instrument {number + 1}")
        is_drums = any(word in name.lower() for word in DRUM_NAMES)
        channel = DRUM_CHANNEL if is_drums else melodic[number % len(melodic)]
        program = instrument.get("program")
        file.tracks.append(_track(name, instrument.get("notes") or [], channel, bpm, program))
    content = io.BytesIO()
    file.save(file=content)
    return content.getvalue()


def _conductor(bpm: float, title: str, lyrics: Iterable[tuple[float, str]]) -> mido.MidiTrack:
    """The first track: the title, the tempo and the words."""
    track = mido.MidiTrack()
    if title:
        track.append(mido.MetaMessage("track_name", name=_latin(title)))
    track.append(mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(bpm)))
    at = 0
    for second, word in sorted(lyrics):
        tick = max(at, round(second * TICKS * bpm / 60))
        track.append(mido.MetaMessage("lyrics", text=_latin(word) + " ", time=tick - at))
        at = tick
    return track


def _track(
    name: str, notes: Iterable[Mapping[str, Any]], channel: int, bpm: float, program: int | None
) -> mido.MidiTrack:
    track = mido.MidiTrack()
    track.append(mido.MetaMessage("track_name", name=_latin(name)))
    if channel != DRUM_CHANNEL:
        named = next((number for word, number in PROGRAMS.items() if word in name.lower()), 0)
        sound = named if program is None else program
        track.append(mido.Message("program_change", channel=channel, program=sound))
    at = 0
    for tick, kind, pitch, velocity in sorted(_events(notes, bpm)):
        message = "note_on" if kind else "note_off"
        track.append(mido.Message(message, channel=channel, note=pitch, velocity=velocity, time=tick - at))
        at = tick
    return track


def _events(notes: Iterable[Mapping[str, Any]], bpm: float) -> Iterable[tuple[int, int, int, int]]:
    """(tick, 1 on or 0 off, pitch, velocity) of every note; an off sorts before an on of the same moment."""
    per_second = TICKS * bpm / 60
    for note in notes:
        pitch, start, end = note.get("pitch"), note.get("start"), note.get("end")
        if pitch is None or start is None or end is None or not 0 <= int(pitch) <= 127:
            continue
        on = max(0, round(float(start) * per_second))
        off = max(on + 1, round(float(end) * per_second))
        loud = note.get("velocity")
        velocity = min(127, max(1, round(127 * float(0.8 if loud is None else loud))))
        yield on, 1, int(pitch), velocity
        yield off, 0, int(pitch), 0


def _latin(text: str) -> str:
    """Text in MIDI files is Latin-1."""
    return text.encode("latin-1", "replace").decode("latin-1")
