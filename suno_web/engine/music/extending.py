"""Going on with a take from a bar of it: own songs from their score, other audio from what is heard in it.

What comes before the join stays as it is, sample by sample.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

from suno_web.engine.music import composer, continuing, cutting, form, genres, ground, passages, splices
from suno_web.engine.music.brief import Brief, Voice
from suno_web.engine.music.ground import Ground
from suno_web.engine.music.lyrics import Lyrics
from suno_web.engine.music.passages import AHEAD_S
from suno_web.engine.music.production import Plan, as_sung
from suno_web.engine.music.score import BEATS_PER_BAR, Chord, Section, Song
from suno_web.engine.music.shelf import Shelf
from suno_web.engine.music.splicing import Kept, New, SplicedWork
from suno_web.engine.music.synth import RATE

LONGEST, SHORTEST = 480.0, 8.0
# Who points at a bar line rarely hits it: a bar begun less than this before (seconds) is the one meant.
TOLERANCE_S = 0.15
# The tempo of other audio is read off so many seconds before the join.
HEARD_S = 10.0


def extend(
    shelf: Shelf,
    ref: str,
    *,
    at_s: float,
    brief: Brief | None,
    lyrics: Lyrics | None,
    instrumental: bool,
    seed: int,
) -> SplicedWork:
    """A take that is kept up to a bar line and then goes on to a new ending, at most LONGEST seconds in all.

    Own songs go on from the first bar line at or after at_s, so that nothing which was to be kept is lost; other
    audio from its last downbeat at or before it. Tempo, key and chords hold; a brief changes the style alone.
    lyrics are sung as they are; without them a song that is sung gets words of its own.
    """
    whole = len(shelf.audio(ref)) / RATE
    at_s = min(at_s, whole)
    under = ground.between(shelf, ref, at_s - HEARD_S, at_s)
    bar = _bar(under, at_s)
    # Audio shorter than a bar is kept to its end.
    join = min(max(0.0, under.bar_line(bar) - AHEAD_S), whole)
    asked = _asked(under, brief, lyrics, instrumental=instrumental)
    before = [item.kind for item in passages.sections(shelf, ref) if item.start_s < join - under.bar_s / 2]
    plan = _plan(under, bar, asked, lyrics, before, room=LONGEST - join, seed=seed)
    since = plan.song.second(under.lead_in(bar).beats) - AHEAD_S
    parts = (
        Kept(ref, 0.0, join),
        New(plan, since, plan.seconds - since, foreign=under.foreign),
    )
    return splices.work(shelf, parts, source=ref, brief=brief, plan=plan, seed=seed)


def _bar(under: Ground, at_s: float) -> int:
    if under.foreign:
        return max(1, math.floor(under.bar(at_s + TOLERANCE_S)))
    return max(1, min(math.ceil(under.bar(at_s - TOLERANCE_S)), under.bars))


def _asked(under: Ground, brief: Brief | None, lyrics: Lyrics | None, *, instrumental: bool) -> Brief:
    """The request in the tempo and key that there are."""
    song, source = under.song, under.brief
    asked = brief or source
    return replace(
        asked,
        bpm=song.bpm,
        tonic=song.tonic,
        mode=song.mode,
        seconds=brief.seconds if brief else None,
        idea=asked.idea or source.idea,
        title=asked.title or song.title or source.title,
        voice="none" if instrumental else _voice(under, brief, lyrics),
    )


def _voice(under: Ground, brief: Brief | None, lyrics: Lyrics | None) -> Voice:
    """Who sings: who sang so far; in a song that had no voice, the one asked for where there are words."""
    if not under.foreign and under.song.voice != "none":
        return under.brief.voice
    asked = brief.voice if brief else under.brief.voice
    return "female" if lyrics and lyrics.lines and asked == "none" else asked


def _plan(
    under: Ground,
    bar: int,
    asked: Brief,
    lyrics: Lyrics | None,
    before: Sequence[str],
    *,
    room: float,
    seed: int,
) -> Plan:
    """The new part with what leads into it."""
    song, lead = under.song, under.lead_in(bar)
    words = None
    if asked.voice != "none":
        wanted = min(asked.seconds or continuing.USUAL_SECONDS, room)
        words = lyrics or continuing.lyrics(
            asked, under.lyrics, before, bpm=song.bpm, seconds=wanted, seed=seed
        )
    shape = _shape(asked, words, before, given=lyrics is not None, room=room)
    # Two continuations of one song differ in what their players make of it.
    first = song.first + len(song.sections) + 1 + seed % 100_000
    sections = tuple(_models_followed(under, composer.harmonised(
        shape, asked, song.tonic, song.mode, seed=song.seed, first=first
    )))  # fmt: skip
    new = composer.set_to(
        shape, sections, asked, song.tonic, song.mode, title=asked.title or "", seed=song.seed, first=first
    )
    whole = cutting.together([lead, splices.told_apart(splices.breathing(new))], new)
    told = as_sung(words, new) if words and new.lines else None
    return Plan(asked, whole, told, seed)


def _shape(
    asked: Brief, words: Lyrics | None, before: Sequence[str], *, given: bool, room: float
) -> form.Form:
    genre, bpm = genres.named(asked.genre), asked.bpm or 100.0
    seconds = asked.seconds or (None if given else continuing.USUAL_SECONDS)
    frame = form.Frame(
        genre,
        bpm,
        (bpm, bpm),
        seconds and max(SHORTEST, min(seconds, room)),
        composer.TAILS.get(genre.name, 2.0),
        continuing.USUAL_SECONDS,
        opens=False,
    )
    if not words:
        return form.played(frame, list(continuing.forms(before)))
    shape = form.sung(words, frame, droppable=not given)
    if shape.seconds <= room:
        return shape
    return form.sung(words, replace(frame, seconds=max(SHORTEST, room)), droppable=True)


def _models_followed(under: Ground, sections: Sequence[Section]) -> Iterator[Section]:
    """New sections with the chords that the song's own sections of their kind have; an ending comes home."""
    models = {item.kind: item for item in reversed(under.song.sections)}
    usual = max(under.song.sections, key=lambda item: item.bars)
    for section in sections:
        model = models.get(section.kind) or (usual if under.foreign else None)
        if not model or section.kind == "outro":
            model = models.get("chorus") or usual
        chords = cutting.loop(model.chords, section.start, section.bars)
        if section is sections[-1]:
            chords = _home(chords, section, under.song)
        yield replace(section, chords=chords)


def _home(chords: Sequence[Chord], section: Section, song: Song) -> tuple[Chord, ...]:
    """Chords whose last bar is the one that closes the section."""
    last = section.end - BEATS_PER_BAR
    earlier = [
        replace(chord, length=min(chord.end, last) - chord.start)
        for chord in chords
        if chord.start < last - 1e-6
    ]
    return (*earlier, replace(section.chords[-1], start=last, length=float(BEATS_PER_BAR)))
