"""Works in layers: a voice and a backing, kept or made, over one another in time, mixed and mastered as one."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

import numpy as np
import pedalboard as pb

from suno_web.engine.music import audiofile, genres, layers, synth
from suno_web.engine.music.layeraudio import Gathered, LayerSound, Span, open_layer
from suno_web.engine.music.layers import KeptLayer, Layer, SongLayer
from suno_web.engine.music.master import master
from suno_web.engine.music.preview import Preview, chunks, faded
from suno_web.engine.music.rendered import Rendered, SectionTime
from suno_web.engine.music.score import TimedWord
from suno_web.engine.music.shelf import Shelf
from suno_web.engine.music.stems import StemKeeper
from suno_web.engine.music.synth import RATE

# How far the backing steps back while someone sings, and how fast.
DUCK_DB = 2.5
DUCK_EDGE_S = 0.15
ROOM = np.float32(0.16)
# dB from the level of the layers to about the final loudness, for the preview.
PREVIEW_GAIN = 1.5


@dataclass(frozen=True, slots=True)
class LayeredWork:
    """sections: the form as the listener reads it."""

    kind: ClassVar[str] = "layered"

    layers: tuple[Layer, ...]
    seconds: float
    sections: tuple[SectionTime, ...]
    title: str
    style: str
    genre: str
    mood: str
    lyrics_text: str
    seed: int

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "layers": [layer.to_json() for layer in self.layers],
            "sections": [asdict(section) for section in self.sections],
            **{name: getattr(self, name) for name in _PLAIN},
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "LayeredWork":
        return cls(
            layers=tuple(layers.from_json(layer) for layer in data["layers"]),
            sections=tuple(SectionTime(**section) for section in data["sections"]),
            **{name: data[name] for name in _PLAIN},
        )

    def render(
        self,
        shelf: Shelf,
        *,
        stream: Callable[[bytes], None] | None = None,
        progress: Callable[[float], None] | None = None,
        keep: StemKeeper | None = None,
    ) -> Rendered:
        """Make the audio: every layer to its level, the backing back under the voice, the whole mastered."""
        frames = round(self.seconds * RATE)
        gathered = Gathered(keep) if keep else None
        sounds = [open_layer(layer, shelf, gathered) for layer in self.layers]
        console = _Console(sounds, gathered)
        recording = np.zeros((2, frames), np.float32)
        preview = Preview(stream, frames, PREVIEW_GAIN) if stream else None
        since = 0
        for until in chunks(frames):
            chunk = recording[:, since:until]
            console.mix(since, until, chunk)
            faded(chunk, since, frames)
            if preview:
                preview.send(chunk)
            if progress:
                progress(round(0.9 * until / frames, 3))
            since = until
        if preview:
            preview.close()
        if gathered:
            gathered.close(frames)
        synth.forget()
        finished = master(recording, drive=genres.named(self.genre).drive)
        if progress:
            progress(1.0)
        return Rendered(
            finished.audio,
            _in_order([word for sound in sounds for word in sound.words]),
            finished.lufs,
            finished.true_peak,
            self.sections,
            audiofile.peaks(finished.audio),
        )


_PLAIN = ("seconds", "title", "style", "genre", "mood", "lyrics_text", "seed")


class _Console:
    """Brings layers together: cleans the voices that need it and holds the backing back under them."""

    def __init__(self, sounds: Sequence[LayerSound], keep: Gathered | None) -> None:
        self._sounds = sounds
        self._keep = keep
        self._spans = sorted(span for sound in sounds if sound.layer.role == "voice" for span in sound.spans)
        self._cleaning = [
            pb.Pedalboard([pb.HighpassFilter(85), pb.Compressor(-24, 2.2, 8, 120), pb.Gain(1.5)])
            for _ in sounds
        ]
        self._room = pb.Pedalboard(
            [
                pb.HighpassFilter(220),
                pb.Reverb(room_size=0.45, damping=0.5, wet_level=1.0, dry_level=0.0, width=1.0),
            ]
        )

    def mix(self, since: int, until: int, out: np.ndarray) -> None:
        """Fill a piece of the recording."""
        if self._keep:
            self._keep.begin(since, until)
        duck = ducking(self._spans, since, until)
        room = np.zeros_like(out)
        polished = False
        for place, sound in enumerate(self._sounds):
            layer = sound.layer
            played = sound.play(since, until)
            if layer.role == "backing":
                played *= duck
            if isinstance(layer, KeptLayer) and layer.polished:
                played = self._cleaning[place](played, RATE, reset=False)
                room += ROOM * played
                polished = True
            out += played
            # A song's desk hands its own stems on. Nobody has a name for a whole band; it counts as "fx".
            if not isinstance(layer, SongLayer):
                self._write("vocals" if layer.role == "voice" else "fx", since, played)
        if polished:
            answer = self._room(room, RATE, reset=False)
            out += answer
            self._write("fx", since, answer)

    def _write(self, name: str, since: int, sound: np.ndarray) -> None:
        if self._keep:
            self._keep.write(name, since, sound)


def ducking(spans: Sequence[Span], since: int, until: int) -> np.ndarray:
    """The gain of a backing at each frame: 1, and less while someone sings, with soft edges."""
    down = 10 ** (-DUCK_DB / 20)
    points, gains = [-DUCK_EDGE_S], [1.0]
    for start, end in spans:
        points += [start - DUCK_EDGE_S, start, end, end + 2 * DUCK_EDGE_S]
        gains += [1.0, down, down, 1.0]
    at = np.arange(since, until, 32) / RATE
    coarse = np.interp(at, np.maximum.accumulate(points), gains).astype(np.float32)
    return np.repeat(coarse, 32)[: until - since]


def _in_order(words: list[TimedWord]) -> tuple[TimedWord, ...]:
    return tuple(sorted(words, key=lambda word: word.start_s))
