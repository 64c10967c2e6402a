"""A sound as a work: what is decided about it, and the making of its audio."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np

from suno_web.engine.music import audiofile, synth
from suno_web.engine.music.master import CEILING_DBTP, decibels, limited, loudness, true_peak
from suno_web.engine.music.rendered import Rendered, SectionTime
from suno_web.engine.music.score import Song
from suno_web.engine.music.shelf import Shelf
from suno_web.engine.music.sounds import band
from suno_web.engine.music.sounds.families import families
from suno_web.engine.music.sounds.tape import Tape
from suno_web.engine.music.stems import StemKeeper
from suno_web.engine.music.synth import RATE

LOUDNESS_LUFS = -15.0
# A single crack is not made as loud as rain: its peaks may be pushed this far into the limiter and no further.
MOST_PUSH_DB = 7.0
# Nothing is ever digitally silent: a room is there (dBFS).
ROOM_DB = -74.0
FADE_IN_S, FADE_OUT_S = 0.02, 0.5
TITLE_WORDS = 6


class Layer(NamedTuple):
    """A family of sounds and how loud it is beside the others, in dB."""

    family: str
    level: float


@dataclass(frozen=True, slots=True)
class SoundWork:
    """Everything decided about a sound effect or loop. It renders to the same audio again."""

    kind: ClassVar[str] = "sound"

    prompt: str
    layers: tuple[Layer, ...]
    frames: int
    loop: bool
    bpm: float
    tonic: int
    mode: str
    genre: str
    mood: str
    style: str
    song: Song | None
    seed: int

    @property
    def seconds(self) -> float:
        return self.frames / RATE

    @property
    def title(self) -> str:
        words = self.prompt.split()
        return " ".join(words[:TITLE_WORDS]).strip(" .,;:!?").capitalize() or "Sound"

    @property
    def lyrics_text(self) -> str:
        return ""

    def to_json(self) -> dict[str, Any]:
        fields = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        return fields | {
            "kind": self.kind,
            "layers": [list(layer) for layer in self.layers],
            "song": self.song and self.song.to_json(),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "SoundWork":
        fields = {name: value for name, value in data.items() if name != "kind"}
        return cls(
            **fields
            | {
                "layers": tuple(Layer(*layer) for layer in data["layers"]),
                "song": data["song"] and Song.from_json(data["song"]),
            }
        )

    def render(
        self,
        shelf: Shelf,
        *,
        stream: Callable[[bytes], None] | None = None,
        progress: Callable[[float], None] | None = None,
        keep: StemKeeper | None = None,
    ) -> Rendered:
        """Make the audio. A sound is made of nothing else, so the shelf is left alone, and done in a moment, so
        that the stream comes in one piece."""
        parts: dict[str, np.ndarray] = {}
        if self.song:
            mix, parts = band.looped(self.song) if self.loop else band.played(self.song)
            synth.forget()
            mix = mix[:, : self.frames] * decibels(-20 - loudness(np.tile(mix, 2)))
        else:
            mix = np.zeros((2, self.frames), np.float32)
        if progress:
            progress(0.4)
        effects = self._effects()
        finished = self._levelled(mix + effects)
        if keep:
            for name, stem in parts.items():
                keep.write(name, 0, stem[:, : self.frames])
            if effects.any():
                keep.write("fx", 0, parts.get("fx", np.float32(0)) + effects)
            keep.close(self.frames)
        audio = np.ascontiguousarray(finished.T)
        if stream:
            mp3 = audiofile.Mp3Stream(stream, self.frames)
            mp3.write(finished)
            mp3.close()
        if progress:
            progress(1.0)
        name = "Loop" if self.loop else "Sound"
        section = SectionTime(name, name.lower(), 0.0, round(self.seconds, 3))
        level = loudness(np.tile(finished, 2))
        return Rendered(audio, (), level, true_peak(finished), (section,), audiofile.peaks(audio))

    def _effects(self) -> np.ndarray:
        """All that is not played, each layer at its level below -20 LUFS."""
        total = np.zeros((2, self.frames), np.float32)
        for number, (family, level) in enumerate(self.layers):
            tape = Tape(
                self.frames,
                loop=self.loop,
                bpm=self.bpm,
                tonic=self.tonic,
                minor=self.mode in ("minor", "dorian"),
                seed=self.seed * 31 + number,
            )
            make = families()[family].make
            if make:
                make(tape)
            heard = loudness(np.tile(tape.sound, 2))
            total += tape.sound * decibels(level - 20 - max(heard, -70.0))
        return total

    def _levelled(self, mix: np.ndarray) -> np.ndarray:
        """The finished sound: as loud as its kind can be, its peaks held, never quite silent."""
        room = Tape(self.frames, loop=self.loop, bpm=60, tonic=0, minor=False, seed=self.seed + 7)
        room.add(room.noise(lambda hertz: 1 / np.sqrt(1 + (hertz / 2000) ** 2)), float(decibels(ROOM_DB)))
        if not self.loop:
            mix = mix * _faded(self.frames)
        # A loop is worked on with itself around it, so that the limiter comes back to where it began.
        around = np.tile(mix, 3) if self.loop else mix
        wanted = LOUDNESS_LUFS - loudness(np.tile(mix, 2))
        most = CEILING_DBTP + MOST_PUSH_DB - true_peak(mix)
        loud = limited(around * decibels(min(wanted, most)))
        if self.loop:
            loud = loud[:, self.frames : 2 * self.frames]
        # Limiting costs loudness; a second, gentle gain gives it back as far as the peaks allow.
        again = min(LOUDNESS_LUFS - loudness(np.tile(loud, 2)), CEILING_DBTP - 0.15 - true_peak(loud))
        return np.asarray(loud * decibels(again) + room.sound, np.float32)


def _faded(frames: int) -> np.ndarray:
    at = np.arange(frames, dtype=np.float32) / RATE
    ends = np.minimum(1, at / FADE_IN_S) * np.clip((frames / RATE - at) / FADE_OUT_S, 0, 1)
    return np.asarray(ends, np.float32)
