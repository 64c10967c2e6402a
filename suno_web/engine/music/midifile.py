"""The notes of a composed song, by instrument and in seconds: as the contract tells them, and as a MIDI file."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from suno_web import midifile
from suno_web.engine.music.score import Song, Track
from suno_web.engine.music.stems import CONTRACT_NAMES
from suno_web.engine.music.synth.noises import NAMES as NOISES

VOICE, VOICE_VELOCITY, VOICE_PROGRAM = "Vocals", 0.8, 53
# What General MIDI has that comes closest to the engine's own synthesizers.
PROGRAMS = {
    "supersaw": 81, "saw_lead": 81, "square_lead": 80, "pluck": 84, "square_pluck": 80, "warm_pad": 89,
    "string_pad": 50, "brass": 62, "saw_bass": 38, "reese_bass": 39, "round_bass": 38, "sub": 38,
    "bell": 14, "fm_piano": 5,
}  # fmt: skip
# Families of General MIDI programs, eight each, in the words of a band.
FAMILIES = (
    "Piano", "Bells", "Organ", "Guitar", "Bass", "Strings", "Ensemble", "Brass",
    "Reeds", "Flute", "Synth Lead", "Synth Pad", "Synth Effects", "Folk Strings", "Percussion", "Effects",
)  # fmt: skip


class PlayedNote(NamedTuple):
    """One note. start and end in seconds, velocity 0-1."""

    pitch: int
    start: float
    end: float
    velocity: float


@dataclass(frozen=True, slots=True)
class Instrument:
    """Who plays what. program: General MIDI, None for drums and where nobody knows."""

    name: str
    notes: tuple[PlayedNote, ...]
    program: int | None = None

    def to_json(self) -> dict[str, Any]:
        """The contract's shape."""
        notes = [
            {"pitch": pitch, "start": round(start, 3), "end": round(end, 3), "velocity": round(velocity, 2)}
            for pitch, start, end, velocity in self.notes
        ]
        return {"name": self.name, "notes": notes}


def instruments(song: Song, stem: str | None = None) -> list[Instrument]:
    """Every player of a song, the voice first. stem: the contract's name of the one stem whose players are wanted.

    Risers, impacts and crackle have no pitch and are left out. Players of one kind are numbered ("Guitar 2").
    """
    players = [
        (_name(track), _notes(song, track), _program(track))
        for track in song.tracks
        if stem in (None, CONTRACT_NAMES.get(track.stem, "fx")) and _is_pitched(track) and track.notes
    ]
    if song.lines and stem in (None, "vocal"):
        players.insert(0, (VOICE, _sung(song), VOICE_PROGRAM))
    found: list[Instrument] = []
    for number, (name, notes, program) in enumerate(players):
        before = sum(other == name for other, _, _ in players[:number])
        found.append(Instrument(f"{name} {before + 1}" if before else name, notes, program))
    return found


def written(song: Song) -> bytes:
    """The song as a standard MIDI file: its tempo, its players with their programs, and the words it sings."""
    players = [one.to_json() | {"program": one.program} for one in instruments(song)]
    return midifile.written(players, bpm=song.bpm, title=song.title, lyrics=_words(song))


def _name(track: Track) -> str:
    if track.stem == "drums":
        return "Drums"
    if track.stem == "percussion" and _program(track) is None:
        return "Percussion"
    return FAMILIES[(_program(track) or 0) // 8]


def _program(track: Track) -> int | None:
    family, _, name = track.sound.partition(":")
    if family == "gm":
        return int(name)
    return PROGRAMS.get(name)


def _is_pitched(track: Track) -> bool:
    return track.sound.partition(":")[2] not in NOISES


def _notes(song: Song, track: Track) -> tuple[PlayedNote, ...]:
    notes = (
        PlayedNote(
            note.pitch, song.second(note.start), song.second(note.start + note.length), note.velocity / 127
        )
        for note in track.notes
    )
    return tuple(sorted(notes, key=lambda note: (note.start, note.pitch)))


def _sung(song: Song) -> tuple[PlayedNote, ...]:
    return tuple(
        PlayedNote(note.pitch, song.second(note.start), song.second(note.end), VOICE_VELOCITY)
        for line in song.lines
        for note in line.notes
    )


def _words(song: Song) -> Iterable[tuple[float, str]]:
    """Each word at its first note. A word's syllables have a note each."""
    for line in song.lines:
        place = 0
        for text, _, syllables in line.words:
            if syllables and place < len(line.notes):
                yield song.second(line.notes[place].start), text
            place += syllables
