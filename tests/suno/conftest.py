"""Bodies, clients and servers for the tests of the contract."""

from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.core.handlers.wsgi import WSGIHandler

from suno_web.suno.client import Client
from suno_web.suno.schemas import GenerateRequest
from tests.provider.fixtures import suno_server
from tests.provider.server import FakeSuno

__all__ = ["suno_server"]

Website = Callable[[Callable[[BaseHTTPRequestHandler], None]], str]


@pytest.fixture
def song() -> GenerateRequest:
    return GenerateRequest(
        prompt="the last train home",
        custom_mode=False,
        instrumental=False,
        model="V5",
        call_back_url="https://studio.example/callback",
    )


@pytest.fixture
def client(suno_server: FakeSuno) -> Client:
    return Client(suno_server.url, "test-key", timeout=(2, 5))


@pytest.fixture
def body() -> dict[str, Any]:
    """A request that breaks no rule, as a program sends it."""
    return {
        "prompt": "the last train home",
        "customMode": False,
        "instrumental": False,
        "model": "V5",
        "callBackUrl": "https://studio.example/callback",
        "style": "",
        "title": "",
    }


@pytest.fixture
def website() -> Iterator[Website]:
    """Start servers that answer every GET and POST with a function; returns their address."""
    running: list[ThreadingHTTPServer] = []

    def start(
        answer: Callable[[BaseHTTPRequestHandler], None], host: str = "127.0.0.1", port: int = 0
    ) -> str:
        def handle(handler: BaseHTTPRequestHandler) -> None:
            answer(handler)

        def say_nothing(handler: BaseHTTPRequestHandler, *args: Any) -> None:
            """No log in the middle of test results."""

        kind = type(
            "Site",
            (BaseHTTPRequestHandler,),
            {"do_GET": handle, "do_POST": handle, "log_message": say_nothing},
        )
        server = ThreadingHTTPServer((host, port), kind)
        server.daemon_threads = True
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        running.append(server)
        return f"http://{host}:{server.server_address[1]}"

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """No log in the middle of test results."""


@pytest.fixture
def served() -> Iterator[str]:
    """Our own server on loopback; its address as a provider's base."""
    server = make_server("127.0.0.1", 0, WSGIHandler(), handler_class=_Quiet)
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/engine"
    server.shutdown()
    thread.join(5)
    server.server_close()
