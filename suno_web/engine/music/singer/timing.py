"""Where each sound of a line lies in time, and which moment of the spoken line is heard when."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from suno_web.engine.music.singer.phrase import Curve, Frames, Sound, SungNote
from suno_web.engine.music.singer.voice_model import FRAME_S, FRAMES_A_UNIT

# The voice sounds this long before its durations say; so set, vowels start within 3 ms of notes (measured).
LEAD_FRAMES = 3
CONSONANT_AT_MOST_S = 0.13
# Consonants take at most this share of the time from one note to the next.
CONSONANT_SHARE = 0.5
# A gap between notes from here on is a rest, when words part there.
REST_S = 0.18
# Longer notes are let go early: a vowel held on and on stops being part of its word.
HELD_AT_MOST_S = 1.8
SHORTEST_VOWEL_S = 0.08
PAD_FRAMES = 5


class Span(NamedTuple):
    start_s: float
    end_s: float


@dataclass
class Placement:
    """Target times of the sounds of a line, and the rests inside it."""

    spans: list[Span]
    rests: list[Span] = field(default_factory=list)

    @property
    def start_s(self) -> float:
        return self.spans[0].start_s

    @property
    def end_s(self) -> float:
        return self.spans[-1].end_s


def place(sounds: Sequence[Sound], spoken_s: Sequence[float], notes: Sequence[SungNote]) -> Placement:
    """Lay the sounds onto the notes: vowels start on them, consonants before, about as long as spoken."""
    spans = [Span(0.0, 0.0)] * len(sounds)
    placement = Placement(spans)
    vowels = [number for number, sound in enumerate(sounds) if sound.is_vowel]

    def lay(numbers: Sequence[int], start: float, room: float) -> float:
        """Put consonants one after the other from start, squeezed into room. Returns where they end."""
        lengths = [min(spoken_s[number], CONSONANT_AT_MOST_S) for number in numbers]
        squeeze = min(1.0, room / sum(lengths)) if sum(lengths) > 0 else 1.0
        for number, length in zip(numbers, lengths, strict=True):
            spans[number] = Span(start, start + length * squeeze)
            start += length * squeeze
        return start

    def length(numbers: Sequence[int]) -> float:
        return sum(min(spoken_s[number], CONSONANT_AT_MOST_S) for number in numbers)

    opening = range(vowels[0])
    lay(opening, notes[0].start_s - length(opening), np.inf)
    for (vowel, following), (note, upcoming) in zip(pairwise(vowels), pairwise(notes), strict=True):
        between = range(vowel + 1, following)
        onset, room = upcoming.start_s, upcoming.start_s - note.start_s
        ends = min(note.end_s, note.start_s + HELD_AT_MOST_S)
        join = next((number for number in between if sounds[number].is_join), None)
        if join is not None and onset - ends > REST_S:
            coda, opening = range(vowel + 1, join), range(join + 1, following)
            released = max(note.start_s + SHORTEST_VOWEL_S, ends - length(coda))
            spans[vowel] = Span(note.start_s, released)
            coda_ends = lay(coda, released, (onset - released) * CONSONANT_SHARE)
            opens = onset - min(length(opening), (onset - coda_ends) * 0.9)
            spans[join] = Span(coda_ends, opens)
            placement.rests.append(spans[join])
            lay(opening, opens, onset - opens)
        else:
            taken = min(length(between), room * CONSONANT_SHARE)
            spans[vowel] = Span(note.start_s, onset - taken)
            lay(between, onset - taken, taken)
    last, coda = notes[-1], range(vowels[-1] + 1, len(sounds))
    ends = min(last.end_s, last.start_s + HELD_AT_MOST_S)
    released = max(last.start_s + 0.1, ends - length(coda) / 2)
    spans[vowels[-1]] = Span(last.start_s, released)
    lay(coda, released, np.inf)
    return placement


def frame_times(placement: Placement) -> Curve:
    """The middle of each frame of the sung line, in seconds of the song, with a little silence around it."""
    start = placement.start_s - 3 * FRAME_S
    count = round((placement.end_s + PAD_FRAMES * FRAME_S - start) / FRAME_S)
    return start + (np.arange(count) + 0.5) * FRAME_S


def spoken_edges(sounds: Sequence[Sound], durations: Frames) -> Frames:
    """Frames of the spoken line at which its sounds start, then where the last ends and the line ends."""
    edges = np.maximum(0, np.concatenate([[0], np.cumsum(durations * FRAMES_A_UNIT)]) - LEAD_FRAMES)
    starts = [edges[sound.first + 1] for sound in sounds]
    return np.array([*starts, edges[-2], edges[-1]], np.int64)


def warp(sounds: Sequence[Sound], edges: Frames, placement: Placement, times: Curve) -> Curve:
    """The frame of the spoken line to be heard at each time of the sung one.

    A lengthened vowel keeps its attack and its glide into the next sound at their spoken pace; its middle
    is what is held.
    """
    heard: list[tuple[float, float]] = [(placement.start_s - 1.0, 0.0)]
    for number, (sound, span) in enumerate(zip(sounds, placement.spans, strict=True)):
        first, spoken = float(edges[number]), float(edges[number + 1] - edges[number])
        sung = (span.end_s - span.start_s) / FRAME_S
        heard.append((span.start_s, first))
        if sound.is_vowel and sung > spoken * 1.15:
            hold_from, hold_to = (0.38, 0.50) if sound.is_diphthong else (0.42, 0.58)
            attack, glide = hold_from * spoken, (1 - hold_to) * spoken
            squeeze = min(1.0, 0.7 * sung / (attack + glide)) if attack + glide > 0 else 1.0
            heard.append((span.start_s + attack * squeeze * FRAME_S, first + hold_from * spoken))
            heard.append((span.end_s - glide * squeeze * FRAME_S, first + hold_to * spoken))
    heard.append((placement.end_s, float(edges[-2])))
    heard.append((placement.end_s + PAD_FRAMES * FRAME_S, float(edges[-1]) - 1))
    sung_at, spoken_at = np.array(heard).T
    rising = np.maximum.accumulate(sung_at + np.arange(len(sung_at)) * 1e-7)
    return np.asarray(np.interp(times, rising, spoken_at))
