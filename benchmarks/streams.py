"""How long an event takes from its commit to the open pages, with many streams in one web process.

    python benchmarks/streams.py [--streams 1000] [--seconds 20] [--rate 10] [--database URL]

Starts one uvicorn on a database of its own (SQLite, unless given the URL of an empty PostgreSQL database),
logs in fifty members, each of a project of their own, opens the streams and publishes from another process.
"""

import argparse
import asyncio
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[1]
PROJECTS = 50

PUBLISHER = """
import json, random, sys, time
import django; django.setup()
from django.core.management import call_command
from django.test import Client
from suno_web.accounts.models import Membership, Team, User
from suno_web.live.publishing import publish
from suno_web.studio.models import Project
projects, rate, seconds = map(int, sys.argv[1:])
call_command("migrate", verbosity=0)
team, members = Team.objects.create(name="Benchmark"), []
for number in range(projects):
    user = User.objects.create_user(f"{number}@example.com")
    Membership.objects.create(team=team, user=user, role="maker")
    project = Project.objects.create(team=team, name="P")
    project.members.add(user)
    client = Client(); client.force_login(user)
    members.append((client.cookies["sessionid"].value, project.audience))
print(json.dumps(members), flush=True)
sys.stdin.readline()
times, due = {}, time.monotonic()
for _ in range(rate * seconds):
    _, audience = random.choice(members)
    times[publish(audience, "takes").pk] = (time.time(), audience)
    due += 1 / rate
    time.sleep(max(0, due - time.monotonic()))
print(json.dumps(times), flush=True)
"""


def environment(database: str, data: str) -> dict[str, str]:
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "suno_web.settings",
        "SUNO_WEB_DATA": data,
        "DATABASE_URL": database or f"sqlite:///{data}/benchmark.sqlite3",
    }


async def listen(port: int, cookie: str, received: dict[int, list[float]], opened: asyncio.Event) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET /live/ HTTP/1.1\r\nHost: localhost\r\nCookie: sessionid={cookie}\r\n\r\n".encode())
    opened_already = False
    while line := await reader.readline():
        if line.startswith(b"event: ping"):
            if not opened_already:
                opened.set()
            opened_already = True
        elif match := re.match(rb"id: (\d+)", line):
            number = int(match[1])
        elif line.startswith(b"event: takes"):
            received.setdefault(number, []).append(time.time())


async def measure(options: argparse.Namespace, data: str) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    shared = {"env": environment(options.database, data), "cwd": ROOT}
    arguments = map(str, (PROJECTS, options.rate, options.seconds))
    publisher = subprocess.Popen(
        [sys.executable, "-c", PUBLISHER, *arguments],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, **shared,
    )  # fmt: skip
    members = json.loads(publisher.stdout.readline())
    command = "-m uvicorn suno_web.asgi:application --log-level error --timeout-graceful-shutdown 2 --port"
    server = subprocess.Popen([sys.executable, *command.split(), str(port)], **shared)
    try:
        while socket.socket().connect_ex(("127.0.0.1", port)):
            time.sleep(0.05)
        started, received = time.perf_counter(), {}
        openings = [asyncio.Event() for _ in range(options.streams)]
        listeners = [
            asyncio.create_task(listen(port, members[number % PROJECTS][0], received, opened))
            for number, opened in enumerate(openings)
        ]
        await asyncio.gather(*(opened.wait() for opened in openings))
        ramp = time.perf_counter() - started
        web = psutil.Process(server.pid)
        web.cpu_percent()
        publisher.stdin.write("go\n")
        publisher.stdin.flush()
        times = json.loads(await asyncio.to_thread(publisher.stdout.readline))
        cpu = web.cpu_percent()
        await asyncio.sleep(1)
        report(options, members, times, received, ramp)
        memory = web.memory_info().rss / 2**20
        print(f"threads {web.num_threads()}, RSS {memory:.0f} MB, CPU {cpu:.1f} % of one core")
        for listener in listeners:
            listener.cancel()
    finally:
        for process in (server, publisher):
            process.kill()
            process.wait()


def report(options: argparse.Namespace, members: list, times: dict, received: dict, ramp: float) -> None:
    each = {audience: 0 for _, audience in members}
    for number in range(options.streams):
        each[members[number % PROJECTS][1]] += 1
    expected = sum(each[audience] for _, audience in times.values())
    delays = sorted(
        (arrived - times[str(number)][0]) * 1000
        for number, arrivals in received.items()
        for arrived in arrivals
    )
    print(f"{options.streams} streams open after {ramp:.1f} s; {len(delays)} of {expected} deliveries")
    p50, p99 = delays[len(delays) // 2], delays[len(delays) * 99 // 100]
    print(f"commit to browser: p50 {p50:.1f} ms, p99 {p99:.1f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--streams", type=int, default=1000)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--rate", type=int, default=10, help="events a second")
    parser.add_argument("--database", default="", help="URL of an empty PostgreSQL database")
    with tempfile.TemporaryDirectory() as data:
        asyncio.run(measure(parser.parse_args(), data))


if __name__ == "__main__":
    main()
