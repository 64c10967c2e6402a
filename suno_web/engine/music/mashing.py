"""Mashups: the voice of one recording over the backing of another, on its beat and in its key.

Each sung section of the one is laid onto a section of the other, from downbeat to downbeat, stretched a little and
moved to the nearest pitch at which both share a scale. The two takes of a request swap the roles.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from suno_web.engine.music import arranger, genres, leadsheet, theory
from suno_web.engine.music.brief import Brief
from suno_web.engine.music.layeraudio import EDGE
from suno_web.engine.music.layering import LayeredWork
from suno_web.engine.music.layers import Cut, KeptLayer, Layer, SongLayer
from suno_web.engine.music.leadsheet import LeadSheet
from suno_web.engine.music.lyrics import Lyrics
from suno_web.engine.music.production import Plan
from suno_web.engine.music.rendered import SectionTime
from suno_web.engine.music.score import BEATS_PER_BAR, Section, Song
from suno_web.engine.music.shelf import Shelf
from suno_web.engine.music.singing_over import sing
from suno_web.engine.music.synth import RATE

# A voice is not stretched or moved further than it can bear.
MOST_STRETCH = 0.12
MOST_SEMITONES = 4
# A section counts as sung with a voice in this part of it.
SUNG = 0.15
# A voice that begins on the downbeat speaks a little before it.
PICK_UP_S = 0.25
TAIL_S = 1.5
FADE_S = EDGE / RATE
# Bars that a brief may ask extra players for, and their level beside a whole band.
EXTRAS = ("drums", "percussion")
EXTRA_GAIN = -5.0


@dataclass(frozen=True, slots=True)
class Source:
    """One of the two recordings. voices: when somebody sings in it, seconds."""

    ref: str
    sheet: LeadSheet
    seconds: float
    voices: Sequence[tuple[float, float]]

    @property
    def sings(self) -> bool:
        return sum(end - start for start, end in self.voices) > 2.0


def mash(
    shelf: Shelf, ref_a: str, ref_b: str, *, brief: Brief, lyrics: Lyrics | None, seed: int
) -> LayeredWork:
    """The voice of one over the backing of the other; an odd seed swaps them.

    If only one of them has a voice, that is the one used. If neither has, given lyrics are sung over the backing,
    under what the other plays above its bass; without lyrics that is all.
    """
    pair = source(shelf, ref_a), source(shelf, ref_b)
    giver, ground = pair if seed % 2 == 0 else pair[::-1]
    if ground.sings and not giver.sings:
        giver, ground = ground, giver
    shift = transposition(giver.sheet, ground.sheet)
    target = _Target(ground, pace(giver.sheet, ground.sheet))
    cuts = tuple(_cuts(giver, target))
    layers: list[Layer] = [
        KeptLayer(ground.ref, "instrumental" if ground.sings else "all", "backing", (target.whole,)),
        KeptLayer(
            giver.ref,
            "vocal" if giver.sings else "upper",
            "voice",
            cuts,
            float(shift),
            polished=giver.sings,
            gain=0.0 if giver.sings else -4.0,
        ),
    ]
    layers += _extras(target, brief, seed)
    if lyrics and lyrics.lines and not giver.sings and brief.voice != "none":
        layers += _sung(target, brief, lyrics, seed)
    works = [work for work in (shelf.work(giver.ref), shelf.work(ground.ref)) if work]
    return LayeredWork(
        layers=tuple(layers),
        seconds=round(target.whole.length_s, 3),
        sections=tuple(target.times()),
        title=brief.title or " × ".join(work.title for work in works if work.title),
        style=brief.style,
        genre=genres.named(brief.genre).name,
        mood=brief.mood,
        lyrics_text=works[0].lyrics_text
        if giver.sings and shelf.work(giver.ref)
        else lyrics.text
        if lyrics
        else "",
        seed=seed,
    )


def source(shelf: Shelf, ref: str) -> Source:
    """What a mashup must know of a recording."""
    work, sheet = shelf.work(ref), leadsheet.of(shelf, ref)
    if isinstance(work, Plan):
        song = work.song
        lines = [(song.second(line.notes[0].start), song.second(line.notes[-1].end)) for line in song.lines]
        return Source(ref, sheet, work.seconds, lines)
    heard = shelf.analysis(ref)
    return Source(ref, sheet, heard.seconds, heard.vocal_activity)


def transposition(one: LeadSheet, other: LeadSheet) -> int:
    """Semitones that bring one key to the other or its relative; to its nearest neighbour if that is far."""
    goal = set(theory.scale(other.tonic, other.mode))
    scale = theory.scale(one.tonic, one.mode)

    def clash(step: int) -> tuple[int, int]:
        return -len(goal & {(pitch + step) % 12 for pitch in scale}), abs(step)

    return min(range(-MOST_SEMITONES, MOST_SEMITONES + 1), key=clash)


def pace(one: LeadSheet, other: LeadSheet) -> tuple[float, float]:
    """(bars of the backing for a bar of the voice, speed of the backing).

    Half or double time is taken where it stretches the voice less. A voice that would still be stretched too far is
    met by the backing half-way.
    """
    ratio = other.bpm / one.bpm
    bars = min((1.0, 2.0, 0.5), key=lambda bars: (abs(math.log(ratio / bars)), bars != 1.0))
    stretch = ratio / bars
    if abs(stretch - 1.0) <= MOST_STRETCH:
        return bars, 1.0
    return bars, round(1 / math.sqrt(stretch), 6)


class _Target:
    """The time of the mashup: the backing from its first downbeat on, at the speed chosen for it."""

    def __init__(self, ground: Source, pace: tuple[float, float]) -> None:
        self.bars, self.speed = pace
        sheet = ground.sheet
        self.sheet = sheet
        self._first = max(0.0, sheet.time.second(0.0))
        end = min(ground.seconds, sheet.time.second(sheet.beats) + TAIL_S)
        self.whole = Cut(self._first, end, 0.0, (end - self._first) / self.speed)

    def second(self, beat: float) -> float:
        """When a beat of the backing is heard."""
        return (self.sheet.time.second(beat) - self._first) / self.speed

    def times(self) -> Iterator[SectionTime]:
        for item in self.sheet.sections:
            start, end = max(0.0, self.second(item.start)), self.second(item.end)
            yield SectionTime(item.name, item.kind, round(start, 3), round(min(end, self.whole.length_s), 3))

    def on_beat(self, song: Song) -> SongLayer:
        """A song at the backing's tempo, laid onto its beats."""
        followed = self.sheet.time.followed(song)
        return SongLayer(
            replace(followed, bpm=followed.bpm * self.speed), self.second(0.0), "backing", EXTRA_GAIN
        )


def _cuts(giver: Source, target: _Target) -> Iterator[Cut]:
    """Sung sections in step with the backing, each from a section of it on."""
    sung = [section for section in giver.sheet.sections if _is_sung(giver, section)]
    sung = sung if sung and giver.sings else list(giver.sheet.sections)
    runs: list[_Run] = []
    for section, (beat, bars) in zip(sung, _places(sung, target), strict=True):
        # What of the section fits: whole bars of the voice.
        fitting = min(section.bars, int(bars / target.bars + 1e-6)) * BEATS_PER_BAR
        run = _Run(section.start, section.start + fitting, beat, beat + fitting * target.bars)
        if runs and runs[-1].end == run.start and runs[-1].until == run.beat:
            runs[-1] = replace(runs[-1], end=run.end, until=run.until)
        elif fitting:
            runs.append(run)
    for run in runs:
        yield from _pieces(giver, target, run)


@dataclass(frozen=True, slots=True)
class _Run:
    """Beats of the voice, start to end, over beats of the backing, beat to until."""

    start: float
    end: float
    beat: float
    until: float


def _is_sung(giver: Source, section: Section) -> bool:
    since, until = giver.sheet.time.second(section.start), giver.sheet.time.second(section.end)
    sung = sum(max(0.0, min(end, until) - max(start, since)) for start, end in giver.voices)
    return sung > SUNG * (until - since)


def _places(sung: Sequence[Section], target: _Target) -> Iterator[tuple[float, float]]:
    """For each sung section where in the backing it begins (beat), and how many bars it has there.

    Sections follow each other on the backing's section starts; one that is longer than its place runs on into the
    next. The voice leaves the backing's introduction alone where it can spare it.
    """
    sections = list(target.sheet.sections)
    room = sum(section.bars for section in sections)
    need = sum(section.bars for section in sung) * target.bars
    if len(sections) > 1 and sections[0].kind == "intro" and need <= room - sections[0].bars:
        sections = sections[1:]
    starts = [section.start for section in sections]
    end = sections[-1].end
    at = starts[0]
    for section in sung:
        wanted = section.bars * target.bars
        bars = min(wanted, (end - at) / BEATS_PER_BAR)
        yield at, bars
        need -= wanted
        after = at + bars * BEATS_PER_BAR
        following = next((start for start in starts if start >= after - 1e-6), end)
        # On to the next section, if the rest of the voice still has room from there.
        at = following if (end - following) / BEATS_PER_BAR >= need else after


def _pieces(giver: Source, target: _Target, run: _Run) -> Iterator[Cut]:
    """One cut, or one for every four bars where either side drifts, so that each bar meets its own."""
    voice = giver.sheet.time
    steady = not voice.drift and not target.sheet.time.drift
    count = 1 if steady else max(1, round((run.end - run.start) / (4 * BEATS_PER_BAR)))
    for number in range(count):
        since, until = (run.start + (run.end - run.start) * i / count for i in (number, number + 1))
        beat, after = (run.beat + (run.until - run.beat) * i / count for i in (number, number + 1))
        first, place = voice.second(since), target.second(beat)
        speed = (voice.second(until) - first) / (target.second(after) - place)
        # A run begins with its pick-up; pieces of a run overlap by a fade.
        early = min(PICK_UP_S if not number else 0.0, place, max(0.0, first) / speed)
        last = min(giver.seconds, voice.second(until) + (FADE_S * speed if number < count - 1 else 0.0))
        length = (last - first) / speed + early
        yield Cut(round(first - early * speed, 6), round(last, 6), round(place - early, 6), round(length, 6))


def _extras(target: _Target, brief: Brief, seed: int) -> Iterator[Layer]:
    """Drums over the backing, if the brief asks for more of them."""
    wanted = tuple(word for word in brief.wanted if word in EXTRAS and word not in brief.unwanted)
    if not wanted:
        return
    sheet = target.sheet
    genre = genres.named(brief.genre)
    bare = Song(genre.name, "", sheet.bpm, sheet.tonic, sheet.mode, seed, sheet.sections, (), tail=TAIL_S)
    full = arranger.arrange(bare, genre, brief)
    tracks = tuple(track for track in full.tracks if track.stem in EXTRAS)
    if tracks:
        yield target.on_beat(replace(full, tracks=tracks))


def _sung(target: _Target, brief: Brief, lyrics: Lyrics, seed: int) -> Iterator[Layer]:
    """Given words over two recordings in which nobody sings."""
    song = sing(target.sheet, target.sheet.sections, brief, lyrics, seed)
    if song.lines:
        yield replace(target.on_beat(song), role="voice", gain=0.0)
