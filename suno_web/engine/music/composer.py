"""From a brief and lyrics to a whole song: tempo, key, form, harmony, vocal line and every player's notes.

Every choice is drawn from a generator named by the seed and by what is being decided (`rng`), so that one
section or track can be changed or added without touching a note of the others.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace

from suno_web.engine.music import arranger, form, genres, theory, vocalline
from suno_web.engine.music.brief import Brief
from suno_web.engine.music.genres.genre import Genre
from suno_web.engine.music.lyrics import Lyrics
from suno_web.engine.music.melody import TuneNote
from suno_web.engine.music.score import BEATS_PER_BAR, Chord, Section, Song

# Seconds that a song rings on after its last bar.
TAILS: Mapping[str, float] = {"orchestral": 3.0, "piano": 3.0, "edm": 2.5}
DEGREES_TO_COLOUR = (2, 4, 6, 7, 3)


def rng(seed: int, *names: object) -> random.Random:
    """The generator for one decision. The same seed and names give the same numbers everywhere, always."""
    return random.Random("/".join(str(name) for name in (seed, *names)))


def compose(brief: Brief, lyrics: Lyrics | None, *, seed: int, droppable: bool = False) -> Song:
    """Compose a song. droppable: the lyrics may lose whole sections to meet a short length."""
    genre = genres.named(brief.genre)
    tonic = rng(seed, "tonic").randrange(12) if brief.tonic is None else brief.tonic % 12
    drawn = rng(seed, "mode").choice(_modes(genre, brief.mood))
    mode = brief.mode if brief.mode and brief.mode in theory.MODES else drawn
    shape = _form(brief, lyrics, genre, seed, droppable=droppable)
    sections = harmonised(shape, brief, tonic, mode, seed=seed)
    title = (lyrics.title if lyrics else "") or brief.title or ""
    return set_to(shape, sections, brief, tonic, mode, title=title, seed=seed)


def set_to(
    shape: form.Form,
    sections: Sequence[Section],
    brief: Brief,
    tonic: int,
    mode: str,
    *,
    title: str,
    seed: int,
    first: int = 0,
    tune: Sequence[TuneNote] = (),
) -> Song:
    """A song over given harmony: its vocal line and its players. sections: one for each block of the form.

    first: the number its first section has; what continues a song counts on, so that repeats vary. tune: what is
    sung, and played where nobody sings, in place of invented tunes.
    """
    genre = genres.named(brief.genre)
    sings = brief.voice != "none" and any(block.phrases for block in shape.blocks)
    bare = Song(
        genre.name,
        title,
        shape.bpm,
        tonic,
        mode,
        seed,
        tuple(sections),
        (),
        (),
        brief.voice if sings else "none",
        shape.tail,
        first,
    )
    if sings:
        lines = vocalline.compose(
            shape,
            sections,
            tonic,
            mode,
            genre,
            voice=brief.voice,
            daring=daring(brief),
            seed=seed,
            first=first,
            tune=tune,
        )
        bare = replace(bare, lines=lines)
    return arranger.arrange(bare, genre, brief, tune)


def _modes(genre: Genre, mood: str) -> tuple[str, ...]:
    """The genre's modes, only the dark or the bright ones where the mood says so."""
    dark, bright = {"minor", "dorian"}, {"major", "lydian", "mixolydian"}
    wanted = {
        "sad": dark, "dark": dark, "melancholic": dark, "angry": dark, "epic": dark, "tense": dark,
        "happy": bright, "hopeful": bright, "upbeat": bright, "joyful": bright, "romantic": bright, "peaceful": bright,
    }.get(mood.casefold(), dark | bright)  # fmt: skip
    fitting = tuple(mode for mode in genre.modes if mode in wanted)
    return fitting or (("minor",) if wanted == dark else ("major",))


def daring(brief: Brief) -> float:
    """How far from the usual to go, 0-1. Untouched sliders leave a little room."""
    return 0.25 if brief.weirdness is None else brief.weirdness


def _form(brief: Brief, lyrics: Lyrics | None, genre: Genre, seed: int, *, droppable: bool) -> form.Form:
    low, high = genre.bpm
    # Energy leans the tempo within the genre's range; the seed moves it.
    leaning = rng(seed, "bpm").betavariate(2.0 + 3.0 * brief.energy, 5.0 - 3.0 * brief.energy)
    bpm = brief.bpm or float(round(low + (high - low) * leaning))
    # A length is met by bars first; the tempo gives way a little, so that takes of one length still differ.
    free = (bpm, bpm) if brief.bpm else (bpm * 0.95, bpm * 1.05)
    frame = form.Frame(genre, bpm, free, brief.seconds, TAILS.get(genre.name, 2.0))
    if lyrics and brief.voice != "none":
        return form.sung(lyrics, frame, droppable=droppable)
    return form.played(frame)


def harmonised(
    shape: form.Form, brief: Brief, tonic: int, mode: str, *, seed: int, first: int = 0
) -> tuple[Section, ...]:
    """The sections of a form with their energy and chords. first: as for `set_to`."""
    genre = genres.named(brief.genre)
    sections: list[Section] = []
    start = 0.0
    for index, block in enumerate(shape.blocks):
        energy = genre.energy.get(block.kind, 0.5) * (0.8 + 0.4 * brief.energy)
        if block.kind == "verse" and any(section.kind == "chorus" for section in sections):
            energy += 0.06  # the second verse keeps some of what the chorus brought
        if block.kind == "chorus" and not any(later.kind == "chorus" for later in shape.blocks[index + 1 :]):
            energy += 0.06
        chords = _chords(block, start, genre, brief, tonic, mode, seed, first + index)
        sections.append(
            Section(block.name, block.kind, start, block.bars, round(min(1.0, energy), 3), chords)
        )
        start += block.bars * BEATS_PER_BAR
    return tuple(sections)


def _chords(
    block: form.Block, start: float, genre: Genre, brief: Brief, tonic: int, mode: str, seed: int, index: int
) -> tuple[Chord, ...]:
    """A chord a bar. Sections of a kind share their progression; endings and colours vary by section."""
    family = {"intro": "verse", "solo": "chorus", "outro": "chorus"}.get(block.kind, block.kind)
    pool = genre.progressions.get(family) or genre.progressions["chorus" if family != "build" else "verse"]
    progression = list(rng(seed, "progression", family).choice(pool))
    colours = rng(seed, "colour", family)
    boldness = daring(brief)
    for place in range(1, len(progression)):
        if colours.random() < 0.5 * boldness * boldness + 0.06 * boldness:
            progression[place] = colours.choice(DEGREES_TO_COLOUR)
    own = rng(seed, "chords", index)
    chords = []
    for bar in range(block.bars):
        degree = progression[bar % len(progression)]
        last = bar == block.bars - 1
        if last and block.kind in ("verse", "pre-chorus", "build") and genre.dominant and block.bars > 1:
            degree = 7 if mode == "mixolydian" else 5
        if last and block.kind == "outro":
            degree = 1
        strange = boldness > 0.4 and own.random() < 0.22 * boldness and not last
        pitch_classes = _spelled(degree, genre, tonic, mode, own, strange=strange)
        chords.append(Chord(start + bar * BEATS_PER_BAR, BEATS_PER_BAR, pitch_classes, degree))
    return tuple(chords)


def _spelled(
    degree: int, genre: Genre, tonic: int, mode: str, own: random.Random, *, strange: bool
) -> tuple[int, ...]:
    size = 3
    if own.random() < genre.sevenths:
        size = 5 if own.random() < genre.ninths else 4
    pitch_classes = (theory.borrow if strange else theory.stack)(tonic, mode, degree, size)
    if mode == "minor" and degree == 5 and (genre.name in ("jazz", "orchestral") or own.random() < 0.4):
        return theory.with_leading_tone(pitch_classes)
    # A diminished triad sounds like a mistake outside jazz; its seventh or its root's neighbour does not.
    if (pitch_classes[2] - pitch_classes[0]) % 12 == 6 and genre.name != "jazz" and not strange:
        return theory.stack(tonic, mode, 5 if degree == 7 else 4, 3)
    return pitch_classes
