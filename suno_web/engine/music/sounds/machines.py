"""What only a loudspeaker makes: impacts, sweeps, lasers, signals, drones, the noise of old media."""

import numpy as np

from suno_web.engine.music.sounds.tape import Tape, band, burst, decaying, ringing
from suno_web.engine.music.synth import RATE


def explosion(tape: Tape) -> None:
    """A blast, a pressure wave that sinks below hearing, debris."""
    for at in tape.moments(4.5, 16.0):
        length = min(4.0, tape.seconds)
        time = np.arange(round(length * RATE)) / RATE
        boom = np.sin(2 * np.pi * np.cumsum(30 + 90 * np.exp(-time * 7)) / RATE) * np.exp(-time * 1.6)
        sides = [burst(tape.rng, length, 30, 900) * np.exp(-time * 1.9) for _ in range(2)]
        blast = burst(tape.rng, length, 400, 9000) * np.exp(-time * 7)
        shape = np.minimum(1, time / 0.004) * np.minimum(1, (length - time) / 0.4)
        tape.lay(at, np.tanh(1.6 * (0.9 * boom + 0.5 * np.stack(sides) + 0.45 * blast)) * shape, 0.6)
        for _ in range(24):
            late = float(tape.rng.uniform(0.4, length * 0.8))
            chip = burst(tape.rng, 0.05, 600, 5000) * decaying(0.05, 70)
            tape.lay(at + late, chip, 0.08 * np.exp(-late), float(tape.rng.uniform(-0.9, 0.9)))
    tape.add(tape.noise(band(30, 200, -3)), 0.004)


def impact(tape: Tape) -> None:
    """A cinematic hit with a long tail."""
    for at in tape.moments(4.0, 8.0):
        length = min(3.6, tape.seconds)
        time = np.arange(round(length * RATE)) / RATE
        drum = np.sin(2 * np.pi * np.cumsum(41 + 130 * np.exp(-time * 26)) / RATE) * np.exp(-time * 2.4)
        metal = ringing(
            length, [211, 387, 596, 1043, 1671], [0.5, 0.4, 0.3, 0.22, 0.16], [2.2, 2.6, 3.2, 4, 6]
        )
        air = [burst(tape.rng, length, 80, 5000) * np.exp(-time * 3.4) for _ in range(2)]
        shape = np.minimum(1, time / 0.002) * np.minimum(1, (length - time) / 0.5)
        tape.lay(at, np.tanh(1.5 * (drum + 0.25 * metal + 0.3 * np.stack(air))) * shape, 0.6)
    tape.add(tape.noise(band(30, 300, -4)), 0.003)


def whoosh(tape: Tape) -> None:
    """Something passes close by, from one side to the other."""
    for number, at in enumerate(tape.moments(1.7, 4.0)):
        length = min(1.3, tape.seconds)
        _pass(tape, at, length, 1 if number % 2 else -1)
    tape.add(tape.noise(band(100, 900, -4)), 0.003)


def _pass(tape: Tape, at: float, length: float, side: int) -> None:
    short = Tape(
        round(length * RATE), loop=False, bpm=60, tonic=0, minor=False, seed=int(tape.rng.integers(1 << 31))
    )
    along = short.time / length
    near = np.exp(-(((along - 0.52) / 0.17) ** 2)) * np.sin(np.pi * along)
    air = short.swept(260 + 4200 * near, 1.1) * near
    pan = side * np.clip((along - 0.5) * 2, -0.85, 0.85)
    tape.lay(at, air * np.sqrt(np.stack([1 - pan, 1 + pan])), 0.3)


def riser(tape: Tape) -> None:
    """Noise and a chord that climb to the end of the tape; on a loop the fall back is the drop."""
    along = tape.time / tape.seconds
    # The very end turns back down, so that a loop begins where it stops.
    swell = along**1.7 * np.clip((1 - along) * tape.seconds / 0.06, 0, 1) + 0.02
    tape.add(tape.swept(220 * 45**along, 0.8) * swell, 0.22)
    base = 110 * 2 ** ((tape.tonic - 9) / 12)
    for cents, pan in ((-9, -0.7), (0, 0.0), (9, 0.7)):
        phase = tape.bent(base * 2 ** (2 * along + cents / 1200))
        saw = sum(np.sin(phase * n) / n for n in range(1, 12))
        tape.lay(0.0, saw * swell, 0.09, pan)


def laser(tape: Tape) -> None:
    """Shots: a tone that falls fast through a metallic ring."""
    for at in tape.moments(0.62, 1.0):
        length = float(tape.rng.uniform(0.22, 0.4))
        time = np.arange(round(length * RATE)) / RATE
        hertz = tape.rng.uniform(180, 320) + tape.rng.uniform(2600, 5200) * np.exp(
            -time * tape.rng.uniform(9, 17)
        )
        phase = 2 * np.pi * np.cumsum(hertz) / RATE
        shot = np.sin(phase + 2.2 * np.sin(phase * 0.501)) * decaying(length, 8)
        tape.lay(at, shot, 0.3, float(tape.rng.uniform(-0.6, 0.6)))
    tape.add(tape.noise(band(200, 4000, -5)), 0.003)


def scifi(tape: Tape) -> None:
    """Inside a ship: a hum, slow ring modulation, now and then a computer that talks to itself."""
    drone(tape)
    for at in tape.scattered(0.9):
        for number in range(int(tape.rng.integers(2, 6))):
            pitch = float(tape.rng.choice([880, 1174.7, 1318.5, 1760, 2349.3]))
            blip = np.sin(2 * np.pi * pitch * np.arange(round(0.06 * RATE)) / RATE) * decaying(0.06, 40)
            tape.lay(at + number * 0.075, blip, 0.06, float(tape.rng.uniform(-0.7, 0.7)))


def click(tape: Tape) -> None:
    """A button of an interface: short, dry, with a little body."""
    for at in tape.moments(0.9, 1.0):
        pitch = float(tape.rng.uniform(1300, 2400))
        body = ringing(0.05, [pitch, pitch * 2.1], [1, 0.4], [120, 190])
        body[: round(0.004 * RATE)] += 0.5 * burst(tape.rng, 0.004, 2500, 9000)
        tape.lay(at, body, 0.45)
    tape.add(tape.noise(band(100, 900, -4)), 0.0025)


def notification(tape: Tape) -> None:
    """Two or three bright notes of a chord on the key note."""
    third = 3 if tape.minor else 4
    figure = [(0, 7), (0, third, 7), (7, 12), (12, 7, 12)][int(tape.rng.integers(4))]
    base = 880 * 2 ** ((tape.tonic - 9) / 12)
    for at in tape.moments(2.0, 4.0):
        for number, step in enumerate(figure):
            pitch = base * 2 ** (step / 12)
            note = ringing(1.3, [pitch, pitch * 2, pitch * 3.01], [1, 0.35, 0.12], [4.5, 7, 12])
            note *= np.minimum(1, np.arange(len(note)) / (0.004 * RATE))
            tape.lay(at + number * 0.13, note, 0.24, 0.15 * (-1) ** number)
    tape.add(tape.noise(band(100, 900, -4)), 0.002)


def coin(tape: Tape) -> None:
    """The two square notes of an arcade: a fourth up, and held."""
    base = 987.77 * float(tape.rng.choice([0.89, 1.0, 1.12]))
    for at in tape.moments(1.2, 2.0):
        for late, ratio, length in ((0.0, 1.0, 0.08), (0.08, 1.335, 0.55)):
            time = np.arange(round(length * RATE)) / RATE
            square = sum(np.sin(2 * np.pi * base * ratio * n * time) / n for n in (1, 3, 5, 7, 9))
            tape.lay(at + late, square * decaying(length, 0.4 if length < 0.1 else 6), 0.22)
    tape.add(tape.noise(band(100, 900, -4)), 0.002)


def vinyl(tape: Tape) -> None:
    """An empty groove: rumble, hiss, dust."""
    tape.add(tape.noise(band(25, 90, -3)), 0.02)
    tape.add(tape.noise(band(1500, 9000, -1)), 0.02)
    for at in tape.scattered(22):
        seconds = float(tape.rng.uniform(0.001, 0.004))
        tick = burst(tape.rng, seconds, 800, 7000) * decaying(seconds, 2 / seconds, 0.0002)
        tape.lay(at, tick, float(tape.rng.lognormal(-2.2, 0.8)), float(tape.rng.uniform(-0.6, 0.6)))


def static(tape: Tape) -> None:
    """A radio between two stations."""
    tape.add(tape.noise(band(300, 5000, -1)) * tape.wander(9, 0.3, 1.1), 0.06)
    whistle = np.sin(tape.bent(tape.wander(0.7, 500, 2400))) * np.clip(tape.wander(0.6, -0.5, 1), 0, 1)
    tape.lay(0.0, whistle, 0.02, 0.2)
    for at in tape.scattered(7):
        crackle = burst(tape.rng, 0.02, 700, 6000) * decaying(0.02, 120)
        tape.lay(at, crackle, float(tape.rng.uniform(0.05, 0.2)), float(tape.rng.uniform(-0.7, 0.7)))


def drone(tape: Tape) -> None:
    """A chord of the key that breathes: detuned partials that come and go by themselves."""
    root = 55 * 2 ** ((tape.tonic - 9) / 12)
    third = 3 if tape.minor else 4
    for step, level in (
        (0, 1.0),
        (12, 0.7),
        (19, 0.5),
        (24, 0.35),
        (24 + third, 0.22),
        (31, 0.2),
        (36, 0.12),
    ):
        for detune, pan in ((0.9975, -0.7), (1.0025, 0.7)):
            phase = tape.turns(root * 2 ** (step / 12) * detune)
            breath = tape.wander(0.22, 0.25, 1.0)
            tape.lay(0.0, (np.sin(phase) + 0.25 * np.sin(2 * phase)) * breath, 0.055 * level, pan)
    tape.add(tape.swept(400 + 900 * tape.wander(0.2, 0, 1), 0.8) * tape.wander(0.3, 0.3, 1), 0.012)
