"""How long lossless files of a song take: keeping its master, reading it back, its WAV.

.venv/bin/python benchmarks/wav.py
"""

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.measuring import measured, song_of, table
from suno_web.engine.music import wavfile

GOAL_S = 1.5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=180.0)
    options = parser.parse_args()
    _, rendered, _ = song_of(options.seconds)
    goal = GOAL_S * rendered.seconds / 180
    with tempfile.TemporaryDirectory() as folder:
        master, wav = Path(folder) / "master.flac", Path(folder) / "song.wav"
        rows = [
            measured("keep the master", lambda: wavfile.keep_master(master, rendered.audio), into=master),
            measured("read the master", lambda: wavfile.read_master(master)),
            measured(
                "WAV of the master", lambda: wavfile.write_from_master(wav, master), goal_s=goal, into=wav
            ),
            measured("WAV of the audio", lambda: wavfile.write(wav, rendered.audio), goal_s=goal, into=wav),
        ]
        table(rows, rendered.seconds)


if __name__ == "__main__":
    main()
