"""Who made a take, as far as it can be used again: the voice, the manner and the band."""

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import mean, median
from typing import TYPE_CHECKING, Any, Self

from suno_web.engine.music import genres
from suno_web.engine.music.brief import INSTRUMENTS, Brief, Voice
from suno_web.engine.music.genres.guests import GUESTS
from suno_web.engine.music.production import Plan
from suno_web.engine.music.shelf import Work
from suno_web.engine.music.splicing import New, SplicedWork
from suno_web.engine.music.synth import RATE
from suno_web.engine.music.understanding import genre as genre_words

if TYPE_CHECKING:
    from suno_web.engine.music.analysis.model import Analysis

# A voice whose middle lies below this (MIDI) is taken for a man's.
HIS_BELOW = 57
# How far a song strays from the tempo of the one before it.
LEEWAY = 0.05


@dataclass(frozen=True, slots=True)
class PersonaTraits:
    """What is kept of a take. bpm: the tempi it feels at home in; register: lowest and highest sung MIDI number,
    None where nobody sings; instruments: words of brief.INSTRUMENTS; genre, mood and style are "" where unknown."""

    voice: Voice
    register: tuple[int, int] | None
    genre: str
    mood: str
    energy: float | None
    bpm: tuple[float, float] | None
    tonic: int | None
    mode: str | None
    instruments: tuple[str, ...]
    style: str

    def to_json(self) -> dict[str, Any]:
        return dataclasses.asdict(self) | {
            "register": self.register and list(self.register),
            "bpm": self.bpm and list(self.bpm),
            "instruments": list(self.instruments),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        pairs = {name: data[name] and tuple(data[name]) for name in ("register", "bpm")}
        return cls(**data | pairs | {"instruments": tuple(data["instruments"])})


def of(work: Work, start_s: float | None = None, end_s: float | None = None) -> PersonaTraits:
    """The traits of a take, of its voice between two seconds where they are given and somebody sings there."""
    plans = list(_plans(work, start_s or 0.0, end_s or work.seconds))
    if not plans:
        return PersonaTraits("none", None, work.genre, work.mood, None, None, None, None, (), work.style)
    main = plans[0]
    song, tempi = main.song, [plan.song.bpm for plan in plans]
    pitches = _sung(main, start_s, end_s) or _sung(main, None, None)
    return PersonaTraits(
        main.brief.voice if pitches else "none",
        (min(pitches), max(pitches)) if pitches else None,
        work.genre,
        work.mood,
        main.brief.energy,
        (round(min(tempi) * (1 - LEEWAY), 1), round(max(tempi) * (1 + LEEWAY), 1)),
        song.tonic,
        song.mode,
        _instruments(main),
        work.style,
    )


def heard(analysis: "Analysis") -> PersonaTraits:
    """The traits of audio from elsewhere: its tempo and key, and a voice of about its height."""
    sung = [note.midi for note in analysis.melody if _while_singing(note.start_s, analysis.vocal_activity)]
    voice: Voice = "none" if not sung else "male" if median(sung) < HIS_BELOW else "female"
    return PersonaTraits(
        voice,
        (min(sung), max(sung)) if sung else None,
        "",
        "",
        None,
        (round(analysis.bpm * (1 - LEEWAY), 1), round(analysis.bpm * (1 + LEEWAY), 1)),
        analysis.tonic,
        analysis.mode,
        (),
        "",
    )


def applied(brief: Brief, traits: PersonaTraits) -> Brief:
    """A request in a persona's manner. What the request says itself wins; the voice is always the persona's."""
    said = brief.idea or brief.style
    own_genre = genre_words.named(said, is_style=not brief.idea) or not traits.genre
    own_mood = bool(genre_words.moods(said)) or not traits.mood
    genre = brief.genre if own_genre else traits.genre
    usual = {word for part in genres.named(genre).parts if part.chance == 1 for word in part.words}
    # Who is in the band of that genre anyway need not be asked for.
    brought = () if own_genre and genre != traits.genre else traits.instruments
    wanted = (*brief.wanted, *(word for word in brought if word not in usual and word not in brief.unwanted))
    sings = brief.voice != "none" and traits.voice != "none"
    return dataclasses.replace(
        brief,
        genre=genre,
        mood=brief.mood if own_mood else traits.mood,
        energy=brief.energy if own_mood or traits.energy is None else traits.energy,
        bpm=brief.bpm or (round(mean(traits.bpm), 1) if traits.bpm and not own_genre else None),
        tonic=traits.tonic if brief.tonic is None else brief.tonic,
        mode=brief.mode or (traits.mode if brief.tonic is None else None),
        wanted=tuple(dict.fromkeys(wanted)),
        voice=traits.voice if sings else brief.voice,
        style=brief.style or traits.style,
    )


def _plans(work: Work, start_s: float, end_s: float) -> Iterator[Plan]:
    """The plans a work was rendered from, what is heard between two seconds first."""
    if isinstance(work, Plan):
        yield work
    elif isinstance(work, SplicedWork):
        parts = [(frame / RATE, part) for frame, part in work.placed if isinstance(part, New)]
        inside = [part for at, part in parts if at < end_s and at + part.seconds > start_s]
        yield from (part.plan for part in inside or [part for _, part in parts])


def _sung(plan: Plan, start_s: float | None, end_s: float | None) -> list[int]:
    since, until = start_s or 0.0, end_s or plan.seconds
    return [
        note.pitch
        for line in plan.song.lines
        for note in line.notes
        if since <= plan.song.second(note.start) < until
    ]


def _instruments(plan: Plan) -> tuple[str, ...]:
    """What the band's players are called in requests."""
    parts = {part.name: part for part in (*GUESTS.values(), *genres.named(plan.song.genre).parts)}
    words = (
        word for track in plan.song.tracks if track.name in parts for word in parts[track.name].words[:1]
    )
    return tuple(dict.fromkeys(word for word in words if word in INSTRUMENTS))


def _while_singing(second: float, spans: Sequence[tuple[float, float]]) -> bool:
    return any(start <= second < end for start, end in spans)
