"""New bars in place of old ones. Everything around them stays as it is, sample by sample, and so does the length."""

import dataclasses
import math
from collections.abc import Iterator, Sequence

from suno_web.engine.music import composer, cutting, genres, ground, lyricist, splices, understanding
from suno_web.engine.music.brief import Brief, Voice
from suno_web.engine.music.form import Block, Form, within
from suno_web.engine.music.genres.guests import GUESTS
from suno_web.engine.music.ground import Ground
from suno_web.engine.music.lyrics import Lyrics
from suno_web.engine.music.passages import AHEAD_S
from suno_web.engine.music.production import Plan
from suno_web.engine.music.score import Section, Song, Track
from suno_web.engine.music.shelf import Shelf
from suno_web.engine.music.splicing import Kept, New, Part, SplicedWork
from suno_web.engine.music.synth import RATE

# Who drags over a waveform means the bar line that he stopped short of by less than this (seconds).
TOLERANCE_S = 0.25
# New bars lead over into those that follow; what rings beyond them is not heard.
SHORT_TAIL_S = 1.3


def replace(
    shelf: Shelf, ref: str, *, start_s: float, end_s: float, lyrics: Lyrics | None, style: str, seed: int
) -> SplicedWork:
    """A take with new music between two seconds of it: in the whole bars that lie between them, at least one.

    Chords, tempo and key hold; tune and words are new. lyrics are sung as far as there is time for them; without
    them bars that were sung get other words. style changes who plays, "" leaves that as it was.
    """
    under = ground.between(shelf, ref, start_s, end_s)
    first, last = _bars(under, start_s, end_s)
    whole = len(shelf.audio(ref)) / RATE
    since = max(0.0, under.bar_line(first) - AHEAD_S) if first else max(0.0, under.zero_s)
    until = min(under.bar_line(last) - AHEAD_S, whole)
    # Whole frames, so that the parts together are as long as the take to the sample.
    since, until = (round(second * RATE) / RATE for second in (since, until))
    plan, lead_s = _plan(under, first, last, lyrics, style, seed=seed)
    new_since = max(0.0, lead_s + since - under.bar_line(first))
    parts: Sequence[Part] = (
        Kept(ref, 0.0, since),
        New(plan, new_since, until - since, foreign=under.foreign, instead=Kept(ref, since, until)),
        Kept(ref, until, whole),
    )
    kept = [part for part in parts if part.frames]
    return splices.work(shelf, kept, source=ref, brief=None, plan=plan, seed=seed)


def _bars(under: Ground, start_s: float, end_s: float) -> tuple[int, int]:
    tolerance = TOLERANCE_S / under.bar_s
    first = max(0, math.ceil(under.bar(start_s) - tolerance))
    last = min(under.bars, math.floor(under.bar(end_s) + tolerance))
    if first < last:
        return first, last
    only = max(0, min(math.floor(under.bar((start_s + end_s) / 2)), under.bars - 1))
    return only, only + 1


def _plan(
    under: Ground, first: int, last: int, lyrics: Lyrics | None, style: str, *, seed: int
) -> tuple[Plan, float]:
    """The new bars between those that lead in and out, and the seconds of the lead-in."""
    song, lead_in = under.song, under.lead_in(first)
    old = cutting.bars(song, first, last)
    # Players who know what follows lead over into it instead of coming to an end.
    beyond = cutting.bars(song, last, last + 1) if last < under.bars else None
    score = cutting.together([old, beyond] if beyond else [old], song)
    asked = _asked(under, old, lyrics, style, seed=seed)
    blocks = _blocks(score.sections, old, asked, _lines(old, asked, lyrics, seed=seed), song.bpm)
    shape = Form(blocks, song.bpm, song.tail)
    new = cutting.bars(_composed(shape, score.sections, asked, song, seed=seed), 0, last - first)
    lead_out = cutting.silence(song, 1) if under.foreign else beyond
    songs = [lead_in, splices.breathing(new), *([lead_out] if lead_out else [])]
    whole = cutting.together([item for item in songs if item.sections], new)
    plan = Plan(asked, dataclasses.replace(whole, tail=SHORT_TAIL_S), None, seed)
    return plan, song.second(lead_in.beats if lead_in.sections else 0.0)


def _asked(under: Ground, old: Song, lyrics: Lyrics | None, style: str, *, seed: int) -> Brief:
    song = under.song
    asked = under.brief
    if style.strip():
        asked = dataclasses.replace(understanding.understand("", style=style, seed=seed), idea=asked.idea)
    voice: Voice = "none"
    if old.lines or (lyrics and lyrics.lines):
        voice = under.brief.voice if under.brief.voice != "none" else "female"
    return dataclasses.replace(
        asked, bpm=song.bpm, tonic=song.tonic, mode=song.mode, seconds=None, title=song.title, voice=voice
    )


def _lines(old: Song, asked: Brief, lyrics: Lyrics | None, *, seed: int) -> Sequence[str]:
    """What is sung in the new bars: what is given, or as many other lines as there were."""
    if lyrics and lyrics.lines:
        return lyrics.lines
    if asked.voice == "none":
        return ()
    return lyricist.write(asked, seed=seed).lines[: len({line.line for line in old.lines})]


def _blocks(
    sections: Sequence[Section], old: Song, asked: Brief, lines: Sequence[str], bpm: float
) -> tuple[Block, ...]:
    """The sections to compose, with the lines shared out over those that were sung, or over all if none was."""
    count = len(old.sections)
    sung = sorted({line.section for line in old.lines}) or list(range(count))
    bars = sum(sections[index].bars for index in sung)
    blocks, done = list[Block](), 0
    for index, section in enumerate(sections):
        block = Block(section.kind, section.name, section.bars)
        if index in sung and asked.voice != "none":
            past = sum(sections[i].bars for i in sung if i <= index)
            until = round(len(lines) * past / bars)
            block = within(block, lines[done:until], done, bpm)
            done = until
        blocks.append(block)
    return tuple(blocks)


def _composed(shape: Form, sections: Sequence[Section], asked: Brief, song: Song, *, seed: int) -> Song:
    """The song's own band over its chords, with another tune and another lead."""
    first = song.first + len(song.sections) + 1 + seed % 100_000
    tonic, mode, title = song.tonic, song.mode, song.title
    band, other = (
        composer.set_to(shape, sections, asked, tonic, mode, title=title, seed=number, first=first)
        for number in (song.seed, seed)
    )
    fresh = {track.name: track for track in other.tracks if track.name in _lead_names(asked.genre)}
    tracks = tuple(_replayed(band.tracks, fresh))
    return dataclasses.replace(band, tracks=tracks, lines=other.lines)


def _replayed(tracks: Sequence[Track], fresh: dict[str, Track]) -> Iterator[Track]:
    """Tracks, with the notes of the fresh ones where there are such, on the sounds of old."""
    for track in tracks:
        notes = fresh[track.name].notes if track.name in fresh else track.notes
        yield dataclasses.replace(track, notes=notes)


def _lead_names(genre: str) -> set[str]:
    parts = (*genres.named(genre).parts, *GUESTS.values())
    return {part.name for part in parts if part.plays == "lead"}
