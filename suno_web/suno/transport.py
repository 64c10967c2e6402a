"""Getting a call of the Suno API to its provider and the answer back: when to wait, to repeat, to give up.

What creates something is sent once: it is repeated only after a refusal for asking too fast, which is certain
not to have started it.
"""

import json
import logging
import random
import ssl
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, TypeVar

import requests
from pydantic import TypeAdapter, ValidationError
from urllib3.exceptions import HTTPError, NewConnectionError

from suno_web import outgoing
from suno_web.suno import errors, wire
from suno_web.suno.checks import Request
from suno_web.suno.operations import Operation
from suno_web.suno.pacing import CREATING, POLLING, Pacer

logger = logging.getLogger(__name__)

ResultT = TypeVar("ResultT")
RequestT = TypeVar("RequestT", bound=Request)

BACK_OFF = (1.0, 2.0, 4.0)
MOST_BYTES, SLOWEST_ANSWER = 20_000_000, 60.0
# Seconds a provider may take for a file: it fetches some itself before it answers.
UPLOAD_PATIENCE = 120.0
_LONGEST_TOLD = 2000


@dataclass(frozen=True)
class Content:
    """What is sent instead of the JSON of a request: bytes or a file-like that knows its length, and their type."""

    data: Any
    content_type: str


Opening = Callable[[], AbstractContextManager[Content]]
"""Opens the content from its beginning, for every try anew."""


@dataclass(frozen=True)
class Exchange:
    """One request and its answer, for the job's timeline. Never holds the key.

    sent: body or query. status and received are None when nobody answered; received is text as it came.
    seconds: how long it took. problem: what went wrong in a few words, or "".
    """

    operation: str
    sent: Mapping[str, Any]
    status: int | None
    received: str | None
    seconds: float
    problem: str


class Transport:
    """The way to one provider with one key. Threads may share it."""

    def __init__(
        self,
        base_url: str,
        key: str,
        *,
        upload_url: str | None = None,
        pacer: Pacer | None = None,
        timeout: tuple[float, float] = (5.0, 30.0),
        budget: float = 15.0,
        watch: Callable[[Exchange], None] | None = None,
    ) -> None:
        self.base_url = _origin(base_url)
        self.upload_base = _origin(upload_url) if upload_url else self.base_url
        self._key, self._pacer, self._timeout, self._budget, self._watch = key, pacer, timeout, budget, watch
        self._session = outgoing.session()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self.base_url}>"

    def _made(self, operation: Operation[RequestT, ResultT], request: RequestT) -> ResultT:
        """The result of a call that always has one."""
        return self._had(operation, self._call(operation, request))

    def _had(self, operation: Operation[Any, ResultT], result: ResultT | None) -> ResultT:
        """The result, which must be there."""
        if result is None:
            raise errors.Unanswered("the answer is empty", maybe_accepted=operation.creates)
        return result

    def _call(self, operation: Operation[RequestT, ResultT], request: RequestT) -> ResultT | None:
        """The result of a call, None when there is none."""
        sent = request.wire()
        return self._insist(operation, sent, lambda: nullcontext(_json(operation, sent)))

    def _insist(
        self, operation: Operation[Any, ResultT], sent: Mapping[str, Any], opening: Opening
    ) -> ResultT | None:
        """Ask until there is an answer, the budget is spent, or asking again could do it twice."""
        until = time.monotonic() + self._budget
        for pause in (*BACK_OFF, None):
            self._pace(operation, sent, until)
            try:
                return self._ask(operation, sent, opening)
            except (errors.RateLimited, errors.Unanswered) as exc:
                repeatable = isinstance(exc, errors.RateLimited) or not operation.creates
                wait = (pause or 0) * random.uniform(1.0, 1.25)
                if pause is None or not repeatable or time.monotonic() + wait > until:
                    raise
            time.sleep(wait)
        raise AssertionError("the last try returns or raises")

    def _pace(self, operation: Operation[Any, Any], sent: Mapping[str, Any], until: float) -> None:
        """Wait for a token of the rate that applies, if any."""
        if not self._pacer:
            return
        left = max(0.0, until - time.monotonic())
        if operation.creates:
            wait = self._pacer.reserve(f"create {self.base_url} {self._key}", CREATING, at_most=left)
        elif operation.method == "GET" and "taskId" in sent:
            wait = self._pacer.reserve(f"poll {self.base_url} {sent['taskId']}", POLLING, at_most=left)
        else:
            return
        if wait is None:
            raise errors.RateLimited
        time.sleep(wait)

    def _ask(
        self, operation: Operation[Any, ResultT], sent: Mapping[str, Any], opening: Opening
    ) -> ResultT | None:
        """One request and its answer, told to whoever watches."""
        started = time.monotonic()
        status, text, problem = None, None, ""
        try:
            with opening() as content:
                status, text = self._send(operation, sent, content)
            return _result(operation, status, text)
        except errors.SunoError as exc:
            problem = exc.reason if isinstance(exc, errors.Unanswered) else f"{exc.args[0]}"
            raise
        finally:
            self._tell(
                Exchange(operation.name, _told(sent), status, text, time.monotonic() - started, problem)
            )

    def _tell(self, exchange: Exchange) -> None:
        """Show an exchange to whoever watches. Their trouble must not lose the answer, which may be paid for."""
        try:
            if self._watch:
                self._watch(exchange)
        except Exception:
            logger.exception("The watcher of %s failed", exchange.operation)

    def _send(
        self, operation: Operation[Any, Any], sent: Mapping[str, Any], content: Content
    ) -> tuple[int, str]:
        """Put the request on the wire. Returns the HTTP status and the body as text."""
        creating, posting = operation.creates, operation.method == "POST"
        # A kept connection may die just as it is used, which looks like a lost answer; what must not be sent
        # twice gets its own.
        session = outgoing.session() if posting else self._session
        connecting, reading = self._timeout
        try:
            # Redirects are not followed: the provider's address is the one an admin wrote down.
            with session.request(
                operation.method,
                (self.upload_base if operation.uploads else self.base_url) + operation.path,
                data=content.data if posting else None,
                params=None if posting else sent,
                headers={"Content-Type": content.content_type} if posting else None,
                auth=self._authorize,
                timeout=(connecting, UPLOAD_PATIENCE if operation.uploads else reading),
                allow_redirects=False,
                stream=True,
            ) as response:
                if response.is_redirect:
                    raise errors.Misdirected("The address redirects elsewhere", code=response.status_code)
                return response.status_code, _text(response)
        except (requests.RequestException, HTTPError, UnicodeError) as exc:
            reason, arrived = _lost(exc)
            raise errors.Unanswered(reason, maybe_accepted=creating and arrived) from exc
        finally:
            if posting:
                session.close()

    def _authorize(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        # As an auth object, because a netrc file would overwrite a plain header.
        if not (self._key.isascii() and self._key.isprintable()):
            raise errors.Unauthorized("The key has characters that no key has")
        request.headers["Authorization"] = f"Bearer {self._key}"
        return request


def _result(operation: Operation[Any, ResultT], status: int, text: str) -> ResultT | None:
    """The data of an answer. A refusal may come as HTTP 200: both the status and the code must be good."""
    try:
        envelope = wire.loads(text)
    except ValueError:
        envelope = None
    code = envelope.get("code") if isinstance(envelope, dict) else None
    if not isinstance(code, int):
        if status in (404, 405):
            raise errors.Misdirected(f"HTTP status {status}", code=status)
        if 400 <= status < 500 and status != 408:
            raise errors.refusal(status, f"HTTP status {status}")
        reason = f"HTTP status {status}" if status >= 500 else "the answer is not readable"
        raise errors.Unanswered(reason, maybe_accepted=operation.creates)
    if code != 200 or envelope.get("success") is False:
        code = 500 if code == 200 else code
        raise errors.refusal(code, str(envelope.get("msg") or ""), envelope.get("data"))
    if status >= 400:
        raise errors.Unanswered(f"HTTP status {status}", maybe_accepted=operation.creates)
    if (data := envelope.get("data")) is None:
        return None
    try:
        return TypeAdapter(operation.result).validate_python(data)
    except ValidationError as exc:
        raise errors.Unanswered("the answer has an unknown shape", maybe_accepted=operation.creates) from exc


def _json(operation: Operation[Any, Any], sent: Mapping[str, Any]) -> Content:
    return Content(json.dumps(sent).encode() if operation.method == "POST" else None, "application/json")


def _told(sent: Mapping[str, Any]) -> dict[str, Any]:
    """What was sent, without the files in it: nobody reads those in a timeline."""
    return {
        name: f"{len(value)} characters" if name == "base64Data" and len(value) > _LONGEST_TOLD else value
        for name, value in sent.items()
    }


def _lost(exc: Exception) -> tuple[str, bool]:
    """Why nobody answered, and whether the request may have arrived: without a connection it has not."""
    if isinstance(exc, requests.ConnectTimeout):
        return "no connection in time", False
    if outgoing.caused_by(exc, ssl.SSLCertVerificationError):
        return "its certificate is not valid", False
    if isinstance(exc, requests.Timeout):
        return "no answer in time", True
    if isinstance(exc, requests.exceptions.ProxyError) or outgoing.caused_by(exc, NewConnectionError):
        return "no connection", False
    if isinstance(exc, requests.exceptions.ContentDecodingError):
        return "the answer is not readable", True
    if isinstance(exc, ValueError):
        return "its address is not valid", False
    return "the connection broke", True


def _text(response: requests.Response) -> str:
    """The body, which must be of a size and pace that answers have."""
    read, until = bytearray(), time.monotonic() + SLOWEST_ANSWER
    for chunk in response.iter_content(64 * 1024):
        read += chunk
        if len(read) > MOST_BYTES or time.monotonic() > until:
            raise requests.exceptions.ContentDecodingError("too much or too slow")
    return read.decode(errors="replace").replace("\x00", "")


def _origin(url: str) -> str:
    """The address that operations' paths are appended to; both `…` and `…/api/v1` are in use."""
    return url.strip().rstrip("/").removesuffix("/api/v1")
