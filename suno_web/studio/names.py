"""Names of files that people choose, download and keep."""

import re

_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')


def file_name(title: str) -> str:
    """A title as a file's name, without its ending, on every system."""
    return _FORBIDDEN.sub(" ", title).strip(" .")[:120] or "Untitled"
