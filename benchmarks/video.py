"""How long the film of a song takes.

.venv/bin/python benchmarks/video.py
"""

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.measuring import measured, song_of, table
from suno_web.engine.music import coverart, video

TIMES_REALTIME = 4.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--genre", default="pop")
    options = parser.parse_args()
    plan, rendered, _ = song_of(options.seconds, genre=options.genre)
    cover = coverart.jpeg(plan.title, genre=plan.genre, mood=plan.mood, seed=1)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "song.mp4"
        row = measured(
            "film, 720p25",
            lambda: video.write_mp4(
                path, audio=rendered.audio, cover=cover, title=plan.title, author="Harbour Sound",
                domain="studio.example", lines=video.lines_of(rendered.words),
            ),
            goal_s=rendered.seconds / TIMES_REALTIME,
            into=path,
        )  # fmt: skip
        table([row], rendered.seconds)


if __name__ == "__main__":
    main()
