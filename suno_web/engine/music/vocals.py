"""The song's lines as sound: sung when they are needed, doubled where the score asks for it."""

import numpy as np
import soxr

from suno_web.engine.music import singer
from suno_web.engine.music.mixer import HARD_PANNED_DOUBLES, Sung
from suno_web.engine.music.score import Song, SungLine, TimedWord
from suno_web.engine.music.synth import RATE
from suno_web.engine.music.words import Word

# A line's first consonants sound this long before its first note.
ANACRUSIS_S = 0.6
DETUNE_CENTS = 8.0


class Choir:
    """Sings a song's lines chunk by chunk, and remembers when each word was heard."""

    def __init__(self, song: Song) -> None:
        self._song = song
        self._next = 0
        self._ringing = [np.zeros(0, np.float32) for _ in range(1 + len(HARD_PANNED_DOUBLES))]
        self._words: list[TimedWord] = []

    @property
    def words(self) -> tuple[TimedWord, ...]:
        """Every word sung so far."""
        return tuple(self._words)

    def sing(self, since: int, until: int) -> Sung | None:
        """The voice between two frames, None for a song without one."""
        song = self._song
        if not song.lines:
            return None
        while self._next < len(song.lines):
            line = song.lines[self._next]
            if (song.second(line.notes[0].start) - ANACRUSIS_S) * RATE >= until:
                break
            self._take(line, self._next, since)
            self._next += 1
        frames = until - since
        parts = []
        for index, sound in enumerate(self._ringing):
            parts.append(np.pad(sound[:frames], (0, max(0, frames - len(sound)))))
            self._ringing[index] = sound[frames:]
        return Sung(parts[0], tuple(parts[1:]))

    def _take(self, line: SungLine, number: int, since: int) -> None:
        """Sing a line into what is ringing, from a frame on."""
        song = self._song
        words = [Word(*word) for word in line.words]
        notes = [
            singer.SungNote(song.second(n.start), song.second(n.end), float(n.pitch)) for n in line.notes
        ]
        detunes = (0.0, -DETUNE_CENTS, DETUNE_CENTS) if line.doubled else (0.0,)
        for index, detune in enumerate(detunes):
            seed = (song.seed * 7919 + number * 31 + index) % 2**31
            sung = singer.load().sing(words, notes, voice=song.voice, detune_cents=detune, seed=seed)
            sound = soxr.resample(sung.audio, sung.rate, RATE)
            start = round(sung.start_s * RATE) - since
            sound, start = (sound[-start:], 0) if start < 0 else (sound, start)
            self._ringing[index] = _added(self._ringing[index], sound, start)
            if not index:
                name = song.sections[line.section].name
                self._words += [
                    TimedWord(
                        word.text, round(max(0.0, word.start_s), 3), round(word.end_s, 3), line.line, name
                    )
                    for word in sung.words
                ]


def _at(second: float) -> float:
    return round(max(0.0, float(second)), 3)


def _added(one: np.ndarray, other: np.ndarray, start: int) -> np.ndarray:
    total = np.zeros(max(len(one), start + len(other)), np.float32)
    total[: len(one)] = one
    total[start : start + len(other)] += other
    return total
