"""The sound of layers, block by block: kept audio cut, stretched and shifted; songs mixed on a desk of their own."""

from collections.abc import Mapping
from typing import Protocol

import numpy as np
import pedalboard as pb

from suno_web.engine.music import genres, stems, vocals
from suno_web.engine.music.layers import Cut, KeptLayer, Layer, Role, SongLayer
from suno_web.engine.music.master import TARGET_LUFS, decibels, loudness
from suno_web.engine.music.mixer import BLOCK, Desk
from suno_web.engine.music.score import TimedWord
from suno_web.engine.music.shelf import Shelf
from suno_web.engine.music.stems import StemKeeper
from suno_web.engine.music.synth import RATE

# Where a backing and a voice stand before mastering, in LUFS; the voice is measured where it sings.
LEVELS: Mapping[Role, float] = {"backing": -18.0, "voice": -18.0}
# What a desk without players gives out when someone sings on it.
SUNG_LUFS = -17.0
EDGE = int(0.012 * RATE)
VOICE_STEMS = frozenset(("vocal", *stems.VOICES))
SAMPLE_S = 90
# What is quieter than this is not made any louder for it: that would be noise.
QUIETEST = -40.0
UPPER_HZ = 260.0
HOP = 1024

Span = tuple[float, float]


class LayerSound(Protocol):
    """A layer being played. spans: the seconds in which it is heard as a voice."""

    layer: Layer
    spans: list[Span]

    @property
    def words(self) -> tuple[TimedWord, ...]: ...

    def play(self, since: int, until: int) -> np.ndarray:
        """The frames between two of the work's, float32 (2, frames). Called in order, without gaps."""


def open_layer(layer: Layer, shelf: Shelf, keep: StemKeeper | None) -> LayerSound:
    """Get a layer ready to play. keep: gets the stems of the players in it."""
    return KeptSound(layer, shelf) if isinstance(layer, KeptLayer) else SongSound(layer, keep)


class KeptSound:
    """Audio of the shelf as a layer. A cut is stretched when it is reached and let go when it is over."""

    def __init__(self, layer: KeptLayer, shelf: Shelf) -> None:
        self.layer: Layer = layer
        self._cuts = list(layer.cuts)
        self._semitones = layer.semitones
        self._source = side_of(layer, shelf)
        self.spans = _heard_spans(layer, self._source) if layer.role == "voice" else []
        kept = shelf.words(layer.ref) if layer.side in ("all", "vocal") else ()
        self._words = tuple(layer.words(kept))
        self._gain = decibels(LEVELS[layer.role] + layer.gain - _level(self._source, layer))
        self._ready: tuple[Cut, np.ndarray] | None = None

    @property
    def words(self) -> tuple[TimedWord, ...]:
        return self._words

    def play(self, since: int, until: int) -> np.ndarray:
        out = np.zeros((2, until - since), np.float32)
        for cut in self._cuts:
            first = round(cut.at_s * RATE)
            last = first + round(cut.length_s * RATE)
            if last <= since or first >= until:
                continue
            sound = self._sound(cut)
            begin, end = max(since, first), min(until, last)
            out[:, begin - since : end - since] += sound[:, begin - first : end - first]
        return out

    def _sound(self, cut: Cut) -> np.ndarray:
        if self._ready is None or self._ready[0] != cut:
            self._ready = (cut, self._made(cut))
        return self._ready[1]

    def _made(self, cut: Cut) -> np.ndarray:
        frames = round(cut.length_s * RATE)
        first = round(cut.start_s * RATE)
        taken = self._source[max(0, first) : round(cut.end_s * RATE)].T.astype(np.float32)
        taken = np.pad(taken, ((0, 0), (max(0, -first), 0))) * self._gain
        if abs(cut.speed - 1.0) > 1e-3 or self._semitones:
            taken = stretched(taken, cut.speed, self._semitones)
        sound = np.zeros((2, frames), np.float32)
        length = min(frames, taken.shape[1])
        sound[:, :length] = taken[:, :length]
        edge = min(EDGE, length // 2)
        ramp = np.linspace(0.0, 1.0, edge, dtype=np.float32)
        # What begins or ends with the recording itself needs no fade to hide a cut.
        if first > 0:
            sound[:, :edge] *= ramp
        sound[:, length - edge : length] *= ramp[::-1]
        return sound


class SongSound:
    """A song as a layer, mixed on its own desk."""

    def __init__(self, layer: SongLayer, keep: StemKeeper | None) -> None:
        self.layer: Layer = layer
        song = layer.song
        self._at = round(layer.at_s * RATE)
        level = SUNG_LUFS if layer.role == "voice" else TARGET_LUFS - genres.named(song.genre).preview_gain
        self._gain = decibels(LEVELS[layer.role] + layer.gain - level)
        self._desk = Desk(song, keep=_Placed(keep, self._at, self._gain) if keep else None)
        self._choir = vocals.Choir(song)
        self._frames = self._desk.recording.shape[1]
        self._since = 0
        self.spans = [
            (layer.at_s + song.second(line.notes[0].start), layer.at_s + song.second(line.notes[-1].end))
            for line in song.lines
        ]

    @property
    def words(self) -> tuple[TimedWord, ...]:
        """The words sung so far."""
        at = self._at / RATE
        return tuple(
            TimedWord(
                word.text, round(word.start_s + at, 3), round(word.end_s + at, 3), word.line, word.section
            )
            for word in self._choir.words
        )

    def play(self, since: int, until: int) -> np.ndarray:
        out = np.zeros((2, until - since), np.float32)
        begin, end = self._since, min(self._frames, until - self._at)
        if end > begin:
            chunk = self._desk.mix(end, self._choir.sing(begin, end)) * self._gain
            # What a song has before the work begins is not heard.
            place = begin + self._at - since
            chunk, place = chunk[:, max(0, -place) :], max(0, place)
            out[:, place : place + chunk.shape[1]] = chunk
            self._since = end
        return out


class Gathered:
    """Adds up the stems of several layers, a chunk at a time, so that what has one name becomes one stem."""

    def __init__(self, keep: StemKeeper) -> None:
        self._keep = keep
        self._since, self._frames = 0, 0
        self._stems: dict[str, np.ndarray] = {}

    def begin(self, since: int, until: int) -> None:
        """Pass on what was gathered, and gather a chunk of the work."""
        for name, stem in self._stems.items():
            for start in range(0, self._frames, BLOCK):
                self._keep.write(name, self._since + start, stem[:, start : start + BLOCK])
        self._stems.clear()
        self._since, self._frames = since, until - since

    def write(self, name: str, since: int, block: np.ndarray) -> None:
        """Add sound from a frame of the work on. What lies outside the chunk is not heard either."""
        first = since - self._since
        heard = block[:, max(0, -first) : max(0, self._frames - first)]
        if heard.shape[1]:
            stem = self._stems.setdefault(name, np.zeros((2, self._frames), np.float32))
            stem[:, max(0, first) : max(0, first) + heard.shape[1]] += heard

    def close(self, frames: int) -> None:
        """Pass on the last chunk and close the stems."""
        self.begin(frames, frames)
        self._keep.close(frames)


class _Placed:
    """Passes a song's stems on to where they lie in the work, at the level they have there."""

    def __init__(self, keep: StemKeeper, at: int, gain: np.float32) -> None:
        self._keep, self._at, self._gain = keep, at, gain

    def write(self, name: str, since: int, block: np.ndarray) -> None:
        self._keep.write(name, since + self._at, block * self._gain)

    def close(self, frames: int) -> None:
        """The work that all of this is a part of closes the stems."""


def stretched(sound: np.ndarray, speed: float, semitones: float) -> np.ndarray:
    """Sound at another speed and pitch, a voice keeping its character. sound: float32 (2, frames)."""
    return np.asarray(
        pb.time_stretch(
            np.ascontiguousarray(sound),
            RATE,
            stretch_factor=speed,
            pitch_shift_in_semitones=semitones,
            # The long window would smear the moment at which a consonant comes by up to 30 ms.
            use_long_fft_window=False,
        ),
        np.float32,
    )


def side_of(layer: KeptLayer, shelf: Shelf) -> np.ndarray:
    """What a layer takes of its audio, (frames, 2)."""
    if layer.side == "all":
        return shelf.audio(layer.ref)
    if layer.side == "upper":
        high = pb.Pedalboard([pb.HighpassFilter(UPPER_HZ), pb.HighpassFilter(UPPER_HZ)])
        return np.asarray(high(np.ascontiguousarray(shelf.audio(layer.ref).T), RATE).T)
    parts = shelf.stems(layer.ref)
    voices = [stem for name, stem in parts.items() if name in VOICE_STEMS]
    others = [stem for name, stem in parts.items() if name not in VOICE_STEMS]
    chosen = voices if layer.side == "vocal" else others
    return stems.together(chosen) if chosen else shelf.audio(layer.ref)


def _level(source: np.ndarray, layer: KeptLayer) -> float:
    """The loudness in LUFS of what a layer takes, read off its loud half."""
    first = round(min(cut.start_s for cut in layer.cuts) * RATE)
    last = round(max(cut.end_s for cut in layer.cuts) * RATE)
    taken = source[max(0, first) : last]
    middle = max(0, len(taken) - SAMPLE_S * RATE) // 2
    level = loudness(np.ascontiguousarray(taken[middle : middle + SAMPLE_S * RATE].T.astype(np.float32)))
    return max(QUIETEST, level)


def _heard_spans(layer: KeptLayer, source: np.ndarray) -> list[Span]:
    """Where a kept voice is heard in the work: seconds with more than a tenth of its usual strength."""
    count = len(source) // HOP
    power = np.array(
        [float(np.square(source[i * HOP : (i + 1) * HOP], dtype=np.float32).mean()) for i in range(count)]
    )
    if not count or not power.any():
        return []
    loud = power > 0.02 * np.percentile(power[power > 0], 90)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], loud, [False]]).astype(int)))
    spans: list[Span] = []
    for cut in layer.cuts:
        for begin, end in edges.reshape(-1, 2) * (HOP / RATE):
            start, until = max(begin, cut.start_s), min(end, cut.end_s)
            if until > start:
                _append(spans, (cut.heard(float(start)), cut.heard(float(until))))
    return spans


def _append(spans: list[Span], span: Span) -> None:
    """Add a span; what follows within a breath belongs to the one before."""
    if spans and span[0] - spans[-1][1] < 0.35:
        spans[-1] = (spans[-1][0], span[1])
    else:
        spans.append(span)
