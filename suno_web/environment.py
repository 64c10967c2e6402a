"""What the operator sets in the environment, read once and checked.

Every reader raises ImproperlyConfigured with the variable's name and what is expected of it, so that a bad value
stops the start with a sentence a person can act on.
"""

import os
import secrets
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str = "") -> str:
    """The variable without surrounding space, or the default when it is unset or empty."""
    return os.environ.get(name, "").strip() or default


def boolean(name: str, default: bool = False) -> bool:
    """Whether the variable says yes (1, true, yes, on) or no (0, false, no, off)."""
    value = text(name).lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    if value:
        raise ImproperlyConfigured(f"{name} must be 1 or 0, not “{value}”.")
    return default


def integer(name: str, default: int, *, least: int, most: int) -> int:
    """A whole number between least and most."""
    value = text(name)
    try:
        number = int(value) if value else default
    except ValueError:
        number = least - 1
    if not least <= number <= most:
        raise ImproperlyConfigured(f"{name} must be a whole number from {least} to {most}, not “{value}”.")
    return number


def url(name: str, default: str = "") -> str:
    """An http or https address without a trailing slash."""
    value = text(name, default).rstrip("/")
    if not value:
        return ""
    try:
        parts = urlsplit(value)
        # Reading the port is what checks that it is a number.
        usable = (
            parts.scheme in {"http", "https"}
            and bool(parts.hostname)
            and (parts.port is None or parts.port > 0)
        )
    except ValueError:
        usable = False
    if not usable:
        raise ImproperlyConfigured(
            f"{name} must be an address such as https://studio.example.com, not “{value}”."
        )
    return value


def data_folder(name: str, default: Path) -> Path:
    """The folder that keeps all state, created when missing and checked to be writable."""
    folder = Path(text(name, str(default))).expanduser().resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # A file without a name of its own: several processes may start at the same moment.
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as problem:
        raise ImproperlyConfigured(
            f"{name}: the data folder {folder} cannot be written ({problem.strerror}). "
            f"Give this account the right to write there, or set {name} to another folder."
        ) from problem
    return folder


def secret(name: str, kept_in: Path) -> str:
    """The variable, or a random secret made once and kept in a file that only this account can read."""
    if value := text(name):
        if len(value) < 32:
            raise ImproperlyConfigured(f"{name} must have at least 32 characters.")
        return value
    try:
        with open(kept_in, "x", opener=_owner_only) as file:
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return kept_in.read_text().strip()


def _owner_only(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def database(name: str, folder: Path) -> dict[str, object]:
    """Django's settings for the database: SQLite in the data folder unless the variable names another."""
    try:
        config = dict(dj_database_url.parse(text(name, f"sqlite:///{folder / 'suno-web.sqlite3'}")))
    except (dj_database_url.ParseError, dj_database_url.UnknownSchemeError, ValueError) as problem:
        raise ImproperlyConfigured(
            f"{name} must look like postgres://user:password@host:5432/name or sqlite:////path/file.sqlite3."
        ) from problem
    if str(config["ENGINE"]).endswith("sqlite3"):
        config["OPTIONS"] = SQLITE_OPTIONS
        # A database in memory locks differently from the real one.
        config["TEST"] = {"NAME": str(folder / "tests.sqlite3")}
    elif not str(config["ENGINE"]).endswith("postgresql"):
        raise ImproperlyConfigured(f"{name} must name a PostgreSQL or SQLite database.")
    return config


# Write-ahead log and IMMEDIATE transactions: without both, concurrent writers fail with "database is locked".
SQLITE_OPTIONS: dict[str, object] = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA mmap_size=134217728;"
        "PRAGMA journal_size_limit=27103364;PRAGMA cache_size=2000;PRAGMA temp_store=MEMORY"
    ),
}
