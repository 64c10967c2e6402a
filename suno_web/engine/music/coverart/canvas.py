"""A square of paint: shapes are given as functions of the place, and edges come out smooth."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from suno_web.engine.music.coverart.palettes import Colour

Plane = NDArray[np.floating[Any]]

ALL = slice(None)
GRAIN = 0.022
VIGNETTE = 0.22


class Canvas:
    """Colours in 0-1 on a square. x and y run from 0 to 1, y downwards; a mask is 0-1 for each pixel."""

    def __init__(self, size: int) -> None:
        self.size = size
        at = (np.arange(size, dtype=np.float32) + 0.5) / size
        self.x: Plane = at[None, :]
        self.y: Plane = at[:, None]
        # One plane a colour: paint is laid on plane by plane, which is three times as fast as pixel by pixel.
        self._planes = np.zeros((3, size, size), np.float32)

    def gradient(self, top: Colour, bottom: Colour, *, tilt: float = 0.0) -> None:
        """Fill with a blend from one colour to another, turned by tilt (radians)."""
        along = self.y * np.float32(np.cos(tilt)) + self.x * np.float32(np.sin(tilt))
        along = (along - along.min()) / max(float(np.ptp(along)), 1e-6)
        eased = along * along * (3 - 2 * along)
        for plane, start, end in zip(self._planes, top, bottom, strict=True):
            plane[:] = start + (end - start) * eased

    def fill(
        self, mask: Plane, colour: Colour, strength: float = 1.0, *, rows: slice = ALL, columns: slice = ALL
    ) -> None:
        """Paint a colour where the mask is, over what is there. rows, columns: the part that the mask covers."""
        share = mask if strength == 1.0 else mask * np.float32(strength)
        for plane, value in zip(self._planes, colour, strict=True):
            part = plane[rows, columns]
            part += (value - part) * share

    def dot(self, x: float, y: float, radius: float, colour: Colour) -> None:
        """Paint a small disc, touching only the pixels around it."""
        reach = radius + 2 / self.size
        rows, columns = (
            slice(max(0, int((at - reach) * self.size)), max(0, int((at + reach) * self.size) + 1))
            for at in (y, x)
        )
        away = np.hypot(self.x[:, columns] - np.float32(x), self.y[rows] - np.float32(y))
        self.fill(self.inside(away - np.float32(radius)), colour, rows=rows, columns=columns)

    def arc(
        self,
        x: float,
        y: float,
        radius: float,
        width: float,
        colour: Colour,
        *,
        start: float = 0.0,
        span: float = 7.0,
    ) -> None:
        """Paint a part of a ring around a point: span radians from start (more than a turn: all of it)."""
        off = np.abs(self.distance(x, y) - np.float32(radius)) - np.float32(width)
        near = np.flatnonzero(off < 1 / self.size)
        row, column = np.divmod(near, self.size)
        angle = np.arctan2(self.y[row, 0] - y, self.x[0, column] - x)
        ends = np.clip((span - np.mod(angle - start, 2 * np.pi)) * radius * self.size, 0, 1)
        share = self.inside(off.ravel()[near]) * ends.astype(np.float32)
        for plane, value in zip(self._planes, colour, strict=True):
            pixels = plane.ravel()
            pixels[near] += (value - pixels[near]) * share

    def glow(self, mask: Plane, colour: Colour, strength: float = 1.0) -> None:
        """Add light of a colour, as a lamp does: bright places never burn out."""
        for plane, value in zip(self._planes, colour, strict=True):
            plane += (1 - plane) * (mask * np.float32(value * strength))

    def inside(self, distance: Plane) -> Plane:
        """The mask of a shape from the signed distance to its edge, negative inside."""
        return np.clip(np.float32(0.5) - distance * np.float32(self.size), 0, 1)

    def below(self, height: Plane | float) -> Plane:
        """The mask of all that lies under a line y = height(x)."""
        return np.clip(
            (self.y - np.asarray(height, np.float32)) * np.float32(self.size) + np.float32(0.5), 0, 1
        )

    def distance(self, x: float, y: float) -> Plane:
        """How far each pixel is from a point."""
        return np.asarray(np.hypot(self.x - np.float32(x), self.y - np.float32(y)))

    def disc(self, x: float, y: float, radius: float) -> Plane:
        """The mask of a disc."""
        return self.inside(self.distance(x, y) - np.float32(radius))

    def halo(self, x: float, y: float, radius: float) -> Plane:
        """A soft light around a point."""
        return np.asarray(np.exp(-((self.distance(x, y) / np.float32(radius)) ** 2)))

    def finish(self, rng: np.random.Generator) -> None:
        """Darken the corners a little and lay film grain over all, which also hides the steps of gradients."""
        away = np.maximum(self.distance(0.5, 0.5) - np.float32(0.35), 0)
        corners = 1 - np.float32(VIGNETTE) * np.minimum(away / np.float32(0.36), 1) ** 2
        grain = rng.standard_normal((self.size, self.size), dtype=np.float32) * np.float32(GRAIN)
        for plane in self._planes:
            plane *= corners
            plane += grain

    def image(self) -> Image.Image:
        """The picture as it stands."""
        pixels = np.empty((self.size, self.size, 3), np.uint8)
        for channel, plane in enumerate(self._planes):
            pixels[..., channel] = np.clip(plane * 255 + 0.5, 0, 255)
        return Image.fromarray(pixels, "RGB")
