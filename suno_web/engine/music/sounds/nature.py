"""Weather, water, fire and animals."""

import numpy as np

from suno_web.engine.music.sounds.tape import Tape, band, burst, decaying
from suno_web.engine.music.synth import RATE


def rain(tape: Tape) -> None:
    """A far wash of drops, and near ones that can be told apart: some on leaves, some on stone."""
    swell = tape.wander(0.35, 0.8, 1.15)
    tape.add(tape.noise(band(500, 9000, -1.5)) * swell, 0.05)
    tape.add(tape.noise(band(120, 700, -3)), 0.018)
    for at in tape.scattered(140):
        pitch = float(tape.rng.uniform(1800, 8500))
        drop = burst(tape.rng, 0.012, pitch * 0.7, pitch * 1.5) * decaying(0.012, 330, 0.001)
        tape.lay(
            at, drop, min(0.12, float(tape.rng.lognormal(-3.3, 0.7))), float(tape.rng.uniform(-0.9, 0.9))
        )
    for at in tape.scattered(5):
        tape.lay(at, plop(tape), float(tape.rng.uniform(0.04, 0.12)), float(tape.rng.uniform(-0.8, 0.8)))


def plop(tape: Tape) -> np.ndarray:
    """One drop into water: a bubble whose pitch rises as it closes."""
    time = np.arange(round(0.09 * RATE)) / RATE
    hertz = tape.rng.uniform(700, 1700) * (1 + 5 * time)
    return np.asarray(np.sin(2 * np.pi * np.cumsum(hertz) / RATE) * decaying(0.09, 55, 0.002))


def drops(tape: Tape) -> None:
    """Water that drips in a cave."""
    tape.add(tape.noise(band(80, 900, -4)), 0.006)
    for at in tape.moments(1.1, 1.0):
        late = 0.0 if tape.loop else float(tape.rng.uniform(-0.15, 0.15))
        drop, pan = plop(tape), float(tape.rng.uniform(-0.7, 0.7))
        for echo in range(7):
            tape.lay(at + max(0.0, late) + echo * 0.137, drop, 0.5 * 0.52**echo, pan * (-1) ** echo)


def thunder(tape: Tape) -> None:
    """A crack, and the rumble that rolls after it."""
    for at in tape.moments(5.0, 16.0):
        length = min(7.0, tape.seconds * 0.95) if tape.loop else max(3.0, min(7.0, tape.seconds - at))
        time = np.arange(round(length * RATE)) / RATE
        sides = [burst(tape.rng, length, 22, 190) for _ in range(2)]
        rolls = sum(
            tape.rng.uniform(0.4, 1) * np.exp(-(((time - peak) / tape.rng.uniform(0.15, 0.5)) ** 2))
            for peak in tape.rng.uniform(0.1, length * 0.6, 9)
        )
        shape = (0.35 * np.exp(-time * 0.9) + 0.5 * rolls) * np.exp(-time * 0.45) * np.minimum(1, time / 0.02)
        shape *= np.minimum(1, (length - time) / 0.6)
        tape.lay(at, np.stack(sides) * shape, 0.5)
        crack = burst(tape.rng, 0.9, 300, 6000) * decaying(0.9, 7, 0.004) * burst(tape.rng, 0.9, 2, 30)
        tape.lay(at, crack, 0.22, float(tape.rng.uniform(-0.4, 0.4)))


def wind(tape: Tape) -> None:
    """Gusts that rise in pitch as they rise in strength, and a whistle at the edges."""
    gust = tape.wander(0.45, 0.15, 1.0)
    tape.add(tape.swept(180 + 520 * gust, 0.9) * (0.25 + 0.75 * gust), 0.16)
    tape.add(tape.swept(900 + 700 * tape.wander(0.8, 0, 1), 0.25) * gust**2, 0.035)
    tape.add(tape.noise(band(30, 140, -3)) * gust, 0.06)


def ocean(tape: Tape) -> None:
    """Waves that gather, break and run out over sand, one after the other."""
    count = max(1, round(tape.seconds / 6.5))
    tape.add(tape.noise(band(60, 500, -4)) * tape.wander(0.3, 0.7, 1.1), 0.07)
    for number in range(count):
        start = (number + float(tape.rng.uniform(-0.08, 0.08)) + 0.35) / count
        away = (tape.time / tape.seconds - start) * count
        if tape.loop:
            away = (away + count / 2) % count - count / 2
        wave = np.where(away < 0, np.exp(away * 5.0), np.exp(-away * 3.2))
        strength = float(tape.rng.uniform(0.75, 1.1))
        tape.add(tape.swept(500 + 2600 * wave, 1.3) * wave * strength, 0.16)
        hiss = np.where(away > 0, np.minimum(1, away * 6) * np.exp(-np.maximum(away, 0) * 4.5), 0)
        tape.add(tape.noise(band(3000, 11_000)) * hiss * strength, 0.035)


def stream(tape: Tape) -> None:
    """A brook: many bubbles over a quiet rush."""
    tape.add(tape.noise(band(300, 4000, -2)) * tape.wander(1.2, 0.8, 1.2), 0.03)
    for at in tape.scattered(55):
        tape.lay(at, plop(tape), float(tape.rng.lognormal(-3.0, 0.5)), float(tape.rng.uniform(-0.9, 0.9)))


def fire(tape: Tape) -> None:
    """A low breath of flames, crackles in clusters, now and then a pop."""
    tape.add(tape.noise(band(40, 420, -2)) * tape.wander(2.5, 0.5, 1.2), 0.06)
    tape.add(tape.noise(band(900, 5000)) * tape.wander(4, 0.2, 1.0), 0.009)
    busy = tape.wander(0.8, 0.0, 1.0)
    for at in tape.scattered(34):
        if tape.rng.random() > busy[min(tape.frames - 1, int(at * RATE))] + 0.15:
            continue
        seconds = float(tape.rng.uniform(0.004, 0.03))
        low = float(tape.rng.uniform(900, 4000))
        snap = burst(tape.rng, seconds, low, low * 3) * decaying(seconds, 4 / seconds, 0.0003)
        tape.lay(at, snap, min(0.3, float(tape.rng.lognormal(-2.1, 0.7))), float(tape.rng.uniform(-0.6, 0.6)))
    for at in tape.scattered(0.7):
        pop = burst(tape.rng, 0.08, 200, 1800) * decaying(0.08, 60, 0.001)
        tape.lay(at, pop, float(tape.rng.uniform(0.15, 0.35)), float(tape.rng.uniform(-0.5, 0.5)))


def birds(tape: Tape) -> None:
    """Several singers, each with a phrase of his own that he keeps repeating, over morning air."""
    tape.add(tape.noise(band(200, 6000, -4)), 0.004)
    for _ in range(5):
        phrase, pan = _phrase(tape.rng), float(tape.rng.uniform(-0.9, 0.9))
        level = float(tape.rng.uniform(0.05, 0.2))
        for at in tape.scattered(float(tape.rng.uniform(0.2, 0.45))):
            tape.lay(at, phrase, level * float(tape.rng.uniform(0.7, 1.1)), pan)


def _phrase(rng: np.random.Generator) -> np.ndarray:
    base, notes = float(rng.uniform(2200, 4800)), []
    kind = int(rng.integers(3))
    for _ in range(int(rng.integers(2, 8))):
        seconds = float(rng.uniform(0.04, 0.16))
        time = np.arange(round(seconds * RATE)) / RATE
        along = time / seconds
        bend = (
            rng.uniform(-0.35, 0.35) * along,
            0.3 * np.sin(np.pi * along),
            0.08 * np.sin(2 * np.pi * 38 * time),
        )[kind]
        hertz = base * float(rng.uniform(0.85, 1.25)) * (1 + bend)
        notes.append(np.sin(2 * np.pi * np.cumsum(hertz) / RATE) * np.sin(np.pi * along) ** 0.7)
        notes.append(np.zeros(round(float(rng.uniform(0.02, 0.09)) * RATE)))
    return np.concatenate(notes)


def crickets(tape: Tape) -> None:
    """A summer night: chirps of three pulses from many sides."""
    tape.add(tape.noise(band(100, 3000, -5)), 0.006)
    for _ in range(6):
        pitch, pan = float(tape.rng.uniform(3900, 5200)), float(tape.rng.uniform(-0.9, 0.9))
        time = np.arange(round(0.13 * RATE)) / RATE
        chirp = np.sin(2 * np.pi * pitch * time) * np.maximum(0, np.sin(2 * np.pi * time / 0.043)) ** 2
        step, level = float(tape.rng.uniform(0.42, 0.7)), float(tape.rng.uniform(0.03, 0.14))
        count = max(1, round(tape.seconds / step))
        first = float(tape.rng.uniform(0, step))
        for number in range(count):
            tape.lay(first + number * tape.seconds / count, chirp, level, pan)
