"""Cover art: an abstract square picture for a song, drawn from its genre, mood and seed."""

import io

import numpy as np
from PIL import Image

from suno_web.engine.music.coverart import compositions, palettes
from suno_web.engine.music.coverart.canvas import Canvas

__all__ = ["draw", "jpeg", "pair"]

JPEG_QUALITY = 90
# Film grain hardly packs: a better level takes five times as long and saves a tenth.
PNG_LEVEL = 1


def draw(title: str, *, genre: str, mood: str, seed: int, size: int = 1024) -> Image.Image:
    """A cover for a song, square, size pixels wide. The same song gets the same picture."""
    rng = np.random.default_rng([seed & 0xFFFFFFFF, *f"{title}/{genre}/{mood}".encode()])
    palette = palettes.choose(mood, rng)
    canvas = Canvas(size)
    compositions.choose(genre, rng)(canvas, palette, rng)
    canvas.finish(rng)
    return canvas.image()


def jpeg(title: str, *, genre: str, mood: str, seed: int, size: int = 1024) -> bytes:
    """The cover as a JPEG file."""
    buffer = io.BytesIO()
    draw(title, genre=genre, mood=mood, seed=seed, size=size).save(buffer, "JPEG", quality=JPEG_QUALITY)
    return buffer.getvalue()


def pair(title: str, *, genre: str, mood: str, seed: int, size: int = 1024) -> tuple[bytes, bytes]:
    """Two covers to choose from, as PNG files: other compositions in other colours, for the same song."""
    rng = np.random.default_rng([seed & 0xFFFFFFFF, *f"two of {title}/{genre}/{mood}".encode()])
    first, second = zip(compositions.two(genre, rng), palettes.two(mood, rng), strict=True)
    return _painted(*first, rng, size), _painted(*second, rng, size)


def _painted(
    composition: compositions.Composition, palette: palettes.Palette, rng: np.random.Generator, size: int
) -> bytes:
    canvas = Canvas(size)
    composition(canvas, palette, rng)
    canvas.finish(rng)
    buffer = io.BytesIO()
    canvas.image().save(buffer, "PNG", compress_level=PNG_LEVEL)
    return buffer.getvalue()
