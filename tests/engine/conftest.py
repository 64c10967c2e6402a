"""An engine of its own for each test, a program that asks it, and somebody who waits for its callbacks."""

import json
import pydoc
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from threading import Thread
from typing import Any

import psutil
import pytest
from django.test import Client
from django_q.models import OrmQ

from suno_web.engine import accounts, delivering
from suno_web.engine.models import Account
from suno_web.suno import callbacks, operations, schemas
from suno_web.suno.client import Client as Suno
from tests.engine.running import made, running_engine

KEY = "the key of the engine in tests"
WEBHOOK_KEY = "the webhook key of the engine in tests"


@pytest.fixture(autouse=True)
def engine(settings, tmp_path):
    """The engine's settings and an empty data folder."""
    settings.DATA_DIR = tmp_path
    settings.ENGINE_URL = "http://testserver/engine"
    settings.ENGINE_KEY, settings.ENGINE_WEBHOOK_KEY = KEY, WEBHOOK_KEY
    settings.ROOT_URLCONF = "tests.engine.alone_urls"
    # Whoever waits for callbacks here, and serves files, is on this machine.
    settings.PRIVATE_ADDRESSES = True


@pytest.fixture(autouse=True)
def prompt_callbacks(monkeypatch):
    """Deliver in the test's own thread, whose database the others cannot see, and do not wait long."""

    def deliver_now(deliveries: Any) -> None:
        for task_id in {delivery.task_id for delivery in deliveries}:
            delivering.deliver(task_id)

    monkeypatch.setattr(delivering, "start", deliver_now)
    monkeypatch.setattr(callbacks, "RETRY_AFTER", (0.05, 0.1, 0.2))


@dataclass
class Receiver:
    """A client's web server. `answers` are the statuses to give next, then 200 for ever."""

    url: str
    answers: list[int] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    @property
    def stages(self) -> list[tuple[str, int]]:
        return [(body["data"]["callbackType"], body["code"]) for body in self.bodies]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.bodies.append(json.loads(body))
            found.headers.append(dict(self.headers))
            self.send_response(found.answers.pop(0) if found.answers else 200)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            """Tests read `bodies` instead of a log."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found = Receiver(f"http://127.0.0.1:{server.server_port}/told")
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield found
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def serving(tmp_path_factory) -> Iterator[tuple[Suno, psutil.Process]]:
    """One running engine for all tests that need real processes."""
    folder = tmp_path_factory.mktemp("engine")
    with running_engine(folder, key=KEY, webhook_key=WEBHOOK_KEY) as started:
        yield started


@pytest.fixture
def suno(serving) -> Suno:
    return serving[0]


@pytest.fixture(scope="session")
def song(serving) -> schemas.MusicRecord:
    """A short sung song of the running engine, which everything made from songs is made from."""
    return made(serving[0], operations.GENERATE, **SUNG)


class Api:
    """A program that has a key."""

    def __init__(self, key: str = KEY) -> None:
        self.client = Client(headers={"Authorization": f"Bearer {key}"})

    def post(self, path: str, body: Any) -> dict[str, Any]:
        return self.client.post(f"/engine{path}", body, content_type="application/json").json()

    def get(self, path: str, **query: str) -> dict[str, Any]:
        return self.client.get(f"/engine{path}", query).json()

    def create(self, **wish: Any) -> str:
        """Ask for a song and return its task id."""
        answer = self.post("/api/v1/generate", SONG | wish)
        assert answer["msg"] == "success", answer
        return str(answer["data"]["taskId"])

    def record(self, task_id: str) -> dict[str, Any]:
        return self.get("/api/v1/generate/record-info", taskId=task_id)["data"]

    def credits(self) -> float:
        return self.get("/api/v1/chat/credit")["data"]


# As short as songs get, so that tests are about the engine and not about waiting.
SONG = {
    "prompt": "a calm piano piece, 12 seconds",
    "customMode": False,
    "instrumental": True,
    "model": "V5",
    "callBackUrl": "http://127.0.0.1:9/nobody",
}


SUNG = SONG | {
    "customMode": True,
    "instrumental": False,
    "prompt": "[Verse]\nLow tide and silver sand\nI hold the morning in my hand",
    "style": "folk, acoustic guitar, female vocals, 100 bpm, 15 seconds",
    "title": "Low Tide",
}


@pytest.fixture
def api(transactional_db) -> Api:
    return Api()


@pytest.fixture
def stranger(api) -> Api:
    """A program with an account of its own."""
    key = "another key"
    Account.objects.create(name="stranger", key_digest=accounts.digest(key), allowance=100)
    return Api(key)


def _next_task() -> Callable[[], Any] | None:
    row = OrmQ.objects.filter(key="engine").order_by("pk").first()
    if row is None:
        return None
    task = row.task
    row.delete()
    function = pydoc.locate(task["func"])
    return lambda: function(*task["args"])  # type: ignore[operator]


@pytest.fixture
def work() -> Callable[..., int]:
    """Do what is queued for the engine's workers, at most so many tasks; returns how many there were."""

    def do(most: int = 20) -> int:
        done = 0
        while done < most and (task := _next_task()):
            task()
            done += 1
        return done

    return do


@pytest.fixture
def blocked_word() -> str:
    """A word of the engine's own list, so that no test spells one out."""
    listed = files("suno_web.engine.music").joinpath("lexicon/blocked.txt").read_text().splitlines()
    return next(line for line in listed if line and not line.startswith("#"))
