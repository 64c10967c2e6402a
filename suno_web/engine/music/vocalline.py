"""The tune that is sung: one note a syllable, stressed syllables on strong beats, room to breathe.

The rhythm of a phrase is the cheapest path of its syllables through the grid of its bars (dynamic
programming): it pays for weak beats under stressed syllables, for haste and for dragging. A section kind keeps
its own small preferences, so its lines scan alike. The pitch follows a contour that belongs to the section
kind, with chord tones on beats and long notes, and falls home at the end of every second line.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from suno_web.engine.music import theory, underlay
from suno_web.engine.music.form import Form
from suno_web.engine.music.genres.genre import Genre
from suno_web.engine.music.melody import TuneNote
from suno_web.engine.music.phrasing import BREATH, FASTEST_SYLLABLE, Phrase
from suno_web.engine.music.score import BEATS_PER_BAR, Section, SungLine, SungSyllable
from suno_web.engine.music.words import STRESS_MARKS, VOWELS, Word

# A3 to C5 for her, ten semitones below for him.
RANGES = {"female": (57, 72), "male": (47, 62)}
LONGEST_VOWEL = 0.6
LONGEST_LAST_VOWEL = 1.3
EASY_SYLLABLE = 0.31
_LIFT = {"chorus": 3, "pre-chorus": 1, "bridge": 2, "outro": 1}
_WEAK_WORDS = frozenset(
    (
        *(
            "a",
            "an",
            "the",
            "and",
            "or",
            "but",
            "of",
            "in",
            "on",
            "at",
            "to",
            "for",
            "from",
            "with",
            "by",
            "as",
        ),
        *(
            "is",
            "am",
            "are",
            "was",
            "were",
            "be",
            "i",
            "i'm",
            "you",
            "we",
            "he",
            "she",
            "it",
            "my",
            "your",
            "our",
        ),
        *("his", "her", "its", "that", "this", "so", "if", "than", "then", "just"),
    )
)


@dataclass(frozen=True, slots=True)
class _Line:
    """Where one phrase is set: its first beat and what surrounds it."""

    phrase: Phrase
    start: float
    closing: bool
    section: Section


def compose(
    shape: Form,
    sections: Sequence[Section],
    tonic: int,
    mode: str,
    genre: Genre,
    *,
    voice: str,
    daring: float,
    seed: int,
    first: int = 0,
    tune: Sequence[TuneNote] = (),
) -> tuple[SungLine, ...]:
    """The whole vocal line of a form. first: what sections are counted from.

    tune: what is to be sung, by octaves brought into the singer's range; a line whose words do not fit what the
    tune has for its bars, or that finds nothing there, gets a tune of its own.
    """
    low, high = RANGES.get(voice, RANGES["female"])
    octaves = underlay.octaves_into(tune, low, high)
    lines: list[SungLine] = []
    for index, (block, section) in enumerate(zip(shape.blocks, sections, strict=True)):
        lift = _LIFT.get(block.kind, 0)
        pitches = theory.scale_pitches(tonic, mode, low + lift, min(high, high - 3 + lift))
        beat = section.start
        for number, phrase in enumerate(block.phrases):
            line = _Line(phrase, beat, number % 2 == 1 or number == len(block.phrases) - 1, section)
            # The same tune for the same place in every section of a kind.
            shared = random.Random(f"{seed}/voice/{block.kind}/{number % 2}")
            own = random.Random(f"{seed}/voice/{first + index}/{number}")
            given = underlay.fitted(_heard_in(tune, line), phrase.syllables, shape.bpm) if tune else None
            if given:
                notes = tuple(_sung(given, octaves, low, high, shape.bpm))
            else:
                onsets = _rhythm(phrase, shape.bpm, genre, random.Random(f"{seed}/scansion/{block.kind}"))
                notes = _tune(line, onsets, shape.bpm, pitches, shared, own, daring)
            words = tuple((word.text, word.phonemes, word.syllables) for word in phrase.words)
            doubled = block.kind in ("chorus", "bridge") and section.energy > 0.5
            lines.append(SungLine(phrase.text, words, notes, index, phrase.line, doubled))
            beat += phrase.bars * BEATS_PER_BAR
    return tuple(lines)


def _heard_in(tune: Sequence[TuneNote], line: _Line) -> list[TuneNote]:
    """What of a tune falls to a phrase: its bars, with a pick-up before them and without the next one's."""
    end = line.start + line.phrase.bars * BEATS_PER_BAR
    return [
        note
        for place, note in enumerate(tune)
        if line.start <= _rest_before(tune, place, note.start) < end and note.start < end
    ]


def _rest_before(tune: Sequence[TuneNote], place: int, beat: float) -> float:
    """Where a note counts: a pick-up of less than a beat counts with the bar that it leads into."""
    bar = -(-beat // BEATS_PER_BAR) * BEATS_PER_BAR
    before = tune[place - 1].end if place else -1.0
    return bar if 0 < bar - beat <= 1.0 and beat - before >= 0.5 else beat


def _sung(notes: Sequence[TuneNote], octaves: int, low: int, high: int, bpm: float) -> Iterator[SungSyllable]:
    """Notes of a tune as syllables: within reach of the voice, and no vowel so long that it blurs."""
    beat_s = 60.0 / bpm
    for place, note in enumerate(notes):
        longest = (LONGEST_LAST_VOWEL if place == len(notes) - 1 else LONGEST_VOWEL) / beat_s
        length = max(min(note.end - note.start, longest), 0.12 / beat_s)
        pitch = underlay.within(note.pitch + 12 * octaves, low - 2, high + 3)
        yield SungSyllable(round(note.start, 4), round(note.start + length, 4), pitch)


def stresses(words: Sequence[Word]) -> list[float]:
    """How stressed each syllable is: 1 main stress, 0.5 side stress or a plain word, 0 none."""
    weights: list[float] = []
    for word in words:
        weak = word.text.strip(".,!?;:()\"'").casefold() in _WEAK_WORDS
        mark = 0.0
        for sound in word.phonemes:
            if sound in STRESS_MARKS:
                mark = 1.0 if sound == "ˈ" else 0.5
            elif sound in VOWELS:
                weights.append(0.15 if weak else mark if word.syllables > 1 else max(mark, 0.6))
                mark = 0.0
    return weights


def _rhythm(phrase: Phrase, bpm: float, genre: Genre, habits: random.Random) -> list[float]:
    """The beats, from the phrase's start, on which its syllables begin."""
    beat_s = 60.0 / bpm
    count = phrase.syllables
    span = phrase.bars * BEATS_PER_BAR
    grid = _grid(count, span, bpm)
    places = [step * grid for step in range(int((span - BREATH / beat_s) / grid) + 1)]
    while len(places) < count:  # more syllables than the form foresaw: a finer grid, and no time to breathe
        grid /= 2
        places = [step * grid for step in range(int(span / grid))]
    taste = [habits.uniform(-0.25, 0.25) for _ in range(64)]
    syncopated = genre.name in ("pop", "synthpop", "edm", "rock", "lofi", "jazz")
    weights = stresses(phrase.words)
    easy = min(max(EASY_SYLLABLE, grid * beat_s), (span * beat_s - BREATH) / count)
    best: list[dict[int, tuple[float, int]]] = [{}]
    start_limit = max(1, min(len(places) - count + 1, int(2 / grid)))
    for place in range(start_limit):
        late = 0.25 * places[place] * (0.5 if syncopated else 1.0)
        best[0][place] = (_strain(places[place], weights[0]) + late + taste[int(places[place] * 4) % 64], -1)
    reach = max(int(1.5 / beat_s / grid), len(places) - count + 1 if len(places) < 2 * count else 1, 2)
    paces = [_pace(steps * grid * beat_s, easy) for steps in range(reach + 1)]
    for number in range(1, count):
        row: dict[int, tuple[float, int]] = {}
        here = [_strain(at, weights[number]) + taste[int(at * 4) % 64] for at in places]
        last = len(places) - (count - number - 1)
        for before, (cost, _) in best[-1].items():
            for place in range(before + 1, min(last, before + reach + 1)):
                total = cost + paces[place - before] + here[place]
                if place not in row or total < row[place][0]:
                    row[place] = (total, before)
        best.append(row)
    place = min(best[-1], key=lambda item: best[-1][item][0])
    path = [place]
    for row in reversed(best[1:]):
        place = row[place][1]
        path.append(place)
    return [places[step] for step in reversed(path)]


def _grid(count: int, span: float, bpm: float) -> float:
    beat_s = 60.0 / bpm
    eighths = int((span - BREATH / beat_s) / 0.5) + 1
    fine = 0.25 * beat_s >= FASTEST_SYLLABLE - 0.03
    return 0.25 if count > eighths * 0.85 or (fine and beat_s > 0.72) else 0.5


def _pace(gap: float, easy: float) -> float:
    """What it costs to wait so many seconds for the next syllable."""
    haste = max(0.0, FASTEST_SYLLABLE - gap) * 40.0
    drag = max(0.0, gap - LONGEST_VOWEL) * 9.0
    return abs(gap - easy) * 2.2 + haste + drag


def _strain(beat: float, stress: float) -> float:
    """What it costs to put a syllable of this stress on this beat."""
    if beat % 2 == 0:
        strength = 1.0
    elif beat % 1 == 0:
        strength = 0.7
    elif beat % 0.5 == 0:
        strength = 0.35
    else:
        strength = 0.0
    return abs(strength - stress) * (0.9 if stress > strength else 0.35)


def _tune(
    line: _Line,
    onsets: Sequence[float],
    bpm: float,
    pitches: Sequence[int],
    shared: random.Random,
    own: random.Random,
    daring: float,
) -> tuple[SungSyllable, ...]:
    beat_s = 60.0 / bpm
    last = len(onsets) - 1
    span = line.phrase.bars * BEATS_PER_BAR
    contour = _contour(len(onsets), shared, daring)
    home = shared.uniform(0.35, 0.6) * (len(pitches) - 1)
    weights = stresses(line.phrase.words)
    notes: list[SungSyllable] = []
    index = round(home)
    for number, onset in enumerate(onsets):
        at = line.start + onset
        until = onsets[number + 1] if number < last else span - 0.5 * BREATH / beat_s
        longest = (LONGEST_LAST_VOWEL if number == last else LONGEST_VOWEL) / beat_s
        length = max(min(until - onset, longest), 0.12 / beat_s)
        wanted = home + contour[number]
        wanted += own.choice((-1, 1)) if own.random() < 0.06 + 0.12 * daring else 0
        # No leap wider than a sixth, however the contour turns.
        index = max(0, min(len(pitches) - 1, round(max(index - 5, min(index + 5, wanted)))))
        chord = line.section.chord_at(at).pitch_classes
        if number == last:
            index = _ending(index, pitches, chord, closing=line.closing)
        elif onset % 1 == 0 or length * beat_s > 0.45 or weights[number] == 1.0:
            index = _settled(index, pitches, chord[:3])
        notes.append(SungSyllable(round(at, 4), round(at + length, 4), pitches[index]))
    return tuple(notes)


def _contour(count: int, source: random.Random, daring: float) -> list[float]:
    """An arch, a fall or a rise in scale steps over a phrase, with small turns that make it a tune."""
    shape = source.choice(("arch", "arch", "fall", "rise", "wave"))
    height = source.uniform(1.5, 3.0) + 1.5 * daring
    turn = 0.0
    contour = []
    for number in range(count):
        place = number / max(1, count - 1)
        if shape == "arch":
            level = height * (1 - abs(2 * place - 0.8) / 1.2)
        elif shape == "fall":
            level = height * (0.8 - 1.3 * place)
        elif shape == "rise":
            level = height * (1.2 * place - 0.5)
        else:
            level = height * (0.6 if int(place * 4) % 2 else -0.4)
        turn = 0.45 * turn + source.choice((-1.2, -0.8, 0, 0, 0.8, 1.2))
        contour.append(level + turn)
    return contour


def _settled(index: int, pitches: Sequence[int], classes: Sequence[int]) -> int:
    return min(
        range(len(pitches)), key=lambda i: abs(i - index) + (0.0 if pitches[i] % 12 in classes else 1.7)
    )


def _ending(index: int, pitches: Sequence[int], chord: Sequence[int], *, closing: bool) -> int:
    """The last note of a phrase: root or third where it closes, third or fifth where it asks."""
    classes = (chord[0], chord[1]) if closing else (chord[1], chord[2])
    lower = -0.3 if closing else 0.0
    return min(
        range(len(pitches)),
        key=lambda i: abs(i - index) + (0.0 if pitches[i] % 12 in classes else 3.0) + lower * (index - i > 0),
    )
