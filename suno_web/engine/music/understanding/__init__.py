"""From a request in plain words to a Brief."""

import random
import re

from suno_web.engine.music import lexicon
from suno_web.engine.music.brief import INSTRUMENTS, Brief, Voice
from suno_web.engine.music.understanding import facts, genre, instruments
from suno_web.engine.music.understanding.subject import subject, without_subject

__all__ = ["subject", "understand"]

PROMPT_AT_MOST = 6000
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_PACE_WORDS = {
    "slow": r"slow|slowly|slow[\s-]?burning|unhurried|adagio|largo|lento|downtempo|ballad",
    "middle": r"mid[\s-]?tempo|moderate|medium[\s-]?tempo|andante|walking pace|steady",
    "upbeat": r"up[\s-]?beat|up[\s-]?tempo|lively|danceable|bouncy|peppy|allegro",
    "fast": r"fast|fast[\s-]?paced|quick|rapid|racing|frantic|high[\s-]?speed|presto|breakneck|energetic"
    r"|high[\s-]?energy",
}
_PACES = {
    name: re.compile(rf"(?<!not )(?<!not too )\b(?:{words})\b", re.I) for name, words in _PACE_WORDS.items()
}
_PACE_ORDER = ("slow", "middle", "upbeat", "fast")
_PLAYED_GENRES = frozenset({"piano", "orchestral", "lofi", "edm"})
_SUNG = re.compile(
    r"\b(?:songs?|sing|sings|singing|sung|singer|vocals?|voices?|lyrics|rap|choir|duet|ballad|anthem)\b", re.I
)
_PLAYED = re.compile(
    r"\b(?:tracks?|pieces?|music|beats|soundtrack|score|background|melod(?:y|ies)|solo|theme|loops?|ambience|trailer)\b",
    re.I,
)


def understand(
    prompt: str,
    *,
    style: str = "",
    negative: str = "",
    title: str = "",
    instrumental: bool = False,
    gender: str | None = None,
    style_weight: float | None = None,
    weirdness: float | None = None,
    longest: float = 240.0,
    seed: int = 0,
) -> Brief:
    """What a request asks for. Never raises, whatever the text.

    style beats prompt; both beat what is only guessed from meaning. negative lists what must not be there.
    gender: "m" or "f" as the request's own field says. longest: seconds that the model may make. seed:
    decides what the words leave within a range, such as 116-124 bpm for an upbeat synth-pop song.
    """
    prompt, style = _clean(prompt), _clean(style)
    said = instruments.wishes(f"{style} . {without_subject(prompt)}")
    what = _genre_of(style, prompt, said.rest)
    words = lexicon.genres()[what.genre]
    moods = genre.moods(said.rest) or ([what.mood] if what.mood else _moods_of_meaning(prompt))
    mood = moods[0] if moods else words.mood
    energy = _energy(words.energy, moods, what.energy)
    pace = _pace(said.rest, moods)
    bpm = facts.bpm(style) or facts.bpm(prompt) or _paced(words, pace, seed)
    key = facts.key(style) if facts.key(style) != (None, None) else facts.key(prompt)
    avoided = instruments.named(_clean(negative))
    singer = _voice(style, prompt, what.genre, negative=negative, instrumental=instrumental, gender=gender)
    wanted, unwanted = said.wanted, tuple(dict.fromkeys((*said.unwanted, *avoided)))
    if facts.is_a_cappella(f"{style} {prompt}"):
        wanted, unwanted = ("choir",), tuple(name for name in INSTRUMENTS if name != "choir")
    return Brief(
        idea=prompt,
        genre=what.genre,
        mood=mood,
        energy=energy,
        bpm=bpm,
        tonic=key.tonic,
        mode=key.mode or _mode(moods),
        seconds=facts.seconds(style, longest=longest) or facts.seconds(prompt, longest=longest),
        wanted=tuple(name for name in wanted if name not in unwanted),
        unwanted=unwanted,
        voice=singer,
        style=_style_line(words.label, mood, bpm, singer, wanted),
        title=_clean(title) or None,
        style_weight=style_weight,
        weirdness=weirdness,
        seed=seed,
    )


def _clean(text: str) -> str:
    printable = "".join(char if char.isprintable() else " " for char in text[:PROMPT_AT_MOST])
    return " ".join(printable.replace("’", "'").split())


def _genre_of(style: str, prompt: str, description: str) -> genre.Character:
    """The genre: named in the style, named where the prompt speaks of music, or else by meaning."""
    by_name = (
        genre.named(instruments.wishes(style).rest, is_style=True)
        or genre.named(facts.without_facts(description), is_style=False)
        or genre.named(facts.without_facts(instruments.wishes(prompt).rest), is_style=False)
    )
    if by_name:
        return genre.Character(by_name, "", lexicon.genres()[by_name].energy)
    text = facts.without_facts(f"{style} {prompt}").strip()
    like = genre.by_meaning(text) if len(_LETTERS.findall(text)) >= 2 else None
    return like or genre.Character("pop", "", lexicon.genres()["pop"].energy)


def _moods_of_meaning(prompt: str) -> list[str]:
    """What a song in a genre that was named is to feel like, when no word of feeling says so."""
    if moods := genre.moods(prompt):
        return moods
    what = subject(prompt)
    like = genre.by_meaning(what, at_least=0.3) if len(_LETTERS.findall(what)) >= 2 else None
    return [like.mood] if like else []


def _energy(usual: float, moods: list[str], guessed: float) -> float:
    """Between what the genre has by nature and what the moods ask for."""
    asked = [lexicon.moods()[mood].energy for mood in moods[:3]]
    if not asked:
        return round((usual + guessed) / 2, 3)
    return round(min(1.0, max(0.05, 0.4 * usual + 0.6 * sum(asked) / len(asked))), 3)


def _pace(text: str, moods: list[str]) -> str:
    said = [name for name in _PACE_ORDER if _PACES[name].search(text)]
    if said:
        # "slow ballad with an upbeat chorus": the pace that is said first holds for the song.
        return min(said, key=lambda name: _PACES[name].search(text).start())  # type: ignore[union-attr]
    return next((pace for mood in moods if (pace := lexicon.moods()[mood].pace)), "")


def _paced(words: lexicon.GenreWords, pace: str, seed: int) -> float | None:
    """A tempo of that pace in this genre, some bpm to either side by seed; None where no pace was asked."""
    if not pace:
        return None
    centre = words.tempo[_PACE_ORDER.index(pace)]
    return float(round(centre * random.Random(f"tempo {seed}").uniform(0.97, 1.03)))


def _mode(moods: list[str]) -> str | None:
    return next((mode for mood in moods[:2] if (mode := lexicon.moods()[mood].mode)), None)


def _voice(
    style: str, prompt: str, genre_name: str, *, negative: str, instrumental: bool, gender: str | None
) -> Voice:
    if instrumental or facts.is_instrumental(style) or facts.is_instrumental(prompt):
        return "none"
    if re.search(
        r"\b(?:vocals?|voices?|singing)\b", re.sub(r"\b(?:fe)?male\s+\w+", " ", negative, flags=re.I), re.I
    ):
        return "none"
    if gender in ("m", "f"):
        return "male" if gender == "m" else "female"
    unwanted = facts.gender(negative)
    said = facts.gender(style) or facts.gender(without_subject(prompt))
    if said is None and not style and _is_played(prompt, genre_name):
        return "none"
    if said is None and unwanted:
        return "female" if unwanted == "male" else "male"
    return "male" if said == "male" else "female"


def _is_played(prompt: str, genre_name: str) -> bool:
    """Whether a prompt speaks of music that one does not expect a singer in ("a calm piano track")."""
    return genre_name in _PLAYED_GENRES and bool(_PLAYED.search(prompt)) and not _SUNG.search(prompt)


def _style_line(label: str, mood: str, bpm: float | None, voice: Voice, wanted: tuple[str, ...]) -> str:
    parts = [label, mood, *([f"{bpm:g} bpm"] if bpm else []), *wanted[:3]]
    parts.append("instrumental" if voice == "none" else f"{voice} vocal")
    return ", ".join(dict.fromkeys(parts))
