"""Where the beats of played music lie in time, and how a song is put onto them.

A song knows one tempo. Music that breathes is followed by moving the notes: what the score calls a beat is then
the moment at which the played beat came.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from suno_web.engine.music.score import BEATS_PER_BAR, Note, Song, SungLine, SungSyllable, Track

# Beats that lie no further than this from an even tempo are even.
EVEN_S = 0.03


@dataclass(frozen=True, slots=True)
class TempoMap:
    """start_s: the second of beat 0, a downbeat; bpm: the tempo on the whole; drift: (beat, seconds that it comes
    later than an even tempo would have it), ascending, empty where the tempo is even."""

    bpm: float
    start_s: float
    drift: tuple[tuple[float, float], ...] = ()

    @property
    def bar_s(self) -> float:
        return BEATS_PER_BAR * 60.0 / self.bpm

    def second(self, beat: float) -> float:
        """When a beat comes."""
        return self.start_s + beat * 60.0 / self.bpm + self.late(beat)

    def late(self, beat: float) -> float:
        """Seconds by which a beat comes later than evenly."""
        if not self.drift:
            return 0.0
        beats, delays = zip(*self.drift, strict=True)
        return float(np.interp(beat, beats, delays))

    def beat(self, second: float) -> float:
        """The beat at a second."""
        even = (second - self.start_s) * self.bpm / 60.0
        # Drift is slow: a few steps find what `second` would give back.
        for _ in range(4 if self.drift else 0):
            even += (second - self.second(even)) * self.bpm / 60.0
        return even

    def followed(self, song: Song) -> Song:
        """A song at this tempo whose beats come where the map has them. Its start is the second of beat 0."""
        return _moved(song, self) if self.drift else song


def through(beats: Sequence[float], downbeats: Sequence[float], bpm: float) -> TempoMap:
    """The map of a recording: beats and downbeats in seconds, bpm as it was heard."""
    if len(beats) < 2:
        return TempoMap(bpm, downbeats[0] if downbeats else 0.0)
    beat_s = 60.0 / bpm
    times = np.asarray(beats)
    # Beats are counted by the time between neighbours, so that a missed one leaves no slip behind.
    steps = np.maximum(1, np.round(np.diff(times) / beat_s)).astype(int)
    count = np.concatenate([[0], np.cumsum(steps)])
    tempo = float(np.polyfit(count, times, 1)[0]) if len(times) > 7 else beat_s
    if abs(tempo - beat_s) < 0.02 * beat_s:
        beat_s = tempo if abs(tempo - beat_s) * len(times) > EVEN_S else beat_s
    start = float(np.median(times - count * beat_s))
    residue = times - count * beat_s - start
    one = _downbeat(downbeats, times, count)
    bar_s = BEATS_PER_BAR * beat_s
    start += one * beat_s
    # The first whole bar: one that begins a moment before the recording does is whole.
    back = int(np.floor((start + 0.08) / bar_s))
    shift = one - back * BEATS_PER_BAR
    start -= back * bar_s
    even = float(np.abs(residue).max()) < EVEN_S
    drift = (
        ()
        if even
        else tuple((float(n - shift), round(float(r), 4)) for n, r in zip(count, residue, strict=True))
    )
    return TempoMap(round(60.0 / beat_s, 4), round(start, 4), drift)


def _downbeat(downbeats: Sequence[float], times: np.ndarray, count: np.ndarray) -> int:
    """Which of four beats opens a bar, by the vote of the downbeats."""
    votes = [int(count[np.abs(times - second).argmin()]) % BEATS_PER_BAR for second in downbeats] or [0]
    return max(range(BEATS_PER_BAR), key=votes.count)


def _moved(song: Song, to: TempoMap) -> Song:
    per_second = song.bpm / 60.0

    def moved(beat: float) -> float:
        return round(max(0.0, beat + (to.late(beat) - to.late(0.0)) * per_second), 4)

    def note(item: Note) -> Note:
        return replace(item, start=moved(item.start))

    def line(item: SungLine) -> SungLine:
        return replace(
            item, notes=tuple(SungSyllable(moved(n.start), moved(n.end), n.pitch) for n in item.notes)
        )

    def track(item: Track) -> Track:
        return replace(item, notes=tuple(note(n) for n in item.notes))

    return replace(song, tracks=tuple(map(track, song.tracks)), lines=tuple(map(line, song.lines)))
