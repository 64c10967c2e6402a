"""A lead sheet: a song as it is before anyone plays it. Tempo, key, form, a chord a bar, and the tune.

Own takes have theirs in the score, exactly. Of other audio it is what was heard (`analysis`), put on a grid.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from suno_web.engine.music import genres, tempomap, theory
from suno_web.engine.music.form import NAMES
from suno_web.engine.music.genres.guests import GUESTS
from suno_web.engine.music.melody import TuneNote
from suno_web.engine.music.production import Plan
from suno_web.engine.music.score import BEATS_PER_BAR, Chord, Section, Song, Track
from suno_web.engine.music.shelf import Shelf
from suno_web.engine.music.tempomap import TempoMap

if TYPE_CHECKING:
    from suno_web.engine.music.analysis.model import Analysis

# Notes shorter than this were not meant.
SHORTEST_NOTE_S = 0.09
USUAL_BARS = 8


@dataclass(frozen=True, slots=True)
class LeadSheet:
    """time: where its beats lie in the audio; title: what the source is called, "" if nobody knows."""

    time: TempoMap
    tonic: int
    mode: str
    sections: tuple[Section, ...]
    tune: tuple[TuneNote, ...]
    title: str = ""

    @property
    def bpm(self) -> float:
        return self.time.bpm

    @property
    def beats(self) -> float:
        return self.sections[-1].end


def of(shelf: Shelf, ref: str) -> LeadSheet:
    """The lead sheet of what a reference names: read from the score of an own song, heard in anything else."""
    work = shelf.work(ref)
    return of_song(work.song) if isinstance(work, Plan) else of_analysis(shelf.analysis(ref))


def of_song(song: Song) -> LeadSheet:
    """What a song's players read from."""
    tune = [note for index, section in enumerate(song.sections) for note in _tune_of(song, index, section)]
    return LeadSheet(
        TempoMap(song.bpm, 0.0), song.tonic, song.mode, song.sections, tuple(_one_voice(tune)), song.title
    )


def of_analysis(heard: "Analysis") -> LeadSheet:
    """What was heard, on a grid of bars and sixteenths."""
    time = tempomap.through(heard.beats, heard.downbeats, heard.bpm)
    # What rings on after the last beat is no bar; a last bar that is nearly whole is.
    end_s = min(heard.seconds, heard.beats[-1] + 60.0 / heard.bpm) if heard.beats else heard.seconds
    bars = max(1, int((time.beat(end_s) + 0.75) // BEATS_PER_BAR))
    mode = heard.mode if heard.mode in theory.MODES else "minor" if "min" in heard.mode else "major"
    chords = tuple(_heard_chords(heard, time, bars, mode))
    sections = tuple(_heard_sections(heard, time, chords))
    notes = (
        TuneNote(
            max(0.0, round(time.beat(note.start_s) * 4) / 4), round(time.beat(note.end_s) * 4) / 4, note.midi
        )
        for note in heard.melody
        if note.end_s - note.start_s >= SHORTEST_NOTE_S
    )
    in_form = [note for note in notes if note.start < bars * BEATS_PER_BAR]
    return LeadSheet(time, heard.tonic, mode, sections, tuple(_one_voice(in_form)))


def chord(triad: tuple[int, int, int], start: float, tonic: int, mode: str) -> Chord:
    """A bar of a triad (root, third and fifth in semitones above it), with the degree that its root is nearest to."""
    root, third, fifth = triad
    scale = theory.scale(tonic, mode)
    degree = min(range(7), key=lambda i: abs((root - scale[i] + 6) % 12 - 6)) + 1
    classes = (root % 12, (root + third) % 12, (root + fifth) % 12)
    return Chord(start, BEATS_PER_BAR, classes, degree)


def _tune_of(song: Song, index: int, section: Section) -> Iterator[TuneNote]:
    """What one hums of a section: what is sung, or else the leading instrument."""
    sung = [note for line in song.lines if line.section == index for note in line.notes]
    if sung:
        yield from (TuneNote(note.start, note.end, note.pitch) for note in sung)
        return
    swings = genres.named(song.genre).swing > 0.1
    for track in leaders(song):
        notes = [note for note in track.notes if section.start - 0.1 <= note.start < section.end - 0.1]
        if notes:
            for note in notes:
                start = max(section.start, _straight(note.start, swings=swings))
                yield TuneNote(start, start + max(0.25, round(note.length * 4) / 4), note.pitch)
            return


def leaders(song: Song) -> list[Track]:
    """Tracks that play tunes, the loudest first."""
    parts = (*genres.named(song.genre).parts, *GUESTS.values())
    names = {part.name for part in parts if part.plays == "lead"}
    return sorted((track for track in song.tracks if track.name in names), key=lambda track: -track.gain)


def _straight(beat: float, *, swings: bool) -> float:
    """A played beat where it is written: players are loose, and swung quavers are written even."""
    place = beat % 1.0
    if swings and 0.55 < place < 0.75:
        return beat - place + 0.5
    return round(beat * 4) / 4


def _one_voice(notes: Sequence[TuneNote]) -> Iterator[TuneNote]:
    """Notes in order, each ending where the next begins; of those that begin together the highest."""
    ordered = sorted(notes, key=lambda note: (note.start, -note.pitch))
    kept = [note for i, note in enumerate(ordered) if not i or note.start > ordered[i - 1].start + 0.1]
    for note, following in zip(kept, [*kept[1:], None][: len(kept)], strict=True):
        end = max(note.end, note.start + 0.25)
        yield replace(note, end=min(end, following.start) if following else end)


def _heard_chords(heard: "Analysis", time: TempoMap, bars: int, mode: str) -> Iterator[Chord]:
    """A chord for each bar: the one that sounds longest in it, or the one before where none does."""
    latest = (heard.tonic, 4 if mode in ("major", "mixolydian", "lydian") else 3, 7)
    for bar in range(bars):
        since, until = time.second(bar * BEATS_PER_BAR), time.second((bar + 1) * BEATS_PER_BAR)
        votes: defaultdict[tuple[int, int, int], float] = defaultdict(float)
        for span in heard.chords:
            overlap = min(span.end_s, until) - max(span.start_s, since)
            if overlap > 0 and span.root is not None:
                votes[span.root % 12, *_triad(span.quality)] += overlap
        latest = max(votes, key=lambda triad: votes[triad], default=latest)
        yield chord(latest, float(bar * BEATS_PER_BAR), heard.tonic, mode)


def _triad(quality: str) -> tuple[int, int]:
    """Third and fifth of a chord by the name of its kind ("minor7", "dominant", "diminished")."""
    if quality.startswith("dim"):
        return 3, 6
    return (3, 7) if quality.startswith("min") else (4, 7)


def _heard_sections(heard: "Analysis", time: TempoMap, chords: Sequence[Chord]) -> Iterator[Section]:
    """The form in whole bars. What nobody could divide is divided evenly."""
    starts: dict[int, str] = {}
    for item in heard.sections:
        starts.setdefault(max(0, round(time.beat(item.start_s) / BEATS_PER_BAR)), item.kind)
    if len(starts) < 2:
        starts = {
            bar: ("verse", "chorus")[bar // USUAL_BARS % 2] for bar in range(0, len(chords), USUAL_BARS)
        }
    edges = sorted(bar for bar in starts if bar < len(chords)) or [0]
    kinds = [starts.get(bar, "verse") for bar in edges]
    edges[0] = 0
    for since, until, kind in zip(edges, [*edges[1:], len(chords)], kinds, strict=True):
        known = kind if kind in NAMES else "verse"
        bars = tuple(chords[since:until])
        yield Section(NAMES[known], known, float(since * BEATS_PER_BAR), until - since, 0.6, bars)
