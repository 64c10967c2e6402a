"""All that can be heard in a recording, in one go."""

import numpy as np
import pyloudnorm

from suno_web.engine.music.analysis import grid, harmony, polyphony, sectioning, spectra, tune
from suno_web.engine.music.analysis.model import Analysis, ChordSpan
from suno_web.engine.music.score import BEATS_PER_BAR

# Without a bass below this, and with one clear pitch most of the time, it is a voice alone.
BASS_HZ, BASS_SHARE, LONE_VOICE = 95.0, 0.02, 0.5
LOW_END, FEW_NOTES = 0.5, 0.25
SILENCE_LUFS = -70.0


def analyse(audio: np.ndarray, rate: int = 44_100) -> Analysis:
    """Listen to a recording of any length. audio: float32 (frames, 2) or (frames,)."""
    seconds = len(audio) / rate
    slow = spectra.mono(audio, rate, grid.RATE)
    tonal = spectra.mono(slow, grid.RATE, harmony.RATE)
    pitched = spectra.mono(audio, rate, tune.RATE)
    heard = harmony.chroma(tonal)
    alone = _bass_share(tonal) < BASS_SHARE
    pitch = tune.follow(pitched if alone else tune.foreground(pitched))
    if alone and tune.voiced_share(pitch) < LONE_VOICE:
        alone, pitch = False, tune.follow(tune.foreground(pitched))
    melody = tune.notes(pitch)
    if sum(note.end_s - note.start_s for note in melody) < FEW_NOTES * seconds:
        # Nobody stands out: the tune is what the chords have on top.
        melody = polyphony.top_line(polyphony.notes(slow)) if slow.any() else []
    found = grid.onsets(slow)
    if alone:
        beats = grid.of_notes(np.array([note.start_s for note in melody]), seconds)
    else:
        beats = grid.of_onsets(found)
    first = _first_downbeat(beats.beats, heard, found)
    bars = _bar_lines(beats.beats[first::BEATS_PER_BAR], seconds, beats.bpm)
    tonic, mode = harmony.key(heard, bars, chordal=not alone)
    sung = tune.singing(pitch)
    return Analysis(
        seconds=round(seconds, 4),
        bpm=round(beats.bpm, 3),
        beats=tuple(round(float(beat), 4) for beat in beats.beats),
        downbeats=tuple(round(float(beat), 4) for beat in beats.beats[first::BEATS_PER_BAR]),
        tonic=tonic,
        mode=mode,
        chords=tuple(_chords(heard, bars, tonic, mode)),
        melody=tuple(melody),
        sections=tuple(sectioning.sections(heard, _bar_levels(slow, bars), bars, sung)),
        vocal_activity=tuple(sung),
        loudness=_loudness(audio, rate),
    )


def _first_downbeat(beats: np.ndarray, heard: harmony.Chroma, found: grid.Onsets) -> int:
    """Which of the first four beats begins a bar: there harmony changes and the bass comes in."""
    if len(beats) < 2 * BEATS_PER_BAR:
        return 0
    around = float(np.median(np.diff(beats))) * 2
    changes = np.array([harmony.change(heard, float(beat), around) for beat in beats])
    frames = np.clip(np.round(beats * grid.FPS).astype(int), 0, len(found.low) - 1)
    low = np.array([found.low[max(0, frame - 4) : frame + 5].max() for frame in frames])
    weight = changes / max(float(changes.std()), 1e-6) + LOW_END * low / max(float(low.std()), 1e-6)
    return max(range(BEATS_PER_BAR), key=lambda first: float(weight[first::BEATS_PER_BAR].mean()))


def _bar_lines(downbeats: np.ndarray, seconds: float, bpm: float) -> np.ndarray:
    """Bar lines from the first downbeat on, with the end of the last bar; a short start belongs to bar one."""
    if len(downbeats) < 2:
        return np.array([0.0, seconds])
    bar = BEATS_PER_BAR * 60 / bpm
    lines = downbeats if seconds - downbeats[-1] < bar * 0.25 else np.append(downbeats, seconds)
    return np.append(0.0, lines) if lines[0] > bar * 0.25 else lines


def _chords(heard: harmony.Chroma, bars: np.ndarray, tonic: int, mode: str) -> list[ChordSpan]:
    """A chord a bar, or two where the second half has its own."""
    middles = (bars[:-1] + bars[1:]) / 2
    edges = np.sort(np.concatenate((bars, middles)))
    second_half = np.arange(len(edges) - 1) % 2 == 1
    halves = harmony.chords(heard, edges, second_half, tonic, mode)
    spans: list[ChordSpan] = []
    for first, second in zip(halves[::2], halves[1::2], strict=True):
        if first.root == second.root and first.quality[:3] == second.quality[:3]:
            spans.append(ChordSpan(first.start_s, second.end_s, first.root, first.quality))
        else:
            spans += [first, second]
    return spans


def _bar_levels(signal: np.ndarray, bars: np.ndarray) -> np.ndarray:
    edges = np.clip((bars * grid.RATE).astype(int), 0, max(0, len(signal) - 1))
    power = np.add.reduceat(signal.astype(np.float64) ** 2, edges[:-1]) / np.maximum(np.diff(edges), 1)
    return np.asarray(10 * np.log10(power + 1e-9))


def _bass_share(signal: np.ndarray) -> float:
    """How much of the power lies below BASS_HZ. signal at harmony.RATE."""
    total = np.zeros(harmony.SIZE // 2 + 1)
    for block in spectra.magnitudes(signal, harmony.SIZE, harmony.SIZE // 2):
        total += (block.astype(np.float64) ** 2).sum(axis=0)
    low = round(BASS_HZ / harmony.RATE * harmony.SIZE)
    return float(total[:low].sum() / max(total.sum(), 1e-12))


def _loudness(audio: np.ndarray, rate: int) -> float:
    if len(audio) < rate // 2:
        return SILENCE_LUFS
    measured = float(pyloudnorm.Meter(rate).integrated_loudness(audio))
    return round(max(measured, SILENCE_LUFS), 2) if np.isfinite(measured) else SILENCE_LUFS
