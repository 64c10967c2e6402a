"""Songs cut at bar lines and put together again, note by note."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from suno_web.engine.music.score import (
    BEATS_PER_BAR,
    Chord,
    Note,
    Section,
    Song,
    SungLine,
    SungSyllable,
    Track,
)

# How far from the grid, in beats, players stray: a note this early belongs to the bar that follows.
EARLY = 0.12


def bars(song: Song, first: int, last: int) -> Song:
    """The bars from first to before last, with their notes, chords and the words that are wholly sung in them."""
    since, until = first * BEATS_PER_BAR, last * BEATS_PER_BAR
    kept = [index for index, item in enumerate(song.sections) if item.start < until and item.end > since]
    numbers = {index: number for number, index in enumerate(kept)}
    return replace(
        song,
        sections=tuple(_section(song.sections[index], since, until) for index in kept),
        tracks=tuple(
            replace(track, notes=notes) for track in song.tracks if (notes := _notes(track, since, until))
        ),
        lines=tuple(
            replace(cut, section=numbers[line.section])
            for line in song.lines
            if line.section in numbers and (cut := _line(line, since, until))
        ),
    )


def together(songs: Sequence[Song], like: Song) -> Song:
    """Songs one after the other as one that is in all else like another. Players of the same sound are one.

    Whoever sings in any of them sings in all.
    """
    sections, lines = list[Section](), list[SungLine]()
    tracks = dict[tuple[str, str, str], Track]()
    start = 0.0
    for song in songs:
        lines += [replace(line, section=line.section + len(sections)) for line in _moved_lines(song, start)]
        sections += [_moved_section(item, start) for item in song.sections]
        for track in song.tracks:
            key = (track.name, track.stem, track.sound)
            moved = tuple(_moved(note, start) for note in track.notes)
            known = tracks.get(key)
            tracks[key] = replace(known or track, notes=(*(known.notes if known else ()), *moved))
        start += song.beats
    voice = next((song.voice for song in (like, *songs) if song.lines), "none")
    return replace(
        like, sections=tuple(sections), tracks=tuple(tracks.values()), lines=tuple(lines), voice=voice
    )


def silence(song: Song, count: int) -> Song:
    """So many bars of a song's first chord in which nobody plays."""
    section = song.sections[0]
    chords = tuple(
        replace(section.chords[0], start=bar * BEATS_PER_BAR, length=BEATS_PER_BAR) for bar in range(count)
    )
    return replace(
        song, sections=(replace(section, start=0.0, bars=count, chords=chords),), tracks=(), lines=()
    )


def loop(chords: Sequence[Chord], start: float, count: int) -> tuple[Chord, ...]:
    """Chords again and again from a beat on until so many bars are full."""
    first, until = chords[0].start, start + count * BEATS_PER_BAR
    filled = list[Chord]()
    offset = start - first
    while not filled or filled[-1].end < until - 1e-6:
        filled += [replace(chord, start=chord.start + offset) for chord in chords]
        offset += chords[-1].end - first
    return tuple(_cut(chord, start, until) for chord in filled if chord.start < until - 1e-6)


def _section(section: Section, since: float, until: float) -> Section:
    start, end = max(section.start, since), min(section.end, until)
    chords = tuple(
        replace(cut, start=cut.start - since)
        for chord in section.chords
        if chord.start < end - 1e-6 and chord.end > start + 1e-6
        for cut in (_cut(chord, start, end),)
    )
    return replace(section, start=start - since, bars=round((end - start) / BEATS_PER_BAR), chords=chords)


def _cut(chord: Chord, since: float, until: float) -> Chord:
    start = max(chord.start, since)
    return replace(chord, start=start, length=min(chord.end, until) - start)


def _notes(track: Track, since: float, until: float) -> tuple[Note, ...]:
    return tuple(
        replace(note, start=round(max(0.0, note.start - since), 4))
        for note in track.notes
        if since - EARLY <= note.start < until - EARLY
    )


def _line(line: SungLine, since: float, until: float) -> SungLine | None:
    """What is left of a line: its first words that are sung whole between two beats and follow each other."""
    words, notes = list[tuple[str, str, int]](), list[SungSyllable]()
    for word, sung in _by_word(line):
        if sung[0].start >= since - 1e-6 and sung[-1].end <= until + 1e-6:
            words.append(word)
            notes += [replace(note, start=note.start - since, end=note.end - since) for note in sung]
    if not words:
        return None
    return replace(line, text=" ".join(word[0] for word in words), words=tuple(words), notes=tuple(notes))


def _by_word(line: SungLine) -> Iterator[tuple[tuple[str, str, int], tuple[SungSyllable, ...]]]:
    place = 0
    for word in line.words:
        if word[2]:
            yield word, line.notes[place : place + word[2]]
        place += word[2]


def _moved(note: Note, beats: float) -> Note:
    return replace(note, start=round(note.start + beats, 4))


def _moved_section(section: Section, beats: float) -> Section:
    chords = tuple(replace(chord, start=chord.start + beats) for chord in section.chords)
    return replace(section, start=section.start + beats, chords=chords)


def _moved_lines(song: Song, beats: float) -> Iterator[SungLine]:
    for line in song.lines:
        notes = (replace(note, start=note.start + beats, end=note.end + beats) for note in line.notes)
        yield replace(line, notes=tuple(notes))
