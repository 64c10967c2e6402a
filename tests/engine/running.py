"""An engine alone, as `manage.py serve --only engine` runs it: real processes, queue, threads and files."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import psutil

from suno_web.suno import errors, operations, schemas
from suno_web.suno.client import Client
from suno_web.suno.operations import Operation
from tests.running import free_port

FoundT = TypeVar("FoundT")

NOBODY = "http://127.0.0.1:9/nobody"


def eventually(look: Callable[[], FoundT | None], *, seconds: float) -> FoundT:
    """What is found within so many seconds."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := look():
            return found
        time.sleep(0.1)
    raise AssertionError(f"nothing came in {seconds} s")


@contextmanager
def running_engine(folder: Path, *, key: str, webhook_key: str) -> Iterator[tuple[Client, psutil.Process]]:
    """Start it on data of its own, and a client of it."""
    port = free_port()
    own = {
        "SUNO_WEB_DATA": str(folder),
        "SUNO_WEB_PORT": str(port),
        "SUNO_WEB_ENGINE_KEY": key,
        "SUNO_WEB_ENGINE_WEBHOOK_KEY": webhook_key,
        "SUNO_WEB_PRIVATE_ADDRESSES": "true",
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SUNO_", "DATABASE_"))}
    with (folder / "log").open("wb") as log:
        command = [sys.executable, "manage.py", "serve", "--only", "engine"]
        process = subprocess.Popen(command, env=kept | own, stdout=log, stderr=log)
    suno = Client(f"http://127.0.0.1:{port}/engine", key)

    def answers() -> bool:
        try:
            return suno.credits() > 0
        except errors.SunoError:
            assert process.poll() is None, (folder / "log").read_text()
            return False

    try:
        eventually(answers, seconds=60)
        yield suno, psutil.Process(process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def ended(suno: Client, record: Operation[schemas.TaskQuery, Any], task_id: str) -> Any:
    """A task's record once it is final."""

    def look() -> schemas.Record | None:
        found = suno.record(record, task_id)
        return found if found and found.is_final else None

    return eventually(look, seconds=150)


def made(suno: Client, operation: Operation[Any, schemas.TaskCreated], **wish: Any) -> Any:
    """Ask for something and return its final record."""
    asked = operation.request.model_validate({"callBackUrl": NOBODY} | wish)
    family = operation.callbacks
    assert family
    return ended(suno, operations.RECORDS[family], suno.create(operation, asked).task_id)
