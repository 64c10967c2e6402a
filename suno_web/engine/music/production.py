"""A song from start to finish: decide everything (`plan`), then make the sound of it (`render`)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from suno_web.engine.music import audiofile, composer, genres, lyricist, synth, vocals
from suno_web.engine.music.brief import Brief
from suno_web.engine.music.lyrics import Lyrics, LyricSection
from suno_web.engine.music.master import master
from suno_web.engine.music.mixer import Desk
from suno_web.engine.music.preview import Preview, chunks, faded
from suno_web.engine.music.rendered import Rendered, SectionTime
from suno_web.engine.music.score import Song, TimedWord
from suno_web.engine.music.shelf import Shelf
from suno_web.engine.music.stems import StemKeeper
from suno_web.engine.music.synth import RATE

__all__ = ["Plan", "Rendered", "SectionTime", "plan", "render"]

# A genre's preview gain is measured on instrumentals; a voice makes a mix about this much louder.
VOICE_ADDS_DB = 2.0


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything decided about a song. Stored with its task, it renders to the same audio again."""

    kind: ClassVar[str] = "song"

    brief: Brief
    song: Song
    lyrics: Lyrics | None
    seed: int

    @property
    def seconds(self) -> float:
        """Length of the audio that `render` makes."""
        return _frames(self.song) / RATE

    @property
    def style(self) -> str:
        return self.brief.style

    @property
    def title(self) -> str:
        """What the request or the lyrics call it; a song without either is named for its theme."""
        return self.song.title or self.brief.title or lyricist.title(self.brief, seed=self.seed)

    @property
    def genre(self) -> str:
        return self.song.genre

    @property
    def mood(self) -> str:
        return self.brief.mood

    @property
    def lyrics_text(self) -> str:
        return self.lyrics.text if self.lyrics and self.song.lines else ""

    def render(
        self,
        shelf: Shelf,
        *,
        stream: Callable[[bytes], None] | None = None,
        progress: Callable[[float], None] | None = None,
        keep: StemKeeper | None = None,
    ) -> Rendered:
        """Make the audio. A song is made of nothing else, so the shelf is left alone."""
        return render(self, stream=stream, progress=progress, keep=keep)

    def to_json(self) -> dict[str, Any]:
        lyrics = self.lyrics and {
            "title": self.lyrics.title,
            "sections": [[section.name, list(section.lines)] for section in self.lyrics.sections],
        }
        return {
            "kind": self.kind,
            "brief": self.brief.as_json(),
            "song": self.song.to_json(),
            "lyrics": lyrics,
            "seed": self.seed,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Plan":
        lyrics = data["lyrics"] and Lyrics(
            data["lyrics"]["title"],
            tuple(LyricSection(name, tuple(lines)) for name, lines in data["lyrics"]["sections"]),
        )
        return cls(Brief.from_json(data["brief"]), Song.from_json(data["song"]), lyrics, data["seed"])


def plan(brief: Brief, lyrics: Lyrics | None = None, *, seed: int) -> Plan:
    """Decide everything about a song. Lyrics are sung as they are given, whatever length that takes.

    Without lyrics a song with a voice gets words of its own, cut to its length.
    """
    if brief.voice == "none":
        return Plan(brief, composer.compose(brief, None, seed=seed), None, seed)
    written = lyrics or lyricist.write(brief, seed=seed)
    song = composer.compose(brief, written, seed=seed, droppable=lyrics is None)
    if not song.lines:
        return Plan(replace(brief, voice="none"), song, written, seed)
    return Plan(brief, song, lyrics or as_sung(written, song), seed)


def render(
    plan: Plan,
    *,
    stream: Callable[[bytes], None] | None = None,
    progress: Callable[[float], None] | None = None,
    keep: StemKeeper | None = None,
) -> Rendered:
    """Make the audio of a plan. The same plan gives the same samples.

    stream: called with pieces of an MP3 that grows far ahead of real time, the first after about a second; it
    is the song before mastering at about its final loudness, and exactly as long. progress: called with 0-1.
    keep: gets the stems before mastering, block by block.
    """
    song, genre = plan.song, genres.named(plan.song.genre)
    early_gain = genre.preview_gain - (VOICE_ADDS_DB if song.lines else 0.0)
    preview = Preview(stream, _frames(song), early_gain) if stream else None

    def hear(chunk: np.ndarray, share: float) -> None:
        if preview:
            preview.send(chunk)
        if progress:
            progress(round(0.9 * share, 3))

    recording, words = mixed(song, hear=hear, keep=keep)
    if preview:
        preview.close()
    if keep:
        keep.close(recording.shape[1])
    finished = master(recording, drive=genre.drive)
    if progress:
        progress(1.0)
    return Rendered(
        finished.audio,
        words,
        finished.lufs,
        finished.true_peak,
        section_times(song),
        audiofile.peaks(finished.audio),
    )


def mixed(
    song: Song, *, hear: Callable[[np.ndarray, float], None], keep: StemKeeper | None = None
) -> tuple[np.ndarray, tuple[TimedWord, ...]]:
    """Play and sing a song: its mix before mastering, float32 (2, frames), and when each word is heard.

    hear: called with each chunk of the mix and the share that is done. keep: gets the stems and stays open.
    """
    frames = _frames(song)
    desk, choir = Desk(song, keep=keep), vocals.Choir(song)
    since = 0
    for until in chunks(frames):
        chunk = desk.mix(until, choir.sing(since, until))
        faded(chunk, since, frames)
        hear(chunk, until / frames)
        since = until
    synth.forget()
    return desk.recording, choir.words


def _frames(song: Song) -> int:
    return round(song.seconds * RATE)


def section_times(song: Song) -> tuple[SectionTime, ...]:
    """Where the sections of a song lie in its audio."""
    return tuple(
        SectionTime(item.name, item.kind, round(song.second(item.start), 3), round(song.second(item.end), 3))
        for item in song.sections
    )


def as_sung(written: Lyrics, song: Song) -> Lyrics:
    """Those sections of lyrics that the song kept."""
    sung = {line.line for line in song.lines}
    kept, number = list[LyricSection](), 0
    for section in written.sections:
        lines = range(number, number + len(section.lines))
        if not section.lines or sung.intersection(lines):
            kept.append(section)
        number += len(section.lines)
    return Lyrics(written.title, tuple(kept))
