"""What is wrong with the surroundings is said in one sentence, without a call stack."""

import re
import socket
from pathlib import Path

import pytest

from tests.operate.running import manage
from tests.running import free_port


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SUNO_WEB_PORT", "eighty", "SUNO_WEB_PORT must be a whole number from 1 to 65535, not “eighty”."),
        ("SUNO_WEB_PUBLIC_URL", "studio", "SUNO_WEB_PUBLIC_URL must be an address"),
        ("DATABASE_URL", "nonsense://x", "DATABASE_URL must look like postgres://"),
        ("SUNO_WEB_SECRET_KEY", "short", "SUNO_WEB_SECRET_KEY must have at least 32 characters."),
    ],
)
def test_a_bad_value_is_named_with_what_is_expected(tmp_path: Path, name: str, value: str, said: str) -> None:
    ran = manage(tmp_path / "data", "serve", **{name: value})

    assert ran.returncode == 2
    assert ran.stderr.startswith(said)
    assert len(ran.stderr.splitlines()) == 1


def test_a_data_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")

    ran = manage(tmp_path / "data", "serve")

    assert ran.returncode == 2
    assert ran.stderr.startswith("SUNO_WEB_DATA: the data folder")
    assert len(ran.stderr.splitlines()) == 1


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        ran = manage(tmp_path / "data", "serve", SUNO_WEB_PORT=str(port))

    assert ran.returncode == 1
    assert ran.stderr == (
        f"Port {port} on 127.0.0.1 cannot be used (Address already in use). "
        "Stop the program that has it, or set SUNO_WEB_PORT to another number.\n"
    )


def test_a_database_that_does_not_answer_is_named(tmp_path: Path) -> None:
    nobody = free_port()

    ran = manage(
        tmp_path / "data",
        "serve",
        DATABASE_URL=f"postgres://user:secret-password@127.0.0.1:{nobody}/studio",
        SUNO_WEB_PORT=str(free_port()),
    )

    assert ran.returncode == 1
    assert ran.stderr.startswith("The database cannot be reached; check DATABASE_URL.")
    assert "secret-password" not in ran.stderr
    assert len(ran.stderr.splitlines()) == 1


def test_a_bad_first_admin_is_refused_before_anything_runs(tmp_path: Path) -> None:
    ran = manage(
        tmp_path / "data",
        "serve",
        SUNO_WEB_ADMIN_EMAIL="ana@example.com",
        SUNO_WEB_ADMIN_PASSWORD="short",
        SUNO_WEB_PORT=str(free_port()),
    )

    assert ran.returncode == 2
    assert re.match(r"SUNO_WEB_ADMIN_PASSWORD: This password is too short", ran.stderr)
    assert len(ran.stderr.splitlines()) == 1
