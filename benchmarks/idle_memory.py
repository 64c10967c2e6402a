"""How much memory all processes of an idle studio take together.

    python -m benchmarks.idle_memory [SECONDS]

PSS counts a page that n processes share as 1/n in each, so the column adds up to what the machine really gives.
Also prints what the processes cost of a processor while nobody uses the studio. Linux only. Limit: 700 MB.
"""

import sys
import time
from pathlib import Path

import psutil

from tests.running import RunningStudio

LIMIT_MB = 700


def main(seconds: float) -> int:
    with RunningStudio() as studio:
        # The first errands and whatever the start left to do are over by then.
        time.sleep(15)
        leader = psutil.Process(studio.process.pid)
        processes = [leader, *leader.children(recursive=True)]
        before = [_cpu(process) for process in processes]
        time.sleep(seconds)
        busy = [
            100 * (_cpu(process) - spent) / seconds for process, spent in zip(processes, before, strict=True)
        ]
        total = 0.0
        print("| process | PSS MB | RSS MB | % of a core |\n| --- | ---: | ---: | ---: |")
        for process, share in zip(processes, busy, strict=True):
            memory = process.memory_full_info()
            total += memory.pss / 1e6
            sizes = f"{memory.pss / 1e6:.0f} | {memory.rss / 1e6:.0f} ({memory.uss / 1e6:.0f})"
            print(f"| {_name(process, leader)} | {sizes} | {share:.1f} |")
        print(f"| **all {len(processes)}** | **{total:.0f}** (limit {LIMIT_MB}) | | **{sum(busy):.1f}** |")
    return 0 if total <= LIMIT_MB else 1


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


def _name(process: psutil.Process, leader: psutil.Process) -> str:
    if process == leader:
        return "supervisor"
    name = Path(f"/proc/{process.pid}/comm").read_text().strip().removeprefix("suno ")
    # Of a cluster the last four, in the order of their numbers, are two workers, the monitor and the pusher.
    depth = process.parents().index(leader)
    return f"{name}{('', ': sentinel', ': worker, monitor or pusher')[depth]}"


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 20.0))
