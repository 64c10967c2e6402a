"""The form of a recording: where, on which bar, the music becomes other music.

Novelty along the diagonal of the bars' likeness (Foote, Automatic Audio Segmentation, 2000).
"""

from itertools import pairwise

import numpy as np

from suno_web.engine.music.analysis.harmony import Chroma
from suno_web.engine.music.analysis.model import AudioSection

REACH = 4
SHORTEST = 4
# Music tends to change every fourth and more so every eighth bar.
ON_FOUR, ON_EIGHT = 1.25, 1.4
NOTABLE = 0.6
LOUD = 0.8


def sections(
    heard: Chroma, levels: np.ndarray, bars: np.ndarray, sung: list[tuple[float, float]]
) -> list[AudioSection]:
    """bars: the second of each bar line, the last one's end included. levels: dB a bar."""
    if len(bars) < 2:
        return []
    edges = _edges(_features(heard, levels, bars))
    loudness = [float(np.mean(10 ** (levels[a:b] / 20))) for a, b in pairwise(edges)]
    loudest = max([*loudness, 1e-9])
    energies = [level / loudest for level in loudness]
    found = []
    for number, ((first, last), energy) in enumerate(zip(pairwise(edges), energies, strict=True)):
        start, end = float(bars[first]), float(bars[last])
        kind = _kind(number, energies, singing=_overlap(start, end, sung) > 0.25)
        found.append(AudioSection(round(start, 4), round(end, 4), kind, round(energy, 3)))
    return found


def _features(heard: Chroma, levels: np.ndarray, bars: np.ndarray) -> np.ndarray:
    tones = np.array([heard.between(start, end)[0] for start, end in pairwise(bars)])
    tones = tones / np.maximum(np.linalg.norm(tones, axis=1, keepdims=True), 1e-9)
    loud = (levels - levels.mean()) / max(float(levels.std()), 1.0)
    return np.column_stack((tones, loud))


def _edges(features: np.ndarray) -> list[int]:
    bars = len(features)
    apart = np.linalg.norm(features[:, None] - features[None], axis=2)
    novelty = np.zeros(bars + 1)
    for bar in range(SHORTEST // 2, bars - SHORTEST // 2 + 1):
        before, after = slice(max(0, bar - REACH), bar), slice(bar, min(bars, bar + REACH))
        within = (apart[before, before].mean() + apart[after, after].mean()) / 2
        weight = ON_EIGHT if bar % 8 == 0 else ON_FOUR if bar % 4 == 0 else 1.0
        novelty[bar] = max(0.0, apart[before, after].mean() - within) * weight
    edges = [0, bars]
    threshold = novelty.mean() + NOTABLE * novelty.std()
    for bar in np.argsort(-novelty):
        if novelty[bar] > threshold and min(abs(int(bar) - edge) for edge in edges) >= SHORTEST:
            edges.append(int(bar))
    return sorted(edges)


def _kind(number: int, energies: list[float], *, singing: bool) -> str:
    loud = energies[number] >= LOUD
    if number == 0 and not singing and len(energies) > 1 and not loud:
        return "intro"
    if number == len(energies) - 1 and number and not singing and not loud:
        return "outro"
    return "chorus" if loud and len(energies) > 1 else "verse"


def _overlap(start: float, end: float, spans: list[tuple[float, float]]) -> float:
    shared = sum(max(0.0, min(end, b) - max(start, a)) for a, b in spans)
    return shared / max(end - start, 1e-9)
