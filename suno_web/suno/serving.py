"""Answering as a server of the Suno API: the envelope, the order of the checks and the HTTP status rules.

A backend says who may ask and how they pay, a table of handlers says what is done; `urls` makes Django
patterns of both. Every request is checked in the contract's order and the first failure wins: key, rate,
JSON, required fields, choices, limits, credits. Only then the handler creates. Application errors come as
HTTP 200 with a code.
"""

import json
import logging
import uuid
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from decimal import Decimal
from typing import Any, Protocol, TypeVar

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, re_path
from django.views.decorators.csrf import csrf_exempt

from suno_web.suno import checks, errors, receiving
from suno_web.suno.operations import Operation
from suno_web.suno.schemas import Result

logger = logging.getLogger(__name__)

AccountT = TypeVar("AccountT")

CONTENT_TYPE = "application/json;charset=UTF-8"

# What uploads answer with; every other refusal is a bad request there.
_UPLOAD_CODES = (400, 401, 405, 429, 433, 455, 500)

Handler = Callable[[AccountT, Any], Any]
"""handler(account, request of the operation's class) -> its result: a `Result`, a number, a text or None."""


class Backend(Protocol[AccountT]):
    """Who may ask a server, how often, and how they pay."""

    def authenticate(self, key: str) -> AccountT | None:
        """The account of a key, or None."""
        ...

    def allowed(self, account: AccountT, operation: Operation[Any, Any]) -> bool:
        """Whether one more request keeps within the account's rate; counts it."""
        ...

    def charge(
        self, account: AccountT, operation: Operation[Any, Any], request: checks.Request
    ) -> AbstractContextManager[Any]:
        """Takes the price on entry or raises errors.OutOfCredits; gives it back when left by an exception."""
        ...


class _WrongPath(errors.NotFound):
    """No such path: the one 404 that is an HTTP status too."""


class _WrongMethod(errors.Refused):
    code = 405
    default = "Method Not Allowed"


def urls(
    backend: Backend[AccountT], handlers: Mapping[Operation[Any, Any], Handler[AccountT]]
) -> list[URLPattern]:
    """Patterns for the operations that have a handler. They answer every path: put them last in a list."""
    paths: dict[str, dict[str, _Served]] = {}
    for operation, handler in handlers.items():
        for path in (operation.path, *operation.also):
            paths.setdefault(path, {})[operation.method] = _Served(backend, operation, handler)
    patterns = [re_path(rf"^{path.lstrip('/')}/?$", _view(served)) for path, served in paths.items()]
    return [*patterns, re_path("", _view(None))]


def envelope(data: Any, *, code: int = 200, msg: str = "success", status: int = 200) -> HttpResponse:
    """`{"code", "msg", "data"}`, as every answer is but those to uploads."""
    return _json({"code": code, "msg": msg, "data": _plain(data)}, status)


def upload_envelope(data: Any = None, *, code: int = 200, msg: str = "", status: int = 200) -> HttpResponse:
    """`{"success", "code", "msg", "data"}`; without data when it failed."""
    if code != 200:
        return _json({"success": False, "code": code, "msg": msg}, status)
    msg = msg or "File uploaded successfully"
    return _json({"success": True, "code": code, "msg": msg, "data": _plain(data)}, status)


def refused(error: errors.Refused, *, uploading: bool = False) -> HttpResponse:
    """The envelope of a refusal. A wrong key, the rate, an unknown path or method have an HTTP status too."""
    has_status = isinstance(error, errors.Unauthorized | _WrongPath | _WrongMethod) or error.code == 429
    status = error.code if has_status else 200
    if not uploading:
        return envelope(error.data, code=error.code, msg=error.msg, status=status)
    msg = "Authentication failed: Invalid API Key" if error.code == 401 else error.msg
    return upload_envelope(code=error.code if error.code in _UPLOAD_CODES else 400, msg=msg, status=status)


class _Served:
    """One operation with what answers it."""

    def __init__(self, backend: Backend[Any], operation: Operation[Any, Any], handler: Handler[Any]) -> None:
        self.backend, self.operation, self.handler = backend, operation, handler

    def answer(self, request: HttpRequest) -> HttpResponse:
        account = self.backend.authenticate(_key(request))
        if account is None:
            raise errors.Unauthorized
        if not self.backend.allowed(account, self.operation):
            raise errors.RateLimited
        asked = checks.read(self.operation.request, receiving.sent(request, self.operation))
        with self.backend.charge(account, self.operation, asked):
            made = self.handler(account, asked)
            return upload_envelope(made) if self.operation.uploads else envelope(made)


def _view(served: Mapping[str, _Served] | None) -> Callable[..., HttpResponse]:
    """A Django view that always answers with the envelope. None: a path where nothing is served."""
    uploading = any(one.operation.uploads for one in (served or {}).values())

    @csrf_exempt
    @login_not_required
    def view(request: HttpRequest) -> HttpResponse:
        try:
            if served is None:
                raise _WrongPath
            method = "GET" if request.method == "HEAD" else str(request.method)
            if method not in served:
                raise _WrongMethod
            return served[method].answer(request)
        except errors.Refused as exc:
            return refused(exc, uploading=uploading)
        except Exception:
            # The place where a crash becomes an answer, so that a client never meets an HTML page.
            crash = uuid.uuid4().hex[:12]
            logger.exception("%s %s crashed (%s)", request.method, request.path, crash)
            return (upload_envelope if uploading else envelope)(
                None, code=500, msg=f"{errors.Unavailable.default} ({crash})", status=500
            )

    return view


def _key(request: HttpRequest) -> str:
    """The bearer key, or ""."""
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""


def _json(body: Mapping[str, Any], status: int) -> HttpResponse:
    text = json.dumps(body, ensure_ascii=False, allow_nan=False)
    return HttpResponse(text, content_type=CONTENT_TYPE, status=status)


def _plain(data: Any) -> Any:
    """Result, numbers and text as JSON has them."""
    if isinstance(data, Result):
        return data.wire()
    if isinstance(data, Decimal):
        return int(data) if data == data.to_integral_value() else float(data)
    return data
