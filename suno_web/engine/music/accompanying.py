"""Add an instrumental: a band that follows a voice, on its beat, in its key and under its notes.

The voice stays as it is in time. The band comes in early only where there is room before the voice, plays fills
where it pauses, and ends with it. A singer who drifts is followed bar by bar.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from suno_web.engine.music import composer, genres, leadsheet, pulse
from suno_web.engine.music.brief import Brief
from suno_web.engine.music.form import NAMES, Block, Form
from suno_web.engine.music.layering import LayeredWork
from suno_web.engine.music.layers import Cut, KeptLayer, SongLayer
from suno_web.engine.music.melody import TuneNote
from suno_web.engine.music.production import Plan
from suno_web.engine.music.pulse import Pulse, SungSecond
from suno_web.engine.music.rendered import SectionTime
from suno_web.engine.music.score import BEATS_PER_BAR, Chord, Section, Song
from suno_web.engine.music.shelf import Shelf

SECTION_BARS = 8
# A pause of so many bars is a section of its own.
PAUSE_BARS = 2
SHORTEST_NOTE_S = 0.08
FEW_NOTES = 8


def accompany(shelf: Shelf, ref: str, *, brief: Brief, seed: int) -> LayeredWork:
    """A band under the voice that a reference names. Of an own song it is a new band under its singer."""
    work = shelf.work(ref)
    source = work.song if isinstance(work, Plan) and work.song.lines else None
    seconds = work.seconds if source and work else shelf.analysis(ref).seconds
    heard = _written(source) if source else _heard(shelf, ref)
    song = _band(heard, brief, seed)
    voice = KeptLayer(
        ref, "vocal" if source else "all", "voice", (Cut(0.0, seconds, 0.0, seconds),), polished=not source
    )
    backing = SongLayer(heard.time.followed(song), heard.time.start_s, "backing")
    return LayeredWork(
        layers=(voice, backing),
        seconds=round(max(seconds, backing.at_s + song.seconds), 3),
        sections=tuple(_times(song, heard)),
        title=brief.title or (work.title if work else ""),
        style=brief.style,
        genre=song.genre,
        mood=brief.mood,
        lyrics_text=work.lyrics_text if work else "",
        seed=seed,
    )


def _heard(shelf: Shelf, ref: str) -> Pulse:
    analysis = shelf.analysis(ref)
    sung = [
        SungSecond(note.start_s, note.end_s, note.midi)
        for note in analysis.melody
        if note.end_s - note.start_s >= SHORTEST_NOTE_S
    ]
    if len(sung) < FEW_NOTES:
        # Someone raps, or drums: what beat and harmony there are must have been heard by other means.
        sheet = leadsheet.of_analysis(analysis)
        bars = tuple(chord for section in sheet.sections for chord in section.chords)
        return Pulse(sheet.time, sheet.tonic, sheet.mode, _everywhere(len(bars)), bars)
    return pulse.of(sung, analysis.seconds, analysis.downbeats)


def _everywhere(bars: int) -> tuple[TuneNote, ...]:
    """Something in every bar: where nobody knows when the voice pauses, the band does not count on it."""
    return tuple(TuneNote(BEATS_PER_BAR * bar, BEATS_PER_BAR * (bar + 1.0), 60) for bar in range(bars))


def _written(song: Song) -> Pulse:
    """The pulse of an own song, which its score knows."""
    sheet = leadsheet.of_song(song)
    sung = tuple(TuneNote(n.start, n.end, n.pitch) for line in song.lines for n in line.notes)
    chords = tuple(chord for section in song.sections for chord in section.chords)
    return Pulse(sheet.time, song.tonic, song.mode, sung, chords)


def _band(heard: Pulse, brief: Brief, seed: int) -> Song:
    """What the band plays, an outro of two bars behind the voice included."""
    genre = genres.named(brief.genre)
    sung = _sung_bars(heard.notes, len(heard.chords))
    last = max((bar for bar, sings in enumerate(sung) if sings), default=len(sung) - 1)
    sections = tuple(_sections(heard, sung[: last + 1], brief))
    tail = composer.TAILS.get(genre.name, 2.0)
    shape = Form(tuple(Block(s.kind, s.name, s.bars) for s in sections), heard.time.bpm, tail)
    style = replace(brief, voice="none", bpm=heard.time.bpm, tonic=heard.tonic, mode=heard.mode, seconds=None)
    song = composer.set_to(
        shape, sections, style, heard.tonic, heard.mode, title=brief.title or "", seed=seed
    )
    return _out_of_the_way(song, sung)


def _sung_bars(notes: Sequence[TuneNote], bars: int) -> list[bool]:
    sung = [False] * bars
    for note in notes:
        for bar in range(
            max(0, int(note.start // BEATS_PER_BAR)), int((note.end - 0.01) // BEATS_PER_BAR) + 1
        ):
            if bar < bars:
                sung[bar] = True
    return sung


def _sections(heard: Pulse, sung: Sequence[bool], brief: Brief) -> Iterator[Section]:
    """The form that the voice suggests: where it rests, where it sings, and where it sings high."""
    genre = genres.named(brief.genre)
    usual = _mean_pitch(heard.notes, 0.0, float("inf"))
    start = 0
    for kind, bars in _stretches(sung):
        begin, end = start * BEATS_PER_BAR, (start + bars) * BEATS_PER_BAR
        if kind == "sung":
            high = _mean_pitch(heard.notes, begin, end) > usual + 0.5
            kind = "chorus" if high else "verse"
        energy = genre.energy.get(kind, 0.5) * (0.8 + 0.4 * brief.energy)
        chords = heard.chords[start : start + bars]
        yield Section(NAMES[kind], kind, float(begin), bars, round(min(1.0, energy), 3), tuple(chords))
        start += bars
    home = _home(heard, start)
    energy = genre.energy.get("outro", 0.4) * (0.8 + 0.4 * brief.energy)
    yield Section(NAMES["outro"], "outro", float(start * BEATS_PER_BAR), len(home), round(energy, 3), home)


def _stretches(sung: Sequence[bool]) -> Iterator[tuple[str, int]]:
    """Bars in sections: "intro", "sung" (at most SECTION_BARS or so) and "solo" where the voice pauses."""
    runs = [(sings, len(list(group))) for sings, group in groupby(sung)]
    merged: list[tuple[bool, int]] = []
    for place, (sings, bars) in enumerate(runs):
        pause = not sings and (bars >= PAUSE_BARS or not place)
        if merged and not pause and merged[-1][0]:
            merged[-1] = (True, merged[-1][1] + bars)
        else:
            merged.append((not pause, bars))
    for place, (sings, bars) in enumerate(merged):
        if not sings:
            yield ("solo" if place else "intro"), bars
            continue
        while bars:
            part = bars if bars < SECTION_BARS + 4 else SECTION_BARS
            yield "sung", part
            bars -= part


def _home(heard: Pulse, bar: int) -> tuple[Chord, ...]:
    third = 4 if heard.mode in ("major", "mixolydian", "lydian") else 3
    return tuple(
        leadsheet.chord((heard.tonic, third, 7), float((bar + i) * BEATS_PER_BAR), heard.tonic, heard.mode)
        for i in range(2)
    )


def _mean_pitch(notes: Sequence[TuneNote], since: float, until: float) -> float:
    pitches = [note.pitch for note in notes if since <= note.start < until]
    return sum(pitches) / len(pitches) if pitches else 0.0


def _out_of_the_way(song: Song, sung: Sequence[bool]) -> Song:
    """A song whose soloists only fill the bars in which nobody sings."""
    soloists = {track.name for track in leadsheet.leaders(song)}

    def may_sound(beat: float) -> bool:
        bar = int((beat + 0.1) // BEATS_PER_BAR)
        return bar >= len(sung) or not sung[bar]

    tracks = (
        replace(track, notes=tuple(note for note in track.notes if may_sound(note.start)))
        if track.name in soloists
        else track
        for track in song.tracks
    )
    return replace(song, tracks=tuple(track for track in tracks if track.notes))


def _times(song: Song, heard: Pulse) -> Iterator[SectionTime]:
    for item in song.sections:
        start, end = heard.time.second(item.start), heard.time.second(item.end)
        yield SectionTime(item.name, item.kind, round(max(0.0, start), 3), round(end, 3))
