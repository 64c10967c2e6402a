"""One HTTP request to the fake provider: recorded, spoiled if so ordered, answered."""

import json
import mimetypes
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.provider import calls, media, messages, records, uploads
from tests.provider.script import Answer, Received

if TYPE_CHECKING:
    from tests.provider.server import FakeSuno

_TYPES = {
    "mp3": "audio/mpeg",
    "jpeg": "image/jpeg",
    "wav": "audio/wav",
    "mp4": "video/mp4",
    "png": "image/png",
}


class Handler(BaseHTTPRequestHandler):
    """Answers for the FakeSuno that its server belongs to."""

    protocol_version = "HTTP/1.1"
    timeout = 30

    @property
    def suno(self) -> "FakeSuno":
        return self.server.suno  # type: ignore[attr-defined, no-any-return]

    def do_GET(self) -> None:
        self._handle()

    def do_POST(self) -> None:
        self._handle()

    def do_HEAD(self) -> None:
        self._handle()

    def log_message(self, format: str, *args: Any) -> None:
        """Tests read `suno.requests` instead of a log."""

    def _handle(self) -> None:
        parts = urlsplit(self.path)
        body = self._sent()
        query = dict(parse_qsl(parts.query))
        if self.suno.closed:
            return self._drop()
        self.suno.record_request(Received(self.command, parts.path, query, dict(self.headers), body))
        if parts.path.startswith("/files/"):
            return self._file(unquote(parts.path.removeprefix("/files/")))
        time.sleep(self.suno.latency)
        answer = self.suno.scripted(self.command, parts.path)
        if answer:
            time.sleep(answer.delay)
            if answer.drop == "before":
                return self._drop()
            if answer.body is not None:
                return self._scripted(answer)
        envelope = self._envelope(parts.path, query, body or {})
        if answer and answer.drop == "after":
            return self._drop()
        code = envelope["code"]
        return self._send(code if code in (401, 404) else 200, json.dumps(envelope).encode())

    def _sent(self) -> Any:
        """The JSON or the form that was sent, None if it is neither."""
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        kind = self.headers.get("Content-Type", "")
        if kind.startswith("multipart/form-data"):
            return uploads.form(raw, kind)
        try:
            return json.loads(raw) if raw else None
        except ValueError:
            return None

    def _envelope(self, path: str, query: Mapping[str, str], body: Mapping[str, Any]) -> dict[str, Any]:
        """The ordinary answer."""
        key = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if path in calls.UPLOADS and self.command == "POST":
            return uploads.answer(self.suno, path, body, key)
        if key != self.suno.key:
            return _refusal(401, "You do not have access permissions")
        if self.command == "POST" and path in calls.CREATING:
            return _lacking(calls.CREATING[path].needed, body) or self._created(calls.CREATING[path], body)
        if self.command == "POST" and path in calls.AT_ONCE:
            return _lacking(calls.AT_ONCE[path], body) or self._answered(path, body)
        if self.command == "GET" and path in calls.RECORDS:
            task = self.suno.poll(query.get("taskId", ""), calls.RECORDS[path])
            known = task and "forgets tasks" not in self.suno.habits
            return _success(records.of(self.suno, task) if task and known else None)
        if self.command == "GET" and path == "/api/v1/chat/credit":
            return _success(self.suno.credits)
        return _refusal(404, "Not Found")

    def _created(self, call: calls.Call, body: Mapping[str, Any]) -> dict[str, Any]:
        """A new task, unless its source is unknown or it may be made only once."""
        source = str(body.get(call.source) or "")
        if source and source not in self.suno.tasks:
            return _refusal(422, "Record does not exist")
        if made := self.suno.made_before(call, body):
            if call.family == "cover":
                return _refusal(400, "Cover already exists") | {"data": {"taskId": made.id}}
            return _refusal(409, "WAV record already exists")
        return _success({"taskId": self.suno.create(call.family, body, call.operation).id})

    def _answered(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """What is not a task but comes at once."""
        match path.rpartition("/")[2]:
            case "generate":
                return _success(messages.boosted(body["content"]))
            case "get-timestamped-lyrics":
                return _success(messages.aligned())
            case "generate-persona":
                if body["audioId"] in self.suno.personas:
                    return _refusal(409, "Persona already exists")
                persona_id = self.suno.personas.setdefault(body["audioId"], f"persona-{body['audioId']}")
                told = {"name": body["name"], "description": body["description"]}
                return _success({"personaId": persona_id, **told})
        if not body["url"].startswith(self.suno.url):
            return _refusal(422, "url is wrong")
        return _success(f"{body['url']}?signature=20-minutes")

    def _scripted(self, answer: Answer) -> None:
        if isinstance(answer.body, bytes):
            return self._send(answer.status, answer.body, headers=answer.headers)
        envelope = {"msg": "success", "data": None} | dict(answer.body or {})
        return self._send(answer.status, json.dumps(envelope).encode(), headers=answer.headers)

    def _file(self, name: str) -> None:
        ending = name.rpartition(".")[2]
        kind = ending if ending in _TYPES else "mp3"
        content, how = self.suno.file(name), self.suno.spoiled.get(kind)  # type: ignore[call-overload]
        if content is None or how == "dead":
            return self._send(404, b"gone", "text/plain")
        # As one file host of the real service does.
        if how == "forbidden" or self.headers.get("User-Agent", "").lower().startswith("python"):
            return self._send(403, b"error code: 1010", "text/plain")
        if how == "html":
            return self._send(200, b"<html>Sign in</html>", "text/html")
        if how == "empty":
            return self._send(200, b"", "audio/mpeg")
        if how == "oversize":
            return self._endless()
        if how == "wrong":
            content = media.png(0) if kind in ("mp3", "wav", "mp4") else media.mp3(0)
        announced = mimetypes.guess_type(name)[0] or "application/octet-stream"
        announced = announced if name.startswith("uploads/") else _TYPES[kind]
        sent = content[: len(content) // 2] if how == "truncated" else content
        return self._send(200, sent, announced, length=len(content), slowly=how == "slow")

    def _send(
        self,
        status: int,
        content: bytes,
        content_type: str = "application/json;charset=UTF-8",
        *,
        length: int | None = None,
        headers: Mapping[str, str] | None = None,
        slowly: bool = False,
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(content) if length is None else length))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        if slowly:
            self._trickle(content)
        elif self.command != "HEAD":
            self.wfile.write(content)
        if length not in (None, len(content)):
            self._drop()

    def _trickle(self, content: bytes) -> None:
        """A hundred bytes at a time, until the receiver has lost its patience or the server is closed."""
        try:
            for start in range(0, len(content), 100):
                self.wfile.write(content[start : start + 100])
                self.wfile.flush()
                time.sleep(0.02)
                if self.suno.closed:
                    return self._drop()
        except OSError:
            self.close_connection = True

    def _endless(self) -> None:
        """Audio without an announced end, until the receiver has had enough of it."""
        self.send_response(200)
        self.send_header("Content-Type", "audio/mpeg")
        self.send_header("Connection", "close")
        self.end_headers()
        try:
            for _ in range(2000):
                self.wfile.write(bytes(1_000_000))
        except OSError:
            self.close_connection = True

    def _drop(self) -> None:
        """End the connection without another word."""
        self.close_connection = True


def _lacking(needed: tuple[str, ...], body: Mapping[str, Any]) -> dict[str, Any] | None:
    for name in needed:
        if body.get(name) in (None, ""):
            says = "Please enter callBackUrl." if name == "callBackUrl" else f"{name} cannot be null"
            return _refusal(422, says)
    return None


def _success(data: Any) -> dict[str, Any]:
    return {"code": 200, "msg": "success", "data": data}


def _refusal(code: int, msg: str) -> dict[str, Any]:
    return {"code": code, "msg": msg, "data": None}
