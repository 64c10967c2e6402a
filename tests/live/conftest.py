"""Real servers on a database of their own, and browsers that listen to them."""

import contextlib
import http.client
import json
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PYTHON = [sys.executable, "-c"]

# Speaks to the server's database from a process of its own, as the workers do: one line in, one line out.
WORKER = """
import json, sys
import django; django.setup()
from django.conf import settings
from django.contrib import auth
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.test import Client
from suno_web.accounts.models import Membership, Team, User
from suno_web.live import publishing, reading
from suno_web.live.models import Event
from suno_web.studio.models import Project
def person(name, team, project):
    user = User.objects.create_user(f"{name}@example.com", "correct horse battery")
    Membership.objects.create(team=team, user=user, role="maker")
    if project: project.members.add(user)
    return {"id": user.pk, "cookie": login(user)}
def login(user):
    client = Client(); client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value
def setup():
    team, elsewhere = Team.objects.create(name="Harbour"), Team.objects.create(name="Elsewhere")
    project = Project.objects.create(team=team, name="Night drive")
    return {"team": str(team.pk), "project": project.audience, "bob": person("bob", team, project),
            "charlie": person("charlie", elsewhere, None)}
def publish(audience, topic, numbers):
    return [publishing.publish(audience, topic, number=number).pk for number in numbers]
def logout(cookie):
    request = HttpRequest()
    request.session = SessionStore(cookie)
    request.user = auth.get_user(request)
    auth.logout(request)
def login_again(user): return login(User.objects.get(pk=user))
def newcomer(name, team): return person(name, Team.objects.get(pk=team), None)
def join(user, team):
    project = Project.objects.create(team_id=team, name="Another")
    project.members.add(user)
    publishing.refresh(f"team:{team}")
    return project.audience
def deactivate(user): User.objects.filter(pk=user).update(is_active=False)
def forget(before): Event.objects.filter(pk__lt=before).delete()
for line in sys.stdin:
    name, *args = json.loads(line)
    print(json.dumps(globals()[name](*args)), flush=True)
"""


class Worker:
    """Another process with the same database."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [*PYTHON, WORKER],
            env=environment,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __call__(self, name: str, *args: object):
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps([name, *args]) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


class Server:
    """One uvicorn with the real application."""

    def __init__(self, environment: dict[str, str]) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.environment = environment
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "uvicorn", "suno_web.asgi:application", "--port", str(self.port)]
        options = ["--log-level", "error", "--timeout-graceful-shutdown", "2"]
        self.process = subprocess.Popen([*command, *options], env=self.environment, cwd=ROOT)
        for _ in range(400):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise AssertionError("the server did not start")

    def stop(self, how: signal.Signals = signal.SIGKILL) -> int:
        self.process.send_signal(how)
        return self.process.wait(timeout=10)


@dataclass
class Event:
    id: int
    topic: str
    data: str


@dataclass
class Listener:
    """A browser's EventSource: reads one stream in a thread, and comes back with the last id it saw."""

    port: int
    cookie: str
    last: int | None = None
    comes_back: bool = False
    status: int = 0
    events: "queue.Queue[Event]" = field(default_factory=queue.Queue)
    ended: threading.Event = field(default_factory=threading.Event)
    opened: threading.Event = field(default_factory=threading.Event)
    leaving: bool = False

    def __post_init__(self) -> None:
        self.seen: str = ""
        threading.Thread(target=self._run, daemon=True).start()
        assert self.opened.wait(10), "the stream did not open"

    def _run(self) -> None:
        while not self.leaving:
            with contextlib.suppress(OSError, http.client.HTTPException):
                self._listen()
            if not self.comes_back:
                break
            time.sleep(0.05)
        self.opened.set()
        self.ended.set()

    def _listen(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Cookie": f"sessionid={self.cookie}"} | ({"Last-Event-ID": self.seen} if self.seen else {})
        connection.request(
            "GET", "/live/" + (f"?last={self.last}" if self.last is not None else ""), headers=headers
        )
        answer = connection.getresponse()
        self.status, fields = answer.status, {}
        if answer.status != 200:
            return
        while line := answer.readline():
            name, _, value = line.decode().rstrip("\n").partition(": ")
            if name:
                fields[name] = value
                continue
            if "data" in fields:
                self.seen = fields.get("id", self.seen)
                if fields["event"] == "ping":
                    self.opened.set()
                else:
                    self.events.put(Event(int(fields["id"]), fields["event"], fields["data"]))
            fields = {}

    def next(self, seconds: float = 5) -> Event:
        return self.events.get(timeout=seconds)

    def hears_nothing(self, seconds: float = 0.5) -> bool:
        time.sleep(seconds)
        return self.events.empty()


@pytest.fixture(scope="session")
def environment(tmp_path_factory) -> dict[str, str]:
    """What the processes share: a data folder of their own."""
    data = tmp_path_factory.mktemp("live")
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "suno_web.settings",
        "SUNO_WEB_DATA": str(data),
        "DATABASE_URL": f"sqlite:///{data / 'live.sqlite3'}",
    }
    migrate = "import django; django.setup(); django.core.management.call_command('migrate', verbosity=0)"
    subprocess.run(
        [*PYTHON, f"import django.core.management; {migrate}"], env=environment, cwd=ROOT, check=True
    )
    return environment


@pytest.fixture(scope="session")
def worker(environment) -> Iterator[Worker]:
    worker = Worker(environment)
    yield worker
    worker.process.kill()
    worker.process.wait()


@pytest.fixture(scope="session")
def people(worker):
    """{"team", "project" (an audience), "bob" and "charlie": {"id", "cookie"}}: Bob is in, Charlie is not."""
    return worker("setup")


@pytest.fixture(scope="session")
def server(environment, worker) -> Iterator[Server]:
    server = Server(environment)
    yield server
    server.stop()
