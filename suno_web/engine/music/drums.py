"""A drummer: grooves by energy, ghost notes, crashes where sections begin and fills where they end."""

import random
from collections.abc import Mapping
from dataclasses import dataclass

from suno_web.engine.music.genres.genre import Groove
from suno_web.engine.music.score import BEATS_PER_BAR, Note, Section

STEPS = 16
KICK, SNARE, CLAP, CRASH = 36, 38, 39, 49
# General MIDI keys of the pieces named in grooves, and how hard a plain hit is.
PIECES: Mapping[str, tuple[int, int]] = {
    "kick": (KICK, 104),
    "snare": (SNARE, 98),
    "rim": (37, 78),
    "clap": (CLAP, 86),
    "hat": (42, 70),
    "open": (46, 64),
    "pedal": (44, 60),
    "ride": (51, 64),
    "tom": (47, 88),
    "floor": (41, 82),
}
_FACTORS = {"X": 1.1, "x": 1.0, "g": 0.5, "o": 1.0}
_TOMS = (SNARE, 48, 47, 43)


@dataclass(frozen=True, slots=True)
class Feel:
    """How a drummer plays. fills: "toms", "roll", "machine", "brushes", "lazy" or "none"; looseness in beats."""

    fills: str
    swing: float
    swing_unit: float
    looseness: float


def choose(grooves: Mapping[str, tuple[Groove, ...]], section: Section, source: random.Random) -> Groove:
    """A groove that fits a section's energy."""
    level = "low" if section.energy < 0.45 else "mid" if section.energy < 0.7 else "high"
    return source.choice(grooves[level])


def play(
    section: Section, groove: Groove, feel: Feel, following: Section | None, source: random.Random
) -> list[Note]:
    """Every stroke of a section. following: the section after it, which a fill leads into."""
    notes: list[Note] = []
    last = section.bars - 1
    fill_from = STEPS
    if feel.fills != "none" and following is not None and section.kind != "outro" and section.bars > 1:
        grows = following.energy > section.energy + 0.1
        fill_from = source.choice((8, 12)) if grows else source.choice((12, 14))
    for bar in range(section.bars):
        beat = section.start + bar * BEATS_PER_BAR
        if section.kind == "outro" and bar == last:
            return [*notes, Note(beat, 0.5, KICK, 100), Note(beat, 3.0, CRASH, 84)]
        if bar == 0 and section.energy > 0.6 and feel.fills not in ("brushes", "lazy", "none"):
            notes.append(Note(beat, 3.0, CRASH, _velocity(84, source)))
        if section.kind == "build" and feel.fills == "roll":
            notes += _build(beat, bar, section, source)
            continue
        filling = bar == last or (
            section.bars >= 8 and bar == section.bars // 2 - 1 and source.random() < 0.35
        )
        until = (fill_from if bar == last else max(fill_from, 12)) if filling else STEPS
        notes += _bar(beat, groove, feel, section, until, source)
        notes += _fill(beat, until, feel, section, source)
    return notes


def _bar(
    beat: float, groove: Groove, feel: Feel, section: Section, until: int, source: random.Random
) -> list[Note]:
    notes = []
    for piece, steps in groove.items():
        pitch, habit = PIECES[piece]
        for step, mark in enumerate(steps[:until]):
            stroke = mark
            if mark == ".":
                stroke = _ornament(piece, step, feel, section, source)
                if not stroke:
                    continue
            struck = 46 if stroke == "o" else pitch
            level = habit * _FACTORS[stroke] * (0.82 + 0.22 * section.energy)
            level *= 1.05 if step % 4 == 0 else 0.94
            notes.append(Note(_placed(beat, step, feel, source), 0.2, struck, _velocity(level, source)))
    return notes


def _ornament(piece: str, step: int, feel: Feel, section: Section, source: random.Random) -> str:
    """Now and then a ghost note or an extra kick that is not in the groove."""
    if feel.fills in ("roll", "machine", "none"):
        return ""
    if piece == "snare" and step in (7, 9, 10, 15) and source.random() < 0.1 * section.energy:
        return "g"
    if piece == "kick" and step in (6, 10, 14) and source.random() < 0.07 * section.energy:
        return "x"
    return ""


def _fill(beat: float, since: int, feel: Feel, section: Section, source: random.Random) -> list[Note]:
    """The end of a bar from a step on."""
    notes = []
    for step in range(since, STEPS):
        rising = (step - since) / max(1, STEPS - since)
        if feel.fills == "roll":
            pitch, level, likely = SNARE, 62 + 40 * rising, 0.95
        elif feel.fills == "machine":
            pitch, level, likely = (_TOMS[min(3, (step - since) // 2 + 1)], 88 + 14 * rising, 0.65)
        elif feel.fills == "brushes":
            pitch, level, likely = source.choice((SNARE, SNARE, 47, 43)), 58 + 16 * rising, 0.5
        elif feel.fills == "lazy":
            pitch, level, likely = source.choice((SNARE, KICK)), 60 + 18 * rising, 0.4
        else:
            pitch, level, likely = _TOMS[min(3, int(rising * 4))], 80 + 22 * rising, 0.8
        if source.random() < likely:
            level *= 0.8 + 0.25 * section.energy
            notes.append(Note(_placed(beat, step, feel, source), 0.2, pitch, _velocity(level, source)))
    if since < STEPS:
        notes.append(Note(beat, 0.2, KICK, _velocity(96, source)))
    return notes


def _build(beat: float, bar: int, section: Section, source: random.Random) -> list[Note]:
    """A snare that doubles its pace towards the drop, the kick leaving for the last beat."""
    left = section.bars - bar
    step = 1.0 if left > 3 else 0.5 if left > 2 else 0.25
    notes = [Note(beat + quarter, 0.2, KICK, 104) for quarter in range(3 if left == 1 else 4)]
    place = 0.0
    while place < BEATS_PER_BAR:
        rising = (bar + place / BEATS_PER_BAR) / section.bars
        notes.append(Note(beat + place, 0.2, SNARE, _velocity(52 + 50 * rising, source)))
        place += step
    return notes


def _placed(beat: float, step: int, feel: Feel, source: random.Random) -> float:
    place = step / 4
    unit = place / feel.swing_unit
    if feel.swing and abs(unit - round(unit)) < 1e-6 and round(unit) % 2 == 1:
        place += feel.swing * feel.swing_unit
    loose = source.gauss(0.0, feel.looseness) if feel.looseness else 0.0
    return round(max(0.0, beat + place + loose), 4)


def _velocity(level: float, source: random.Random) -> int:
    return int(max(18, min(124, source.gauss(level, 3.5))))
