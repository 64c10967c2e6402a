"""The mixing desk: every player's sound through his strip into stems, sends and the mix, chunk by chunk.

A desk is used from the song's first frame to its last. Notes are rendered in the chunk they start in and ring on
into the next, effects keep their state, so the chunks together are one recording and can be sent on as they come.
Inside a chunk the desk works in blocks that fit the processor's cache.
"""

from dataclasses import dataclass

import numpy as np
import pedalboard as pb

from suno_web.engine.music import genres
from suno_web.engine.music.score import Song, onsets
from suno_web.engine.music.stems import StemKeeper
from suno_web.engine.music.strips import Strip, frame, gain, rumble_filter, vocal_chain
from suno_web.engine.music.synth import RATE

KICK = 36
BLOCK = 16_384
# The singer's lines come at -20 dBFS.
VOICE_GAIN, DOUBLE_GAIN = 2.0, -9.0
# Where the doubles stand and how many seconds late they are.
HARD_PANNED_DOUBLES = ((-0.75, 0.014), (0.75, 0.021))
VOICE_ROOM, VOICE_ECHO = np.float32(0.22), np.float32(0.14)
ECHO_IN_ROOM = np.float32(0.25)
DUCK_SECONDS = 0.28


@dataclass(frozen=True, slots=True)
class Sung:
    """The voice of a chunk, mono and dry at RATE: the lead, and its doubles for left and right."""

    lead: np.ndarray
    doubles: tuple[np.ndarray, ...] = ()


class Desk:
    """Mixes one song. Feed it chunks in order with `mix`.

    recording: the mix before mastering, float32 (2, frames of the whole song), filled as far as was mixed;
    keep: gets what it is made of, a block of each stem at a time.
    """

    def __init__(self, song: Song, *, keep: StemKeeper | None = None) -> None:
        self.song = song
        self.recording = np.zeros((2, round(song.seconds * RATE)), np.float32)
        self._keep = keep
        self.genre = genres.named(song.genre)
        kicks = sorted(
            frame(song, beat)
            for track in song.tracks
            if track.stem == "drums"
            for beat in onsets(track, KICK)
        )
        self._kicks = np.array(kicks, np.int64)
        self._strips = [Strip(track, song) for track in song.tracks]
        self._voices = _Voices() if song.lines else None
        self._reverb = pb.Pedalboard(
            [
                pb.HighpassFilter(220),
                pb.Reverb(room_size=self.genre.room, damping=0.45, wet_level=1.0, dry_level=0.0, width=1.0),
            ]
        )
        # A larger room answers louder by itself.
        self._room = np.float32(1.5 * (1.1 - self.genre.room))
        self._echo = _Echo(60.0 / song.bpm * 0.75)
        self._bus = pb.Pedalboard(
            [
                rumble_filter(),
                pb.Compressor(-17, 2.0, 20, 160),
                pb.HighShelfFilter(8500, self.genre.bright),
            ]
        )
        self._frame = 0

    def mix(self, until: int, sung: Sung | None = None) -> np.ndarray:
        """Mix the next chunk, up to a frame, and give that part of the recording. sung: the voice in it, dry."""
        since, self._frame = self._frame, until
        for strip in self._strips:
            strip.cue(since, until)
        duck = _ducking(self._kicks, since, until - since)
        ride = 1 - np.float32(self.genre.ride) * self._singing(since, until)
        lift = self._lift(since, until)
        chunk = self.recording[:, since:until]
        for start in range(0, until - since, BLOCK):
            block = slice(start, min(start + BLOCK, until - since))
            parts = self._block(block, None if duck is None else duck[block], ride[block], sung)
            first, *others = parts.values()
            total = first.copy()
            for sound in others:
                total += sound
            np.multiply(self._bus(total, RATE, reset=False), lift[block], out=chunk[:, block])
            if self._keep is not None:
                for name, sound in parts.items():
                    self._keep.write(name, since + block.start, sound)
        return chunk

    def _block(
        self, block: slice, duck: np.ndarray | None, ride: np.ndarray, sung: Sung | None
    ) -> dict[str, np.ndarray]:
        """Every stem of one block, the answer of the room as "fx"."""
        frames = block.stop - block.start
        stems: dict[str, np.ndarray] = {}
        room, echo = np.zeros((2, frames), np.float32), np.zeros((2, frames), np.float32)
        for strip in self._strips:
            sound = strip.play(frames)
            if sound is None:
                continue
            track = strip.track
            if track.duck and duck is not None:
                sound *= 1 - np.float32(track.duck) * duck
            if track.stem not in ("drums", "bass"):
                sound *= ride
            _add(stems, track.stem, sound)
            if track.reverb:
                room += np.float32(track.reverb) * sound
            if track.delay:
                echo += np.float32(track.delay) * sound
        if self._voices and sung is not None:
            lead, doubles = self._voices.mix(
                Sung(sung.lead[block], tuple(double[block] for double in sung.doubles))
            )
            _add(stems, "vocals", lead)
            _add(stems, "backing_vocals", doubles)
            room += VOICE_ROOM * lead + VOICE_ROOM * doubles
            echo += VOICE_ECHO * lead
        # What the room answers belongs to no single player.
        echoes = self._echo.play(echo)
        room += ECHO_IN_ROOM * echoes
        _add(stems, "fx", echoes + self._room * self._reverb(room, RATE, reset=False))
        return stems

    def _singing(self, since: int, until: int) -> np.ndarray:
        """1 while someone sings, 0 while not, with soft edges."""
        edge = int(0.12 * RATE)
        points, levels = [float(since - edge)], [0.0]
        for line in self.song.lines:
            begin, end = frame(self.song, line.notes[0].start), frame(self.song, line.notes[-1].end)
            if end + edge < since or begin - edge > until:
                continue
            points += [begin - edge, begin, end, end + edge]
            levels += [0.0, 1.0, 1.0, 0.0]
        return _curve(np.array(points), np.array(levels), since, until)

    def _lift(self, since: int, until: int) -> np.ndarray:
        """The fader of the whole mix: choruses a little up, verses a little down."""
        points, gains = list[float](), list[float]()
        for section in self.song.sections:
            decibels = 2 * self.genre.lift * (section.energy - 0.7)
            begin, end = frame(self.song, section.start), frame(self.song, section.end)
            points += [begin + 0.03 * RATE, end - 0.12 * RATE]
            gains += [float(gain(decibels))] * 2
        return _curve(np.array(points), np.array(gains), since, until)


class _Voices:
    """The singer on the desk: the lead in the middle, doubles at the sides."""

    def __init__(self) -> None:
        self._lead = vocal_chain(double=False)
        self._doubles = [vocal_chain(double=True) for _ in HARD_PANNED_DOUBLES]
        self._late = [np.zeros(int(delay * RATE), np.float32) for _, delay in HARD_PANNED_DOUBLES]

    def mix(self, sung: Sung) -> tuple[np.ndarray, np.ndarray]:
        """Lead and doubles of a block, both (2, frames)."""
        lead = self._lead(sung.lead[None] * gain(VOICE_GAIN), RATE, reset=False)
        sides = np.zeros((2, len(sung.lead)), np.float32)
        for index, (voice, (pan, _)) in enumerate(zip(sung.doubles, HARD_PANNED_DOUBLES, strict=False)):
            late = np.concatenate([self._late[index], voice])
            self._late[index] = late[len(voice) :]
            if not late.any():
                continue
            wet = self._doubles[index](late[None, : len(voice)] * gain(DOUBLE_GAIN), RATE, reset=False)[0]
            sides[0] += wet * np.float32(np.sqrt(1 - pan))
            sides[1] += wet * np.float32(np.sqrt(1 + pan))
        return np.repeat(lead, 2, axis=0), sides


class _Echo:
    """An echo that answers a dotted eighth later on the left and twice that, again and again, on the right."""

    def __init__(self, seconds: float) -> None:
        self._left = pb.Pedalboard([pb.Delay(seconds, 0.0, 1.0), pb.LowpassFilter(5200), pb.Gain(-3)])
        self._right = pb.Pedalboard([pb.Delay(seconds * 2, 0.4, 1.0), pb.LowpassFilter(4200)])

    def play(self, sound: np.ndarray) -> np.ndarray:
        middle = (sound[:1] + sound[1:]) * np.float32(0.5)
        return np.concatenate([self._left(middle, RATE, reset=False), self._right(middle, RATE, reset=False)])


def _curve(points: np.ndarray, levels: np.ndarray, since: int, until: int) -> np.ndarray:
    """Straight lines between points, at every 32nd frame of a range and held between."""
    ordered = np.maximum.accumulate(points)
    coarse = np.interp(np.arange(since, until, 32), ordered, levels).astype(np.float32)
    return np.repeat(coarse, 32)[: until - since]


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


def _add(stems: dict[str, np.ndarray], name: str, sound: np.ndarray) -> None:
    if name in stems:
        stems[name] += sound
    else:
        stems[name] = sound
