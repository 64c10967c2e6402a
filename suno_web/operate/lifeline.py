"""No process outlives the supervisor, however that ends.

Linux can send a process a signal when its parent dies (`prctl(PR_SET_PDEATHSIG)`), but forgets the wish at
every fork. A cluster is a chain of forks (main, sentinel, workers), and without this a worker whose main
process was killed would go on executing tasks with nobody to stop it. So every link renews the wish.

Elsewhere there is no such signal: a supervisor killed with -9 leaves its children running there.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
PR_SET_NAME = 15


def hold(parent: int) -> None:
    """End this process, and all that it forks, as soon as its parent is gone. parent: its process id."""
    if sys.platform != "linux":
        return
    _die_with(parent)
    forking_from: list[int] = []
    os.register_at_fork(
        before=lambda: forking_from.append(os.getpid()),
        after_in_parent=forking_from.pop,
        after_in_child=lambda: _die_with(forking_from.pop()),
    )


def rename(name: str) -> None:
    """Show in lists of processes which part this is, as far as the system can (Linux: 15 characters)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_NAME, f"suno {name}".encode(), 0, 0, 0)


def _die_with(parent: int) -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    # The parent may have died before the wish was known.
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)
