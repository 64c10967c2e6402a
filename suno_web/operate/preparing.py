"""What `manage.py serve` sees to before anything runs: the port, the database, the static files."""

import fcntl
import hashlib
import io
import os
import socket
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor


class CannotStart(Exception):
    """Something outside the program is in the way. The text says what, and what to do."""


def claim_data_folder(part: str) -> io.TextIOWrapper:
    """Hold the data folder for one such service. The claim ends with the process, however it ends."""
    file = (Path(settings.DATA_DIR) / f".running-{part}").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as problem:
        raise CannotStart(
            f"Suno Web is running on the data folder {settings.DATA_DIR} already. "
            "Stop it first, or set SUNO_WEB_DATA to another folder."
        ) from problem
    return file


def listen(host: str, port: int) -> socket.socket:
    """The socket that browsers reach. It stays open while the web restarts, so nobody is refused."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host or "0.0.0.0", port, type=socket.SOCK_STREAM)[0]  # noqa: S104
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(2048)
    except socket.gaierror as problem:
        raise CannotStart(f"SUNO_WEB_HOST must be an address of this machine, not “{host}”.") from problem
    except PermissionError as problem:
        raise CannotStart(
            f"This account may not use port {port}. Set SUNO_WEB_PORT to a number above 1023."
        ) from problem
    except OSError as problem:
        raise CannotStart(
            f"Port {port} on {host} cannot be used ({problem.strerror}). "
            "Stop the program that has it, or set SUNO_WEB_PORT to another number."
        ) from problem
    return listener


def bring_database_up_to_date() -> int:
    """Apply migrations that are not yet applied, and return how many."""
    try:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except OperationalError as problem:
        raise CannotStart(
            f"The database cannot be reached; check DATABASE_URL. It says: {_first_line(problem)}"
        ) from problem
    if plan:
        call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    return len(plan)


def collect_static_files() -> None:
    """Gather what browsers load, if any of it changed since the last time."""
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    state = _state_of_static_files()
    if not stamp.exists() or stamp.read_text() != state:
        call_command("collectstatic", interactive=False, verbosity=0, clear=True)
        stamp.write_text(state)


def _state_of_static_files() -> str:
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            facts = os.stat(storage.path(path))
            digest.update(f"{path} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _first_line(problem: Exception) -> str:
    return str(problem).strip().partition("\n")[0]
