"""The spectra of the voice made to fit a song: freed of the spoken pitch, recoloured, stretched in time."""

import numpy as np
from scipy.ndimage import uniform_filter1d

from suno_web.engine.music.singer.phrase import Curve, Floats
from suno_web.engine.music.singer.voice_model import BINS, Spectra

BIN_HZ = 20
# Above this the residual of a voiced frame is breath rather than tone.
AIR_FROM_HZ = 3500
# Wider than the spacing of harmonics, so that the spoken pitch leaves no trace in the fold.
FOLD_BINS = 13

_AIR = np.clip((np.arange(BINS) * BIN_HZ - AIR_FROM_HZ) / AIR_FROM_HZ, 0, 1).astype(np.float32)[:, None]


def stretched(spectra: Spectra, heard: Curve, rng: np.random.Generator) -> Spectra:
    """The spectra read at fractional frames `heard`. Where a frame is held, its residual phase is renewed: a
    phase that stands still would ring."""
    frames = spectra.harmonic.shape[1]
    before = np.clip(heard.astype(np.int64), 0, frames - 2)
    share = (heard - before).astype(np.float32)[None]

    def between(part: Floats) -> Floats:
        left = part[:, before]
        left += (part[:, before + 1] - left) * share
        return left

    nearest = np.clip(np.round(heard).astype(np.int64), 0, frames - 1)
    held = np.diff(heard, prepend=heard[:1]) < 0.7
    renewed = rng.uniform(0, 2 * np.pi, len(heard)).astype(np.float32) * held
    return Spectra(
        between(spectra.harmonic),
        between(spectra.harmonic_phase),
        between(spectra.noise),
        between(spectra.residual),
        spectra.residual_phase[:, nearest] + renewed.astype(np.float32)[None],
    )


def with_formants(spectra: Spectra, factor: float) -> Spectra:
    """The voice of a longer (factor below 1) or shorter throat: its envelope moved along frequency."""
    wanted = np.clip(np.arange(BINS) / factor, 0, BINS - 1)
    below = np.clip(wanted.astype(np.int64), 0, BINS - 2)
    share = (wanted - below).astype(np.float32)[:, None]

    def moved(part: Floats) -> Floats:
        low = part[below]
        low += (part[below + 1] - low) * share
        return low

    return Spectra(
        moved(spectra.harmonic),
        moved(spectra.harmonic_phase),
        moved(spectra.noise),
        moved(spectra.residual),
        spectra.residual_phase,
    )


def folded(spectra: Spectra, voiced: Floats) -> Spectra:
    """Without the residual on voiced frames: it carries the spoken pitch, which would be heard beside the
    sung one. Its power goes into the harmonics, above AIR_FROM_HZ into the noise. voiced: 0-1 by frame."""
    mask = voiced[None]
    power = uniform_filter1d(np.exp(2 * spectra.residual), FOLD_BINS, axis=0) + np.float32(1e-9)
    tone = np.exp(2 * spectra.harmonic) + power * (np.float32(1.001) - _AIR)
    breath = np.sqrt(power * (_AIR + np.float32(1e-5))) * (np.float32(np.exp(-1.0)) * mask)
    return spectra._replace(
        harmonic=np.where(mask > 0.5, 0.5 * np.log(tone), spectra.harmonic),
        noise=np.log(np.exp(spectra.noise) + breath),
        residual=spectra.residual - 20 * mask,
    )
