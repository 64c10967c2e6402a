"""Records are answered in front of Django's handler, in the same words; everything else goes through it."""

import json
from typing import Any

import pytest
from asgiref.sync import async_to_sync

from suno_web.suno.polling import Polling

RECORD = "/api/v1/generate/record-info"


async def _django(scope: dict[str, Any], receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 299, "headers": []})
    await send({"type": "http.response.body", "body": b"Django's"})


def asked(
    path: str, *, method: str = "GET", query: bytes = b"", key: str = ""
) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of an answer."""
    headers = [(b"authorization", f"Bearer {key}".encode())] if key else []
    scope = {"type": "http", "method": method, "path": path, "query_string": query, "headers": headers}
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async_to_sync(Polling(_django))(scope, receive, send)
    told = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], told, sent[1]["body"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", [RECORD, "/api/v1/wav/record-info", f"/engine{RECORD}"])
def test_a_poll_without_a_key_is_refused_in_the_contracts_words(path):
    status, headers, body = asked(path, query=b"taskId=1")

    assert (status, json.loads(body)["code"]) == (401, 401)
    assert headers["content-type"] == "application/json;charset=UTF-8"
    assert (headers["content-length"], headers["x-content-type-options"]) == (str(len(body)), "nosniff")


@pytest.mark.parametrize(
    ("path", "method"),
    [(RECORD, "POST"), ("/api/v1/generate", "GET"), ("/projects/record-info", "GET"), ("/", "GET")],
)
def test_everything_else_is_djangos(path, method):
    assert asked(path, method=method)[0] == 299


@pytest.mark.django_db(transaction=True)
def test_a_poll_with_a_wrong_key_is_refused_too():
    assert asked(RECORD, query=b"taskId=1", key="sw_" + "x" * 40)[0] == 401
