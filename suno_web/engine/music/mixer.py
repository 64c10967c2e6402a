"""The mixing desk: every player's sound through his strip into stems, sends and the mix, chunk by chunk.

A desk is used from the song's first frame to its last. Notes are rendered in the chunk they start in and ring on
into the next, effects keep their state, so the chunks together are one recording and can be sent on as they come.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pedalboard as pb

from suno_web.engine.music import genres, synth
from suno_web.engine.music.genres.genre import Genre
from suno_web.engine.music.score import BEATS_PER_BAR, Note, Song, Track, onsets
from suno_web.engine.music.strips import chain, vocal_chain
from suno_web.engine.music.synth import RATE, Stroke

KICK = 36
# Every player is brought to this level (dBFS RMS while he plays) before his fader.
BAND_LEVEL, DRUM_LEVEL = -23.0, -20.0
# The singer's lines come at -20 dBFS.
VOICE_GAIN, DOUBLE_GAIN = 2.0, -9.0
HARD_PANNED_DOUBLES = ((-0.75, 0.014), (0.75, 0.021))
DUCK_SECONDS = 0.28
WIDTH_DELAY = int(0.011 * RATE)


@dataclass(frozen=True, slots=True)
class Mixed:
    """A chunk of the mix before mastering and what it is made of, float32 (2, frames) each."""

    mix: np.ndarray
    stems: Mapping[str, np.ndarray]


class Desk:
    """Mixes one song. Feed it chunks in order with `mix`."""

    def __init__(self, song: Song) -> None:
        self.song = song
        self.genre = genres.named(song.genre)
        kicks = sorted(
            _frame(song, beat)
            for track in song.tracks
            if track.stem == "drums"
            for beat in onsets(track, KICK)
        )
        self._kicks = np.array(kicks, np.int64)
        self._strips = [_Strip(track, song) for track in song.tracks]
        self._voices = _Voices(self.genre) if song.lines else None
        self._reverb = pb.Pedalboard(
            [
                pb.HighpassFilter(220),
                pb.Reverb(room_size=self.genre.room, damping=0.45, wet_level=1.0, dry_level=0.0, width=1.0),
            ]
        )
        self._echo = _Echo(60.0 / song.bpm * 0.75)
        self._bus = pb.Pedalboard(
            [
                pb.HighpassFilter(28),
                pb.Compressor(-17, 2.0, 20, 160),
                pb.LowShelfFilter(90, 0.8),
                pb.HighShelfFilter(8500, self.genre.bright),
            ]
        )
        self._frame = 0

    def mix(self, until: int, sung: "Sung | None" = None) -> Mixed:
        """The next chunk, up to a frame. sung: the voice in it, dry."""
        since, self._frame = self._frame, until
        frames = until - since
        stems: dict[str, np.ndarray] = {}
        room, echo = np.zeros((2, frames), np.float32), np.zeros((2, frames), np.float32)
        duck = _ducking(self._kicks, since, frames)
        ride = 1 - self.genre.ride * self._singing(since, until)
        for strip in self._strips:
            sound = strip.play(since, until)
            if sound is None:
                continue
            track = strip.track
            if track.duck and duck is not None:
                sound = sound * (1 - track.duck * duck)
            if track.stem not in ("drums", "bass"):
                sound = sound * ride
            _add(stems, track.stem, sound)
            if track.reverb:
                room += track.reverb * sound
            if track.delay:
                echo += track.delay * sound
        if self._voices and sung is not None:
            lead, doubles = self._voices.mix(sung)
            stems["vocals"] = lead
            if doubles is not None:
                _add(stems, "backing_vocals", doubles)
                room += 0.2 * doubles
            room += 0.22 * lead
            echo += 0.14 * lead
        echoes = self._echo.play(echo)
        room += 0.25 * echoes
        # What the room answers belongs to no single player.
        _add(stems, "fx", echoes + 1.3 * self._reverb(room, RATE, reset=False))
        total = np.sum(list(stems.values()), axis=0, dtype=np.float32)
        mix = self._bus(total, RATE, reset=False) * self._lift(since, until)
        return Mixed(mix.astype(np.float32, copy=False), stems)

    def _singing(self, since: int, until: int) -> np.ndarray:
        """1 while someone sings, 0 while not, with soft edges."""
        edge = int(0.12 * RATE)
        points, levels = [since - edge], [0.0]
        for line in self.song.lines:
            begin, end = _frame(self.song, line.notes[0].start), _frame(self.song, line.notes[-1].end)
            if end + edge < since or begin - edge > until:
                continue
            points += [begin - edge, begin, end, end + edge]
            levels += [0.0, 1.0, 1.0, 0.0]
        ordered = np.maximum.accumulate(np.array(points, float))
        return np.interp(np.arange(since, until), ordered, levels).astype(np.float32)

    def _lift(self, since: int, until: int) -> np.ndarray:
        """The fader of the whole mix: choruses a little up, verses a little down."""
        points, gains = list[float](), list[float]()
        for section in self.song.sections:
            gain = self.genre.lift * (section.energy - 0.7) * 2
            points += [
                _frame(self.song, section.start) + 0.05 * RATE,
                _frame(self.song, section.end) - 0.15 * RATE,
            ]
            gains += [gain, gain]
        decibels = np.interp(np.arange(since, until, 64), np.maximum.accumulate(points), gains)
        return np.repeat(10 ** (decibels / 20), 64)[: until - since].astype(np.float32)


@dataclass(frozen=True, slots=True)
class Sung:
    """The voice of a chunk, mono and dry at RATE: the lead, and its doubles for left and right."""

    lead: np.ndarray
    doubles: tuple[np.ndarray, ...] = ()


class _Strip:
    """One player on the desk."""

    def __init__(self, track: Track, song: Song) -> None:
        self.track = track
        self._song = song
        self._notes = sorted(track.notes, key=lambda note: (note.start, note.pitch))
        self._next = 0
        self._ringing = np.zeros((1, 0), np.float32)
        self._idle = 10 * RATE
        self._chain = chain(track.colour)
        self._tail = np.zeros((2, WIDTH_DELAY), np.float32)
        reference = DRUM_LEVEL if track.stem == "drums" else BAND_LEVEL
        self._level = _gain(reference - _loudness(self._audition()))
        self._fader = _gain(track.gain)
        left, right = np.sqrt((1 - track.pan) / 2), np.sqrt((1 + track.pan) / 2)
        self._sides = np.array([[left], [right]], np.float32) * np.float32(np.sqrt(2))

    def play(self, since: int, until: int) -> np.ndarray | None:
        """The player's sound between two frames, None when nothing of him is heard."""
        strokes = list(self._strokes(since, until))
        if strokes:
            sound = synth.play(self.track.sound, strokes)
            self._ringing = _overlaid(self._ringing, sound)
        dry, self._ringing = _cut(self._ringing, until - since)
        self._idle = 0 if dry.any() else self._idle + until - since
        if self._idle > RATE:
            return None
        wet = self._chain(dry * self._level, RATE, reset=False)
        return self._placed(wet * self._fader)

    def _placed(self, sound: np.ndarray) -> np.ndarray:
        """Panned and widened: what is delayed goes left as it is and right upside down, so mono stays whole."""
        stereo = sound * self._sides if sound.shape[0] == 1 else sound * np.maximum(self._sides, 0.2)
        if not self.track.width:
            return np.asarray(stereo, np.float32)
        middle = sound.mean(0)
        delayed = np.concatenate([self._tail[0], middle])[: len(middle)]
        self._tail[0] = np.concatenate([self._tail[0], middle])[-WIDTH_DELAY:]
        side = self.track.width * delayed
        return np.asarray(stereo + np.stack([side, -side]), np.float32)

    def _strokes(self, since: int, until: int) -> Iterator[Stroke]:
        while self._next < len(self._notes):
            note = self._notes[self._next]
            start = _frame(self._song, note.start)
            if start >= until:
                return
            self._next += 1
            yield _stroke(self._song, note, max(0, start - since))

    def _audition(self) -> np.ndarray:
        """The player's loudest bars alone, to set his level by."""
        notes = self._notes
        loudest = max(notes, key=lambda note: (self._song.sections[0].energy, note.velocity))
        section = max(
            (
                item
                for item in self._song.sections
                if any(item.start <= note.start < item.end for note in notes)
            ),
            key=lambda item: item.energy,
            default=None,
        )
        start = section.start if section else loudest.start
        bars = [note for note in notes if start <= note.start < start + 2 * BEATS_PER_BAR] or notes[:8]
        first = _frame(self._song, bars[0].start)
        strokes = [_stroke(self._song, note, max(0, _frame(self._song, note.start) - first)) for note in bars]
        short = [Stroke(item.start, min(item.length, 4 * RATE), item.pitch, item.level) for item in strokes]
        return synth.play(self.track.sound, short)


class _Voices:
    """The singer on the desk: the lead in the middle, doubles at the sides."""

    def __init__(self, genre: Genre) -> None:
        self._lead = vocal_chain(double=False)
        self._doubles = [vocal_chain(double=True) for _ in HARD_PANNED_DOUBLES]
        self._late = [np.zeros(int(delay * RATE), np.float32) for _, delay in HARD_PANNED_DOUBLES]
        self._genre = genre

    def mix(self, sung: Sung) -> tuple[np.ndarray, np.ndarray | None]:
        lead = self._lead(sung.lead[None] * _gain(VOICE_GAIN), RATE, reset=False)
        stereo = np.repeat(lead, 2, axis=0)
        if not sung.doubles:
            return stereo, None
        sides = np.zeros_like(stereo)
        for index, (voice, (pan, _)) in enumerate(zip(sung.doubles, HARD_PANNED_DOUBLES, strict=True)):
            late = np.concatenate([self._late[index], voice])
            self._late[index] = late[len(voice) :]
            wet = self._doubles[index](late[None, : len(voice)] * _gain(DOUBLE_GAIN), RATE, reset=False)[0]
            sides[0] += wet * np.float32(np.sqrt(1 - pan))
            sides[1] += wet * np.float32(np.sqrt(1 + pan))
        return stereo, sides


class _Echo:
    """A ping-pong echo a dotted eighth apart, darker with every turn. It never needs more than one chunk back."""

    def __init__(self, seconds: float) -> None:
        self._left = pb.Pedalboard([pb.Delay(seconds, 0.0, 1.0), pb.LowpassFilter(5200)])
        self._right = pb.Pedalboard(
            [pb.Delay(seconds * 2, 0.4, 1.0), pb.LowpassFilter(4200), pb.HighpassFilter(250)]
        )

    def play(self, sound: np.ndarray) -> np.ndarray:
        middle = sound.mean(0, keepdims=True)
        return np.concatenate(
            [self._left(middle, RATE, reset=False) * np.float32(0.7), self._right(middle, RATE, reset=False)]
        )


def _ducking(kicks: np.ndarray, since: int, frames: int) -> np.ndarray | None:
    """How far the kick pushes others down at each frame, 0-1; None where there is no kick."""
    length = int(DUCK_SECONDS * RATE)
    near = kicks[(kicks > since - length) & (kicks < since + frames)] - since
    if not len(near):
        return None
    time = np.arange(length) / RATE
    shape = (np.exp(-time * 11) * np.minimum(1, (DUCK_SECONDS - time) / 0.05)).astype(np.float32)
    duck = np.zeros(frames + 2 * length, np.float32)
    for start in near:
        place = duck[start + length : start + 2 * length]
        np.maximum(place, shape[: len(place)], out=place)
    return duck[length : length + frames]


def _frame(song: Song, beat: float) -> int:
    return round(song.second(beat) * RATE)


def _stroke(song: Song, note: Note, start: int) -> Stroke:
    return Stroke(start, max(64, _frame(song, note.length)), note.pitch, note.velocity / 127)


def _overlaid(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    if not one.shape[1]:
        return other
    longer, shorter = (one, other) if one.shape[1] >= other.shape[1] else (other, one)
    total = longer.copy()
    total[:, : shorter.shape[1]] += shorter
    return total


def _cut(sound: np.ndarray, frames: int) -> tuple[np.ndarray, np.ndarray]:
    """The first frames of a sound, filled up with silence, and the rest."""
    head = sound[:, :frames]
    if head.shape[1] < frames:
        head = np.pad(head, ((0, 0), (0, frames - head.shape[1])))
    return head, sound[:, frames:]


def _loudness(sound: np.ndarray) -> float:
    """dBFS RMS of a sound where there is any, over its channels."""
    loud = np.abs(sound).max(0) if sound.size else np.zeros(1)
    active = sound[:, loud > loud.max() * 0.02] if loud.max() > 0 else np.full((1, 1), 1e-3)
    return float(10 * np.log10(float(np.mean(active.astype(np.float64) ** 2)) + 1e-12))


def _gain(decibels: float) -> np.float32:
    return np.float32(10 ** (decibels / 20))


def _add(stems: dict[str, np.ndarray], name: str, sound: np.ndarray) -> None:
    stems[name] = stems[name] + sound if name in stems else sound


def active_stems(parts: Sequence[Mapping[str, np.ndarray]]) -> list[str]:
    """Names of the stems of some chunks, in order of appearance."""
    return list(dict.fromkeys(name for part in parts for name in part))
