"""Debian's PostgreSQL for the tests: a server of their own in a temporary folder, gone when they end."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

# Whoever is root must not run it; Debian's package brings this account.
ACCOUNT = "postgres"
# Nothing here has to outlive the machine, and nobody outside is to reach it.
OPTIONS = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c listen_addresses="


def programs() -> Path | None:
    """The folder with the newest PostgreSQL's programs, or None where it is not installed."""
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(found, key=lambda path: int(path.parent.parent.name), default=None)
    return newest.parent if newest else None


@contextmanager
def running() -> Iterator[str]:
    """A running server: the address of its database as DATABASE_URL wants it."""
    where = programs()
    if where is None:
        raise RuntimeError("PostgreSQL is not installed (Debian: sudo apt install postgresql).")
    # The socket lies in it too, and its path must stay short.
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    data = folder / "data"
    try:
        if os.getuid() == 0:
            shutil.chown(folder, ACCOUNT, ACCOUNT)
        _run(where / "initdb", "-D", data, "-U", ACCOUNT, "-A", "trust", "-E", "UTF8", "--no-sync")
        _run(
            where / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", f"{OPTIONS} -k {folder}", "start"
        )
        try:
            yield f"postgres://{ACCOUNT}@{quote(str(folder), safe='')}/{ACCOUNT}"
        finally:
            _run(where / "pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(*command: str | Path) -> None:
    """Run one of its programs as an account that may. What it said is in the error when it fails."""
    account = {"user": ACCOUNT, "group": ACCOUNT, "extra_groups": []} if os.getuid() == 0 else {}
    # To a file, not a pipe: the server would keep a pipe open, and its reader waiting.
    with tempfile.TemporaryFile("w+") as said:
        done = subprocess.run(
            [str(part) for part in command], stdout=said, stderr=said, cwd="/tmp", check=False, **account
        )
        if done.returncode:
            said.seek(0)
            raise RuntimeError(f"{command[0]} failed: {said.read()}")
