"""A real `manage.py serve` in a folder of its own, for tests that start, hurt and stop it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import psutil

from tests.running import ROOT, free_port

# Waiting is bounded, and generous: other work may share the machine.
PATIENCE = 60.0


def environment(data: Path, **settings: str) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("SUNO_", "DATABASE_"))}
    return {**clean, "SUNO_WEB_DATA": str(data), **settings}


def manage(data: Path, *arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    """Run a command of manage.py to its end."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment(data, **settings),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )


def until(holds: Callable[[], Any], what: str, within: float = PATIENCE) -> Any:
    """The first true answer; fails with `what` when there is none in time."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if answer := holds():
            return answer
        time.sleep(0.1)
    raise AssertionError(f"{what} did not happen within {within:g} s")


def comm(process: psutil.Process) -> str:
    """The name a process gave itself, which psutil would replace by the command line's."""
    return Path(f"/proc/{process.pid}/comm").read_text().strip()


class Studio:
    """A running `serve`, seen from outside."""

    def __init__(self, process: "subprocess.Popen[bytes]", data: Path, port: int, log: Path) -> None:
        self.process, self.data, self.port, self.log = process, data, port, log

    def health(self) -> tuple[int, dict[str, Any]]:
        """(status, body) of the health page; (0, {}) when nobody answers."""
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
                return answer.status, json.load(answer)
        except HTTPError as answer:
            return answer.code, json.load(answer)
        except (URLError, OSError):
            return 0, {}

    def is_well(self) -> bool:
        assert self.process.poll() is None, f"serve has ended:\n{self.printed()}"
        return self.health()[0] == 200

    def everyone(self) -> list[psutil.Process]:
        """Every process that belongs to it, found by the data folder in its environment."""
        found = []
        for process in psutil.process_iter():
            try:
                if process.environ().get("SUNO_WEB_DATA") == str(self.data) and process.status() != "zombie":
                    found.append(process)
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
        return found

    def part(self, name: str) -> psutil.Process:
        """The leader of a part: "web", "ticker", or a cluster by its name."""
        for child in psutil.Process(self.process.pid).children():
            if comm(child) == f"suno {name}":
                return child
        raise AssertionError(f"{name} is not running:\n{self.printed()}")

    def printed(self) -> str:
        return self.log.read_text()


@contextmanager
def studio(data: Path, *arguments: str, **settings: str) -> Iterator[Studio]:
    """Serve until the block ends, and leave nothing behind."""
    port = free_port()
    log = data.parent / f"{data.name}-{port}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "serve", *arguments],
            cwd=ROOT,
            env=environment(data, SUNO_WEB_PORT=str(port), **settings),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        running = Studio(process, data, port, log)
        try:
            yield running
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(15)
                except subprocess.TimeoutExpired:
                    process.kill()
            for left in running.everyone():
                left.kill()
