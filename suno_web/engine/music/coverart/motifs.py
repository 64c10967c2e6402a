"""Pieces that several covers are made of."""

import numpy as np
from numpy.typing import NDArray

from suno_web.engine.music.coverart.canvas import Canvas, Plane
from suno_web.engine.music.coverart.palettes import Colour, Palette


def lines(at: Plane, width: Plane) -> Plane:
    """Soft lines at every whole number."""
    off = np.abs(at - np.round(at))
    return np.asarray(np.clip(1.5 - off / np.maximum(width, 1e-5), 0, 1), np.float32)


def ridge(
    canvas: Canvas,
    rng: np.random.Generator,
    base: float,
    height: float,
    colour: Colour,
    strength: float,
    roughness: float = 1.0,
) -> None:
    """A range of hills: sines of falling size, sharper with roughness."""
    line = np.zeros_like(canvas.x)
    for octave in range(7):
        waviness = 2.0**octave * float(rng.uniform(0.8, 1.4))
        line = line + np.abs(np.sin(canvas.x * waviness * 2.4 + rng.uniform(0, 6.28))) * (0.5**octave) ** (
            1 / roughness
        )
    top = base - height * (line - line.mean()) / max(float(line.std()), 1e-6) * 0.55
    canvas.fill(canvas.below(top.astype(np.float32)), colour, strength)


def windows(
    canvas: Canvas,
    palette: Palette,
    rng: np.random.Generator,
    tower: NDArray[np.int64],
    height: Plane,
    row: int,
) -> None:
    """Lit windows on a row of towers."""
    pitch_x, pitch_y = 0.0125 + 0.003 * row, 0.02 + 0.004 * row
    column, storey = np.floor(canvas.x / pitch_x), np.floor((canvas.y - height) / pitch_y)
    lit = np.mod(np.sin(column * 12.9898 + storey * 78.233 + tower[None] * 3.7 + row) * 43758.5453, 1) > 0.8
    pane = (np.mod(canvas.x / pitch_x, 1) < 0.5) & (np.mod((canvas.y - height) / pitch_y, 1) < 0.55)
    shown = lit & pane & (canvas.y > height + 0.015) & (canvas.y < 0.97)
    canvas.fill(shown.astype(np.float32), palette.accents[int(rng.integers(2))], 0.85)


def tile(
    canvas: Canvas,
    top: float,
    left: float,
    side: float,
    colours: tuple[Colour, Colour, Colour],
    rng: np.random.Generator,
) -> None:
    """One square of a quilt: ground, figure and a third colour, in one of five patterns."""
    rows = slice(round(top * canvas.size), round((top + side) * canvas.size))
    columns = slice(round(left * canvas.size), round((left + side) * canvas.size))
    x, y = (canvas.x[:, columns] - left) / side, (canvas.y[rows] - top) / side
    corner_x, corner_y = rng.integers(0, 2, 2)
    kind = int(rng.integers(5))
    if kind == 0:
        away = np.hypot(x - corner_x, y - corner_y)
        shapes = [(away - 1.0, colours[1]), (away - 0.55, colours[2])]
    elif kind == 1:
        away = np.hypot(x - 0.5, y - 0.5)
        shapes = [(away - 0.42, colours[1]), (away - 0.2, colours[0])]
    elif kind == 2:
        shapes = [
            (np.hypot(x - corner_x, y - 0.5) - 0.5, colours[1]),
            (np.hypot(x - 1 + corner_x, y - 0.5) - 0.25, colours[2]),
        ]
    elif kind == 3:
        shapes = [((x if corner_x else 1 - x) - y, colours[1])]
    else:
        shapes = [(np.abs(np.mod(y * 4 + 0.5, 1) - 0.5) - 0.25 + x * 0, colours[1])]
    canvas.fill(np.ones((1, 1), np.float32), colours[0], rows=rows, columns=columns)
    for away, colour in shapes:
        shape = np.clip(0.5 - away * side * canvas.size, 0, 1)
        canvas.fill(shape.astype(np.float32), colour, rows=rows, columns=columns)
