"""Short songs whose truth is known, heard as if they came from elsewhere. Rendered once a session."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from suno_web.engine.music import lyrics, production
from suno_web.engine.music.brief import Brief
from suno_web.engine.music.score import Chord, Song, TimedWord
from suno_web.engine.music.stems import MemoryKeeper

WORDS = """[Verse]
The last train home is calling me
And every light is far from here
[Chorus]
Oh carry me home, carry me home
The river knows my name tonight"""


@dataclass(frozen=True)
class Recording:
    """A finished song with all that was decided about it. stems: float32 (frames, 2)."""

    song: Song
    audio: np.ndarray
    words: tuple[TimedWord, ...]
    stems: dict[str, np.ndarray]

    @property
    def beat_s(self) -> float:
        return 60 / self.song.bpm

    @property
    def chords(self) -> tuple[Chord, ...]:
        return tuple(chord for section in self.song.sections for chord in section.chords)


@cache
def recording(genre: str, *, voice: str = "none", seconds: float = 18.0) -> Recording:
    brief = Brief("trains", genre, "hopeful", 0.6, seconds=seconds, voice=voice)
    words = lyrics.parse(WORDS, "Home") if voice != "none" else None
    plan = production.plan(brief, words, seed=3)
    keeper = MemoryKeeper()
    rendered = production.render(plan, keep=keeper)
    stems = {name: np.asarray(stem, np.float32) for name, stem in keeper.stems.items()}
    return Recording(plan.song, rendered.audio, rendered.words, stems)
