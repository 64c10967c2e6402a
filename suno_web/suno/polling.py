"""Programs that ask how far a task is, answered in front of Django's own handler.

They ask often, and an answer is three small queries. Django's handler gives every request a thread and a connection to
the database of its own, which costs more than the answer. Here a few threads keep theirs. The views are the same.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from django.db import connection
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import resolve

from suno_web.media import Application, Receive, Scope, Send

THREADS = 4
ENDING, MOUNTED = "/record-info", ("/api/v1/", "/engine/api/v1/")


class Polling:
    """ASGI middleware that answers GET of the records and passes everything else on."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="polling")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not _is_poll(scope):
            await self.application(scope, receive, send)
            return
        response = await asyncio.get_running_loop().run_in_executor(self._pool, _answered, scope)
        headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.items()]
        headers += [
            (b"Content-Length", str(len(response.content)).encode()),
            (b"X-Content-Type-Options", b"nosniff"),
        ]
        await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
        await send({"type": "http.response.body", "body": response.content})


def _is_poll(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] != "GET":
        return False
    path = str(scope["path"])
    return path.endswith(ENDING) and path.startswith(MOUNTED)


def _answered(scope: Scope) -> HttpResponse:
    """What the view says. It answers failures too, but a connection that broke must not be used again."""
    if connection.errors_occurred:
        connection.close()
    request = _request(scope)
    view, args, kwargs = resolve(request.path)
    response: HttpResponse = view(request, *args, **kwargs)
    return response


def _request(scope: Scope) -> HttpRequest:
    request = HttpRequest()
    request.method, request.path = "GET", scope["path"]
    request.META = {
        f"HTTP_{name.decode('latin-1').upper().replace('-', '_')}": value.decode("latin-1")
        for name, value in scope["headers"]
    }
    request.GET = QueryDict(scope["query_string"])
    return request
