"""One HTTP request to the fake provider: recorded, spoiled if so ordered, answered."""

import json
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from tests.provider import messages
from tests.provider.script import Answer, Received

if TYPE_CHECKING:
    from tests.provider.server import FakeSuno

_NEEDED = {
    "/api/v1/generate": ("callBackUrl", "customMode", "instrumental", "model"),
    "/api/v1/lyrics": ("callBackUrl", "prompt"),
    "/api/v1/style/generate": ("content",),
    "/api/v1/generate/get-timestamped-lyrics": ("taskId", "audioId"),
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
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            body = json.loads(raw) if raw else None
        except ValueError:
            body = None
        query = dict(parse_qsl(parts.query))
        if self.suno.closed:
            return self._drop()
        self.suno.record_request(Received(self.command, parts.path, query, dict(self.headers), body))
        if parts.path.startswith("/files/"):
            return self._file(parts.path.removeprefix("/files/"))
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

    def _envelope(self, path: str, query: Mapping[str, str], body: Mapping[str, Any]) -> dict[str, Any]:
        """The ordinary answer."""
        if self.headers.get("Authorization") != f"Bearer {self.suno.key}":
            return _refusal(401, "You do not have access permissions")
        for name in _NEEDED.get(path, ()) if self.command == "POST" else ():
            if body.get(name) in (None, ""):
                return _refusal(
                    422, "Please enter callBackUrl." if name == "callBackUrl" else f"{name} cannot be null"
                )
        match self.command, path:
            case "POST", "/api/v1/generate":
                return _success({"taskId": self.suno.create("music", body).id})
            case "POST", "/api/v1/lyrics":
                return _success({"taskId": self.suno.create("lyrics", body).id})
            case "POST", "/api/v1/style/generate":
                return _success(messages.boosted(body["content"]))
            case "POST", "/api/v1/generate/get-timestamped-lyrics":
                return _success(messages.aligned())
            case "GET", "/api/v1/generate/record-info":
                task = self.suno.poll(query.get("taskId", ""), "music")
                return _success(messages.music_record(self.suno, task) if task else None)
            case "GET", "/api/v1/lyrics/record-info":
                task = self.suno.poll(query.get("taskId", ""), "lyrics")
                return _success(messages.lyrics_record(task) if task else None)
            case "GET", "/api/v1/chat/credit":
                return _success(self.suno.credits)
        return _refusal(404, "Not Found")

    def _scripted(self, answer: Answer) -> None:
        if isinstance(answer.body, bytes):
            return self._send(answer.status, answer.body, headers=answer.headers)
        envelope = {"msg": "success", "data": None} | dict(answer.body or {})
        return self._send(answer.status, json.dumps(envelope).encode(), headers=answer.headers)

    def _file(self, name: str) -> None:
        kind = "jpeg" if name.endswith(".jpeg") else "mp3"
        content = self.suno.file(name)
        how = self.suno.spoiled.get(kind)
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
        sent = content[: len(content) // 2] if how == "truncated" else content
        return self._send(200, sent, "image/jpeg" if kind == "jpeg" else "audio/mpeg", length=len(content))

    def _send(
        self,
        status: int,
        content: bytes,
        content_type: str = "application/json;charset=UTF-8",
        *,
        length: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(content) if length is None else length))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)
        if length not in (None, len(content)):
            self._drop()

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


def _success(data: Any) -> dict[str, Any]:
    return {"code": 200, "msg": "success", "data": data}


def _refusal(code: int, msg: str) -> dict[str, Any]:
    return {"code": code, "msg": msg, "data": None}
