"""A provider of the Suno API on loopback, with faults to order. Knows nothing of our own code.

    with FakeSuno() as suno:
        suno.answers = [{"code": 402, "msg": "Insufficient credits"}]   # the next creating calls, in turn
        ...
        suno.advance(task_id, "FIRST_SUCCESS")
        suno.call_back(task_id, "first")

A task stays PENDING until it is advanced, or goes one stage further at every poll while `suno.auto` is True.
`fixtures` tells of all that can be ordered.
"""

import sys
import threading
import time
import uuid
from collections.abc import Mapping
from http.server import ThreadingHTTPServer
from types import TracebackType
from typing import Any

import requests

from tests.provider import media, messages
from tests.provider.calls import Call
from tests.provider.handling import Handler
from tests.provider.script import Answer, Delivery, Family, Habit, Kind, Received, Spoiled, Task

STAGES = ("PENDING", "TEXT_SUCCESS", "FIRST_SUCCESS", "SUCCESS")
_STATES = {"text": "TEXT_SUCCESS", "first": "FIRST_SUCCESS", "complete": "SUCCESS"}
LATENESS = 0.3


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
        self.latency = 0.0
        self.habits: set[Habit] = set()
        self.spoiled: dict[str, Spoiled] = {}
        self.uploads: dict[str, bytes] = {}
        self.personas: dict[str, str] = {}
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

    def spoil(self, kind: Kind, how: Spoiled | None) -> None:
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

    def deliver(self, task_id: str, how: Delivery = "ordinary", *, key: str = "") -> list[int]:
        """Finish a task well and call back about it in some way. Returns the HTTP status of each answer.

        lost: nothing is sent. doubled: every stage twice. reordered: the last stage first. late: all of it after
        the record says SUCCESS. forged: about a task nobody has, and unsigned or signed with another key; the task
        stays as it is.
        """
        stages = messages.stages(self.tasks[task_id])
        to = str(self.tasks[task_id].request["callBackUrl"])
        if how == "forged":
            return [
                self.call_back("f" * 32, stage, to=to, key=key and f"not {key}")
                for stage in (*stages, "error")
            ]
        if how in ("ordinary", "doubled"):
            answers = []
            for stage in stages:
                self.advance(task_id, _STATES[stage])
                times = 2 if how == "doubled" else 1
                answers += [self.call_back(task_id, stage, key=key) for _ in range(times)]
            return answers
        self.advance(task_id, "SUCCESS")
        if how == "lost":
            return []
        if how == "late":
            time.sleep(LATENESS)
        ordered = stages if how == "late" else tuple(reversed(stages))
        return [self.call_back(task_id, stage, key=key) for stage in ordered]

    def scripted(self, method: str, path: str) -> Answer | None:
        """The next scripted answer that fits, which is used up."""
        with self._lock:
            for index, one in enumerate(self.answers):
                answer = one if isinstance(one, Answer) else Answer(one)
                if path.endswith(answer.to) if answer.to else method == "POST":
                    del self.answers[index]
                    return answer
        return None

    def create(self, family: Family, request: Mapping[str, Any], operation: str = "") -> Task:
        """A new task, as a call for it makes one."""
        with self._lock:
            audio_ids = (str(uuid.uuid4()), str(uuid.uuid4()))
            task = Task(uuid.uuid4().hex, family, request, audio_ids, operation or "generate")
            self.tasks[task.id] = task
        return task

    def made_before(self, call: Call, request: Mapping[str, Any]) -> Task | None:
        """The task there is already, of what is made only once: a WAV file of a track, a song's cover images."""
        fields = {"wav": ("taskId", "audioId"), "cover": ("taskId",)}.get(call.family)
        if not fields:
            return None
        same = [
            task
            for task in self.tasks.values()
            if task.family == call.family
            and not task.has_failed
            and all(task.request.get(name) == request.get(name) for name in fields)
        ]
        return same[0] if same else None

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
        """The bytes behind a name: `<audio id>.mp3` or without ending (the stream), `<task id>.wav`, an upload …"""
        if name.startswith("uploads/"):
            return self.uploads.get(name.removeprefix("uploads/"))
        stem, kind = name.partition(".")[0], name.rpartition(".")[2]
        for task in self.tasks.values():
            if stem == task.id or stem in task.audio_ids:
                take = task.audio_ids.index(stem) if stem in task.audio_ids else 0
                match kind:
                    case "jpeg":
                        return media.jpeg(take)
                    case "png":
                        return media.png(0 if ".1." in name else 1)
                    case "wav":
                        return media.wav(take)
                    case "mp4":
                        return media.mp4(take)
                return media.mp3(take)
        return None
