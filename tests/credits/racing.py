"""Processes that use the ledger at the same moment, on the database of the test.

`Racers` starts one program that forks so many processes; each does its jobs in their order when all have got them.
"""

import json
import multiprocessing
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from multiprocessing.connection import Connection
from typing import Any

from django.utils import timezone

Job = dict[str, Any]
NOW = timezone.now


class Racers:
    """So many processes with connections of their own."""

    def __init__(self, database_url: str, count: int = 8) -> None:
        self.count = count
        env = {**os.environ, "DATABASE_URL": database_url, "DJANGO_SETTINGS_MODULE": "suno_web.settings"}
        self._program = subprocess.Popen(
            [sys.executable, "-m", "tests.credits.racing", str(count)],
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, jobs: list[list[Job]]) -> list[list[Any]]:
        """Have each process do a list of jobs, all at once, and return what came of each job."""
        assert len(jobs) <= self.count
        assert self._program.stdin
        assert self._program.stdout
        self._program.stdin.write(json.dumps(jobs, default=str) + "\n")
        self._program.stdin.flush()
        return list(json.loads(self._program.stdout.readline()))

    def close(self) -> None:
        assert self._program.stdin
        self._program.stdin.close()
        self._program.wait(timeout=30)


def hold(team: str, by: int, amount: str, cause: str, project: str | None = None) -> str:
    """Which limit refused it, or that it is held."""
    from suno_web.accounts.models import Team, User
    from suno_web.credits import ledger

    try:
        ledger.hold(
            Team.objects.get(pk=team),
            Decimal(amount),
            cause=cause,
            by=User.objects.get(pk=by),
            project=project,  # type: ignore[arg-type]
        )
    except ledger.OverBudget as refusal:
        return refusal.whose
    except ledger.InsufficientCredits:
        return "team"
    return "held"


def end(kind: str, cause: str) -> bool:
    """Whether this very call ended the cause, or gave it back."""
    from suno_web.credits import ledger

    if kind == "give_back":
        return ledger.give_back(cause, by=None, note="test")
    return ledger.settle(cause) if kind == "settle" else ledger.refund(cause)


WORK: dict[str, Callable[..., Any]] = {"hold": hold, "end": end}


def _do(job: Job) -> Any:
    """One job, at the moment that the test's clock shows."""
    moment = datetime.fromisoformat(job.pop("now")) if "now" in job else None
    timezone.now = (lambda: moment) if moment else NOW  # type: ignore[assignment]
    return WORK[job.pop("do")](**job)


def _race(line: Connection) -> None:
    while (jobs := line.recv()) is not None:
        line.send([_do(job) for job in jobs])


def main(count: int) -> None:
    import django

    django.setup()
    # What the first hold would import is there before the processes part.
    from django.urls import get_resolver

    _ = get_resolver().url_patterns
    forking = multiprocessing.get_context("fork")
    lines: list[Connection] = []
    for _number in range(count):
        ours, theirs = forking.Pipe()
        forking.Process(target=_race, args=(theirs,), daemon=True).start()
        lines.append(ours)
    for request in sys.stdin:
        jobs = json.loads(request)
        for line, todo in zip(lines, jobs, strict=False):
            line.send(todo)
        came = [line.recv() for line, _todo in zip(lines, jobs, strict=False)]
        sys.stdout.write(json.dumps(came) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]))
