"""Making a short style text richer, so that it says what a producer would want to know."""

from typing import TYPE_CHECKING

from suno_web.engine import musician

if TYPE_CHECKING:
    from suno_web.engine.music.brief import Brief

# Tempo and instruments where the request leaves them open, and how each genre is recorded.
_GENRES = {
    "pop": (112, "synths, electric guitar and tight drums", "polished mix with stacked backing vocals"),
    "synthpop": (118, "analogue synths, arpeggios and gated drums", "wide glossy eighties-inspired mix"),
    "rock": (128, "overdriven guitars, driving bass and live drums", "raw room sound with a punchy mix"),
    "edm": (126, "supersaw leads, side-chained pads and deep sub bass", "big build-ups, loud club master"),
    "jazz": (120, "upright bass, brushed drums and warm piano", "intimate live recording"),
    "folk": (96, "fingerpicked guitar, soft strings and hand percussion", "close, natural room sound"),
    "orchestral": (88, "sweeping strings, bold brass and timpani", "concert hall, cinematic dynamics"),
    "lofi": (80, "dusty electric piano, mellow bass and soft drums", "vinyl crackle, warm tape saturation"),
    "piano": (72, "felt piano with gentle pads", "close microphones in a quiet room"),
}  # fmt: skip
_KEYS = ("C", "D flat", "D", "E flat", "E", "F", "F sharp", "G", "A flat", "A", "B flat", "B")
_VOICES = {"female": "expressive female vocals", "male": "warm male vocals", "none": "instrumental"}
LONGEST = 200


def richer(content: str) -> str:
    """The style as written, then tempo, key, instruments, mood, voice and production where it said nothing.

    Fits into the style field of every model; only text that was longer already stays longer.
    """
    brief = musician.style_of(content)
    written = " ".join(content.split()).rstrip(" .,;")
    parts = [written]
    for addition in _additions(brief):
        if not _says(written, addition) and len(", ".join([*parts, addition])) <= LONGEST:
            parts.append(addition)
    return ", ".join(parts)


def _additions(brief: "Brief") -> list[str]:
    tempo, instruments, production = _GENRES[brief.genre]
    wanted = " and ".join(brief.wanted)
    if any(unwanted in instruments for unwanted in brief.unwanted):
        instruments = ""
    key = f"{_KEYS[brief.tonic]} {brief.mode}" if brief.tonic is not None and brief.mode else ""
    speed = f"{round(brief.bpm or tempo)} BPM"
    additions = [brief.mood, speed, key, wanted or instruments, _VOICES[brief.voice], production]
    return [addition for addition in additions if addition]


def _says(written: str, addition: str) -> bool:
    """Whether the text says this already, in its last word at least: "BPM", "vocals", the mood."""
    return addition.split()[-1].casefold() in written.casefold()
