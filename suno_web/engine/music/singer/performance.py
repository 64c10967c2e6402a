"""The singer: puts text, timing, pitch and timbre together into sound."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
from hibari import dsp
from numpy.typing import NDArray

from suno_web.engine.music.singer import pitch, timbre, timing, voice_model
from suno_web.engine.music.singer.phrase import (
    Curve,
    Floats,
    Frames,
    Sound,
    Sung,
    SungNote,
    WordTime,
    sounds_of,
)
from suno_web.engine.music.singer.timing import Placement, Span
from suno_web.engine.music.singer.voice_model import FRAME_S, Spectra, VoiceModel
from suno_web.engine.music.words import Word

RATE = 24_000
# Words are spoken a little slower than in prose before they are stretched.
PACE = 1 / 1.15
# The voice was trained on speech at about these pitches; outside it loses clarity.
SPOKEN_F0 = (165.0, 255.0)
UNVOICED_BELOW_HZ = 60.0
# A line is sung in one breath up to here; a longer rest or a longer text starts a new one.
BREATH_S = 0.7
BREATH_SOUNDS = 220
LEVEL = 0.1
UNHEARD = -20.0
# MIDI range in which each voice is at ease.
RANGES = {"female": (57, 74), "male": (45, 62)}


class Throat(NamedTuple):
    """How a voice differs from the recorded one."""

    formants: float


_THROATS = {"female": Throat(1.0), "male": Throat(0.85)}


class Breath(NamedTuple):
    """What is sung in one go: words that can be said, and one note a syllable."""

    words: list[Word]
    notes: list[SungNote]


@dataclass(frozen=True)
class Singer:
    """Sings lines. One per process is enough (`load`); it keeps no state between lines."""

    _model: VoiceModel

    def sing(
        self,
        words: Sequence[Word],
        notes: Sequence[SungNote],
        *,
        voice: str = "female",
        detune_cents: float = 0.0,
        seed: int = 0,
    ) -> Sung:
        """Sing words on notes, one note a syllable, in time order. The same seed gives the same sound.

        voice: "female" or "male" (deeper throat; the notes are sung as written, so write them lower, see
        RANGES). Words without syllables are passed over but keep a place in the word times. Raises
        ValueError when the notes are not as many as the syllables.
        """
        syllables = sum(word.syllables for word in words)
        if syllables != len(notes):
            raise ValueError(f"{syllables} syllables need as many notes, not {len(notes)}.")
        if not syllables:
            return Sung(np.zeros(0, np.float32), RATE, 0.0, [WordTime(word.text, 0.0, 0.0) for word in words])
        rng = np.random.default_rng(seed)
        said = [word for word in words if word.syllables]
        sung = [
            self._breath(breath, _THROATS[voice], detune_cents, rng)
            for breath in _breaths(said, _in_order(notes))
        ]
        times = iter([time for part in sung for time in part.words])
        return _joined(sung, _with_silent_words(words, times))

    def _breath(self, breath: Breath, throat: Throat, detune_cents: float, rng: np.random.Generator) -> Sung:
        phonemes = " ".join(word.phonemes for word in breath.words)
        sounds = sounds_of(breath.words)
        durations = _spoken_durations(self._model.durations(phonemes, PACE), phonemes, sounds)
        edges = timing.spoken_edges(sounds, durations)
        placement = timing.place(sounds, list(np.diff(edges)[: len(sounds)] * FRAME_S), breath.notes)
        times = timing.frame_times(placement)
        heard = timing.warp(sounds, edges, placement, times)
        vowels = [span for sound, span in zip(sounds, placement.spans, strict=True) if sound.is_vowel]
        f0 = pitch.curve(breath.notes, vowels, times, detune_cents=detune_cents, rng=rng)

        spoken_f0, energy = self._model.prosody(phonemes, durations)
        spoken_voiced = _voiced(spoken_f0 > UNVOICED_BELOW_HZ, sounds, edges)
        heard = np.clip(heard, 0, len(spoken_f0) - 1)
        guide = np.where(spoken_voiced, _guide_f0(f0, heard, len(spoken_f0)), 0).astype(np.float32)
        spectra = timbre.folded(
            self._model.spectra(phonemes, durations, guide, energy), _softened(spoken_voiced)
        )
        if throat.formants != 1:
            spectra = timbre.with_formants(spectra, throat.formants)

        voiced = spoken_voiced[np.clip(np.round(heard).astype(np.int64), 0, len(spoken_f0) - 1)]
        for rest in placement.rests:
            voiced &= ~((times > rest.start_s) & (times < rest.end_s))
        audio = _sounded(timbre.stretched(spectra, heard, rng), f0, voiced, rng)
        start = float(times[0] - FRAME_S / 2)
        _silence_rests(audio, placement, start)
        return Sung(audio, RATE, start, _word_times(breath.words, sounds, placement.spans))


@cache
def load() -> Singer:
    """The singer of this process. The first call reads the voice (under a second); later ones are free."""
    return Singer(voice_model.load())


def _in_order(notes: Sequence[SungNote]) -> list[SungNote]:
    """Notes that neither overlap nor vanish: each ends by the next one's start and lasts at least 50 ms."""
    ordered: list[SungNote] = []
    for number, note in enumerate(notes):
        start = max(note[0], ordered[-1].start_s + 0.05) if ordered else note[0]
        upcoming = notes[number + 1][0] if number + 1 < len(notes) else np.inf
        end = max(start + 0.05, min(note[1], max(upcoming, start + 0.05)))
        ordered.append(SungNote(float(start), float(end), float(note[2])))
    return ordered


def _breaths(words: Sequence[Word], notes: Sequence[SungNote]) -> Iterator[Breath]:
    """The line cut where the singer breathes: at long rests between words, and before it grows too long."""
    current = Breath([], [])
    sounds, place = 0, 0
    for word in words:
        upcoming = notes[place : place + word.syllables]
        rested = current.notes and upcoming[0].start_s - current.notes[-1].end_s > BREATH_S
        if current.words and (rested or sounds + len(word.phonemes) > BREATH_SOUNDS):
            yield current
            current, sounds = Breath([], []), 0
        current.words.append(word)
        current.notes.extend(upcoming)
        sounds += len(word.phonemes) + 1
        place += word.syllables
    yield current


def _spoken_durations(units: Frames, phonemes: str, sounds: Sequence[Sound]) -> Frames:
    """Spoken durations fit for stretching: no vowel too short to hold, no pause between words."""
    units = units.copy()
    units[0], units[-1] = min(units[0], 4), min(max(units[-1], 3), 6)
    for sound in sounds:
        vowel = sound.first + len(sound.symbols)
        if sound.is_vowel:
            units[vowel] = max(units[vowel], 4 if sound.is_diphthong else 3)
        elif sound.is_join:
            units[vowel] = min(units[vowel], 2)
    return units


def _voiced(spoken: NDArray[np.bool_], sounds: Sequence[Sound], edges: Frames) -> NDArray[np.bool_]:
    """Which spoken frames have a pitch: vowels always, unvoiced consonants never, others as spoken."""
    voiced = spoken.copy()
    for number, sound in enumerate(sounds):
        if sound.is_vowel:
            voiced[edges[number] : edges[number + 1]] = True
        elif sound.is_unvoiced:
            voiced[edges[number] + 1 : edges[number + 1]] = False
    return voiced


def _softened(voiced: NDArray[np.bool_]) -> Floats:
    """0-1 by frame: voicing that comes and goes within three frames, so that the fold does not click."""
    return np.convolve(voiced.astype(np.float32), np.ones(3, np.float32) / 3, "same")


def _guide_f0(f0: Curve, heard: Curve, frames: int) -> Curve:
    """The melody seen from the spoken line, kept within what the voice knows from speech."""
    rising = np.maximum.accumulate(heard + np.arange(len(heard)) * 1e-9)
    sung_frame = np.interp(np.arange(frames), rising, np.arange(len(heard))).astype(np.int64)
    return np.asarray(np.clip(f0[sung_frame], *SPOKEN_F0))


def _sounded(
    spectra: Spectra,
    f0: Curve,
    voiced: NDArray[np.bool_],
    rng: np.random.Generator,
) -> Floats:
    """The waveform of a sung line."""
    # Fewer harmonics fit under the same envelope as the pitch rises: without this, high notes would be faint.
    gain = 0.5 * np.log(f0 / 200)
    # The pulses run on where nothing is voiced, unheard: were they stopped and started, F0 would pass through
    # values so low on its way that a single pulse stands out as a click.
    gain = np.where(voiced, gain, UNHEARD)
    spectra = spectra._replace(harmonic=spectra.harmonic + gain.astype(np.float32)[None])
    audio: Floats = dsp.synth(*spectra, f0.astype(np.float32), rng)
    return _levelled(audio, voiced)


def _levelled(audio: Floats, voiced: NDArray[np.bool_]) -> Floats:
    """The audio with its voiced parts at LEVEL (RMS) and its edges faded."""
    sounding = np.repeat(voiced, dsp.HOP)
    level = float(np.sqrt(np.mean(audio[sounding] ** 2))) if sounding.any() else 0.0
    if level > 1e-6:
        audio = audio * np.float32(LEVEL / level)
    fade = min(600, len(audio) // 8)
    audio[:fade] *= np.linspace(0, 1, fade, dtype=np.float32)
    audio[len(audio) - fade :] *= np.linspace(1, 0, fade, dtype=np.float32)
    return audio


def _silence_rests(audio: Floats, placement: Placement, start_s: float) -> None:
    for rest in placement.rests:
        first, last = (int((at - start_s) * RATE) for at in (rest.start_s + 0.02, rest.end_s - 0.01))
        if last > first:
            audio[first:last] *= 0.02


def _word_times(words: Sequence[Word], sounds: Sequence[Sound], spans: Sequence[Span]) -> list[WordTime]:
    times = []
    for number, word in enumerate(words):
        own = [
            span
            for sound, span in zip(sounds, spans, strict=True)
            if sound.word == number and not sound.is_join
        ]
        times.append(WordTime(word.text, float(own[0].start_s), float(own[-1].end_s)))
    return times


def _with_silent_words(words: Sequence[Word], said: Iterator[WordTime]) -> list[WordTime]:
    """A time for every word. One that cannot be said takes none, at the end of the word before it."""
    times: list[WordTime] = []
    for word in words:
        if word.syllables:
            times.append(next(said))
        else:
            at = times[-1].end_s if times else None
            times.append(WordTime(word.text, at, at) if at is not None else WordTime(word.text, -1.0, -1.0))
    first = next(time.start_s for time in times if time.start_s != -1.0)
    return [time if time.start_s != -1.0 else WordTime(time.text, first, first) for time in times]


def _joined(parts: Sequence[Sung], words: list[WordTime]) -> Sung:
    if len(parts) == 1:
        return Sung(parts[0].audio, RATE, parts[0].start_s, words)
    start = min(part.start_s for part in parts)
    offsets = [round((part.start_s - start) * RATE) for part in parts]
    audio = np.zeros(
        max(offset + len(part.audio) for offset, part in zip(offsets, parts, strict=True)), np.float32
    )
    for offset, part in zip(offsets, parts, strict=True):
        audio[offset : offset + len(part.audio)] += part.audio
    return Sung(audio, RATE, start, words)
