"""New music brought to the sound of what it is joined to: loudness, tone, the room's answer, and the join itself."""

import numpy as np
import pedalboard as pb

from suno_web.engine.music.master import (
    CEILING_DBTP,
    LIMIT,
    TARGET_LUFS,
    decibels,
    limited,
    loudness,
    soft_clipped,
    true_peak,
)
from suno_web.engine.music.synth import RATE

# A join: short enough not to blur a drum, long enough not to click.
FADE = round(0.025 * RATE)
# Seconds that are compared on both sides of a join, and the step between them that is still musical.
AROUND_S, WIDEST_STEP = 5.0, 1.8
# A part that gives way at a join comes back to its own level over so many seconds.
EASE_S = 16.0
# Below this (LUFS) there is nothing to compare.
QUIET = -50.0
LOUDEST_GAIN = 24.0
# Tone is compared below the first and above the second of these (hertz), and changed by no more dB than this.
LOW_BAND, HIGH_BAND, MOST_TILT = 200.0, 4000.0, 4.0
RING_S = 2.0


Pair = tuple[np.ndarray, np.ndarray]


def gain_for(mix: np.ndarray, alike: Pair, knee: float) -> float:
    """The dB that bring a mix, (2, frames), to its surroundings once it is made dense.

    alike: a piece of the mix and kept audio that should sound as loud.
    """
    piece, kept = alike
    if not piece.size or not kept.size:
        return TARGET_LUFS - loudness(mix)
    wanted, level = loudness(kept), loudness(piece)
    if min(wanted, level) < QUIET:
        return TARGET_LUFS - loudness(mix)
    gain = wanted - level
    # Rounding and limiting cost loudness, and what is added for it is rounded off in its turn.
    for _ in range(2):
        gain += wanted - loudness(dense(piece, gain, knee))
    return min(LOUDEST_GAIN, gain)


def step_at(join: Pair, gain: float, knee: float) -> float:
    """The dB by which a mix must give way at a join, so that it steps no further than WIDEST_STEP.

    join: AROUND_S seconds of the mix there and those of kept audio. A calm verse after a loud chorus steps down by
    itself; what is too much of it is spread out by `fader`.
    """
    near, beside = join
    target, here = loudness(beside), loudness(dense(near, gain, knee))
    step = here - target
    if min(target, here) < QUIET or abs(step) <= WIDEST_STEP:
        return 0.0
    return float(np.copysign(WIDEST_STEP, step) - step)


def fader(frames: int, gain: float, first: float, last: float) -> np.ndarray:
    """The dB of each frame of a part: gain, and what its first and last moments give way, fading over EASE_S."""
    length = min(frames, round(EASE_S * RATE))
    ease = np.clip(1 - (np.arange(length, dtype=np.float32) - AROUND_S * RATE / 2) / length, 0, 1)
    levels = np.full(frames, gain, np.float32)
    levels[:length] += np.float32(first) * ease
    levels[frames - length :] += np.float32(last) * ease[::-1]
    return levels


def dense(mix: np.ndarray, gain: float | np.ndarray, knee: float) -> np.ndarray:
    """A mix with gain (dB), its peaks rounded off from knee (dBFS) on and held below the master's ceiling."""
    factor = np.power(10, np.asarray(gain, np.float32) / 20, dtype=np.float32)
    loud = limited(soft_clipped(mix * factor, decibels(knee)), LIMIT)
    over = true_peak(loud) - (CEILING_DBTP - 0.1)
    return loud * decibels(-over) if over > 0 else loud


def toned(mix: np.ndarray, near: np.ndarray, beside: np.ndarray) -> np.ndarray:
    """A mix with its lows and highs shelved towards kept audio. near: the part of the mix to compare."""
    low, high = (
        float(np.clip(wanted - here, -MOST_TILT, MOST_TILT))
        for wanted, here in zip(_tilt(beside), _tilt(near), strict=True)
    )
    shelves = pb.Pedalboard([pb.LowShelfFilter(LOW_BAND, low), pb.HighShelfFilter(HIGH_BAND, high)])
    return np.asarray(shelves(mix, RATE))


def _tilt(sound: np.ndarray) -> tuple[float, float]:
    """How loud lows and highs are beside the middle, dB."""
    power = (np.abs(np.fft.rfft(sound.mean(0))) ** 2).astype(np.float64)
    hertz = np.fft.rfftfreq(sound.shape[1], 1 / RATE)
    bands = (hertz < LOW_BAND, (hertz >= LOW_BAND) & (hertz < HIGH_BAND), hertz >= HIGH_BAND)
    low, middle, high = (10 * np.log10(power[band].sum() + 1e-9) for band in bands)
    return float(low - middle), float(high - middle)


def ringing(kept: np.ndarray) -> np.ndarray:
    """What a room still answers after kept audio, (2, frames), has been cut off: RING_S seconds."""
    length = round(RING_S * RATE)
    room = pb.Pedalboard([pb.HighpassFilter(150), pb.Reverb(0.6, wet_level=0.2, dry_level=0.0)])
    heard = np.pad(kept[:, -length:], ((0, 0), (0, length)))
    return np.asarray(room(heard, RATE))[:, -length:]


def crossfaded(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """From one sound to another of the same length, (frames, 2), at steady power however alike they are."""
    turn = np.linspace(0, np.pi / 2, len(before), dtype=np.float32)[:, None]
    alike = float((before * after).sum() / np.sqrt((before**2).sum() * (after**2).sum() + 1e-12))
    mixed = before * np.cos(turn) + after * np.sin(turn)
    return np.asarray(mixed / np.sqrt(1 + max(0.0, alike) * np.sin(2 * turn)))
