"""From a prompt to everything that is decided about a sound."""

import re
from dataclasses import replace

from suno_web.engine.music import theory
from suno_web.engine.music.sounds import band
from suno_web.engine.music.sounds.families import Family, asked_for
from suno_web.engine.music.sounds.work import Layer, SoundWork
from suno_web.engine.music.synth import RATE
from suno_web.engine.music.understanding import facts

USUAL_BPM = 120.0
# A tempo outside of this is counted at twice or half its pace.
SLOWEST, FASTEST = 50.0, 220.0
LOOP_S, SHORTEST_S, LONGEST_S = 8.0, 4.0, 20.0
BEHIND_DB, BESIDE_DB, UNDER_MUSIC_DB = -7.0, -3.0, -9.0
_LENGTH = re.compile(r"(?<![\w.])(\d{1,2}(?:\.\d+)?)[\s-]*(?:s|secs?|seconds?)\b", re.IGNORECASE)
_NAMES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")


def plan(prompt: str, *, loop: bool, tempo: int | None, key: str, seed: int) -> SoundWork:
    """Decide everything about a sound. tempo: beats a minute, None for what suits; key: "Any", "C#", "Am" …

    A tempo and a key in the prompt count where the request leaves them open.
    """
    families = asked_for(prompt)
    tonic, mode = _key(key) or (facts.key(prompt).tonic, facts.key(prompt).mode)
    bpm = _folded(float(tempo)) if tempo else facts.bpm(prompt)
    players = tuple(family for family in families if family.make is None)
    effects = tuple(family for family in families if family.make is not None)
    song = None
    genre, mood = "sound", "calm"
    if players:
        brief = band.understood(prompt, players, seed)
        genre, mood = brief.genre, brief.mood
        brief = replace(
            brief,
            bpm=bpm or brief.bpm,
            tonic=brief.tonic if tonic is None else tonic,
            mode=mode or brief.mode,
        )
        bars = _bars(brief.bpm) if loop and brief.bpm else None
        song = band.composed(brief, players, bars, seed)
        if loop and bars is None:
            song = band.composed(brief, players, _bars(song.bpm), seed)
        tonic, mode, bpm = song.tonic, song.mode, song.bpm
    bpm = bpm or USUAL_BPM
    return SoundWork(
        prompt=prompt,
        layers=_layers(effects, with_music=song is not None),
        frames=_frames(prompt, families, bpm, loop=loop)
        if song is None
        else _song_frames(song.bpm, song.sections[0].bars, loop=loop),
        loop=loop,
        bpm=bpm,
        tonic=seed % 12 if tonic is None else tonic,
        mode=mode or "minor",
        genre=genre,
        mood=mood,
        style=_style(families, loop, bpm, tonic, mode, heard_tempo=bool(tempo) or song is not None),
        song=song,
        seed=seed,
    )


def _layers(effects: tuple[Family, ...], *, with_music: bool) -> tuple[Layer, ...]:
    """How loud each effect is: what goes on and on lies behind what happens, and all of it under music."""
    events = any(not family.behind for family in effects)
    return tuple(
        Layer(
            family.name,
            UNDER_MUSIC_DB
            if with_music
            else BEHIND_DB
            if family.behind and events
            else BESIDE_DB
            if number and not events
            else 0.0,
        )
        for number, family in enumerate(effects)
    )


def _frames(prompt: str, families: tuple[Family, ...], bpm: float, *, loop: bool) -> int:
    if loop:
        return _song_frames(bpm, _bars(bpm), loop=True)
    said = _LENGTH.search(prompt)
    seconds = float(said.group(1)) if said else max(family.seconds for family in families)
    return round(min(max(seconds, SHORTEST_S), LONGEST_S) * RATE)


def _song_frames(bpm: float, bars: int, *, loop: bool) -> int:
    return round((bars * 240.0 / bpm + (0.0 if loop else band.TAIL_S)) * RATE)


def _bars(bpm: float) -> int:
    """How many bars come nearest to the usual length of a loop: one, two, four or eight."""
    return min((1, 2, 4, 8), key=lambda bars: abs(bars * 240.0 / bpm - LOOP_S))


def _folded(bpm: float) -> float:
    while bpm < SLOWEST:
        bpm *= 2
    while bpm > FASTEST:
        bpm /= 2
    return bpm


def _key(key: str) -> tuple[int, str] | None:
    """Tonic and mode of a key of the contract; None for "Any"."""
    name = key.removesuffix("m")
    if name not in _NAMES:
        return None
    return _NAMES.index(name), "minor" if key.endswith("m") else "major"


def _style(
    families: tuple[Family, ...],
    loop: bool,
    bpm: float,
    tonic: int | None,
    mode: str | None,
    *,
    heard_tempo: bool,
) -> str:
    words = ["loop" if loop else "sound effect" if families[0].make else "phrase"]
    words += [family.name for family in families]
    if heard_tempo:
        words.append(f"{bpm:g} bpm")
    if tonic is not None:
        words.append(f"{_NAMES[tonic]} {mode if mode in theory.MODES else 'minor'}")
    return ", ".join(words)
