"""Loops and phrases that musicians play: a few bars of a song that is composed for it, by the players asked for."""

from dataclasses import replace

import numpy as np

from suno_web.engine.music import composer, understanding
from suno_web.engine.music.brief import Brief
from suno_web.engine.music.mixer import Desk
from suno_web.engine.music.score import BEATS_PER_BAR, Note, Section, Song, Track
from suno_web.engine.music.sounds.families import Family
from suno_web.engine.music.stems import MemoryKeeper
from suno_web.engine.music.strips import frame
from suno_web.engine.music.synth import RATE

# The song that the bars are taken from.
SONG_SECONDS = 60.0
TAIL_S = 2.5
# A loop is played so often before it is kept: effects and rings are then those of a loop that has always run.
ROUNDS_BEFORE = 1
# Where the end of one round goes over into the beginning of the next, in frames.
JOIN = 256


def understood(prompt: str, families: tuple[Family, ...], seed: int) -> Brief:
    """Genre, mood, tempo and key that a prompt asks for; never a voice."""
    brief = understanding.understand(prompt, instrumental=True, seed=seed)
    wanted = tuple(dict.fromkeys((*brief.wanted, *(family.wanted for family in families if family.wanted))))
    return replace(brief, seconds=SONG_SECONDS, voice="none", wanted=wanted, unwanted=())


def composed(brief: Brief, families: tuple[Family, ...], bars: int | None, seed: int) -> Song:
    """Some bars of the liveliest section of a song, only the wanted players. bars: None for about twelve seconds."""
    song = composer.compose(brief, None, seed=seed)
    bars = bars or max(2, 2 * round(6.0 * song.bpm / 240))
    players = {name for family in families for name in family.players}
    everyone = not players or any(family.name == "band" for family in families)
    takes = [
        (section, [_cut(track, section, bars) for track in song.tracks if everyone or track.stem in players])
        for section in sorted(song.sections, key=lambda one: -one.energy)
    ]
    # The liveliest section in which most of them play.
    section, tracks = max(takes, key=lambda take: sum(bool(track.notes) for track in take[1]))
    if not any(track.notes for track in tracks):
        tracks = [_cut(track, section, bars) for track in song.tracks]
    played = replace(section, start=0.0, bars=bars, energy=0.8)
    tracks = [track for track in tracks if track.notes]
    return replace(song, sections=(played,), tracks=tuple(tracks), lines=(), voice="none", tail=TAIL_S)


def _cut(track: Track, section: Section, bars: int) -> Track:
    """What a player has in a section, over and over until the bars are full, counted from its start."""
    length = section.bars * BEATS_PER_BAR
    beats = bars * BEATS_PER_BAR
    inside = [note for note in track.notes if section.start - 0.1 <= note.start < section.end - 0.1]
    notes = [
        Note(note.start - section.start + turn * length, note.length, note.pitch, note.velocity)
        for turn in range(-(-beats // length))
        for note in inside
        if note.start - section.start + turn * length < beats - 0.1
    ]
    return replace(track, notes=tuple(notes))


def played(song: Song) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """The bars once, from silence to silence: mix and stems, float32 (2, frames)."""
    keeper = MemoryKeeper()
    desk = Desk(song, keep=keeper)
    frames = desk.recording.shape[1]
    mix = desk.mix(frames)
    keeper.close(frames)
    fade = np.minimum(1.0, (frames - np.arange(frames, dtype=np.float32)) / (1.5 * RATE))
    return mix * fade, {name: stem.T.astype(np.float32) * fade for name, stem in keeper.stems.items()}


def looped(song: Song) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """The bars as a loop, as they sound after they have gone round for a while."""
    bars = song.sections[0].bars
    length = frame(song, bars * BEATS_PER_BAR)
    # At this tempo, a hair off the asked one, a round is a whole number of frames and each like the one before.
    bpm = bars * BEATS_PER_BAR * 60 * RATE / length
    beats, rounds = bars * BEATS_PER_BAR, ROUNDS_BEFORE + 2
    tracks = tuple(
        replace(
            track,
            notes=tuple(
                replace(note, start=note.start + turn * beats)
                for turn in range(rounds)
                for note in track.notes
                if note.start + turn * beats >= 0
            ),
        )
        for track in song.tracks
    )
    section = replace(song.sections[0], bars=bars * rounds)
    endless = replace(song, bpm=bpm, sections=(section,), tracks=tracks, tail=0.0)
    keeper = MemoryKeeper()
    desk = Desk(endless, keep=keeper)
    until = length * (ROUNDS_BEFORE + 1) + JOIN
    desk.mix(until)
    keeper.close(until)
    stems = {name: _round(stem.T.astype(np.float32), length) for name, stem in keeper.stems.items()}
    return _round(desk.recording[:, :until], length), stems


def _round(sound: np.ndarray, length: int) -> np.ndarray:
    """The last whole round of a recording, its start led in from what came after its end."""
    first = ROUNDS_BEFORE * length
    kept = sound[:, first : first + length].copy()
    after = sound[:, first + length : first + length + JOIN]
    fresh = np.linspace(0, 1, after.shape[1], dtype=np.float32)
    kept[:, : after.shape[1]] = after * (1 - fresh) + kept[:, : after.shape[1]] * fresh
    return kept
