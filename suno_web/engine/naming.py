"""What stems are called by people who read of them or ask for one."""

from collections.abc import Mapping
from typing import TypeVar

PartT = TypeVar("PartT")

_LABELS = {"fx": "FX", "vocal": "Vocals"}
# Words of the about hundred names that the advanced separation takes, and the stem they come closest to.
_WORDS = (
    ("backing", "backing_vocals"), ("choir", "backing_vocals"), ("harmony", "backing_vocals"),
    ("vocal", "vocal"), ("voice", "vocal"), ("sing", "vocal"),
    ("drum", "drums"), ("kick", "drums"), ("snare", "drums"), ("hat", "drums"), ("cymbal", "drums"),
    ("percussion", "percussion"), ("conga", "percussion"), ("shaker", "percussion"), ("tambourine", "percussion"),
    ("bass", "bass"), ("guitar", "guitar"), ("banjo", "guitar"), ("ukulele", "guitar"), ("mandolin", "guitar"),
    ("synth", "synth"), ("pad", "synth"), ("lead", "synth"),
    ("piano", "keyboard"), ("key", "keyboard"), ("organ", "keyboard"), ("accordion", "keyboard"),
    ("string", "strings"), ("violin", "strings"), ("viola", "strings"), ("cello", "strings"), ("harp", "strings"),
    ("brass", "brass"), ("trumpet", "brass"), ("trombone", "brass"), ("horn", "brass"),
    ("wood", "woodwinds"), ("sax", "woodwinds"), ("flute", "woodwinds"), ("clarinet", "woodwinds"),
    ("fx", "fx"), ("effect", "fx"),
)  # fmt: skip


def label(name: str) -> str:
    """A stem's name as people read it."""
    return _LABELS.get(name) or name.replace("_", " ").title()


def only(stems: Mapping[str, PartT], wanted: str) -> dict[str, PartT]:
    """The stem that is asked for in words ("Drum Kit"); none where there is no such."""
    said = wanted.lower()
    meant = next((name for word, name in _WORDS if word in said), said.strip().replace(" ", "_"))
    return {name: stem for name, stem in stems.items() if name == meant}
