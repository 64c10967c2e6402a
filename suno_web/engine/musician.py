"""The way to `engine.music`: imported when first used, because the web process must not carry a synthesiser.

Each function's import is inside it for that reason alone. `warming.warm` loads what every render needs where renders
run; what only some calls need, such as the ear, is loaded by the first of them.
"""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from suno_web.suno import limits, schemas

if TYPE_CHECKING:
    from suno_web.engine.music.brief import Brief
    from suno_web.engine.music.lyrics import Lyrics
    from suno_web.engine.music.production import Plan
    from suno_web.engine.music.rendered import Rendered
    from suno_web.engine.music.score import TimedWord
    from suno_web.engine.music.shelf import Shelf, Work

# The longest song of models that name no limit.
LONGEST = 480
VARIANTS = 3


def objectionable(*texts: str) -> bool:
    """Whether any text holds words that are not sung here."""
    from suno_web.engine.music import lyrics

    return any(lyrics.blocked(text) for text in texts)


def understood(request: schemas.GenerateRequest, *, seed: int) -> "Brief":
    """What a request for music asks for."""
    # The exact lyrics to sing say nothing about the music, nor do fields that simple mode ignores.
    custom = request.custom_mode
    sung = custom and not request.instrumental
    brief = styled(
        request.style if custom else "",
        idea="" if sung else request.prompt,
        negative=request.negative_tags,
        title=request.title if custom else "",
        instrumental=request.instrumental,
        sung=sung,
        gender=request.vocal_gender if custom else None,
        style_weight=request.style_weight,
        weirdness=request.weirdness_constraint,
        model=request.model,
        seed=seed,
    )
    if request.duration:
        brief = dataclasses.replace(brief, seconds=min(request.duration, _longest(request.model)))
    return brief


def styled(
    style: str,
    *,
    seed: int,
    idea: str = "",
    negative: str = "",
    title: str = "",
    instrumental: bool = False,
    sung: bool = False,
    gender: str | None = None,
    style_weight: float | None = None,
    weirdness: float | None = None,
    model: str = "",
) -> "Brief":
    """What a style and the other fields of a request ask for. sung: there is a voice, whatever the style says."""
    from suno_web.engine.music import understanding

    brief = understanding.understand(
        idea,
        style=style,
        negative=negative,
        title=title,
        instrumental=instrumental,
        gender=gender,
        style_weight=style_weight,
        weirdness=weirdness,
        longest=_longest(model),
        seed=seed,
    )
    if sung and brief.voice == "none":
        brief = dataclasses.replace(brief, voice="male" if gender == "m" else "female")
    return brief


def _longest(model: str) -> float:
    known = limits.MODELS.get(model)
    return float((known and known.longest) or LONGEST)


def words_given(request: schemas.GenerateRequest) -> "Lyrics | None":
    """The exact lyrics to sing, None where they are to be written or there are none."""
    if request.instrumental or not request.custom_mode:
        return None
    return words(request.prompt, request.title)


def words(text: str, title: str = "") -> "Lyrics | None":
    """Lyrics as somebody wrote them, None where there is nothing to sing."""
    from suno_web.engine.music import lyrics

    read = lyrics.parse(text, title)
    return read if read.lines else None


def words_for(brief: "Brief", *, seed: int) -> "Lyrics":
    """Lyrics for a song that needs some and was given none."""
    from suno_web.engine.music import lyricist

    return lyricist.write(brief, seed=seed)


def lyrics_about(theme: str, *, seed: int) -> "list[Lyrics]":
    """Sets of lyrics to choose from."""
    from suno_web.engine.music import lyricist

    return list(lyricist.variants(theme, VARIANTS, seed))


def planned(brief: "Brief", words: "Lyrics | None", *, seed: int) -> "Plan":
    """Everything decided about one take but its sound. A song that needs words and has none gets some."""
    from suno_web.engine.music import production

    return production.plan(brief, words, seed=seed)


def work_of(kept: dict[str, Any]) -> "Work":
    """A work as it was stored. It always sounds the same."""
    from suno_web.engine.music import works

    return works.load(kept)


def performed(
    work: "Work",
    shelf: "Shelf",
    *,
    stream: Callable[[bytes], None] | None = None,
    progress: Callable[[float], None] | None = None,
    stems: Path | None = None,
) -> "Rendered":
    """The finished take. stream gets the MP3 as it grows, progress a number from 0 to 1, the folder its stems."""
    from suno_web.engine.music.stems import FileKeeper

    keep = FileKeeper(stems) if stems else None
    return work.render(shelf, stream=stream, progress=progress, keep=keep)


def cover(work: "Work", title: str) -> bytes:
    """A cover as JPEG."""
    from suno_web.engine.music import coverart

    return coverart.jpeg(title, genre=work.genre, mood=work.mood, seed=work.seed)


def cover_pair(work: "Work", title: str, *, seed: int) -> tuple[bytes, bytes]:
    """Two different covers as PNG."""
    from suno_web.engine.music import coverart

    return coverart.pair(title, genre=work.genre, mood=work.mood, seed=seed)


def style_of(content: str) -> "Brief":
    """What a style text asks for."""
    from suno_web.engine.music import understanding

    return understanding.understand("", style=content)


def timed(words: list[dict[str, Any]]) -> "tuple[TimedWord, ...]":
    """When words are sung, as it was stored with a take."""
    from suno_web.engine.music.score import TimedWord

    return tuple(
        TimedWord(one["text"], one["start"], one["end"], one["line"], one["section"]) for one in words
    )


def continued(
    shelf: "Shelf",
    ref: str,
    *,
    at_s: float,
    brief: "Brief | None",
    words: "Lyrics | None",
    instrumental: bool,
    seed: int,
) -> "Work":
    """Music that goes on from a second of other music."""
    from suno_web.engine.music import extending

    return extending.extend(
        shelf, ref, at_s=at_s, brief=brief, lyrics=words, instrumental=instrumental, seed=seed
    )


def replaced(
    shelf: "Shelf", ref: str, *, start_s: float, end_s: float, words: "Lyrics | None", style: str, seed: int
) -> "Work":
    """Music with new bars between two seconds."""
    from suno_web.engine.music import replacing

    return replacing.replace(shelf, ref, start_s=start_s, end_s=end_s, lyrics=words, style=style, seed=seed)


def covered(
    shelf: "Shelf",
    ref: str,
    *,
    brief: "Brief",
    words: "Lyrics | None",
    audio_weight: float | None,
    bpm: float | None,
    seed: int,
) -> "Work":
    """The melody and harmony of music in another style. bpm: only where the tempo is to change."""
    from suno_web.engine.music import covering

    return covering.cover(
        shelf, ref, brief=brief, lyrics=words, audio_weight=audio_weight, bpm=bpm, seed=seed
    )


def tempo_named(style: str) -> float | None:
    """The tempo a style gives as a number."""
    from suno_web.engine.music.understanding import facts

    return facts.bpm(style)


def accompanied(shelf: "Shelf", ref: str, *, brief: "Brief", seed: int) -> "Work":
    """A voice with a band behind it."""
    from suno_web.engine.music import accompanying

    return accompanying.accompany(shelf, ref, brief=brief, seed=seed)


def sung_over(shelf: "Shelf", ref: str, *, brief: "Brief", words: "Lyrics | None", seed: int) -> "Work":
    """Music with a voice over it."""
    from suno_web.engine.music import singing_over

    return singing_over.sing_over(shelf, ref, brief=brief, lyrics=words, seed=seed)


def mashed(
    shelf: "Shelf", ref: str, other: str, *, brief: "Brief", words: "Lyrics | None", seed: int
) -> "Work":
    """Two pieces of music in one."""
    from suno_web.engine.music import mashing

    return mashing.mash(shelf, ref, other, brief=brief, lyrics=words, seed=seed)


def sound(prompt: str, *, loop: bool, tempo: int | None, key: str, seed: int) -> "Work":
    """A sound effect or a loop."""
    from suno_web.engine.music import sounds

    return sounds.plan(prompt, loop=loop, tempo=tempo, key=key, seed=seed)


def traits(work: "Work", start_s: float, end_s: float) -> dict[str, Any]:
    """The voice and manner of a stretch of a take, JSON-able."""
    from suno_web.engine.music import persona

    return persona.of(work, start_s, end_s).to_json()


def with_persona(brief: "Brief", traits: dict[str, Any]) -> "Brief":
    """A song in the voice and manner of a persona."""
    from suno_web.engine.music import persona

    return persona.applied(brief, persona.PersonaTraits.from_json(traits))


def warm() -> None:
    """Load the sound font and the singer, and plan a song: that reads the dictionaries.

    The language model stays away until a request names no genre: 70 MB for what most songs never need.
    """
    from suno_web.engine.music import coverart, production, singer, understanding
    from suno_web.engine.music.synth import soundfont

    soundfont.load()
    singer.load()
    production.plan(understanding.understand("a hopeful pop song about the rain, 30 seconds"), None, seed=0)
    coverart.jpeg("Rain", genre="pop", mood="hopeful", seed=0)
