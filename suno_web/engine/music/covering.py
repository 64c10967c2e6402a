"""Covers: the tempo, key, form, harmony and tune of a recording, played by another band or sung with other words."""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from suno_web.engine.music import composer, genres, leadsheet, melody, textsetting, theory
from suno_web.engine.music.brief import Brief
from suno_web.engine.music.form import Block, Form
from suno_web.engine.music.genres.genre import Genre
from suno_web.engine.music.leadsheet import LeadSheet
from suno_web.engine.music.lyrics import Lyrics
from suno_web.engine.music.melody import TuneNote
from suno_web.engine.music.production import Plan
from suno_web.engine.music.score import Chord, Section
from suno_web.engine.music.shelf import Shelf

USUAL_WEIGHT = 0.75
# From here on notes and chords are the source's own; below the second, only its key, tempo and chord loop are.
NOTE_FOR_NOTE, LOOP_ONLY = 0.7, 0.35
LOOP_BARS = 4
LONGEST_S = 480.0


def cover(
    shelf: Shelf,
    ref: str,
    *,
    brief: Brief,
    lyrics: Lyrics | None,
    audio_weight: float | None,
    seed: int,
    bpm: float | None = None,
) -> Plan:
    """A cover of what a reference names. Sung if there are words, else a leading instrument has the tune.

    audio_weight: how closely tune and chords are kept, 0-1; None is an untouched slider. bpm: a tempo that was
    asked for as a number; without it the source's own holds, whatever pace the brief suggests.
    """
    weight = USUAL_WEIGHT if audio_weight is None else audio_weight
    sheet = leadsheet.of(shelf, ref)
    tempo = bpm or sheet.bpm
    sings = lyrics is not None and bool(lyrics.lines) and brief.voice != "none"
    style = replace(
        brief,
        bpm=tempo,
        tonic=sheet.tonic,
        mode=sheet.mode,
        voice=brief.voice if sings else "none",
        seconds=None,
    )
    genre = genres.named(brief.genre)
    sections = tuple(_sections(sheet, genre, style, weight, seed))
    tail = composer.TAILS.get(genre.name, 2.0)
    tune = _tune(sheet, weight, seed)
    if sings and lyrics is not None:
        sections, tune = _long_enough(lyrics, sections, tune, tempo)
        shape = textsetting.place(lyrics, sections, tempo, tail)
    else:
        shape = Form(tuple(Block(item.kind, item.name, item.bars) for item in sections), tempo, tail)
    title = (lyrics.title if lyrics else "") or brief.title or sheet.title
    song = composer.set_to(shape, sections, style, sheet.tonic, sheet.mode, title=title, seed=seed, tune=tune)
    if sings and not song.lines:
        style = replace(style, voice="none")
    return Plan(style, song, lyrics if song.lines else None, seed)


def _sections(sheet: LeadSheet, genre: Genre, brief: Brief, weight: float, seed: int) -> Iterator[Section]:
    """The source's sections with the energy and the chord colours of the genre."""
    loops = _loops(sheet) if weight < LOOP_ONLY else {}
    last_chorus = max((i for i, item in enumerate(sheet.sections) if item.kind == "chorus"), default=-1)
    for index, section in enumerate(sheet.sections):
        energy = genre.energy.get(section.kind, 0.5) * (0.8 + 0.4 * brief.energy)
        energy += 0.06 if index == last_chorus else 0.0
        source = composer.rng(seed, "colours", index)
        loop = loops.get(section.kind, ())
        chords = []
        for bar, chord in enumerate(section.chords):
            kept = replace(loop[bar % len(loop)], start=chord.start) if loop else chord
            chords.append(_coloured(kept, genre, sheet, source))
        yield replace(section, energy=round(min(1.0, energy), 3), chords=tuple(chords))


def _loops(sheet: LeadSheet) -> dict[str, tuple[Chord, ...]]:
    """For each kind of section the four bars of harmony that it most often repeats."""
    votes: dict[str, Counter[tuple[Chord, ...]]] = {}
    for section in sheet.sections:
        for start in range(0, section.bars - LOOP_BARS + 1, LOOP_BARS):
            bars = section.chords[start : start + LOOP_BARS]
            loop = tuple(replace(chord, start=0.0) for chord in bars)
            votes.setdefault(section.kind, Counter())[loop] += 1
    return {kind: counter.most_common(1)[0][0] for kind, counter in votes.items()}


def _coloured(chord: Chord, genre: Genre, sheet: LeadSheet, source: random.Random) -> Chord:
    """A chord's triad, and the seventh and ninth that the genre likes, out of the key."""
    triad = chord.pitch_classes[:3]
    if source.random() >= genre.sevenths:
        return replace(chord, pitch_classes=triad)
    scale = theory.scale(sheet.tonic, sheet.mode)

    def above(interval: int) -> int:
        return min(scale, key=lambda pitch: abs((pitch - triad[0] - interval + 6) % 12 - 6))

    # A seventh lies ten or eleven semitones up, a ninth two: the key decides which.
    colours = (above(10), above(2)) if source.random() < genre.ninths else (above(10),)
    return replace(chord, pitch_classes=(*triad, *(c for c in colours if c not in triad)))


def _tune(sheet: LeadSheet, weight: float, seed: int) -> tuple[TuneNote, ...]:
    if weight < LOOP_ONLY:
        return ()
    if weight >= NOTE_FOR_NOTE:
        return sheet.tune
    pitches = theory.scale_pitches(sheet.tonic, sheet.mode, 36, 96)
    return melody.varied(sheet.tune, weight, pitches, composer.rng(seed, "variation"))


def _long_enough(
    lyrics: Lyrics, sections: tuple[Section, ...], tune: tuple[TuneNote, ...], bpm: float
) -> tuple[tuple[Section, ...], tuple[TuneNote, ...]]:
    """The form as often as the words need it: words are never lost to a short source."""
    again, notes = sections, tune
    while not textsetting.room_for(lyrics, again, bpm):
        end = again[-1].end
        if (end + sections[-1].end) * 60.0 / bpm > LONGEST_S:
            break
        again = (*again, *(_later(section, end) for section in sections))
        notes = (*notes, *(replace(n, start=n.start + end, end=n.end + end) for n in tune))
    return again, notes


def _later(section: Section, beats: float) -> Section:
    chords: Sequence[Chord] = [replace(chord, start=chord.start + beats) for chord in section.chords]
    return replace(section, start=section.start + beats, chords=tuple(chords))
