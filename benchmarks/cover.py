"""How long a cover of a recording takes, listening to it included, and how much of it is kept.

.venv/bin/python benchmarks/cover.py
"""

import argparse
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.measuring import measured, song_of, table
from suno_web.engine.music import analysis, covering, theory, understanding
from suno_web.engine.music.analysis import Analysis
from suno_web.engine.music.lyrics import Lyrics
from suno_web.engine.music.production import Plan
from suno_web.engine.music.rendered import Rendered
from suno_web.engine.music.score import TimedWord

GOAL_S = 30.0
REF = "upload:song"


class Recording:
    """A shelf with one recording of which nothing is known but its sound. It is listened to when it is asked for."""

    def __init__(self, audio: np.ndarray) -> None:
        self._audio = audio

    def audio(self, ref: str) -> np.ndarray:
        return self._audio

    def work(self, ref: str) -> None:
        return None

    def words(self, ref: str) -> tuple[TimedWord, ...]:
        return ()

    def stems(self, ref: str) -> dict[str, np.ndarray]:
        return {}

    def analysis(self, ref: str) -> Analysis:
        return analysis.analyse(self._audio)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=180.0)
    parser.add_argument("--source", default="pop", help="the genre of the recording")
    parser.add_argument("--style", default="folk", help="the style of the cover")
    options = parser.parse_args()
    plan, rendered, _ = song_of(options.seconds, genre=options.source)
    shelf = Recording(rendered.audio)
    rows = []
    for said, lyrics in (("played", None), ("sung", plan.lyrics)):
        made: list[Plan] = []

        def cover(lyrics: Lyrics | None = lyrics, made: list[Plan] = made) -> Rendered:
            brief = understanding.understand("", style=options.style)
            made.append(covering.cover(shelf, REF, brief=brief, lyrics=lyrics, audio_weight=1.0, seed=1))
            return made[-1].render(shelf)

        rows.append(measured(f"cover, {said}", cover, goal_s=GOAL_S * rendered.seconds / 180))
        song = made[-1].song
        heard, wanted = (
            theory.key_name(song.tonic, song.mode),
            theory.key_name(plan.song.tonic, plan.song.mode),
        )
        print(
            f"{said}: {song.bpm:.2f} bpm of {plan.song.bpm:.2f}, {heard} of {wanted}, {len(song.lines)} lines sung"
        )
    table(rows, rendered.seconds)


if __name__ == "__main__":
    main()
