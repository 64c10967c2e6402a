"""Add vocals: words sung over a recording, in its key, on its beat and over its chords."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from suno_web.engine.music import composer, genres, leadsheet, lyricist, textsetting, vocalline
from suno_web.engine.music.brief import Brief
from suno_web.engine.music.layering import LayeredWork
from suno_web.engine.music.layers import Cut, KeptLayer, Side, SongLayer
from suno_web.engine.music.leadsheet import LeadSheet
from suno_web.engine.music.lyrics import Lyrics
from suno_web.engine.music.production import Plan, as_sung
from suno_web.engine.music.rendered import SectionTime
from suno_web.engine.music.score import BEATS_PER_BAR, Section, Song
from suno_web.engine.music.shelf import Shelf

# A bar with a voice for more than this part of it is taken.
TAKEN = 0.3
SHORTEST_BARS = 2
Spans = Sequence[tuple[float, float]]


def sing_over(shelf: Shelf, ref: str, *, brief: Brief, lyrics: Lyrics | None, seed: int) -> LayeredWork:
    """A voice over what a reference names, where nobody sings yet. Without words it gets some of its own.

    Where the pauses of another voice hold less than half of the words, that voice steps out altogether. The
    recording's length is the song's: words that find no room in it are not sung.
    """
    sheet = leadsheet.of(shelf, ref)
    work = shelf.work(ref)
    seconds = work.seconds if work else shelf.analysis(ref).seconds
    style = replace(brief, voice="female" if brief.voice == "none" else brief.voice, tonic=sheet.tonic)
    words = lyrics if lyrics and lyrics.lines else lyricist.write(replace(style, seconds=seconds), seed=seed)
    side: Side = "all"
    song = sing(sheet, tuple(_free(sheet, _voices(shelf, ref))), style, words, seed)
    if len({line.line for line in song.lines}) * 2 < len(words.lines):
        alone = sing(sheet, sheet.sections, style, words, seed)
        if len(alone.lines) > len(song.lines):
            song, side = alone, "instrumental" if _voices(shelf, ref) else "all"
    layers = (
        KeptLayer(ref, side, "backing", (Cut(0.0, seconds, 0.0, seconds),)),
        SongLayer(sheet.time.followed(song), sheet.time.start_s, "voice"),
    )
    return LayeredWork(
        layers=layers if song.lines else layers[:1],
        seconds=round(seconds, 3),
        sections=tuple(_times(sheet)),
        title=brief.title or words.title or (work.title if work else ""),
        style=style.style,
        genre=song.genre,
        mood=brief.mood,
        lyrics_text=as_sung(words, song).text,
        seed=seed,
    )


def _voices(shelf: Shelf, ref: str) -> Spans:
    """When somebody sings in the recording, in seconds."""
    work = shelf.work(ref)
    if isinstance(work, Plan):
        song = work.song
        return [(song.second(line.notes[0].start), song.second(line.notes[-1].end)) for line in song.lines]
    return shelf.analysis(ref).vocal_activity


def _free(sheet: LeadSheet, voices: Spans) -> Iterator[Section]:
    """The form with the bars left out in which somebody sings; a piece too short to sing in is left out too."""
    for section in sheet.sections:
        start = 0
        for bar in range(section.bars + 1):
            if bar < section.bars and not _taken(sheet, section.start + bar * BEATS_PER_BAR, voices):
                continue
            if bar - start >= min(SHORTEST_BARS, section.bars):
                energy = 0.85 if section.kind == "chorus" else section.energy
                yield replace(
                    section,
                    start=section.start + start * BEATS_PER_BAR,
                    bars=bar - start,
                    energy=energy,
                    chords=section.chords[start:bar],
                )
            start = bar + 1


def _taken(sheet: LeadSheet, beat: float, voices: Spans) -> bool:
    since, until = sheet.time.second(beat), sheet.time.second(beat + BEATS_PER_BAR)
    sung = sum(max(0.0, min(end, until) - max(start, since)) for start, end in voices)
    return sung > TAKEN * (until - since)


def sing(sheet: LeadSheet, sections: tuple[Section, ...], brief: Brief, words: Lyrics, seed: int) -> Song:
    """A song of nothing but a voice."""
    genre = genres.named(brief.genre)
    bare = Song(
        genre.name,
        words.title,
        sheet.bpm,
        sheet.tonic,
        sheet.mode,
        seed,
        sections or sheet.sections,
        (),
        (),
        brief.voice,
    )
    if not sections:
        return bare
    shape = textsetting.place(words, sections, sheet.bpm, bare.tail)
    lines = vocalline.compose(
        shape,
        sections,
        sheet.tonic,
        sheet.mode,
        genre,
        voice=brief.voice,
        daring=composer.daring(brief),
        seed=seed,
    )
    return replace(bare, lines=lines)


def _times(sheet: LeadSheet) -> Iterator[SectionTime]:
    for item in sheet.sections:
        start, end = sheet.time.second(item.start), sheet.time.second(item.end)
        yield SectionTime(item.name, item.kind, round(max(0.0, start), 3), round(end, 3))
