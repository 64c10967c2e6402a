"""Lyrics on a theme: grammatical lines of even length that rhyme, with the title in the chorus."""

import random
import re
from collections.abc import Mapping

from suno_web.engine.music import lexicon, words
from suno_web.engine.music.brief import Brief
from suno_web.engine.music.lyricist import frames, themes
from suno_web.engine.music.lyricist.stanza import SLACK, Pen
from suno_web.engine.music.lyricist.titles import Hook, hook_of, title_of
from suno_web.engine.music.lyrics import Lyrics, LyricSection
from suno_web.engine.music.understanding import subject, understand

__all__ = ["title", "variants", "write"]

# V verse, P pre-chorus, C chorus, B bridge.
FORMS: Mapping[str, tuple[str, ...]] = {
    "pop": ("VPCVPCBC", "VPCVCBC"),
    "synthpop": ("VPCVPCBC",),
    "rock": ("VCVCBC", "VPCVPCBC"),
    "edm": ("VPCVPC",),
    "jazz": ("VCVBC",),
    "folk": ("VCVCVC", "VVCVC"),
    "orchestral": ("VCVBC",),
    "lofi": ("VCVC",),
    "piano": ("VCVBC",),
}
SHORT_SONG_S, MIDDLE_SONG_S = 75.0, 120.0
NAMES = {"V": "Verse", "P": "Pre-Chorus", "C": "Chorus", "B": "Bridge"}
LONGEST_LINE = 10


def write(brief: Brief, *, seed: int) -> Lyrics:
    """Words for a song of this brief. The same seed writes the same words."""
    rng = random.Random(f"lyrics {seed} {brief.idea} {brief.title}")
    about = subject(brief.idea)
    theme = themes.choose(f"{brief.title or ''} {brief.idea}", about, seed=seed)
    name = title_of(brief, theme, seed=seed)
    hook = hook_of(brief, name, theme)
    own = [hook.text] if hook.kind == "thing" and re.match(r"(?:the|my|our|your)\b", hook.text) else []
    own = [] if _is_plural(hook.text) else own
    pen = Pen(theme, dark=_is_dark(brief), own=own, rng=rng)
    chorus = _chorus(pen, hook, dark=_is_dark(brief), rng=rng)
    sections = [
        LyricSection(NAMES[part], chorus if part == "C" else _part(pen, part, rng))
        for part in _form(brief, rng)
    ]
    return Lyrics(name, tuple(sections))


def variants(idea: str, n: int, seed: int) -> list[Lyrics]:
    """n different lyrics on one idea."""
    brief = understand(idea, seed=seed)
    return [write(brief, seed=seed * 1000 + number) for number in range(n)]


def title(brief: Brief, *, seed: int) -> str:
    """A name for a song of this brief, sung or not."""
    return title_of(brief, themes.choose(brief.idea, subject(brief.idea), seed=seed), seed=seed)


def _form(brief: Brief, rng: random.Random) -> str:
    if brief.seconds is not None and brief.seconds <= SHORT_SONG_S:
        return "VC"
    if brief.seconds is not None and brief.seconds <= MIDDLE_SONG_S:
        return "VCVC"
    return rng.choice(FORMS.get(brief.genre, FORMS["pop"]))


def _part(pen: Pen, part: str, rng: random.Random) -> tuple[str, ...]:
    if part == "P":
        return tuple(pen.rhyming("verse", 7))
    first, second = pen.rhyming("verse", 8), pen.rhyming("verse", 8)
    if part == "V" and rng.random() < 0.5:
        return (first[0], second[0], first[1], second[1])
    return (*first, *second)


def _chorus(pen: Pen, hook: Hook, *, dark: bool, rng: random.Random) -> tuple[str, ...]:
    """Four lines with the title in two of them: the others rhyme with each other."""
    answers = pen.rhyming("chorus", 7)
    carriers = _hook_lines(hook, dark=dark, rng=rng)
    return (carriers[0], answers[0], carriers[-1], answers[1])


def _hook_lines(hook: Hook, *, dark: bool, rng: random.Random) -> list[str]:
    """Lines that sing the title, as near as can be to seven syllables; the same one twice makes a refrain."""
    if hook.kind == "line":
        return [hook.text]
    texts = [
        frame.text.replace("{T}", hook.text) for frame in frames.hooks(hook.kind) if frame.suits(dark=dark)
    ]
    fitting = [text for text in texts if abs(words.count(text) - 7) <= SLACK]
    if not fitting:
        fitting = [min(texts, key=lambda text: abs(words.count(text) - 7))]
    first = rng.choice(fitting)
    second = first if rng.random() < 0.5 else rng.choice(fitting)
    return [line[:1].upper() + line[1:] for line in (first, second)]


def _is_dark(brief: Brief) -> bool:
    mood = lexicon.moods().get(brief.mood)
    return mood.mode == "minor" if mood else brief.mode == "minor"


def _is_plural(text: str) -> bool:
    head = re.split(r"\b(?:of|in|on|at|from|for|with|to|that|who)\b", text)[0].split()
    return bool(head) and head[-1].endswith("s") and not head[-1].endswith(("ss", "us", "is"))
