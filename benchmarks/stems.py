"""How long the stems of a song take as files, and how well they add up to it.

.venv/bin/python benchmarks/stems.py
"""

import argparse
import sys
import tempfile
from functools import partial, reduce
from operator import add
from pathlib import Path

import numpy as np
import soundfile

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.measuring import measured, song_of, table
from suno_web.engine.music import stemfiles

GOAL_S = 3.0
# Whether every player by himself, as what, and whether the goal is meant for it.
KINDS = ((True, "flac", True), (False, "flac", True), (False, "mp3", True), (True, "mp3", False))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=180.0)
    parser.add_argument("--genre", default="pop")
    options = parser.parse_args()
    _, rendered, kept = song_of(options.seconds, genre=options.genre)
    goal = GOAL_S * rendered.seconds / 180
    rows = []
    for split, kind, limit in KINDS:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            make = partial(stemfiles.write, folder, kept, audio=rendered.audio, split=split, kind=kind)
            said = f"{'all stems' if split else 'voice and rest'} as {kind.upper()}"
            rows.append(measured(said, make, goal_s=goal if limit else None, into=folder))
            if kind == "flac":
                _add_up(said, folder, rendered.audio)
    table(rows, rendered.seconds)


def _add_up(said: str, folder: Path, audio: np.ndarray) -> None:
    together = reduce(add, (soundfile.read(path, dtype="float32")[0] for path in folder.iterdir()))
    likeness = np.corrcoef(together.ravel(), audio.ravel())[0, 1]
    level = 20 * np.log10(together.std() / audio.std())
    print(f"{said}: their sum is like the song by {likeness:.4f}, its level off by {level:+.2f} dB")


if __name__ == "__main__":
    main()
