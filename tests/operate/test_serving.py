"""One command runs everything, keeps it running, and leaves nothing behind."""

import signal
import time
from pathlib import Path

import psutil

from tests.operate.running import Studio, manage, studio, until


def test_the_first_start_prints_a_set_up_link_and_sigterm_leaves_no_process(data: Path) -> None:
    with studio(data) as running:
        until(running.is_well, "a healthy studio")
        assert f"http://127.0.0.1:{running.port}/setup/" in running.printed()
        report = running.health()[1]
        assert {name: part["state"] for name, part in report["clusters"].items()} == {
            "studio": "up",
            "engine": "up",
        }
        assert {name: report[name]["state"] for name in ("database", "storage", "ticker")} == {
            "database": "up",
            "storage": "up",
            "ticker": "up",
        }

        started = time.monotonic()
        running.process.send_signal(signal.SIGTERM)

        assert running.process.wait(12) == 0
        assert time.monotonic() - started < 12
        assert running.everyone() == []
        assert "Traceback" not in running.printed()


def test_a_supervisor_killed_outright_leaves_no_process(data: Path) -> None:
    with studio(data) as running:
        until(running.is_well, "a healthy studio")

        running.process.kill()

        running.process.wait(5)
        until(lambda: not running.everyone(), "the end of every process", within=5)


def test_what_is_killed_or_stuck_comes_back(data: Path) -> None:
    with studio(data, "--heartbeat", "1", "--heartbeat-limit", "6") as running:
        until(running.is_well, "a healthy studio")

        web = running.part("web")
        web.kill()
        until(lambda: _is_new(running, "web", web) and running.is_well(), "a new web")

        # The worst case of django-q2: its idle workers die, others take their place, and none ever gets a task.
        main = running.part("studio")
        for worker in _idle_workers(main):
            worker.kill()
        until(lambda: _is_new(running, "studio", main), "a new cluster", within=30)
        until(lambda: _has_beaten(running, "studio"), "a heartbeat of the new cluster", within=30)
        assert not main.is_running()
        assert "no sign of life" in running.printed()


def test_a_second_studio_on_the_same_data_is_refused(data: Path) -> None:
    with studio(data) as running:
        until(lambda: running.health()[0], "an answer")

        second = manage(data, "serve", SUNO_WEB_PORT="18999")

        assert second.returncode == 1
        assert second.stderr.startswith("Suno Web is running on the data folder")
        assert len(second.stderr.splitlines()) == 1


def _is_new(running: Studio, name: str, old: psutil.Process) -> bool:
    try:
        return running.part(name).pid != old.pid
    except (AssertionError, psutil.NoSuchProcess):
        return False


def _has_beaten(running: Studio, cluster: str) -> bool:
    return bool(running.health()[1].get("clusters", {}).get(cluster, {}).get("state") == "up")


def _idle_workers(main: psutil.Process) -> list[psutil.Process]:
    """The two workers: the sentinel forks them first, then the monitor and the pusher."""
    (sentinel,) = main.children()
    return sorted(sentinel.children(), key=lambda child: child.pid)[:2]
