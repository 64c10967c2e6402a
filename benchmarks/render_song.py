"""How long a song takes: first bytes, the whole render, its share of real time, and what came out.

Run it alone on one core: taskset -c 0 .venv/bin/python benchmarks/render_song.py
"""

import argparse
import resource
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from suno_web.engine.music import audiofile, genres, production, singer, words
from suno_web.engine.music.brief import Brief
from suno_web.engine.music.stems import MemoryKeeper
from suno_web.engine.music.synth import RATE, soundfont

COLUMNS = (
    "genre       plan  first  enough  render   mp3  total  length  words   LUFS   dBTP"
    "  crest  lift  width  centroid  silence"
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("genres", nargs="*", default=list(genres.GENRES))
    parser.add_argument("--seconds", type=float, default=180.0)
    parser.add_argument("--instrumental", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--no-stream", action="store_true", help="only the finished song, as the command line does"
    )
    parser.add_argument("--stems", action="store_true", help="keep the stems; the engine does not")
    options = parser.parse_args()
    _load()
    print(COLUMNS)
    for genre in options.genres:
        voice = "none" if options.instrumental else "female"
        brief = Brief(
            "driving through the city at night", genre, "hopeful", 0.6, seconds=options.seconds, voice=voice
        )
        print(_row(genre, brief, options), flush=True)
    print(
        f"memory at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB, times in CPU seconds"
    )


def _load() -> None:
    start = time.process_time()
    soundfont.load()
    singer.load()
    words.warm()
    warm = Brief("warm up", "pop", "happy", 0.5, seconds=20.0)
    production.render(production.plan(warm, seed=0), stream=lambda piece: None)
    print(
        f"loaded and warmed up in {time.process_time() - start:.1f} s, sound font {soundfont.chosen().name}"
    )


def _row(genre: str, brief: Brief, options: argparse.Namespace) -> str:
    start = time.process_time()
    plan = production.plan(brief, seed=options.seed)
    planned = time.process_time()
    sent: list[tuple[float, int]] = []

    def note(piece: bytes) -> None:
        sent.append((time.process_time(), len(piece)))

    keep = MemoryKeeper() if options.stems else None
    rendered = production.render(plan, stream=None if options.no_stream else note, keep=keep)
    done = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        audiofile.write_mp3(Path(folder) / "song.mp3", rendered.audio)
    written = time.process_time()
    return (
        f"{genre:<10}  {planned - start:4.2f}  {_streamed(sent, planned)}"
        f"  {done - planned:6.1f}  {written - done:4.1f}  {written - start:5.1f}  {rendered.seconds:6.1f}"
        f"  {len(rendered.words):5}  {rendered.lufs:5.1f}  {rendered.true_peak:5.2f}  {_crest(rendered.audio):5.1f}"
        f"  {_lift(rendered):4.1f}  {_width(rendered.audio):5.2f}  {_centroid(rendered.audio):8.0f}"
        f"  {_longest_silence(rendered.audio):7.2f}"
    )


def _streamed(sent: list[tuple[float, int]], planned: float) -> str:
    if not sent:
        return f"{'–':>5}  {'–':>6}"
    return f"{sent[0][0] - planned:5.2f}  {_headroom(sent, planned):6.1f}"


def _headroom(sent: list[tuple[float, int]], start: float) -> float:
    """The least number of times that the stream was ahead of someone who plays it from its first byte."""
    per_second = audiofile.KBPS * 125
    received, least = 0, float("inf")
    for (_, size), (later, _) in pairwise(sent):
        received += size
        least = min(least, received / per_second / max(0.01, later - sent[0][0]))
    return least


def _crest(audio: np.ndarray) -> float:
    return float(20 * np.log10(np.abs(audio).max() / np.sqrt((audio**2).mean())))


def _level(rendered: production.Rendered, kind: str) -> float:
    """Power level in dB of all sections of a kind."""
    parts = [
        rendered.audio[int(s.start_s * RATE) : int(s.end_s * RATE)]
        for s in rendered.sections
        if s.kind == kind
    ]
    return float(10 * np.log10((np.concatenate(parts) ** 2).mean())) if parts else float("nan")


def _lift(rendered: production.Rendered) -> float:
    return _level(rendered, "chorus") - _level(rendered, "verse")


def _width(audio: np.ndarray) -> float:
    middle, side = audio.sum(1), audio[:, 0] - audio[:, 1]
    return float(np.sqrt((side**2).mean() / (middle**2).mean()))


def _centroid(audio: np.ndarray) -> float:
    """Mean of the frequencies of the song's power in Hz, of half-second windows."""
    size = RATE // 2
    windows = audio.mean(1)[: len(audio) // size * size].reshape(-1, size) * np.hanning(size)
    magnitude = np.abs(np.fft.rfft(windows, axis=1))
    hertz = np.fft.rfftfreq(size, 1 / RATE)
    return float((magnitude * hertz).sum() / magnitude.sum())


def _longest_silence(audio: np.ndarray) -> float:
    """Seconds below -60 dBFS at a stretch, the last two seconds apart."""
    loud = np.abs(audio[: -2 * RATE]).max(1) > 1e-3
    edges = np.flatnonzero(np.diff(np.concatenate([[1], loud.astype(int), [1]])))
    return float(np.diff(edges)[::2].max() / RATE) if len(edges) > 1 else 0.0


if __name__ == "__main__":
    main()
