"""What new music in a take stands on: tempo, bar lines, key, chords and players, read or heard."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from suno_web.engine.music import cutting, leadsheet, lexicon, lyrics, passages
from suno_web.engine.music.brief import Brief, Voice
from suno_web.engine.music.lyrics import Lyrics
from suno_web.engine.music.score import BEATS_PER_BAR, Section, Song
from suno_web.engine.music.shelf import Shelf, Work

if TYPE_CHECKING:
    from suno_web.engine.music.analysis.model import Analysis

LEAD_BARS = 2
# Faster than the first number (bpm) and louder than the second (LUFS) is driven; slower or softer is calm.
DRIVEN, CALM = (118.0, -13.0), (84.0, -21.0)


@dataclass(frozen=True, slots=True)
class Ground:
    """song: the score that goes on; of audio from elsewhere a song without players. zero_s: the second of the take
    at which its beat 0 lies. brief: how the source was asked for, or might have been. lyrics: its words, if known."""

    song: Song
    zero_s: float
    brief: Brief
    lyrics: Lyrics | None
    foreign: bool

    @property
    def bar_s(self) -> float:
        return BEATS_PER_BAR * 60.0 / self.song.bpm

    @property
    def bars(self) -> int:
        return round(self.song.beats / BEATS_PER_BAR)

    def bar_line(self, bar: int) -> float:
        """The second of a bar line, bars counted from 0."""
        return self.zero_s + bar * self.bar_s

    def bar(self, second: float) -> float:
        """The bar and the part of it that a second lies in."""
        return (second - self.zero_s) / self.bar_s

    def lead_in(self, bar: int) -> Song:
        """What is played before a bar; a bar of silence where nobody knows it."""
        if self.foreign:
            return cutting.silence(self.song, 1)
        return cutting.bars(self.song, max(0, bar - LEAD_BARS), bar)

    def section_at(self, bar: int) -> Section:
        """The section that a bar belongs to."""
        beat = bar * BEATS_PER_BAR
        return next((item for item in self.song.sections if beat < item.end), self.song.sections[-1])


def between(shelf: Shelf, ref: str, since_s: float, until_s: float) -> Ground:
    """The ground of a stretch of a take. Where its tempo drifts, the bar lines are right at both ends."""
    work, second = shelf.work(ref), (since_s + 3 * until_s) / 4
    passage, score = passages.at(shelf, ref, second), passages.together(shelf, ref, second)
    if work and passage and score:
        told = lyrics.parse(work.lyrics_text, passage.song.title) if work.lyrics_text else None
        return Ground(*score, passage.plan.brief, told, foreign=False)
    heard = shelf.analysis(ref)
    sheet = leadsheet.of_analysis(heard)
    time = sheet.time
    first, last = (round(time.beat(second) / BEATS_PER_BAR) for second in (since_s, until_s))
    first = max(0, min(first, last - 1))
    last = max(last, first + 1)
    start, end = time.second(first * BEATS_PER_BAR), time.second(last * BEATS_PER_BAR)
    bar_s = (end - start) / (last - first)
    brief = _brief(heard, work)
    song = Song(
        brief.genre,
        brief.title or "",
        BEATS_PER_BAR * 60.0 / bar_s,
        sheet.tonic,
        sheet.mode,
        work.seed if work else 0,
        sheet.sections,
        (),
        voice="female" if heard.vocal_activity else "none",
    )
    return Ground(song, start - first * bar_s, brief, None, foreign=True)


def _brief(heard: "Analysis", work: Work | None) -> Brief:
    """How the source might have been asked for."""
    driven = heard.bpm >= DRIVEN[0] or heard.loudness >= DRIVEN[1]
    calm = heard.bpm <= CALM[0] or heard.loudness <= CALM[1]
    usual = "lofi" if calm and not driven else "rock" if driven and not calm else "pop"
    voice: Voice = "female" if heard.vocal_activity else "none"
    genre = work.genre if work and work.genre in lexicon.genres() else usual
    known = lexicon.genres()[genre]
    brief = Brief("", genre, known.mood, known.energy, voice=voice)
    return replace(brief, style=work.style, title=work.title, mood=work.mood or brief.mood) if work else brief
