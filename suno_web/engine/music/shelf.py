"""What an engine's work is, and the shelf on which works find the audio they are made from.

References are strings: "track:<uuid>" is a take of the engine, "upload:<sha256>" is audio from elsewhere.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import numpy as np

from suno_web.engine.music.rendered import Rendered
from suno_web.engine.music.score import TimedWord
from suno_web.engine.music.stems import StemKeeper

if TYPE_CHECKING:
    # Only named here: whoever implements a shelf decides when the listening ear is loaded.
    from suno_web.engine.music.analysis.model import Analysis


class Work(Protocol):
    """A take before it sounds: everything decided. Frozen and JSON-able, so it renders to the same audio again.

    kind: "song", "spliced", "layered" or "sound"; style: the line shown as tags; lyrics_text: marked text, empty
    where nobody sings.
    """

    kind: ClassVar[str]

    @property
    def seconds(self) -> float: ...
    @property
    def style(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def lyrics_text(self) -> str: ...
    @property
    def genre(self) -> str: ...
    @property
    def mood(self) -> str: ...
    @property
    def seed(self) -> int: ...

    def to_json(self) -> dict[str, Any]:
        """The work as plain JSON types with its "kind"; `works.load` reads it back."""

    def render(
        self,
        shelf: "Shelf",
        *,
        stream: Callable[[bytes], None] | None = None,
        progress: Callable[[float], None] | None = None,
        keep: StemKeeper | None = None,
    ) -> Rendered:
        """Make the audio. stream: called with pieces of a growing MP3; progress: with 0-1; keep: gets the stems."""


class Shelf(Protocol):
    """Finds what a reference names. Raises KeyError where nothing is kept under it."""

    def audio(self, ref: str) -> np.ndarray:
        """The lossless audio, float32 (frames, 2) at 44.1 kHz: the same samples each time."""

    def work(self, ref: str) -> Work | None:
        """What the audio was rendered from; None for audio from elsewhere."""

    def words(self, ref: str) -> tuple[TimedWord, ...]:
        """When each word is heard; empty where nobody sings or nobody knows."""

    def stems(self, ref: str) -> dict[str, np.ndarray]:
        """True stems of own takes, separated ones of other audio: float16 or float32 (frames, 2) each."""

    def analysis(self, ref: str) -> "Analysis":
        """Tempo, beats, key, chords and the like, heard in the audio."""
