"""Synthesizers without samples: detuned band-limited oscillators, a filter that opens and shuts, envelopes.

An oscillator reads one cycle of a wave that was added up from harmonics, each as loud as the filter lets it
through, so nothing aliases and filtering costs nothing. The filter's movement is a cross-fade between a bright
and a dark cycle. Phases are 32-bit integers that wrap as they should (direct digital synthesis).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from suno_web.engine.music.synth.voice import RATE, Stroke, frequency, laid

TABLE_BITS = 12
# Lengths are rounded to this, so that repeated notes can be kept.
STEP = 441


@dataclass(frozen=True, slots=True)
class Patch:
    """A sound: wave "saw" or "square", voices detuned over so many cents and spread so wide, the filter's
    cutoff in Hz open and shut with its decay in seconds, and an envelope (attack, decay, sustain, release)."""

    wave: str
    voices: int
    cents: float
    spread: float
    bright: float
    dark: float
    closing: float
    attack: float
    decay: float
    sustain: float
    release: float
    sub: float = 0.0
    octave: float = 0.0
    vibrato: float = 0.0
    gain: float = 1.0


PATCHES = {
    "supersaw": Patch("saw", 7, 19, 0.95, 9500, 5200, 0.6, 0.004, 0.4, 0.8, 0.2, octave=0.12),
    "saw_lead": Patch("saw", 3, 9, 0.4, 7500, 3600, 0.35, 0.006, 0.3, 0.78, 0.16, vibrato=0.12),
    "square_lead": Patch("square", 2, 7, 0.3, 5200, 2800, 0.4, 0.006, 0.3, 0.75, 0.16, vibrato=0.15),
    "pluck": Patch("saw", 2, 7, 0.6, 7000, 900, 0.09, 0.002, 0.28, 0.0, 0.16),
    "square_pluck": Patch("square", 2, 6, 0.6, 6000, 800, 0.11, 0.002, 0.3, 0.0, 0.16),
    "warm_pad": Patch("saw", 5, 14, 0.9, 2200, 1500, 1.5, 0.25, 0.6, 0.9, 0.6),
    "string_pad": Patch("saw", 5, 17, 1.0, 4600, 3000, 1.2, 0.18, 0.5, 0.92, 0.5, octave=0.25),
    "brass": Patch("saw", 3, 10, 0.6, 5200, 1600, 0.3, 0.03, 0.3, 0.75, 0.18),
    "saw_bass": Patch("saw", 2, 5, 0.15, 1900, 520, 0.16, 0.003, 0.25, 0.7, 0.06, sub=0.7),
    "reese_bass": Patch("saw", 3, 24, 0.35, 1500, 700, 0.5, 0.004, 0.3, 0.85, 0.07, sub=0.8),
    "round_bass": Patch("square", 2, 4, 0.1, 1400, 300, 0.14, 0.003, 0.28, 0.6, 0.07, sub=0.75),
    "sub": Patch("sine", 1, 0, 0.0, 400, 400, 1.0, 0.01, 0.2, 0.95, 0.06),
}


def play(name: str, strokes: Sequence[Stroke]) -> np.ndarray:
    """Notes on a patch, or on one of the frequency-modulated sounds "bell" and "fm_piano"."""
    make = _modulated if name in _MODULATED else _subtractive
    return laid(
        (
            stroke.start,
            make(name, stroke.pitch, max(STEP, round(stroke.length / STEP) * STEP))
            * np.float32(stroke.level**1.3),
        )
        for stroke in strokes
    )


def forget() -> None:
    """Give back the memory of the notes that were kept for being repeated."""
    _subtractive.cache_clear()
    _modulated.cache_clear()


@lru_cache(maxsize=96)
def _subtractive(name: str, pitch: int, length: int) -> np.ndarray:
    patch = PATCHES[name]
    frames = length + int(patch.release * 1.3 * RATE)
    hertz = frequency(pitch)
    bright, dark = (_cycle(patch.wave, hertz, cutoff) for cutoff in (patch.bright, patch.dark))
    closed = 1.0 - np.exp(-np.arange(frames, dtype=np.float32) / (patch.closing * RATE))
    sound = np.zeros((2, frames), np.float32)
    random = np.random.default_rng(pitch)
    for voice in range(patch.voices):
        place = 2.0 * voice / (patch.voices - 1) - 1.0 if patch.voices > 1 else 0.0
        tune = hertz * 2 ** (place * patch.cents / 1200)
        phase = _phases(tune, frames, int(random.integers(1 << 32)), patch.vibrato)
        wave = bright[phase] + closed * (dark[phase] - bright[phase])
        if patch.octave:
            wave += np.float32(patch.octave) * dark[(phase << 1) & ((1 << TABLE_BITS) - 1)]
        pan = place * patch.spread * (1 if voice % 2 else -1)
        sound[0] += wave * np.float32(np.sqrt((1 - pan) / 2))
        sound[1] += wave * np.float32(np.sqrt((1 + pan) / 2))
    sound /= np.float32(np.sqrt(patch.voices))
    if patch.sub:
        below = hertz / 2 if hertz > 90 else hertz
        sound += np.float32(patch.sub) * np.sin(2 * np.pi * below / RATE * np.arange(frames)).astype(
            np.float32
        )
    return np.asarray(sound * _envelope(patch, length, frames) * np.float32(0.3 * patch.gain), np.float32)


def _phases(hertz: float, frames: int, start: int, vibrato: float) -> np.ndarray:
    """Places in the wave table for each frame. vibrato: depth in semitones, setting in after a third second."""
    step = hertz / RATE * 2**32
    if not vibrato:
        phase = np.uint32(start) + np.arange(frames, dtype=np.uint32) * np.uint32(step)
        return phase >> np.uint32(32 - TABLE_BITS)
    seconds = np.arange(frames) / RATE
    depth = np.clip((seconds - 0.3) / 0.4, 0, 1) * vibrato / 12 * np.log(2)
    steps = step * (1 + depth * np.sin(2 * np.pi * 5.3 * seconds))
    wrapped = (start + np.cumsum(steps)) % 2.0**32
    return wrapped.astype(np.uint32) >> np.uint32(32 - TABLE_BITS)


@lru_cache(maxsize=512)
def _cycle(wave: str, hertz: float, cutoff: float) -> np.ndarray:
    """One cycle of a wave through a 24 dB low-pass with a slight resonance."""
    size = 1 << TABLE_BITS
    harmonics = np.arange(1, max(2, int(min(18_000, RATE / 2.1) / hertz) + 1))
    amplitude = {
        "saw": 1.0 / harmonics,
        "square": np.where(harmonics % 2 == 1, 1.3 / harmonics, 0.0),
        "sine": np.where(harmonics == 1, 1.4, 0.0),
    }[wave]
    ratio = harmonics * hertz / max(cutoff, hertz * 1.5)
    amplitude = amplitude / np.sqrt(1 + ratio**8) * (1 + 0.5 * np.exp(-((ratio - 1) ** 2) * 12))
    spectrum = np.zeros(size // 2 + 1, complex)
    spectrum[harmonics] = -0.5j * amplitude * size
    table = np.fft.irfft(spectrum, size)
    return np.asarray(table, np.float32)


def _envelope(patch: Patch, length: int, frames: int) -> np.ndarray:
    seconds = np.arange(frames, dtype=np.float32) / RATE
    rise = np.minimum(1.0, seconds / patch.attack)
    fall = patch.sustain + (1 - patch.sustain) * np.exp(
        -4 * np.maximum(0.0, seconds - patch.attack) / patch.decay
    )
    shape = rise * fall
    shape[length:] *= np.exp(-5 * (seconds[length:] - length / RATE) / patch.release)
    fade = min(256, frames)
    shape[-fade:] *= np.linspace(1, 0, fade, dtype=np.float32)
    return np.asarray(shape, np.float32)


# Frequency modulation (Chowning 1973): carrier ratio, modulator ratio, index, its decay, the sound's decay.
_MODULATED = {"bell": (1.0, 3.5, 2.2, 0.5, 0.9), "fm_piano": (1.0, 1.0, 1.3, 0.35, 0.8)}


@lru_cache(maxsize=96)
def _modulated(name: str, pitch: int, length: int) -> np.ndarray:
    carrier, modulator, index, index_decay, decay = _MODULATED[name]
    frames = length + int(0.35 * RATE)
    seconds = np.arange(frames) / RATE
    turn = 2 * np.pi * frequency(pitch) * seconds
    modulation = index * np.exp(-seconds / index_decay) * np.sin(turn * modulator)
    tine = 0.25 * np.exp(-seconds / 0.12) * np.sin(turn * 7.0) if pitch < 96 else 0.0
    sides = [np.sin(turn * carrier * (1 + cents / 120_000) + modulation) + tine for cents in (-300, 300)]
    shape = np.minimum(1, seconds / 0.003) * np.exp(-seconds / decay)
    shape[length:] *= np.exp(-6 * (seconds[length:] - length / RATE) / 0.25)
    fade = min(256, frames)
    shape[-fade:] *= np.linspace(1, 0, fade)
    return np.asarray(np.stack(sides) * shape * 0.3, np.float32)
