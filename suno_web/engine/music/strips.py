"""A channel of the desk: one player's notes to sound, his effects, his level and his place."""

from collections.abc import Callable, Iterator

import numpy as np
import pedalboard as pb

from suno_web.engine.music import synth
from suno_web.engine.music.score import BEATS_PER_BAR, Note, Song, Track
from suno_web.engine.music.synth import RATE, Stroke

# Every player is brought to this level (dBFS RMS while he plays) before his fader.
BAND_LEVEL, DRUM_LEVEL = -23.0, -21.5
# Drums are driven into this ceiling as tape would: their peaks must not decide how loud a song can be.
DRUM_CEILING = np.float32(0.5)
WIDTH_DELAY = int(0.011 * RATE)
# Effects ring no longer than this after the last sound.
IDLE_FRAMES = RATE


class Strip:
    """One player on the desk. First `cue` the notes of a chunk, then `play` it block by block."""

    def __init__(self, track: Track, song: Song) -> None:
        self.track = track
        self._song = song
        self._notes = sorted(track.notes, key=lambda note: (note.start, note.pitch))
        self._next = 0
        self._sound = np.zeros((1, 0), np.float32)
        self._place = 0
        self._idle = IDLE_FRAMES
        self._chain = chain(track.colour)
        self._delayed = np.zeros(WIDTH_DELAY, np.float32)
        reference = DRUM_LEVEL if track.stem == "drums" else BAND_LEVEL
        self._level = gain(reference - loudness(self._audition()))
        fader = gain(track.gain)
        self._left = np.float32(np.sqrt(1 - track.pan)) * fader
        self._right = np.float32(np.sqrt(1 + track.pan)) * fader
        self._side = np.float32(track.width) * fader

    def cue(self, since: int, until: int) -> None:
        """Sound the notes that start between two frames; what rings from before rings on."""
        self._sound = self._sound[:, self._place :]
        self._place = 0
        strokes = list(self._strokes(since, until))
        if strokes:
            fresh = synth.play(self.track.sound, strokes)
            fresh *= self._level
            self._sound = _overlaid(self._sound, fresh)

    def play(self, frames: int) -> np.ndarray | None:
        """The next block, float32 (2, frames), None while nothing of the player is heard."""
        dry = self._sound[:, self._place : self._place + frames]
        self._place += dry.shape[1]
        self._idle = 0 if dry.shape[1] else self._idle + frames
        if self._idle > IDLE_FRAMES:
            return None
        if dry.shape[1] < frames:
            dry = np.pad(dry, ((0, 0), (0, frames - dry.shape[1])))
        wet = self._chain(dry, RATE, reset=False) if len(self._chain) else dry
        if self.track.stem == "drums":
            wet = np.tanh(wet / DRUM_CEILING) * DRUM_CEILING
        return self._placed(wet)

    def _placed(self, sound: np.ndarray) -> np.ndarray:
        """Panned, and widened: the delayed sound goes left as it is and right upside down, so mono stays whole."""
        stereo = np.empty((2, sound.shape[1]), np.float32)
        np.multiply(sound[0], self._left, out=stereo[0])
        np.multiply(sound[-1], self._right, out=stereo[1])
        if self._side and sound.shape[0] == 1:
            history = np.concatenate([self._delayed, sound[0]])
            self._delayed = history[-WIDTH_DELAY:]
            side = history[: sound.shape[1]] * self._side
            stereo[0] += side
            stereo[1] -= side
        return stereo

    def _strokes(self, since: int, until: int) -> Iterator[Stroke]:
        while self._next < len(self._notes):
            note = self._notes[self._next]
            start = frame(self._song, note.start)
            if start >= until:
                return
            self._next += 1
            yield _stroke(self._song, note, max(0, start - since))

    def _audition(self) -> np.ndarray:
        """Two bars of the player's most energetic section alone, to set his level by."""
        notes = self._notes
        played = [
            section
            for section in self._song.sections
            if any(section.start <= n.start < section.end for n in notes)
        ]
        start = max(played, key=lambda section: section.energy).start if played else notes[0].start
        bars = [note for note in notes if start <= note.start < start + 2 * BEATS_PER_BAR] or notes[:8]
        first = frame(self._song, bars[0].start)
        strokes = [_stroke(self._song, note, max(0, frame(self._song, note.start) - first)) for note in bars]
        short = [Stroke(item.start, min(item.length, 3 * RATE), item.pitch, item.level) for item in strokes]
        return synth.play(self.track.sound, short)


def frame(song: Song, beat: float) -> int:
    """The frame of a beat."""
    return round(song.second(beat) * RATE)


def gain(decibels: float) -> np.float32:
    """The factor of some decibels."""
    return np.float32(10 ** (decibels / 20))


def loudness(sound: np.ndarray) -> float:
    """dBFS RMS of a sound where there is any, over its channels."""
    loud = np.abs(sound).max(0) if sound.size else np.zeros(1)
    active = sound[:, loud > loud.max() * 0.02] if loud.max() > 0 else np.full((1, 1), 1e-3)
    return float(10 * np.log10(float(np.mean(active.astype(np.float64) ** 2)) + 1e-12))


def rumble_filter() -> pb.HighpassFilter:
    """What the bus takes from below everything."""
    return pb.HighpassFilter(28)


def chain(colour: str) -> pb.Pedalboard:
    """Fresh effects for a player. Unknown colours get the plain ones."""
    return pb.Pedalboard(_CHAINS.get(colour, _CHAINS["plain"])())


def vocal_chain(*, double: bool) -> pb.Pedalboard:
    """The singer's effects; a double is thinner and softer."""
    if double:
        return pb.Pedalboard(
            [pb.HighpassFilter(190), pb.Compressor(-32, 3, 4, 90), pb.HighShelfFilter(7000, 4)]
        )
    return pb.Pedalboard(
        [
            pb.HighpassFilter(110),
            pb.PeakFilter(260, -2, 1),
            pb.Compressor(-22, 3.5, 4, 90),
            pb.PeakFilter(3200, 3, 0.9),
            pb.HighShelfFilter(8500, 4),
            pb.Gain(2.5),
        ]
    )


# Chains are short: a stereo compressor over three minutes costs a quarter of a second.
_CHAINS: dict[str, Callable[[], list[pb.Plugin]]] = {
    "plain": lambda: [pb.HighpassFilter(110)],
    "pad": lambda: [pb.HighpassFilter(140)],
    "synth": list,
    "grand": lambda: [pb.HighpassFilter(40), pb.HighShelfFilter(3500, 2.5), pb.Compressor(-16, 1.6, 20, 200)],
    "lead": lambda: [pb.HighpassFilter(120), pb.Compressor(-20, 2.5, 10, 120)],
    "bass": lambda: [pb.Compressor(-22, 4, 12, 120), pb.LowpassFilter(5000)],
    "warm_bass": lambda: [pb.Compressor(-22, 3, 12, 120), pb.LowpassFilter(2200)],
    "upright": lambda: [pb.Compressor(-20, 2, 15, 150)],
    "synth_bass": lambda: [pb.Compressor(-20, 3, 8, 100)],
    "sub": list,
    "drums": lambda: [pb.PeakFilter(350, -2, 1), pb.Compressor(-16, 3, 5, 90)],
    "soft_drums": list,
    "machine": lambda: [pb.Compressor(-12, 3, 6, 80)],
    "dusty": lambda: [pb.Bitcrush(11), pb.Compressor(-16, 3, 6, 90), pb.LowpassFilter(8500)],
    "worn": lambda: [
        pb.HighpassFilter(110),
        pb.Chorus(rate_hz=0.6, depth=0.15, centre_delay_ms=7, feedback=0.1, mix=0.35),
        pb.LowpassFilter(5400),
    ],
    "amp": lambda: [pb.HighpassFilter(110), pb.Distortion(8), pb.LowpassFilter(8500), pb.Gain(-8)],
    "lead_amp": lambda: [pb.HighpassFilter(150), pb.Distortion(6), pb.LowpassFilter(7500), pb.Gain(-6)],
}


def _stroke(song: Song, note: Note, start: int) -> Stroke:
    return Stroke(start, max(64, frame(song, note.length)), note.pitch, note.velocity / 127)


def _overlaid(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """The sum of two sounds, the longer of which is overwritten."""
    if not one.shape[1]:
        return other
    longer, shorter = (one.copy(), other) if one.shape[1] > other.shape[1] else (other, one)
    longer[:, : shorter.shape[1]] += shorter
    return longer
