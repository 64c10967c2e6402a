"""Sampled instruments: a General MIDI sound font played by TinySoundFont.

The font is loaded once a process (`load`), before worker processes are forked, so that they share its memory.
Which font was loaded is `chosen()`: the environment's ENGINE_SOUNDFONT, a better one the system may have,
or the one in this repository (FluidR3Mono, MIT, see assets/soundfont).
"""

import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from tinysoundfont._tinysoundfont import OutputMode, SoundFont

from suno_web.engine.music import genres
from suno_web.engine.music.genres.guests import GUESTS
from suno_web.engine.music.synth import fontfile
from suno_web.engine.music.synth.voice import RATE, Stroke

VENDORED = Path(__file__).parents[1] / "assets" / "soundfont" / "FluidR3Mono_GM.sf3"
SYSTEM = Path("/usr/share/sounds/sf3/MuseScore_General_Lite.sf3")
# Events snap to this many frames (1.5 ms): TinySoundFont updates its envelopes in such blocks.
BLOCK = 64
LONGEST_RING = 3 * RATE
SILENT = 3e-4
CHANNEL = 0
DRUM_BANK = 128
GAIN_DB = -6.0


def chosen() -> Path:
    """The sound font that is used here."""
    asked = os.environ.get("ENGINE_SOUNDFONT")
    if asked:
        return Path(asked)
    return SYSTEM if SYSTEM.exists() else VENDORED


@cache
def load() -> Any:
    """The sound font, decoded as far as the genres need it (about a second and 150 MB the first time)."""
    path = chosen()
    if not path.is_file():
        raise FileNotFoundError(f"The sound font {path} does not exist.")
    return SoundFont(fontfile.trimmed(path, _needed()))


def _needed() -> set[fontfile.Preset]:
    """Banks and programs of every sampled sound in the genres and their guests."""
    parts = [*(part for genre in genres.GENRES.values() for part in genre.parts), *GUESTS.values()]
    sounds = {tuple(sound.split(":")) for part in parts for sound in part.sounds}
    return {
        (DRUM_BANK if family == "kit" else 0, int(program))
        for family, program in sounds
        if family in ("gm", "kit")
    }


def play(family: str, program: int, strokes: Sequence[Stroke]) -> np.ndarray:
    """Notes on a program ("gm", one channel) or a drum kit ("kit", two channels), until they have rung out."""
    # A copy has its own voices and shares the samples: nothing played before can be heard in it.
    player = SoundFont(load())
    drums = family == "kit"
    channels = 2 if drums else 1
    player.set_output(OutputMode.StereoInterleaved if drums else OutputMode.Mono, RATE, GAIN_DB)
    player.set_max_voices(128)
    player.channel_set_bank(CHANNEL, DRUM_BANK if drums else 0)
    player.channel_set_preset_number(CHANNEL, program, drums)
    events = sorted(
        event
        for stroke in strokes
        for event in (
            (stroke.start // BLOCK, 1, stroke.pitch, stroke.level),
            (max(stroke.start + stroke.length, stroke.start + 2 * BLOCK) // BLOCK, 0, stroke.pitch, 0.0),
        )
    )
    if not events:
        return np.zeros((channels, 0), np.float32)
    total = events[-1][0] * BLOCK + LONGEST_RING // BLOCK * BLOCK
    sound = np.zeros((channels, total), np.float32)
    here = 0
    for block, starts, pitch, level in events:
        here = _render(player, sound, here, block * BLOCK)
        if starts:
            player.channel_note_on(CHANNEL, pitch, level)
        else:
            player.channel_note_off(CHANNEL, pitch)
    return _ring_out(player, sound, here)


def _render(player: Any, sound: np.ndarray, since: int, until: int) -> int:
    if until > since:
        part = np.empty((until - since, sound.shape[0]), np.float32)
        player.render(part)
        sound[:, since:until] = part.T
    return max(since, until)


def _ring_out(player: Any, sound: np.ndarray, here: int) -> np.ndarray:
    """Render on until nothing is heard any more."""
    while here < sound.shape[1]:
        until = min(sound.shape[1], here + 100 * BLOCK)
        _render(player, sound, here, until)
        if np.abs(sound[:, here:until]).max() < SILENT:
            return sound[:, :until]
        here = until
    sound[:, -BLOCK * 20 :] *= np.linspace(1, 0, BLOCK * 20, dtype=np.float32)
    return sound
