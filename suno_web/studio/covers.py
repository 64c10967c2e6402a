"""Covers in the sizes that pages show: fifty rows must not load fifty posters."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from django.core.files import File
from PIL import Image

from suno_web.studio.models import Asset, Track

SIZES = {"small": 96, "medium": 512}
TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}


@dataclass(frozen=True)
class Cover:
    path: Path
    content_type: str


def find(track: Track, size: str = "") -> Cover | None:
    """The cover in a size of SIZES, made when first asked for; as it came for any other. None without one."""
    if not track.image:
        return None
    original = Path(track.image.path)
    if not original.exists():
        return None
    if size not in SIZES:
        with Image.open(original) as image:
            return Cover(original, TYPES.get(image.format or "", "application/octet-stream"))
    sized = original.with_name(f"{original.name}-{SIZES[size]}.webp")
    if not sized.exists():
        _shrink(original, sized, SIZES[size])
    return Cover(sized, "image/webp")


def replace(track: Track, image: Asset) -> None:
    """Give a take another cover. The one it had stays in its folder, under its own name."""
    with image.file.open("rb") as content:
        track.image.save("cover", File(content), save=False)
    track.save(update_fields=["image"])


def _shrink(original: Path, into: Path, pixels: int) -> None:
    with Image.open(original) as image, tempfile.NamedTemporaryFile(dir=into.parent, delete=False) as file:
        small = image.convert("RGB")
        small.thumbnail((pixels, pixels))
        small.save(file, "WEBP", quality=82)
    # Two browsers may ask at once; whoever is last puts the same picture there.
    Path(file.name).replace(into)
