"""A stretch of new music made to sound as if it belonged to the audio around it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from suno_web.engine.music import matching
from suno_web.engine.music.master import LIMIT, decibels
from suno_web.engine.music.matching import AROUND_S, Pair
from suno_web.engine.music.synth import RATE


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The audio before and after new music, and what it takes the place of: (2, frames) each, empty or None where
    there is none."""

    ahead: np.ndarray
    behind: np.ndarray
    replaced: np.ndarray | None = None


@dataclass(frozen=True, slots=True)
class _Stretch:
    """The frames of a mix that are wanted, from start to before end, and how it relates to its surroundings."""

    mix: np.ndarray
    start: int
    end: int
    around: Surroundings
    foreign: bool

    @property
    def own(self) -> np.ndarray:
        return self.mix[:, self.start : self.end]

    @property
    def joins(self) -> tuple[Pair, Pair]:
        """AROUND_S seconds of both sides of the join at the start and of that at the end."""
        length = round(AROUND_S * RATE)
        return (
            (self.own[:, :length], self.around.ahead[:, -length:]),
            (self.own[:, -length:], self.around.behind[:, :length]),
        )

    @property
    def alike(self) -> Pair:
        """What should sound alike: the stretch and what it replaces, else what leads in and out of it and the kept
        audio there, which play the same, else both sides of the joins."""
        if self.around.replaced is not None:
            return self.own, self.around.replaced
        if self.foreign:
            return _all([pair for pair in self.joins if pair[1].size])
        ahead, behind = self.around.ahead, self.around.behind
        lead_in = min(self.start, ahead.shape[1])
        lead_out = min(self.mix.shape[1] - self.end, behind.shape[1])
        return _all(
            [
                (self.mix[:, self.start - lead_in : self.start], ahead[:, ahead.shape[1] - lead_in :]),
                (self.mix[:, self.end : self.end + lead_out], behind[:, :lead_out]),
            ]
        )


def fitted(
    mix: np.ndarray, start: int, frames: int, around: Surroundings, *, foreign: bool, drive: float
) -> np.ndarray:
    """So many frames of a mix, (2, frames), from a frame on, in the loudness and tone of their surroundings.

    foreign: these are not ours, so that tone is matched too and the room rings over. drive: as in the master.
    """
    stretch = _Stretch(mix, start, min(start + frames, mix.shape[1]), around, foreign)
    if foreign and stretch.alike[1].size:
        toned = matching.toned(mix, *stretch.alike)
        stretch = _Stretch(toned, start, stretch.end, around, foreign)
    knee = LIMIT - 0.55 * drive
    gain = matching.gain_for(stretch.mix, stretch.alike, knee)
    steps = [0.0, 0.0]
    if around.replaced is None:
        steps = [matching.step_at(pair, gain, knee) if pair[1].size else 0.0 for pair in stretch.joins]
    own = stretch.own.copy()
    if foreign and around.ahead.size:
        ring = matching.ringing(around.ahead)[:, : own.shape[1]]
        own[:, : ring.shape[1]] += ring * decibels(-gain)
    loud = matching.dense(own, matching.fader(own.shape[1], gain, *steps), knee)
    return np.pad(loud, ((0, 0), (0, frames - loud.shape[1])))


def _all(pairs: Sequence[Pair]) -> Pair:
    """The first sounds of all pairs after each other, and the second ones."""
    if not pairs:
        return np.zeros((2, 0), np.float32), np.zeros((2, 0), np.float32)
    first, second = (np.concatenate(side, axis=1) for side in zip(*pairs, strict=True))
    return first, second
