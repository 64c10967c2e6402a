"""What is on the covers: a handful of pictures, each drawn anew every time."""

from collections.abc import Callable, Mapping

import numpy as np

from suno_web.engine.music.coverart import motifs
from suno_web.engine.music.coverart.canvas import Canvas
from suno_web.engine.music.coverart.palettes import Palette

Composition = Callable[[Canvas, Palette, np.random.Generator], None]


def striped_sun(canvas: Canvas, palette: Palette, rng: np.random.Generator) -> None:
    """A low sun cut by bars above a grid that runs to the horizon."""
    canvas.gradient(palette.sky[0], palette.sky[1])
    horizon = float(rng.uniform(0.6, 0.68))
    x, radius = float(rng.uniform(0.4, 0.6)), float(rng.uniform(0.23, 0.29))
    y = horizon - radius * float(rng.uniform(0.45, 0.75))
    canvas.glow(canvas.halo(x, y, radius * 2.0), palette.accents[1], 0.55)
    bars = np.clip((np.sin((canvas.y - y) * 95 / (radius / 0.26)) + 0.9 - (canvas.y - y) * 5.5) * 12, 0, 1)
    cut = np.where(canvas.y > y - radius * 0.1, bars, 1.0).astype(np.float32)
    sun = canvas.disc(x, y, radius) * (1 - canvas.below(horizon))
    canvas.fill(sun * cut, palette.light)
    tint = np.clip((canvas.y - (y - radius)) / (2 * radius), 0, 1)
    canvas.fill(sun * cut * tint, palette.accents[0])
    motifs.ridge(canvas, rng, horizon, 0.05, palette.dark, 0.85)
    ground = canvas.below(horizon)
    canvas.fill(ground, palette.dark)
    depth = np.maximum(canvas.y - horizon, 1e-4)
    across = motifs.lines((canvas.x - x) / depth * 1.1, 0.035 + 0.0022 / depth)
    along = motifs.lines(
        0.42 / depth + float(rng.uniform(0, 1)), np.clip(0.0035 / depth**1.6, 0.02, 0.5) * 0.4
    )
    fade = np.clip(depth * 6, 0, 1)
    canvas.glow(ground * np.maximum(across, along) * fade, palette.accents[1], 0.9)
    canvas.glow(np.exp(-np.abs(canvas.y - horizon) * 60), palette.accents[1], 0.6)


def skyline(canvas: Canvas, palette: Palette, rng: np.random.Generator) -> None:
    """Rows of towers in the haze, some windows lit, a moon."""
    canvas.gradient(palette.sky[0], palette.sky[1])
    x, y = float(rng.uniform(0.25, 0.75)), float(rng.uniform(0.2, 0.36))
    canvas.glow(canvas.halo(x, y, 0.34), palette.light, 0.4)
    canvas.fill(canvas.disc(x, y, float(rng.uniform(0.09, 0.16))), palette.light)
    for row, (base, haze) in enumerate(((0.52, 0.62), (0.62, 0.34), (0.74, 0.08))):
        edges = np.cumsum(rng.uniform(0.035, 0.085, 40) * (1 + row * 0.25)) - 0.05
        roofs = base + rng.uniform(-0.14, 0.07, 41)
        tower = np.searchsorted(edges, canvas.x[0])
        height = roofs[tower].astype(np.float32)[None]
        shade = palette.dark + (palette.sky[1] - palette.dark) * np.float32(haze)
        canvas.fill(canvas.below(height), shade)
        if row:
            motifs.windows(canvas, palette, rng, tower, height, row)


def ridges(canvas: Canvas, palette: Palette, rng: np.random.Generator) -> None:
    """Mountains behind mountains, a sun between them."""
    canvas.gradient(palette.light, palette.sky[0])
    x, y, radius = (
        float(rng.uniform(0.25, 0.75)),
        float(rng.uniform(0.26, 0.4)),
        float(rng.uniform(0.09, 0.17)),
    )
    canvas.glow(canvas.halo(x, y, radius * 3), palette.accents[0], 0.45)
    canvas.fill(canvas.disc(x, y, radius), palette.accents[0])
    count = int(rng.integers(5, 8))
    for layer in range(count):
        nearness = layer / (count - 1)
        colour = palette.sky[1] + (palette.dark - palette.sky[1]) * np.float32(nearness)
        pale = colour + (palette.light - colour) * np.float32(0.45 * (1 - nearness))
        motifs.ridge(
            canvas, rng, 0.42 + 0.48 * nearness**1.1, 0.12 - 0.05 * nearness, pale, 1.0, roughness=1.1
        )


def waves(canvas: Canvas, palette: Palette, rng: np.random.Generator) -> None:
    """Broad bands of colour that swell and fall."""
    canvas.gradient(palette.sky[0], palette.accents[1], tilt=float(rng.uniform(-0.4, 0.4)))
    canvas.fill(
        canvas.disc(float(rng.uniform(0.3, 0.7)), 0.26, float(rng.uniform(0.1, 0.17))), palette.light, 0.92
    )
    colours = [
        palette.accents[0],
        palette.accents[2],
        palette.sky[1],
        palette.accents[3],
        palette.accents[1],
        palette.dark,
    ]
    turns, phase = float(rng.uniform(0.7, 1.4)), float(rng.uniform(0, 6.28))
    for number, colour in enumerate(colours):
        share = number / len(colours)
        swell = np.sin(canvas.x * 6.28 * turns * (1 + 0.15 * number) + phase + number * 0.9)
        swell = swell * (0.085 - 0.05 * share) + 0.03 * np.sin(canvas.x * 15 + phase * 3 + number)
        height = (0.36 + 0.6 * share + swell).astype(np.float32)
        shadow = np.exp(-np.maximum(height - canvas.y, 0) * 26) * (canvas.y < height)
        canvas.fill(shadow.astype(np.float32), palette.dark, 0.28)
        canvas.fill(canvas.below(height), colour)


def strings(canvas: Canvas, palette: Palette, rng: np.random.Generator) -> None:
    """Fine lines that swing in from both sides, like the strings of an open piano."""
    canvas.gradient(palette.dark, palette.dark + (palette.sky[1] - palette.dark) * np.float32(0.45), tilt=0.5)
    canvas.glow(canvas.halo(float(rng.uniform(0.3, 0.7)), 0.5, 0.38), palette.accents[1], 0.32)
    count, phase = 34, float(rng.uniform(0, 6.28))
    bend, knots = float(rng.uniform(0.16, 0.3)), float(rng.uniform(0.6, 1.25))
    ends = np.sin(np.pi * canvas.x)
    for number in range(count):
        share = number / (count - 1)
        swing = np.sin(canvas.x * 6.28 * knots + phase + share * 3.4) * bend * ends
        line = np.float32(0.14 + 0.72 * share) + swing * (0.3 + np.sin(share * np.pi))
        # The slope widens the vertical cut of a line: divide by it to keep the stroke even.
        slope = np.sqrt(1 + np.gradient(line[0], 1 / canvas.size)[None] ** 2)
        width = 0.0011 + 0.0016 * np.sin(share * np.pi)
        place = share * (len(palette.accents) - 1)
        low = int(place)
        high = min(low + 1, len(palette.accents) - 1)
        colour = palette.accents[low] + (palette.accents[high] - palette.accents[low]) * np.float32(
            place - low
        )
        rows = slice(
            max(0, int((line.min() - 0.02) * canvas.size)), int((line.max() + 0.02) * canvas.size) + 1
        )
        stroke = canvas.inside(np.abs(canvas.y[rows] - line) / slope - np.float32(width))
        canvas.fill(stroke.astype(np.float32), colour, 0.92, rows=rows)


def orbits(canvas: Canvas, palette: Palette, rng: np.random.Generator) -> None:
    """Rings around a bright centre, broken into arcs, with bodies on their way."""
    canvas.gradient(
        palette.dark, palette.sky[0] * np.float32(0.55) + palette.dark * np.float32(0.45), tilt=0.8
    )
    x, y = float(rng.uniform(0.42, 0.58)), float(rng.uniform(0.42, 0.58))
    canvas.glow(canvas.halo(x, y, 0.3), palette.accents[0], 0.55)
    for number in range(int(rng.integers(9, 13))):
        radius = 0.12 + number * 0.047 + float(rng.uniform(-0.008, 0.008))
        width = float(rng.choice([0.0014, 0.0022, 0.007, 0.0125]))
        colour = palette.accents[number % len(palette.accents)]
        turn, span = float(rng.uniform(0, 6.28)), float(rng.uniform(2.2, 6.28))
        canvas.arc(x, y, radius, width, colour, start=turn, span=span)
        if rng.random() < 0.5:
            at, size = float(rng.uniform(0, 6.28)), float(rng.uniform(0.008, 0.022))
            canvas.dot(x + radius * np.cos(at), y + radius * np.sin(at), size, palette.light)
    canvas.dot(x, y, 0.075, palette.light)


def tiles(canvas: Canvas, palette: Palette, rng: np.random.Generator) -> None:
    """A quilt of quarter circles, rings and plain squares."""
    count = int(rng.integers(4, 6))
    colours = [*palette.accents, palette.light, palette.dark, palette.sky[0], palette.sky[1]]
    canvas.gradient(palette.light, palette.light)
    side = 1 / count
    for row in range(count):
        for column in range(count):
            ground, figure, third = (
                colours[int(pick)] for pick in rng.choice(len(colours), 3, replace=False)
            )
            motifs.tile(canvas, row * side, column * side, side, (ground, figure, third), rng)


def shards(canvas: Canvas, palette: Palette, rng: np.random.Generator) -> None:
    """Splinters that burst out of one point."""
    canvas.gradient(palette.sky[0], palette.dark, tilt=float(rng.uniform(-0.6, 0.6)))
    x, y = float(rng.uniform(0.3, 0.7)), float(rng.uniform(0.3, 0.7))
    away = canvas.distance(x, y)
    angle = np.arctan2(canvas.y - np.float32(y), canvas.x - np.float32(x)) + np.float32(np.pi)
    cuts = np.sort(rng.uniform(0, 2 * np.pi, int(rng.integers(22, 34))))
    wedge = np.searchsorted(cuts, angle) % len(cuts)
    shades = np.stack(
        [palette.dark, palette.sky[0], palette.sky[1], *palette.accents, palette.dark, palette.dark]
    )
    picks = rng.integers(len(shades), size=len(cuts))
    lengths = rng.uniform(0.15, 1.3, len(cuts)).astype(np.float32)
    reached = canvas.inside(away - lengths[wedge])
    shade = picks[wedge]
    for pick in np.unique(picks):
        canvas.fill(reached * (shade == pick), shades[pick], 0.9)
    canvas.glow(canvas.halo(x, y, 0.2), palette.accents[0], 0.85)
    core = float(rng.uniform(0.05, 0.11))
    canvas.fill(canvas.disc(x, y, core), palette.light)


def aura(canvas: Canvas, palette: Palette, rng: np.random.Generator) -> None:
    """Clouds of colour that melt into each other around a quiet circle."""
    canvas.gradient(palette.sky[0], palette.sky[1], tilt=float(rng.uniform(-1, 1)))
    warp = 0.09 * np.sin(canvas.y * 7 + float(rng.uniform(0, 6)))
    for number in range(6):
        x, y = rng.uniform(0.05, 0.95, 2)
        spread = float(rng.uniform(0.2, 0.38))
        cloud = np.exp(-(((canvas.x + warp - x) ** 2 + (canvas.y - y) ** 2) / np.float32(spread**2)))
        canvas.fill(cloud.astype(np.float32), palette.accents[number % len(palette.accents)], 0.8)
    x, y, radius = 0.5, float(rng.uniform(0.44, 0.54)), float(rng.uniform(0.2, 0.27))
    shade = np.clip((canvas.y - (y - radius)) / (2 * radius), 0, 1)
    canvas.fill(canvas.disc(x, y, radius), palette.light, 0.85)
    canvas.fill(canvas.disc(x, y, radius) * shade, palette.accents[0], 0.9)
    canvas.arc(x, y, radius + 0.035, 0.0014, palette.light)


def moon_on_water(canvas: Canvas, palette: Palette, rng: np.random.Generator) -> None:
    """A moon above still water and its light on the ripples."""
    horizon = float(rng.uniform(0.56, 0.64))
    canvas.gradient(palette.sky[0], palette.sky[1])
    x, y, radius = (
        float(rng.uniform(0.35, 0.65)),
        float(rng.uniform(0.26, 0.38)),
        float(rng.uniform(0.1, 0.16)),
    )
    canvas.glow(canvas.halo(x, y, radius * 2.4), palette.light, 0.5)
    canvas.fill(canvas.disc(x, y, radius), palette.light)
    motifs.ridge(
        canvas,
        rng,
        horizon - 0.02,
        0.045,
        palette.sky[1] * np.float32(0.5) + palette.dark * np.float32(0.5),
        1.0,
    )
    water = canvas.below(horizon)
    depth = np.clip((canvas.y - horizon) / (1 - horizon), 0, 1)
    canvas.fill(water, palette.sky[1])
    canvas.fill(water * (0.35 + 0.65 * depth), palette.dark, 0.9)
    phase = rng.uniform(0, 6.28, 3)
    ripples = np.sin(300 * np.sqrt(depth + 0.02) + 3 * np.sin(canvas.x * 9 + phase[0]) + phase[1])
    reach = radius * (0.8 + 1.0 * depth) * (1 + 0.3 * np.sin(depth * 40 + phase[2]))
    path = np.clip(1 - np.abs(canvas.x - x) / reach, 0, 1) ** 0.7
    canvas.glow((water * path * np.clip(ripples * 2.5, 0, 1)).astype(np.float32), palette.light, 0.85)
    canvas.glow((water * np.clip(ripples - 0.6, 0, 1) * 0.5).astype(np.float32), palette.accents[0], 0.3)


_BY_GENRE: Mapping[str, tuple[Composition, ...]] = {
    "pop": (waves, aura, tiles, skyline),
    "synthpop": (striped_sun, striped_sun, skyline, orbits),
    "rock": (shards, shards, ridges, strings),
    "edm": (orbits, shards, striped_sun, waves),
    "jazz": (tiles, tiles, strings, skyline),
    "folk": (ridges, ridges, moon_on_water, waves),
    "orchestral": (ridges, orbits, strings, moon_on_water),
    "lofi": (aura, skyline, waves, moon_on_water),
    "piano": (moon_on_water, strings, aura),
}


def choose(genre: str, rng: np.random.Generator) -> Composition:
    """A picture that suits a genre."""
    pool = _BY_GENRE.get(genre, _BY_GENRE["pop"])
    return pool[int(rng.integers(len(pool)))]


def two(genre: str, rng: np.random.Generator) -> tuple[Composition, Composition]:
    """Two pictures that suit a genre and do not look alike."""
    pool = list(dict.fromkeys(_BY_GENRE.get(genre, _BY_GENRE["pop"])))
    first, second = rng.permutation(len(pool))[:2]
    return pool[first], pool[second]
