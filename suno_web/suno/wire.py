"""JSON that came from somebody else, as this program can keep it."""

import json
from typing import Any


def loads(body: bytes | str) -> Any:
    """Parse JSON. Raises ValueError for all that is none.

    JSON can carry NULs and halves of characters, which databases refuse. They are dropped here: an answer about
    something paid for must not fail at being written down.
    """
    try:
        return _storable(json.loads(body))
    except RecursionError as exc:
        raise ValueError("nested too deeply") from exc


def is_storable(text: str | list[Any]) -> bool:
    """Whether every database takes it."""
    return bool(text == _storable(text))


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\x00", "").encode(errors="ignore").decode()
    if isinstance(value, list):
        return [_storable(item) for item in value]
    if isinstance(value, dict):
        return {_storable(name): _storable(item) for name, item in value.items()}
    return value
