"""Reading works back from what they were stored as."""

from collections.abc import Callable, Mapping
from typing import Any

from suno_web.engine.music import layering, production, sounds, splicing
from suno_web.engine.music.shelf import Work

__all__ = ["Work", "load"]

_KINDS: Mapping[str, Callable[[dict[str, Any]], Work]] = {
    "song": production.Plan.from_json,
    "sound": sounds.SoundWork.from_json,
    "spliced": splicing.SplicedWork.from_json,
    "layered": layering.LayeredWork.from_json,
}


def load(data: dict[str, Any]) -> Work:
    """The work that `to_json` wrote. What was stored before works had kinds is a song."""
    return _KINDS[data.get("kind", "song")](data)
