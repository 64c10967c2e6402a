"""The frame that is shown: light and colour apart, as the encoder wants them, painted only where it changes.

Colours are ITU-R BT.709 in video range, light at full and colour at half resolution (4:2:0).
"""

import av
import numpy as np
from PIL import Image

from suno_web.engine.music.video.poster import HEIGHT, WIDTH, Box, Colour

Planes = tuple[np.ndarray, np.ndarray, np.ndarray]


class Frame:
    """One picture, (HEIGHT * 3 / 2, WIDTH): the light above, the two colours below in rows of two."""

    def __init__(self, still: Image.Image) -> None:
        self._pixels = np.empty((HEIGHT * 3 // 2, WIDTH), np.uint8)
        colours = self._pixels[HEIGHT:].reshape(2, HEIGHT // 2, WIDTH // 2)
        self.planes: Planes = (self._pixels[:HEIGHT], colours[0], colours[1])
        for plane, values in zip(self.planes, _converted(np.asarray(still, np.float32)), strict=True):
            plane[:] = np.rint(values)

    def picture(self) -> av.VideoFrame:
        """What is to be encoded, a copy."""
        return av.VideoFrame.from_ndarray(self._pixels, format="yuv420p")


class Layer:
    """A part of the frame that is painted over and over in its own colours, with the still picture behind it."""

    def __init__(self, frame: Frame, box: Box, colours: np.ndarray) -> None:
        """colours: (1 or height, 1 or width, 3), 0-255."""
        self._places = [_part(plane, box, half=number > 0) for number, plane in enumerate(frame.planes)]
        self._behind = [place.astype(np.float32) for place in self._places]
        wide = np.broadcast_to(colours.astype(np.float32), (box.height, box.width, 3))
        self._change = [
            (paint - behind).astype(np.float32)
            for paint, behind in zip(_converted(wide), self._behind, strict=True)
        ]

    def paint(self, mask: np.ndarray) -> None:
        """Show the colours where the mask is, 0-1, and the still picture where it is not."""
        for number, (place, behind, change) in enumerate(
            zip(self._places, self._behind, self._change, strict=True)
        ):
            place[:] = behind + (_halved(mask) if number else mask) * change + np.float32(0.5)


def _converted(pixels: np.ndarray) -> Planes:
    """Light and the two colours of RGB pixels 0-255, unrounded."""
    red, green, blue = (pixels[..., channel] / np.float32(255) for channel in range(3))
    light = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return (
        16 + 219 * light,
        _halved(128 + 224 * (blue - light) / 1.8556),
        _halved(128 + 224 * (red - light) / 1.5748),
    )


def _halved(plane: np.ndarray) -> np.ndarray:
    """Each two by two pixels as one."""
    rows = plane[0::2] + plane[1::2]
    return np.asarray((rows[:, 0::2] + rows[:, 1::2]) * np.float32(0.25))


def _part(plane: np.ndarray, box: Box, *, half: bool) -> np.ndarray:
    left, top, width, height = (value // 2 for value in box) if half else box
    return plane[top : top + height, left : left + width]


def blend(one: Colour, other: Colour, width: int) -> np.ndarray:
    """Colours from one to another, (1, width, 3)."""
    along = np.linspace(0, 1, width)[:, None]
    return np.asarray((1 - along) * np.array(one) + along * np.array(other))[None]
