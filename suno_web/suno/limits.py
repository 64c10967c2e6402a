"""The Suno API's models and their limits, as data. Text is counted in characters, never bytes."""

from dataclasses import dataclass
from typing import Literal

# What a song is described with when lyrics are written for it. One number for every model.
SIMPLE_PROMPT = 500
LYRICS_PROMPT = 200
SOUND_PROMPT = 500
SHORTEST_DURATION, LONGEST_DURATION = 10, 360

# What is added to an upload, and what a video shows.
ADDED_STYLE, ADDED_NEGATIVE_TAGS = 1000, 200
VIDEO_TEXT = 50

# Seconds: of an upload, of a replaced section, of the voice a persona listens to. A section is half the song at most.
LONGEST_UPLOAD = 480
SHORTEST_SECTION, LONGEST_SECTION, LARGEST_SECTION = 6, 60, 0.5
SHORTEST_WINDOW, LONGEST_WINDOW = 10, 30
MASHUP_UPLOADS = 2
SLOWEST_TEMPO, FASTEST_TEMPO = 1, 300

# Bytes: of a file in a JSON body, of one that is streamed or fetched (nobody states a limit; eight minutes of
# uncompressed audio fit), of audio to be separated from its address.
BASE64_BYTES, UPLOAD_BYTES, SEPARATED_BYTES = 10 * 2**20, 200 * 2**20, 20 * 2**20
UPLOAD_NAME = 200

TitleOf = Literal["song", "derived"]


@dataclass(frozen=True)
class Model:
    """A model's name and limits.

    prompt, style and title: longest text in custom mode. derived_title: the title's limit where a song is
    made from another (extend, upload-cover, upload-extend). longest: seconds of song, None where nobody says.
    offered: whether requests may name it; wire_name: `modelName` in results, None where nobody has seen it.
    """

    name: str
    character: str
    longest: int | None
    prompt: int
    style: int
    title: int = 80
    derived_title: int = 80
    wire_name: str | None = None
    takes_duration: bool = False
    deprecated: bool = False
    offered: bool = True

    @property
    def longest_in_words(self) -> str:
        """ "up to 8 minutes", or "" where the contract does not say."""
        return f"up to {self.longest // 60} minutes" if self.longest else ""


@dataclass(frozen=True)
class TextLimits:
    """The longest prompt, style and title of one request. style and title are 0 where they are ignored."""

    prompt: int
    style: int
    title: int


MODELS: dict[str, Model] = {
    model.name: model
    for model in (
        Model("V5", "Better musicality, faster", 480, 5000, 1000, derived_title=100, wire_name="chirp-crow"),
        Model(
            "V5_5", "Custom and voice models", None, 5000, 1000,
            derived_title=100, wire_name="chirp-fenix", takes_duration=True,
        ),
        Model("V4_5PLUS", "Richer sound", 480, 5000, 1000, derived_title=100),
        Model("V4_5ALL", "Smart and fast", 480, 5000, 1000),
        Model("V4_5", "Smarter prompts, faster", 480, 5000, 1000, derived_title=100, wire_name="chirp-v4-5"),
        Model("V4", "Better vocals", 240, 3000, 200, wire_name="chirp-v4"),
        Model("V3_5", "Better structure", 240, 3000, 200, wire_name="chirp-v3-5", deprecated=True),
        # Later data: known so that a record which names one is understood, not yet something to ask for.
        Model("V6", "", 360, 5000, 1000, derived_title=100, takes_duration=True, offered=False),
        Model("V6_WILD", "", 360, 5000, 1000, derived_title=100, takes_duration=True, offered=False),
        Model("V6_MINI", "", 360, 5000, 1000, derived_title=100, takes_duration=True, offered=False),
    )
}  # fmt: skip

SONG_MODELS = tuple(model.name for model in MODELS.values() if model.offered)
DEFAULT_MODEL = SONG_MODELS[0]

# The models of add-instrumental and add-vocals, the one they use by default first; and those of sounds.
ADDED_MODELS = ("V4_5PLUS", "V5", "V5_5")
SOUND_MODELS = ("V5", "V5_5")


def text_limits(model: str, *, custom_mode: bool, title_of: TitleOf = "song") -> TextLimits:
    """The limits of a request for this model; an unknown one gets those of the strictest."""
    found = MODELS.get(model, MODELS["V3_5"])
    if not custom_mode:
        return TextLimits(SIMPLE_PROMPT, 0, 0)
    return TextLimits(found.prompt, found.style, found.title if title_of == "song" else found.derived_title)


def length(text: str) -> int:
    """Characters as a person counts them: a line break is one, however a browser sends it."""
    return len(text.replace("\r\n", "\n"))
