"""What the usage pages cost in a year of a busy team: server time of each page, memory of the longest file.

    .venv/bin/python -m benchmarks.usage

Writes a million entries of 200 members in 50 projects, with their requests and takes; takes some minutes.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager, suppress
from functools import partial
from statistics import median
from typing import Any

import django

import tests.environment  # noqa: F401 - data of its own, before Django looks for any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "suno_web.settings")
django.setup()

import psutil  # noqa: E402
import requests  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from benchmarks.ledger_data import BusyTeam  # noqa: E402
from suno_web.accounts.models import Membership, Team, User  # noqa: E402
from suno_web.credits.models import Entry  # noqa: E402
from suno_web.panel.usage import closing  # noqa: E402
from suno_web.studio.models import Project  # noqa: E402

ENTRIES, RUNS = 1_000_000, 9
YEAR_MS, CSV_MB = 150, 60


def main() -> None:
    prepare(ENTRIES)
    measure()


def prepare(entries: int) -> None:
    """A year of data, with the days that are over summed up."""
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    began = time.perf_counter()
    BusyTeam().fill(entries)
    print(f"{Entry.objects.count():,} entries written in {time.perf_counter() - began:.0f} s")
    began = time.perf_counter()
    while closing.due():
        closing.close_days()
    print(f"a year of days summed up in {time.perf_counter() - began:.0f} s")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def measure() -> None:
    settings.ALLOWED_HOSTS = ["*"]
    team = Team.objects.get(name="Harbour Sound")
    admin = User.objects.get(memberships__role=Membership.Role.ADMIN, memberships__team=team)
    maker = User.objects.filter(memberships__team=team).order_by("pk")[3]
    project = Project.objects.order_by("name")[5]
    today = timezone.localdate(timezone=team.zone)
    year = f"from={today.replace(month=1, day=1)}&to={today}"
    twelve = f"from={today.replace(year=today.year - 1)}&to={today}"
    table = [
        ("a year by day", admin, f"/admin/usage/?{twelve}&by=day", YEAR_MS),
        ("a year by week", admin, f"/admin/usage/?{twelve}&by=week", YEAR_MS),
        ("a year by member", admin, f"/admin/usage/?{twelve}&by=member", YEAR_MS),
        ("a year by project", admin, f"/admin/usage/?{twelve}&by=project", YEAR_MS),
        ("30 days by day", admin, "/admin/usage/", YEAR_MS),
        ("a year, one member, by day", admin, f"/admin/usage/?{twelve}&by=day&member={maker.pk}", YEAR_MS),
        (
            "a year, one member, by project",
            admin,
            f"/admin/usage/?{twelve}&by=project&member={maker.pk}",
            None,
        ),
        (
            "a year, member and project",
            admin,
            f"/admin/usage/?{twelve}&member={maker.pk}&project={project.pk}",
            None,
        ),
        ("a year, project and model", admin, f"/admin/usage/?{twelve}&model=V5&project={project.pk}", None),
        ("a year, operation by member", admin, f"/admin/usage/?{twelve}&by=member&operation=extend", None),
        ("this year, as a file", admin, f"/admin/usage/usage.csv?{year}&by=day", YEAR_MS),
        ("my usage, 30 days", maker, "/usage/", YEAR_MS),
        ("my usage, a year by day", maker, f"/usage/?{twelve}&by=day", YEAR_MS),
        ("entries of 30 days", admin, "/admin/entries/", None),
        ("entries of a year", admin, f"/admin/entries/?{twelve}", None),
        ("entries of a year, one member", admin, f"/admin/entries/?{twelve}&member={maker.pk}", None),
    ]
    print(f"{'page':<32} {'queries':>8} {'median ms':>10} {'of CPU':>7} {'kB':>6}   goal")
    for name, user, address, goal in table:
        told(name, user, address, goal)
    stream(admin, f"/admin/entries/entries.csv?{twelve}")


def told(name: str, user: User, address: str, goal: int | None) -> None:
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    response = client.get(address)
    assert response.status_code == 200, (address, response.status_code)
    queries: list[tuple[float, str]] = []
    with connection.execute_wrapper(partial(counted, queries)):
        size = len(client.get(address).content)
    times, cpu = [], []
    for _ in range(RUNS if goal else 3):
        began, worked = time.perf_counter(), time.process_time()
        client.get(address)
        times.append(time.perf_counter() - began)
        cpu.append(time.process_time() - worked)
    took, own = median(times) * 1000, median(cpu) * 1000
    verdict = "" if goal is None else f"{goal} ms {'met' if took <= goal else 'MISSED'}"
    print(
        f"{name:<32} {len(queries):>8} {took:>10.1f} {own:>7.1f} {size / 1000:>6.0f}   {verdict}", flush=True
    )
    if "-v" in sys.argv:
        for spent, sql in sorted(queries, reverse=True)[:3]:
            print(f"      {spent * 1000:7.1f} ms  {sql[:300]}")


def counted(queries: list[tuple[float, str]], execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
    began = time.perf_counter()
    try:
        return execute(sql, *rest)
    finally:
        queries.append((time.perf_counter() - began, sql))


def stream(user: User, address: str) -> None:
    """Read the longest file from a server of its own, and watch how much memory that takes."""
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    with server() as (url, process):
        requests.get(f"{url}/admin/usage/", cookies=cookies, timeout=60).raise_for_status()
        before = most = process.memory_info().rss
        began, size, lines = time.perf_counter(), 0, 0
        with requests.get(f"{url}{address}", cookies=cookies, stream=True, timeout=600) as response:
            response.raise_for_status()
            for chunk in response.iter_content(1 << 18):
                size, lines = size + len(chunk), lines + chunk.count(b"\n")
                most = max(most, process.memory_info().rss)
        took, extra = time.perf_counter() - began, (most - before) / 1e6
    verdict = "met" if extra <= CSV_MB else "MISSED"
    print(f"{lines - 1:,} lines, {size / 1e6:.0f} MB, in {took:.0f} s")
    print(f"extra memory {extra:.1f} MB   {CSV_MB} MB {verdict}")


@contextmanager
def server():
    """The studio's pages in a process of their own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "uvicorn",
        "suno_web.asgi:application",
        "--port",
        str(port),
        "--log-level",
        "error",
    ]
    with subprocess.Popen(command) as started:
        try:
            for _ in range(300):
                with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                    break
                time.sleep(0.1)
            yield f"http://127.0.0.1:{port}", psutil.Process(started.pid)
        finally:
            started.terminate()


if __name__ == "__main__":
    main()
