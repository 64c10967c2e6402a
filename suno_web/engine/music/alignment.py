"""When each word of known lyrics is sung in a recording of a voice.

Lines are laid over the phrases that are heard so that each gets about the time its syllables need. Within a phrase a
speech recogniser's forced alignment (PocketSphinx) finds the words; where it finds nothing believable, the words share
the voiced time by their syllables.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from pocketsphinx import Decoder, get_model_path
from scipy.ndimage import median_filter

from suno_web.engine.music import lyrics, words
from suno_web.engine.music.analysis import spectra, tune
from suno_web.engine.music.score import TimedWord

RATE, FRAME = 16_000, 160
FRAME_S = FRAME / RATE
QUIET_DB, PAUSE_S, SHORTEST_S, BREATH_S = 26.0, 0.22, 0.12, 0.3
# A dry voice is followed nearly all the time that it is loud.
CLEAN = 0.9
# A line may be sung in several phrases, several lines in one, and a phrase may be nobody's (a breath, an ad lib).
MOST_TOGETHER = 6
REST_COST, SPARE_COST = 0.25, 1.2
AROUND_S = 0.25
# An alignment this far from an even share of the time, or with more of its words this short, is not believed.
FAR_S, BRIEF_S, BRIEF_SHARE = 1.2, 0.04, 0.34

_ARPABET = {
    "A": "EY", "I": "AY", "O": "OW", "W": "AW", "Y": "OY", "Q": "OW", "i": "IY", "u": "UW", "ɑ": "AA", "ɔ": "AO",
    "ɛ": "EH", "ɜ": "ER", "ə": "AH", "ɪ": "IH", "ʊ": "UH", "ʌ": "AH", "æ": "AE", "ᵊ": "AH", "ᵻ": "IH", "ɚ": "ER",
    "a": "AA", "e": "EY", "o": "OW", "ɐ": "AH", "ɒ": "AA", "b": "B", "d": "D", "f": "F", "h": "HH", "j": "Y",
    "k": "K", "l": "L", "m": "M", "n": "N", "p": "P", "s": "S", "t": "T", "v": "V", "w": "W", "z": "Z", "ð": "DH",
    "ŋ": "NG", "ɡ": "G", "ɹ": "R", "ɾ": "D", "ʃ": "SH", "ʒ": "ZH", "ʤ": "JH", "ʧ": "CH", "θ": "TH", "T": "D",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    section: str
    words: tuple[words.Word, ...]

    @property
    def syllables(self) -> int:
        return sum(max(1, word.syllables) for word in self.words)


@dataclass(frozen=True, slots=True)
class _Phrase:
    start_s: float
    end_s: float

    @property
    def seconds(self) -> float:
        return self.end_s - self.start_s


Spans = list[tuple[float, float]]


def align(vocal: np.ndarray, lyrics_text: str, rate: int = 44_100) -> tuple[TimedWord, ...]:
    """When each word is heard. vocal: float32 (frames,) or (frames, channels), a voice alone or nearly so.

    Every word gets a time, in order. Empty for lyrics without words, or where nothing is heard.
    """
    lines = _lines(lyrics_text)
    signal = spectra.mono(vocal, rate, RATE)
    phrases = _phrases(signal)
    if not lines or not phrases:
        return ()
    recogniser = _Recogniser(signal)
    timed: list[TimedWord] = []
    for sung, heard in _laid_over(lines, phrases):
        said = [(line, word) for line in sung for word in line.words]
        even = _shared([max(1, word.syllables) for _, word in said], heard)
        spans = recogniser.spans([word for _, word in said], heard, even) or even
        for (line, word), (start, end) in zip(said, spans, strict=True):
            timed.append(TimedWord(word.text, round(start, 3), round(end, 3), line.number, line.section))
    return tuple(timed)


def _lines(text: str) -> list[_Line]:
    sections = ((section.name, line) for section in lyrics.parse(text).sections for line in section.lines)
    read = (_Line(number, name, tuple(words.syllables(line))) for number, (name, line) in enumerate(sections))
    return [line for line in read if line.words]


def _phrases(signal: np.ndarray) -> list[_Phrase]:
    """What is sung in one breath."""
    frames = len(signal) // FRAME
    if not frames:
        return []
    power = (signal[: frames * FRAME].reshape(frames, FRAME).astype(np.float64) ** 2).mean(axis=1)
    level = 10 * np.log10(np.convolve(power, np.ones(5) / 5, "same") + 1e-10)
    loud = float(np.percentile(level, 95))
    if loud < -60:
        return []
    active = median_filter(level > loud - QUIET_DB, 5)
    near = _near_singing(signal, frames)
    active &= near | (near[active].mean() > CLEAN if active.any() else True)
    edges = np.flatnonzero(np.diff(np.concatenate(([0], active.astype(np.int8), [0])))) * FRAME_S
    phrases: list[_Phrase] = []
    for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if phrases and start - phrases[-1].end_s < PAUSE_S:
            phrases[-1] = _Phrase(phrases[-1].start_s, end)
        else:
            phrases.append(_Phrase(start, end))
    return [phrase for phrase in phrases if phrase.seconds >= SHORTEST_S] or phrases[:1]


def _near_singing(signal: np.ndarray, frames: int) -> np.ndarray:
    """Where a voice is followed, a little before and after it: what was separated holds remains of the players."""
    near = np.zeros(frames, bool)
    for start, end in tune.singing(tune.follow(signal)):
        near[max(0, int((start - BREATH_S) / FRAME_S)) : int((end + BREATH_S) / FRAME_S)] = True
    return near if near.any() else ~near


def _laid_over(
    lines: Sequence[_Line], phrases: Sequence[_Phrase]
) -> Iterator[tuple[Sequence[_Line], Sequence[_Phrase]]]:
    """Lines and the phrases they are sung in: the cheapest way to walk through both, by dynamic programming."""
    pace = sum(phrase.seconds for phrase in phrases) / sum(line.syllables for line in lines)
    costs = np.full((len(lines) + 1, len(phrases) + 1), np.inf)
    back: dict[tuple[int, int], tuple[int, int]] = {}
    costs[0, 0] = 0.0
    for i in range(len(lines) + 1):
        for j in range(len(phrases) + 1):
            for a, b in _steps(len(lines) - i, len(phrases) - j):
                cost = costs[i, j] + _cost(lines[i : i + a], phrases[j : j + b], pace)
                if cost < costs[i + a, j + b]:
                    costs[i + a, j + b] = cost
                    back[i + a, j + b] = (i, j)
    place, walked = (len(lines), len(phrases)), list[tuple[Sequence[_Line], Sequence[_Phrase]]]()
    if place not in back:
        yield lines, phrases
        return
    while place != (0, 0):
        before = back[place]
        walked.append((lines[before[0] : place[0]], phrases[before[1] : place[1]]))
        place = before
    yield from (step for step in reversed(walked) if step[0])


def _steps(lines: int, phrases: int) -> Iterator[tuple[int, int]]:
    if phrases:
        yield 0, 1
        yield from ((many, 1) for many in range(2, min(MOST_TOGETHER, lines) + 1))
    if lines:
        yield from ((1, many) for many in range(1, min(MOST_TOGETHER, phrases) + 1))


def _cost(lines: Sequence[_Line], phrases: Sequence[_Phrase], pace: float) -> float:
    if not lines:
        return SPARE_COST + phrases[0].seconds
    needed = pace * sum(line.syllables for line in lines)
    rests = (phrases[-1].end_s - phrases[0].start_s) - sum(phrase.seconds for phrase in phrases)
    fit = float(np.log(sum(phrase.seconds for phrase in phrases) / needed)) ** 2 * len(lines)
    return fit + REST_COST * rests + 0.05 * (len(lines) - 1)


def _shared(weights: Sequence[int], phrases: Sequence[_Phrase]) -> Spans:
    """The phrases' time, without the rests between them, shared by weight."""
    lengths = np.array([phrase.seconds for phrase in phrases])
    until = np.cumsum(lengths)
    marks = np.concatenate(([0.0], np.cumsum(weights))) / sum(weights) * until[-1]

    def at(mark: float, side: str) -> float:
        # A word that ends with a phrase ends there; one that begins there begins with the next.
        nudge = 1e-9 if side == "start" else -1e-9
        index = min(int(np.searchsorted(until, mark + nudge, "right")), len(phrases) - 1)
        return float(phrases[index].end_s - (until[index] - mark))

    return [(at(a, "start"), at(b, "end")) for a, b in pairwise(marks.tolist())]


class _Recogniser:
    """PocketSphinx, which is told what is said and asked only when."""

    def __init__(self, signal: np.ndarray) -> None:
        loudest = max(float(np.abs(signal).max(initial=0.0)), 1e-6)
        self._samples = (signal * (0.8 * 32767 / loudest)).astype(np.int16)
        self._decoder = Decoder(
            hmm=get_model_path("en-us/en-us"),
            lm=None,
            dict=None,
            samprate=float(RATE),
            loglevel="FATAL",
        )
        self._known: dict[str, str] = {}

    def spans(self, said: Sequence[words.Word], phrases: Sequence[_Phrase], even: Spans) -> Spans | None:
        """When each word is said, or None where that cannot be told."""
        names = [self._name(word) for word in said]
        spoken = [name for name in names if name]
        start_s = max(0.0, phrases[0].start_s - AROUND_S)
        piece = self._samples[int(start_s * RATE) : int((phrases[-1].end_s + AROUND_S) * RATE)]
        found = self._aligned(spoken, piece) if spoken and len(piece) > RATE // 4 else []
        if len(found) != len(spoken):
            return None
        heard = iter((start + start_s, end + start_s) for start, end in found)
        # A word nobody can say stays where its share of the time puts it.
        spans = [next(heard) if name else share for name, share in zip(names, even, strict=True)]
        return spans if _believable(spans, even) else None

    def _name(self, word: words.Word) -> str:
        sounds = arpabet(word.phonemes)
        if sounds and sounds not in self._known:
            self._known[sounds] = f"w{len(self._known)}"
            self._decoder.add_word(self._known[sounds], sounds, True)
        return self._known.get(sounds, "")

    def _aligned(self, names: Sequence[str], piece: np.ndarray) -> Spans:
        try:
            self._decoder.set_align_text(" ".join(names))
            self._decoder.start_utt()
            self._decoder.process_raw(piece.tobytes(), full_utt=True)
            self._decoder.end_utt()
            segments = list(self._decoder.seg() or ()) if self._decoder.hyp() else []
        except RuntimeError:
            # It gives up where the sound ends before the words do.
            return []
        return [
            (segment.start_frame * FRAME_S, (segment.end_frame + 1) * FRAME_S)
            for segment in segments
            if segment.word.split("(")[0] in self._known.values()
        ]


def arpabet(phonemes: str) -> str:
    """Phonemes of `words` in the alphabet of the recogniser, apart by spaces."""
    return " ".join(_ARPABET[sound] for sound in phonemes.replace("ɜɹ", "ɜ") if sound in _ARPABET)


def _believable(spans: Spans, even: Spans) -> bool:
    starts, shares = np.array(spans)[:, 0], np.array(even)[:, 0]
    brief = np.mean([end - start < BRIEF_S for start, end in spans])
    in_order = bool((np.diff(starts) >= 0).all())
    return in_order and float(np.median(np.abs(starts - shares))) < FAR_S and float(brief) < BRIEF_SHARE
