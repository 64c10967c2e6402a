"""What of the film stands still: the cover, twice, and who made what."""

import colorsys
import io
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageOps

from suno_web.engine.music import coverart
from suno_web.engine.music.video.lettering import Lettering

WIDTH, HEIGHT = 1280, 720
MARGIN = 84
COVER, COVER_TOP, ROUND = 404, 88, 18
TEXT_LEFT, TEXT_RIGHT = 548, WIDTH - MARGIN
TEXT_WIDTH = TEXT_RIGHT - TEXT_LEFT
BLUR, BRIGHTEST = 58, 78
WHITE = (255, 255, 255)
TITLE, LONG_TITLE = Lettering(56, 700), Lettering(42, 700)

Colour = tuple[int, int, int]


class Box(NamedTuple):
    """A place in the picture. All four are even: colour has half the resolution of light."""

    left: int
    top: int
    width: int
    height: int


CAPTION = Box(TEXT_LEFT, 366, TEXT_WIDTH, 126)
BARS = Box(MARGIN, 528, WIDTH - 2 * MARGIN, 108)
LINE = Box(MARGIN, 656, WIDTH - 2 * MARGIN, 4)


class Poster(NamedTuple):
    """The still picture and two colours of its cover, bright enough to draw with."""

    picture: Image.Image
    colours: tuple[Colour, Colour]


def paint(cover: bytes, *, title: str, author: str, domain: str) -> Poster:
    """Lay out everything that does not move. A cover that is no picture is painted anew."""
    art = _art(cover, title)
    picture = _ground(art)
    _lay_cover(picture, art)
    mask = Image.new("L", picture.size)
    _write(mask, title, author, domain)
    track = ImageDraw.Draw(mask)
    track.rounded_rectangle(
        (LINE.left, LINE.top, LINE.left + LINE.width - 1, LINE.top + LINE.height - 1), 2, fill=44
    )
    picture.paste(WHITE, mask=mask)
    return Poster(picture, _colours(art))


def _art(cover: bytes, title: str) -> Image.Image:
    try:
        art = Image.open(io.BytesIO(cover)).convert("RGB")
    except OSError:
        art = coverart.draw(title, genre="", mood="", seed=0)
    return ImageOps.fit(art, (512, 512), Image.Resampling.LANCZOS)


def _ground(art: Image.Image) -> Image.Image:
    """The cover as a dark, soft ground on which white is legible, darker towards the foot."""
    small = art.resize((320, 320)).crop((0, 70, 320, 250)).filter(ImageFilter.GaussianBlur(BLUR / 4))
    wide = ImageEnhance.Color(small.resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)).enhance(1.25)
    pixels = np.asarray(wide, np.float32)
    light = pixels @ np.array([0.2126, 0.7152, 0.0722], np.float32)
    pixels = pixels * min(0.62, BRIGHTEST / max(1.0, float(np.percentile(light, 97))))
    pixels *= np.linspace(1.0, 0.5, HEIGHT, dtype=np.float32)[:, None, None] ** 1.2
    # Grain too fine to see keeps the dark gradient from falling into steps.
    grain = np.random.default_rng(0).normal(0, 1.1, (HEIGHT, WIDTH, 1))
    return Image.fromarray(np.clip(pixels + grain + 4, 0, 255).astype(np.uint8), "RGB")


def _lay_cover(picture: Image.Image, art: Image.Image) -> None:
    """The cover as a card with round corners and a soft shadow."""
    shadow = Image.new("L", picture.size)
    card = (MARGIN, COVER_TOP, MARGIN + COVER, COVER_TOP + COVER)
    ImageDraw.Draw(shadow).rounded_rectangle((card[0], card[1] + 14, card[2], card[3] + 14), ROUND, fill=150)
    picture.paste((0, 0, 0), mask=shadow.filter(ImageFilter.GaussianBlur(26)))
    # Corners are drawn at four times the size: Pillow's are not smooth.
    corners = Image.new("L", (COVER * 4, COVER * 4))
    ImageDraw.Draw(corners).rounded_rectangle((0, 0, COVER * 4 - 1, COVER * 4 - 1), ROUND * 4, fill=255)
    small = art.resize((COVER, COVER), Image.Resampling.LANCZOS)
    picture.paste(small, card[:2], corners.resize((COVER, COVER), Image.Resampling.LANCZOS))


def _write(mask: Image.Image, title: str, author: str, domain: str) -> None:
    lettering = TITLE
    lines = TITLE.wrapped(title, TEXT_WIDTH, 2)
    if len(lines) > 1:
        lettering, lines = LONG_TITLE, LONG_TITLE.wrapped(title, TEXT_WIDTH, 3)
    base = COVER_TOP + lettering.size * 0.86
    for line in lines:
        lettering.draw(mask, (TEXT_LEFT, base), line)
        base += lettering.size * 1.16
    by = Lettering(28, 450)
    for line in by.wrapped(author, TEXT_WIDTH, 1):
        by.draw(mask, (TEXT_LEFT, base - lettering.size * 0.14 + 4), line, 190)
    small = Lettering(20, 450)
    for line in small.wrapped(domain, LINE.width, 1):
        small.draw(mask, (WIDTH - MARGIN - small.width(line), 694), line, 150)


def _colours(art: Image.Image) -> tuple[Colour, Colour]:
    """The two most telling colours: vivid, common, and unlike each other. A grey cover gives greys."""
    few = art.resize((96, 96)).quantize(10, Image.Quantize.MEDIANCUT)
    palette = np.array((few.getpalette() or [])[: 3 * 10], np.float32).reshape(-1, 3) / 255
    counts = np.bincount(np.asarray(few).ravel(), minlength=len(palette))[: len(palette)] / (96 * 96)
    scored = []
    for colour, share in zip(palette.tolist(), counts.tolist(), strict=False):
        hue, light, saturation = colorsys.rgb_to_hls(*colour)
        vivid = saturation * (1 - abs(2 * light - 1))
        scored.append(((vivid + 0.04) * share**0.35, hue, light, saturation))
    scored.sort(reverse=True)
    first = scored[0]
    second = max(
        scored[1:], key=lambda one: one[0] * (0.25 + min(abs(one[1] - first[1]), 1 - abs(one[1] - first[1])))
    )
    return _bright(*first[1:]), _bright(*second[1:])


def _bright(hue: float, light: float, saturation: float) -> Colour:
    """A colour of that hue that stands out from a dark ground."""
    red, green, blue = colorsys.hls_to_rgb(hue, min(0.84, max(0.68, light)), min(saturation, 0.9))
    return round(red * 255), round(green * 255), round(blue * 255)
