"""A shelf that keeps everything in memory, and small songs to put on it."""

from functools import cache

import numpy as np

from suno_web.engine.music import lyrics, production
from suno_web.engine.music.analysis.model import Analysis, ChordSpan
from suno_web.engine.music.brief import Brief
from suno_web.engine.music.production import Plan
from suno_web.engine.music.rendered import Rendered
from suno_web.engine.music.score import TimedWord
from suno_web.engine.music.shelf import Work
from suno_web.engine.music.stems import MemoryKeeper

WORDS = lyrics.parse(
    "[Verse]\nThe last train home is calling me\nThe lights go by so silently\n"
    "[Chorus]\nOh carry me home, carry me home",
    "Home",
)


class MemoryShelf:
    """Renders what is put on it and keeps the result."""

    def __init__(self) -> None:
        self._works: dict[str, tuple[Work, Rendered, dict[str, np.ndarray]]] = {}
        self._foreign: dict[str, tuple[np.ndarray, Analysis]] = {}

    def put(self, ref: str, work: Work) -> Rendered:
        keeper = MemoryKeeper()
        rendered = work.render(self, keep=keeper)
        self._works[ref] = (work, rendered, keeper.stems)
        return rendered

    def put_foreign(self, ref: str, audio: np.ndarray, analysis: Analysis) -> None:
        self._foreign[ref] = (audio, analysis)

    def audio(self, ref: str) -> np.ndarray:
        return self._foreign[ref][0] if ref in self._foreign else self._works[ref][1].audio

    def work(self, ref: str) -> Work | None:
        return None if ref in self._foreign else self._works[ref][0]

    def words(self, ref: str) -> tuple[TimedWord, ...]:
        return () if ref in self._foreign else self._works[ref][1].words

    def stems(self, ref: str) -> dict[str, np.ndarray]:
        return {} if ref in self._foreign else self._works[ref][2]

    def analysis(self, ref: str) -> Analysis:
        return self._foreign[ref][1]


def plan_of(genre: str, *, voice: str = "none", seconds: float = 14.0, seed: int = 3) -> Plan:
    brief = Brief("trains", genre, "hopeful", 0.7, seconds=seconds, voice=voice, style=f"{genre}, hopeful")
    return production.plan(brief, WORDS if voice != "none" else None, seed=seed)


@cache
def shelf_with_songs() -> MemoryShelf:
    """A sung pop song as "track:sung", a rock band as "track:band", and the band's audio as "upload:band",
    which begins half a second late and is heard as it was composed."""
    shelf = MemoryShelf()
    shelf.put("track:sung", plan_of("pop", voice="female", seconds=20.0))
    plan = plan_of("rock")
    audio = np.pad(shelf.put("track:band", plan).audio, ((22_050, 0), (0, 0)))
    shelf.put_foreign("upload:band", audio, as_heard(plan, len(audio) / 44_100, 0.5))
    return shelf


def as_heard(plan: Plan, seconds: float, late: float) -> Analysis:
    """What a perfect ear hears in a song that begins some seconds late."""
    song = plan.song
    beats = tuple(round(late + song.second(beat), 4) for beat in range(int(song.beats)))
    chords = tuple(
        ChordSpan(
            late + song.second(chord.start),
            late + song.second(chord.end),
            chord.root,
            "min" if (chord.pitch_classes[1] - chord.root) % 12 == 3 else "maj",
        )
        for section in song.sections
        for chord in section.chords
    )
    mode = "minor" if song.mode in ("minor", "dorian") else "major"
    return Analysis(seconds, song.bpm, beats, beats[::4], song.tonic, mode, chords, (), (), (), -14.0)
