"""A provider of the Suno API on loopback, with faults to order. Knows nothing of our own code.

    with FakeSuno() as suno:
        suno.answers = [{"code": 402, "msg": "Insufficient credits"}]   # the next creating calls, in turn
        ...
        suno.advance(task_id, "FIRST_SUCCESS")
        suno.call_back(task_id, "first")

A task stays PENDING until it is advanced, or goes one stage further at every poll while `suno.auto` is True.
"""

import sys
import threading
import time
import uuid
from collections.abc import Mapping
from http.server import ThreadingHTTPServer
from types import TracebackType
from typing import Any, Literal

import requests

from tests.provider import media, messages
from tests.provider.handling import Handler
from tests.provider.script import Answer, Family, Received, Spoiled, Task

STAGES = ("PENDING", "TEXT_SUCCESS", "FIRST_SUCCESS", "SUCCESS")


class _Server(ThreadingHTTPServer):
    """Lets clients go away in the middle of an answer."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class FakeSuno:
    """The server. Attributes may be changed at any time; a request sees them as they are then."""

    def __init__(self, *, key: str = "test-key", credits: float = 1000) -> None:
        self.key, self.credits = key, credits
        self.answers: list[Answer | Mapping[str, Any]] = []
        self.requests: list[Received] = []
        self.tasks: dict[str, Task] = {}
        self.auto, self.closed = False, False
        self.spoiled: dict[str, Spoiled] = {}
        self._lock = threading.RLock()
        self._server = _Server(("127.0.0.1", 0), Handler)
        self._server.suno = self  # type: ignore[attr-defined]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> "FakeSuno":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop answering: from now on, connections are refused. May be called twice."""
        self.closed = True
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join(5)
        self._server.server_close()

    @property
    def host(self) -> str:
        """`127.0.0.1:port`."""
        return f"127.0.0.1:{self._server.server_address[1]}"

    @property
    def url(self) -> str:
        return f"http://{self.host}"

    @property
    def created(self) -> list[Received]:
        """The requests that asked for something to be made, refused ones included."""
        return [one for one in self.requests if one.method == "POST"]

    def advance(
        self,
        task_id: str,
        status: str,
        *,
        error_code: int | None = None,
        error_message: str | None = None,
        track_extra: Mapping[str, Any] | None = None,
        **extra: Any,
    ) -> None:
        """Bring a task to a state, any word included. extra: further fields of its record."""
        with self._lock:
            task = self.tasks[task_id]
            task.status, task.error_code, task.error_message = status, error_code, error_message
            task.extra.update(extra)
            task.track_extra.update(track_extra or {})

    def spoil(self, kind: Literal["mp3", "jpeg"], how: Spoiled | None) -> None:
        """Serve files of a kind badly from now on; None makes them good again."""
        with self._lock:
            self.spoiled.pop(kind, None)
            if how:
                self.spoiled[kind] = how

    def callback(
        self, task_id: str, stage: str = "complete", *, key: str = "", at: float | None = None
    ) -> tuple[dict[str, str], dict[str, Any]]:
        """Headers and body of a callback; signed if there is a key. Unknown tasks get one too: a forgery."""
        headers = {"Content-Type": "application/json"}
        if key:
            headers |= messages.signed(key, task_id, int(time.time() if at is None else at))
        return headers, messages.callback(self, task_id, stage)

    def call_back(self, task_id: str, stage: str = "complete", *, to: str = "", key: str = "") -> int:
        """Send a callback to the task's address, or another. Returns the HTTP status of the answer."""
        headers, body = self.callback(task_id, stage, key=key)
        url = to or str(self.tasks[task_id].request["callBackUrl"])
        return requests.post(url, json=body, headers=headers, timeout=15).status_code

    def scripted(self, method: str, path: str) -> Answer | None:
        """The next scripted answer that fits, which is used up."""
        with self._lock:
            for index, one in enumerate(self.answers):
                answer = one if isinstance(one, Answer) else Answer(one)
                if path.endswith(answer.to) if answer.to else method == "POST":
                    del self.answers[index]
                    return answer
        return None

    def create(self, family: Family, request: Mapping[str, Any]) -> Task:
        with self._lock:
            task = Task(uuid.uuid4().hex, family, request, (str(uuid.uuid4()), str(uuid.uuid4())))
            self.tasks[task.id] = task
        return task

    def poll(self, task_id: str, family: str) -> Task | None:
        """The task a poll asks for; on the way one stage further, if tasks go by themselves."""
        with self._lock:
            task = self.tasks.get(task_id)
            if task is None or task.family != family:
                return None
            if self.auto and task.status in STAGES[:-1]:
                stages = STAGES if family == "music" else ("PENDING", "SUCCESS")
                task.status = stages[stages.index(task.status) + 1]
            return task

    def record_request(self, received: Received) -> None:
        with self._lock:
            self.requests.append(received)

    def file(self, name: str) -> bytes | None:
        """The bytes behind a name: `<audio id>.mp3`, `<audio id>` (the stream) or `<audio id>.jpeg`."""
        stem, _, kind = name.partition(".")
        for task in self.tasks.values():
            if stem in task.audio_ids:
                take = task.audio_ids.index(stem)
                return media.jpeg(take) if kind == "jpeg" else media.mp3(take)
        return None
