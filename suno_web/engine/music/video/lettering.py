"""Words in a picture, in whatever script they are: each character in the first font that has it.

The studio's own typeface comes first, then what the system has. A character that no font has is left out; a text of
which nothing is left keeps the boxes a font draws for the unknown, so that one sees there is a text.
"""

from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import dropwhile, groupby
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

INTER = Path(__file__).parents[4] / "static" / "fonts"
INTER_FILES = ("inter-latin-wght-normal.woff2", "inter-latin-ext-wght-normal.woff2")
SYSTEM = Path("/usr/share/fonts")
# Families of the system that have many scripts, the best first.
FAMILIES = ("NotoSans", "Noto Sans", "DroidSans", "wqy", "DejaVuSans", "FreeSans", "Unifont", "unifont")
# A system has dozens of Noto fonts; opening them all for every size would take seconds.
MOST_FONTS = 24
NOWHERE = "\U0010ffff"
ELLIPSIS = "…"

Font = ImageFont.FreeTypeFont


class Lettering:
    """Text of one size and weight (100-900)."""

    def __init__(self, size: int, weight: int = 500) -> None:
        self.size = size
        self._fonts = _fonts(size, weight)
        self.ascent, self.descent = self._fonts[0].getmetrics()

    def width(self, text: str) -> float:
        return sum(font.getlength(run) for font, run in self._runs(text))

    def draw(self, mask: Image.Image, at: tuple[float, float], text: str, shade: int = 255) -> None:
        """Draw into a picture of mode L. at: left end of the base line."""
        pen, (x, y) = ImageDraw.Draw(mask), at
        for font, run in self._runs(text):
            pen.text((x, y), run, fill=shade, font=font, anchor="ls")
            x += font.getlength(run)

    def wrapped(self, text: str, width: float, lines: int) -> list[str]:
        """The text in at most so many lines of a width, cut with an ellipsis where it is longer."""
        rest, found = " ".join(text.split()), list[str]()
        while rest and len(found) < lines:
            line = self._first_line(rest, width)
            found.append(line.strip())
            rest = rest[len(line) :].strip()
        if rest and found:
            found[-1] = self._cut(found[-1] + ELLIPSIS, width)
        return found

    def balanced(self, text: str, width: float) -> list[str]:
        """The text in one line, or in two of about the same length."""
        lines = self.wrapped(text, width, 2)
        if len(lines) < 2 or lines[1].endswith(ELLIPSIS):
            return lines
        words = " ".join(lines).split(" ")
        breaks = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words))]
        fitting = [pair for pair in breaks if max(map(self.width, pair)) <= width]
        return list(min(fitting, key=lambda pair: max(map(self.width, pair)))) if fitting else lines

    def _first_line(self, text: str, width: float) -> str:
        """As many words as fit; of a word that is too long (or a script without spaces) as many characters."""
        if self.width(text) <= width:
            return text
        fitting = ""
        for word in text.split(" "):
            if self.width(fitting + word) > width:
                break
            fitting += word + " "
        if fitting:
            return fitting
        count = next((n for n in range(2, len(text) + 1) if self.width(text[:n]) > width), len(text) + 1)
        return text[: count - 1]

    def _cut(self, text: str, width: float) -> str:
        body = text.removesuffix(ELLIPSIS)
        while body and self.width(body + ELLIPSIS) > width:
            body = body[:-1].rstrip()
        return body + ELLIPSIS

    def _runs(self, text: str) -> list[tuple[Font, str]]:
        """The text in pieces of one font each."""
        return list(_runs(text, self._fonts))


@lru_cache(maxsize=256)
def _runs(text: str, fonts: tuple[Font, ...]) -> tuple[tuple[Font, str], ...]:
    printable = "".join(char for char in text if char.isprintable())
    placed = [
        (next((n for n, font in enumerate(fonts) if _has(font, char)), None), char) for char in printable
    ]
    shown = [one for one in placed if one[0] is not None]
    # What was left out before a blank leaves no hole at the start of the line.
    shown = list(dropwhile(lambda one: one[1] == " ", shown))
    if not any(char.strip() for _, char in shown):
        shown = [(0, char) for _, char in placed]
    return tuple(
        (fonts[number or 0], "".join(char for _, char in run))
        for number, run in groupby(shown, key=lambda one: one[0])
    )


@lru_cache(maxsize=4096)
def _has(font: Font, char: str) -> bool:
    """Whether a font has a character of its own: what it lacks looks like what no font has."""
    return char == " " or bytes(font.getmask(char)) != bytes(font.getmask(NOWHERE))


@cache
def _fonts(size: int, weight: int) -> tuple[Font, ...]:
    fonts: list[Font] = []
    for file in INTER_FILES:
        if (INTER / file).is_file():
            font = ImageFont.truetype(INTER / file, size)
            font.set_variation_by_axes([weight])
            fonts.append(font)
    fonts += [ImageFont.truetype(path, size) for path in _system_fonts(weight >= 600)]
    if not fonts:
        # Pillow's own Latin font. It is always there.
        fallback = ImageFont.load_default(size)
        fonts += [fallback] if isinstance(fallback, ImageFont.FreeTypeFont) else []
    return tuple(fonts)


@cache
def _system_fonts(bold: bool) -> Sequence[Path]:
    wanted = "Bold" if bold else "Regular"
    found = [
        path
        for path in sorted(SYSTEM.rglob("*.[to]t[fc]"))
        if path.name.startswith(FAMILIES)
        and path.stem.partition("-")[2] in (wanted, "" if not bold else wanted)
        and not any(other in path.stem for other in ("Mono", "Condensed", "Serif"))
    ]
    rank = {name: number for number, name in enumerate(FAMILIES)}
    found.sort(key=lambda path: min(rank[name] for name in FAMILIES if path.name.startswith(name)))
    return tuple(found[:MOST_FONTS])
