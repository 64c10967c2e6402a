"""What the benchmarks of files share: a song to make them of, a stopwatch, a table."""

import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from suno_web.engine.music import production, stems
from suno_web.engine.music.brief import Brief
from suno_web.engine.music.production import Plan, Rendered


class Row(NamedTuple):
    """What one piece of work took: seconds on the clock and of the processors, and the size of what came out.

    goal_s: what it may take, None where nobody said.
    """

    name: str
    wall: float
    cpu: float
    megabytes: float
    goal_s: float | None


def measured(
    name: str, work: Callable[[], object], *, goal_s: float | None = None, into: Path | None = None
) -> Row:
    """Do a piece of work against the clock. into: the file or the folder that it writes."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    took = time.perf_counter() - wall, time.process_time() - cpu
    files = [] if into is None else list(into.iterdir()) if into.is_dir() else [into]
    return Row(name, *took, sum(path.stat().st_size for path in files) / 1e6, goal_s)


def song_of(seconds: float, *, genre: str = "pop") -> tuple[Plan, Rendered, dict[str, np.ndarray]]:
    """A sung song of about a length, rendered, and its stems in memory."""
    brief = Brief("driving home at night", genre, "hopeful", 0.6, seconds=seconds, voice="female")
    plan = production.plan(brief, None, seed=1)
    with tempfile.TemporaryDirectory() as folder:
        rendered = production.render(plan, keep=stems.FileKeeper(Path(folder)))
        kept = {name: np.array(stem) for name, stem in (stems.kept(Path(folder)) or {}).items()}
    return plan, rendered, kept


def table(rows: list[Row], seconds: float) -> None:
    """Print what was measured. The ratio is seconds of music for each second of work."""
    print(f"of {seconds:.0f} s of music      wall s   CPU s   x realtime     MB   goal s")
    for row in rows:
        goal = (
            "" if row.goal_s is None else f"{row.goal_s:6.1f} {'met' if row.wall <= row.goal_s else 'MISSED'}"
        )
        print(
            f"{row.name:24s} {row.wall:7.2f} {row.cpu:7.2f} {seconds / row.wall:12.1f}"
            f" {row.megabytes:6.1f}   {goal}"
        )
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"memory at most {most:.0f} MB, the render of the song included")
