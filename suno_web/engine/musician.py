"""The way to `engine.music`: imported when first used, because the web process must not carry a synthesiser.

Each function's import is inside it for that reason alone. `warming.warm` loads all of it where renders run.
"""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from suno_web.suno import limits, schemas

if TYPE_CHECKING:
    from suno_web.engine.music.brief import Brief
    from suno_web.engine.music.lyrics import Lyrics
    from suno_web.engine.music.production import Plan, Rendered

# The longest song of models that name no limit.
LONGEST = 480
VARIANTS = 3


def objectionable(*texts: str) -> bool:
    """Whether any text holds words that are not sung here."""
    from suno_web.engine.music import lyrics

    return any(lyrics.blocked(text) for text in texts)


def understood(request: schemas.GenerateRequest, *, seed: int) -> "Brief":
    """What a request for music asks for."""
    from suno_web.engine.music import understanding

    known = limits.MODELS.get(request.model)
    longest = float((known and known.longest) or LONGEST)
    # The exact lyrics to sing say nothing about the music, nor do fields that simple mode ignores.
    sung = request.custom_mode and not request.instrumental
    brief = understanding.understand(
        "" if sung else request.prompt,
        style=request.style if request.custom_mode else "",
        negative=request.negative_tags,
        title=request.title if request.custom_mode else "",
        instrumental=request.instrumental,
        gender=request.vocal_gender if request.custom_mode else None,
        style_weight=request.style_weight,
        weirdness=request.weirdness_constraint,
        longest=longest,
        seed=seed,
    )
    if sung and brief.voice == "none":
        brief = dataclasses.replace(brief, voice="male" if request.vocal_gender == "m" else "female")
    if request.duration:
        brief = dataclasses.replace(brief, seconds=min(request.duration, longest))
    return brief


def words_given(request: schemas.GenerateRequest) -> "Lyrics | None":
    """The exact lyrics to sing, None where they are to be written or there are none."""
    from suno_web.engine.music import lyrics

    if request.instrumental or not request.custom_mode:
        return None
    return lyrics.parse(request.prompt, request.title)


def lyrics_about(theme: str, *, seed: int) -> "list[Lyrics]":
    """Sets of lyrics to choose from."""
    from suno_web.engine.music import lyricist

    return list(lyricist.variants(theme, VARIANTS, seed))


def planned(brief: "Brief", words: "Lyrics | None", *, seed: int) -> "Plan":
    """Everything decided about one take but its sound. A song that needs words and has none gets some."""
    from suno_web.engine.music import production

    return production.plan(brief, words, seed=seed)


def title_of(plan: "Plan") -> str:
    """The name of a song that was given none."""
    from suno_web.engine.music import lyricist

    return plan.song.title or lyricist.title(plan.brief, seed=plan.seed)


def plan_of(kept: dict[str, Any]) -> "Plan":
    """A plan as it was stored. It always sounds the same."""
    from suno_web.engine.music import production

    return production.Plan.from_json(kept)


def performed(
    plan: "Plan", *, stream: Callable[[bytes], None], progress: Callable[[float], None]
) -> "Rendered":
    """The finished take. stream gets the MP3 as it grows, progress a number from 0 to 1."""
    from suno_web.engine.music import production

    return production.render(plan, stream=stream, progress=progress, stems=False)


def cover(plan: "Plan", title: str) -> bytes:
    """A cover as JPEG."""
    from suno_web.engine.music import coverart

    return coverart.jpeg(title, genre=plan.brief.genre, mood=plan.brief.mood, seed=plan.seed)


def save_mp3(path: Path, rendered: "Rendered", *, title: str, tags: str, lyrics: str, cover: bytes) -> None:
    """The finished take as a tagged MP3."""
    from suno_web.engine.music import audiofile

    audiofile.write_mp3(path, rendered.audio, title=title, style=tags, lyrics=lyrics, cover=cover)


def style_of(content: str) -> "Brief":
    """What a style text asks for."""
    from suno_web.engine.music import understanding

    return understanding.understand("", style=content)


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
