"""People and what they have around them: steps, doors, engines, sirens, bells, clocks, applause."""

import numpy as np

from suno_web.engine.music.sounds.tape import Tape, band, burst, decaying, ringing
from suno_web.engine.music.synth import RATE


def footsteps(tape: Tape) -> None:
    """Heel and toe, left and right, on a floor that is the same all the way."""
    ground = float(tape.rng.uniform(700, 2600))
    tape.add(tape.noise(band(60, 800, -4)), 0.003)
    for number, at in enumerate(tape.beats(1.0)):
        side = 0.18 if number % 2 else -0.18
        for late, level in ((0.0, 0.5), (0.075 + float(tape.rng.uniform(0, 0.02)), 0.24)):
            thud = burst(tape.rng, 0.12, 50, 190) * decaying(0.12, 48)
            scuff = burst(tape.rng, 0.12, ground, ground * 3) * decaying(0.12, 60, 0.004)
            tape.lay(at + late, 0.8 * thud + 0.35 * scuff, level * float(tape.rng.uniform(0.8, 1.1)), side)


def knock(tape: Tape) -> None:
    """Knuckles on a wooden door, three and three."""
    modes = [float(tape.rng.uniform(0.94, 1.06)) * hertz for hertz in (148, 236, 355, 512, 790)]
    tape.add(tape.noise(band(60, 700, -4)), 0.003)
    for at in tape.moments(2.2, 4.0):
        for number in range(3):
            wood = ringing(0.3, modes, [1, 0.8, 0.6, 0.4, 0.25], [22, 27, 34, 42, 60])
            wood[: round(0.02 * RATE)] += 0.7 * burst(tape.rng, 0.02, 500, 3500) * decaying(0.02, 220, 0.0005)
            tape.lay(at + number * 0.21, wood, 0.4 * float(tape.rng.uniform(0.85, 1.05)), 0.05)


def door(tape: Tape) -> None:
    """Hinges creak, then it falls shut."""
    tape.add(tape.noise(band(60, 700, -4)), 0.003)
    for at in tape.moments(4.0, 8.0):
        length = 1.5
        time = np.arange(round(length * RATE)) / RATE
        stick = 55 + 70 * np.sin(np.pi * time / length) + 9 * np.sin(2 * np.pi * 2.3 * time)
        teeth = np.maximum(0, np.sin(2 * np.pi * np.cumsum(stick) / RATE)) ** 18
        body = np.sin(2 * np.pi * np.cumsum(680 + 4.5 * stick) / RATE) + 0.5 * np.sin(2 * np.pi * 1730 * time)
        tape.lay(at, teeth * body * np.sin(np.pi * time / length) ** 0.6, 0.16, -0.2)
        slam = ringing(0.6, [72, 118, 190, 340], [1, 0.9, 0.6, 0.3], [9, 12, 18, 30])
        slam[: round(0.1 * RATE)] += burst(tape.rng, 0.1, 80, 2400) * decaying(0.1, 45)
        tape.lay(at + length + 0.12, slam, 0.55)
        latch = burst(tape.rng, 0.03, 1500, 6000) * decaying(0.03, 160)
        tape.lay(at + length + 0.2, latch, 0.16, 0.1)


def engine(tape: Tape) -> None:
    """A motor: the beat of its cylinders through a throbbing exhaust, never quite even."""
    speed = tape.wander(0.3, 24, 34)
    turn = tape.bent(speed)
    fire = sum(
        np.sin(turn * order + order) / order**0.75 * level
        for order, level in ((1, 0.6), (2, 1.0), (3, 0.35), (4, 0.8), (6, 0.5), (8, 0.35), (12, 0.2))
    )
    beat = 0.7 + 0.3 * np.sin(turn * 2)
    tape.add(np.tanh(1.4 * fire)[None].repeat(2, axis=0), 0.14)
    tape.add(tape.noise(band(60, 900, -3)) * beat, 0.06)
    tape.add(tape.noise(band(900, 5000, -3)) * beat, 0.012)


def siren(tape: Tape) -> None:
    """Two reeds that wail up and down together."""
    rounds = max(1, round(tape.seconds / 3.4))
    sway = 0.5 - 0.5 * np.cos(2 * np.pi * rounds * tape.time / tape.seconds)
    for detune, pan in ((1.0, -0.4), (1.006, 0.4)):
        phase = tape.bent((560 + 620 * sway) * detune)
        wave = np.sin(phase) + 0.5 * np.sin(2 * phase) + 0.33 * np.sin(3 * phase) + 0.14 * np.sin(5 * phase)
        tape.lay(0.0, wave, 0.09, pan)
    tape.add(tape.noise(band(100, 1500, -4)), 0.004)


def alarm(tape: Tape) -> None:
    """An electronic alarm: two tones, four times, a breath."""
    step = 0.125 if not tape.loop else tape.seconds / max(8, round(tape.seconds / 0.125 / 8) * 8)
    time = np.arange(round(step * 0.8 * RATE)) / RATE
    edge = np.minimum(1, np.minimum(time, time[-1] - time) / 0.003)
    for number in range(int(tape.seconds / step)):
        if number % 8 < 6:
            hertz = 1980.0 if number % 2 else 1480.0
            beep = np.tanh(2 * np.sin(2 * np.pi * hertz * time)) * edge
            tape.lay(number * step, beep, 0.16)
    tape.add(tape.noise(band(100, 1500, -4)), 0.003)


# Partials of a church bell: hum, prime, tierce, quint, nominal and above (Rossing, The Science of Sound).
_BELL = (0.5, 1.0, 1.183, 1.506, 2.0, 2.514, 2.662, 3.011, 4.166, 5.43)


def bell(tape: Tape) -> None:
    """A bell on the key note, struck and left to ring."""
    base = 440.0 * 2 ** ((tape.tonic - 9) / 12) * float(tape.rng.choice([0.5, 1.0]))
    tape.add(tape.noise(band(60, 700, -5)), 0.002)
    for at in tape.moments(3.0, 8.0):
        tape.lay(at, _struck(base, min(9.0, tape.seconds)), 0.22, 0.0)


def chime(tape: Tape) -> None:
    """Wind chimes: tubes of a pentatonic scale, touched by chance."""
    steps = (0, 3, 5, 7, 10, 12) if tape.minor else (0, 2, 4, 7, 9, 12)
    pitches = [880 * 2 ** ((tape.tonic - 9 + step) / 12) for step in steps]
    tape.add(tape.noise(band(200, 3000, -4)) * tape.wander(0.4, 0.2, 1), 0.006)
    for at in tape.scattered(2.4):
        pitch = float(tape.rng.choice(pitches))
        # A tube that swings free: its bending modes.
        tube = ringing(3.5, [pitch, pitch * 2.76, pitch * 5.4], [1, 0.5, 0.22], [1.3, 2.6, 5.0])
        tape.lay(at, tube, float(tape.rng.uniform(0.04, 0.14)), float(tape.rng.uniform(-0.8, 0.8)))


def _struck(base: float, seconds: float) -> np.ndarray:
    levels = [0.5, 0.9, 0.75, 0.35, 1.0, 0.3, 0.4, 0.35, 0.25, 0.15]
    falls = [0.35 + 0.42 * partial for partial in _BELL]
    # A partial comes in pairs a little apart, and they beat.
    one = ringing(seconds, [base * partial for partial in _BELL], levels, falls)
    other = ringing(seconds, [base * partial * 1.0015 for partial in _BELL], levels, falls)
    sound = np.stack([one + 0.5 * other, 0.5 * one + other])
    sound *= np.minimum(1, np.arange(sound.shape[1]) / (0.002 * RATE))
    sound[:, -RATE // 4 :] *= np.linspace(1, 0, RATE // 4)
    return np.asarray(sound)


def clock(tape: Tape) -> None:
    """Tick and tock, once a second or on the beat."""
    tape.add(tape.noise(band(60, 600, -5)), 0.002)
    moments = tape.beats(1.0) if tape.loop else np.arange(0.1, tape.seconds - 0.1, 0.5)
    for number, at in enumerate(moments):
        base = 2100.0 if number % 2 else 2600.0
        tick = ringing(0.06, [base, base * 1.73, base * 2.9], [1, 0.6, 0.3], [95, 130, 170])
        tape.lay(at, tick, 0.4, 0.08 if number % 2 else -0.08)


def heartbeat(tape: Tape) -> None:
    """Lub and dub from inside."""
    tape.add(tape.noise(band(25, 120, -3)), 0.008)
    for at in tape.beats(1.0):
        for late, pitch, level in ((0.0, 52.0, 0.8), (0.26, 64.0, 0.5)):
            time = np.arange(round(0.2 * RATE)) / RATE
            thump = np.sin(2 * np.pi * np.cumsum(pitch * (0.75 + 0.9 * np.exp(-time * 38))) / RATE)
            knock = burst(tape.rng, 0.2, 40, 240) * 0.12
            tape.lay(
                at + late * min(1.0, 60 / tape.bpm / 0.7), (thump + knock) * decaying(0.2, 20, 0.006), level
            )


def crowd(tape: Tape) -> None:
    """Many people talking: voices of vowels nobody can make out."""
    tape.add(tape.noise(band(180, 2200, -4)) * tape.wander(0.5, 0.8, 1.15), 0.04)
    for _ in range(18):
        pan, level = float(tape.rng.uniform(-0.9, 0.9)), float(tape.rng.lognormal(-3.7, 0.4))
        pitch = float(tape.rng.choice([1.0, 1.75])) * tape.wander(2.2, 92, 138)
        syllables = np.maximum(0, tape.wander(6.5, -0.7, 1.0)) * np.clip(tape.wander(0.5, -0.6, 1.2), 0, 1)
        phase = tape.bent(pitch)
        vowel = tape.wander(4.0, 0.0, 1.0)
        wave = sum(
            np.sin(phase * n) * np.exp(-((((n * 115) - (420 + 350 * vowel)) / 320) ** 2)) for n in range(1, 9)
        )
        tape.lay(0.0, wave * syllables, level * 2.2, pan)


def applause(tape: Tape) -> None:
    """Some dozen people who clap, each at his own pace, in front of a hall full of them."""
    swell = tape.wander(0.3, 0.85, 1.1)
    tape.add(tape.noise(band(500, 6000, -1.5)) * swell, 0.06)
    for _ in range(36):
        low, pan = float(tape.rng.uniform(700, 1500)), float(tape.rng.uniform(-0.9, 0.9))
        clap = burst(tape.rng, 0.03, low, low * 2.4) * decaying(0.03, 150, 0.0008)
        count = max(1, round(tape.seconds * float(tape.rng.uniform(3.2, 5.2))))
        level, first = float(tape.rng.lognormal(-2.6, 0.5)), float(tape.rng.uniform(0, 0.3))
        for number in range(count):
            late = float(tape.rng.normal(0, 0.012))
            tape.lay(first + number * tape.seconds / count + late, clap, level, pan)


def glass(tape: Tape) -> None:
    """A pane that breaks, and its splinters on the floor."""
    tape.add(tape.noise(band(80, 700, -4)), 0.002)
    for at in tape.moments(3.0, 8.0):
        crash = burst(tape.rng, 0.35, 1800, 14_000) * decaying(0.35, 13, 0.001)
        tape.lay(at, crash, 0.16)
        for _ in range(60):
            late, pitch = float(tape.rng.exponential(0.28)), float(tape.rng.uniform(2500, 9000))
            shard = ringing(0.25, [pitch, pitch * 1.6, pitch * 2.3], [1, 0.6, 0.4], [22, 30, 44])
            tape.lay(at + late, shard, 0.09 * float(np.exp(-late * 1.6)), float(tape.rng.uniform(-0.8, 0.8)))
