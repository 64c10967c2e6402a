"""`bin/serve` needs nothing but a Python, says what it lacks, and recovers from an interrupted run."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.running import ROOT

PYTHONS = ["python3", "python3.14", "python3.13", "python3.12", "python3.11"]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The scripts in a folder of their own, beside an empty lock and a manage.py that only says what it was asked."""
    shutil.copytree(ROOT / "bin", tmp_path / "bin")
    (tmp_path / "requirements.txt").write_text("# nothing\n")
    (tmp_path / "manage.py").write_text("import sys\nprint('asked to', *sys.argv[1:])\n")
    return tmp_path


def serve(checkout: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    path = f"{checkout / 'fakes'}:{Path(sys.executable).resolve().parent}:/usr/bin:/bin"
    return subprocess.run(
        ["bin/serve", *arguments],
        cwd=checkout,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        timeout=90,
    )


def fake(checkout: Path, name: str, script: str) -> None:
    (checkout / "fakes").mkdir(exist_ok=True)
    file = checkout / "fakes" / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)


def test_libraries_are_installed_when_the_lock_changed_and_only_then(checkout: Path) -> None:
    first = serve(checkout, "--only", "web")
    made = (checkout / ".venv" / "pyvenv.cfg").stat().st_mtime_ns
    second = serve(checkout, "--only", "web")

    assert first.stdout == second.stdout == "asked to serve --only web\n"
    assert first.stderr == "Installing the libraries in requirements.txt. This takes a minute, once.\n"
    assert second.stderr == ""
    assert (checkout / ".venv" / "pyvenv.cfg").stat().st_mtime_ns == made

    (checkout / "requirements.txt").write_text("# something else\n")
    assert "Installing the libraries" in serve(checkout).stderr
    assert serve(checkout).stderr == ""


def test_a_half_made_environment_is_made_anew(checkout: Path) -> None:
    (checkout / ".venv" / "bin").mkdir(parents=True)
    (checkout / ".venv" / "bin" / "python").symlink_to("/nowhere/python")

    ran = serve(checkout)

    assert (ran.returncode, ran.stdout) == (0, "asked to serve\n")


def test_an_old_python_is_named(checkout: Path) -> None:
    for name in PYTHONS:
        fake(checkout, name, "exit 1")

    ran = serve(checkout)

    assert ran.returncode == 1
    assert ran.stderr.startswith("Suno Web needs Python 3.11 or newer")
    assert len(ran.stderr.splitlines()) == 1


def test_a_python_without_venv_is_named(checkout: Path) -> None:
    fake(checkout, "python3", f'case "$*" in *ensurepip*) exit 1;; esac; exec {sys.executable} "$@"')

    ran = serve(checkout)

    assert ran.returncode == 1
    assert ran.stderr.startswith("Python’s venv module is missing. Install it")
    assert len(ran.stderr.splitlines()) == 1


def test_libraries_that_cannot_be_installed_stop_the_start(checkout: Path) -> None:
    (checkout / "requirements.txt").write_text("nothing==1 --hash=sha256:" + "0" * 64 + "\n")

    ran = subprocess.run(
        ["bin/serve"],
        cwd=checkout,
        env={**os.environ, "PIP_NO_INDEX": "1"},
        capture_output=True,
        text=True,
        timeout=90,
    )

    assert ran.returncode == 1
    assert ran.stderr.endswith("Check the network and run this again.\n")
    assert ran.stdout == ""
