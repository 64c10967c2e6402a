"""Whether a fetched file is what it was said to be: sound that plays, a picture that opens, a video."""

from dataclasses import dataclass, field
from typing import BinaryIO

from PIL import Image

from suno_web.studio import listening
from suno_web.studio.models import Asset

Kind = Asset.Kind

# A WAV of eight minutes at 24 bits is 127 MB.
MOST_BYTES: dict[str, int] = {
    Kind.WAV: 400_000_000,
    Kind.STEM: 200_000_000,
    Kind.VIDEO: 500_000_000,
    Kind.IMAGE: 20_000_000,
}
SOUNDS = {
    "MP3": (".mp3", "audio/mpeg"),
    "WAV": (".wav", "audio/wav"),
    "WAVEX": (".wav", "audio/wav"),
    "FLAC": (".flac", "audio/flac"),
    "OGG": (".ogg", "audio/ogg"),
}
PICTURES = {
    "JPEG": (".jpeg", "image/jpeg"),
    "PNG": (".png", "image/png"),
    "WEBP": (".webp", "image/webp"),
}


class WrongFile(Exception):
    """What the provider sent is not what it was to be. Its text is for the member."""


@dataclass(frozen=True)
class Checked:
    """A good file. seconds and peaks only where it is sound."""

    suffix: str
    content_type: str
    seconds: float | None = None
    peaks: list[float] = field(default_factory=list)


def check(kind: str, file: BinaryIO) -> Checked:
    """Look into a whole file of an asset. Raises WrongFile."""
    if kind == Kind.IMAGE:
        suffix, content_type = picture(file)
        return Checked(suffix, content_type)
    if kind == Kind.VIDEO:
        return _video(file)
    heard = sound(file)
    suffix, content_type = SOUNDS.get(heard.format, (f".{heard.format.lower()}", "application/octet-stream"))
    return Checked(suffix, content_type, heard.seconds, heard.peaks)


def sound(file: BinaryIO) -> listening.Heard:
    """Listen to a whole file. Raises WrongFile."""
    file.seek(0)
    try:
        return listening.listen(file)
    except listening.Unplayable as problem:
        raise WrongFile(f"The provider’s file cannot be played: {problem}") from problem


def picture(file: BinaryIO) -> tuple[str, str]:
    """The ending and type of a picture. Raises WrongFile."""
    file.seek(0)
    try:
        with Image.open(file) as image:
            image.verify()
            known = PICTURES.get(image.format or "")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as problem:
        raise WrongFile("The provider’s picture cannot be opened.") from problem
    if known is None:
        raise WrongFile("The provider’s picture is of a kind that browsers do not show.")
    return known


def _video(file: BinaryIO) -> Checked:
    """An MP4 begins with its type and holds an index of its frames; one that was cut off has lost it."""
    file.seek(0)
    if file.read(12)[4:8] != b"ftyp":
        raise WrongFile("The provider’s file is not a video.")
    if not _is_whole(file):
        raise WrongFile("The provider’s video is cut off.")
    return Checked(".mp4", "video/mp4")


def _is_whole(file: BinaryIO) -> bool:
    """Whether the boxes of an MP4 (ISO/IEC 14496-12) end where the file ends, the index among them."""
    end, at, has_index = file.seek(0, 2), 0, False
    while at + 8 <= end:
        file.seek(at)
        header = file.read(16)
        size, name = int.from_bytes(header[:4], "big"), header[4:8]
        if size == 1:
            size = int.from_bytes(header[8:16], "big")
        elif size == 0:
            size = end - at
        if size < 8:
            return False
        has_index = has_index or name == b"moov"
        at += size
    return has_index and at == end
