"""The servers that must keep the contract, each asked in this process.

A new one is a function in `TARGETS` that takes pytest's request and prepares what its server needs.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from suno_web.engine import charging
from suno_web.gateway import backend, keys
from suno_web.studio import balances
from suno_web.suno.pacing import Rate
from tests.conformance.spec import Call
from tests.suno.backend import Account, memory

KEY = "the key of the conformance tests"


@dataclass(frozen=True)
class Answer:
    """What a server said: its HTTP status and its envelope."""

    status: int
    envelope: Mapping[str, Any]

    @property
    def code(self) -> int:
        return int(self.envelope["code"])

    @property
    def msg(self) -> str:
        return str(self.envelope["msg"])


@dataclass(frozen=True)
class Target:
    """Where a server is mounted, and the key it takes. has_sources: whether it looks for what a request names."""

    prefix: str
    key: str
    has_sources: bool = True

    def ask(self, call: Call, sent: Any) -> Answer:
        """Send a query, a form, a JSON object, or bytes that pretend to be one."""
        browser = Client(headers={"Authorization": f"Bearer {self.key}"}, raise_request_exception=False)
        path = self.prefix + call.path
        if call.method == "GET":
            answer = browser.get(path, sent)
        elif call.is_form and isinstance(sent, Mapping):
            answer = browser.post(path, {name: _part(name, value) for name, value in sent.items()})
        else:
            raw = sent if isinstance(sent, bytes) else json.dumps(sent)
            answer = browser.post(path, raw, content_type="application/json")
        return Answer(answer.status_code, answer.json())


def in_memory(request: pytest.FixtureRequest) -> Target:
    """The serving layer with dictionaries behind it."""
    settings = request.getfixturevalue("settings")
    settings.ROOT_URLCONF = "tests.suno.backend"
    memory.clear()
    memory.accounts[KEY] = Account(credits=10**9, requests_left=10**9)  # type: ignore[arg-type]
    return Target("/engine", KEY, has_sources=False)


def engine(request: pytest.FixtureRequest) -> Target:
    """The engine, as it is mounted in the embedded default. What it accepts is queued and not rendered."""
    settings = request.getfixturevalue("settings")
    settings.DATA_DIR = request.getfixturevalue("tmp_path")
    settings.ENGINE_URL, settings.ENGINE_KEY = "http://testserver/engine", KEY
    settings.ROOT_URLCONF = "tests.engine.alone_urls"
    request.getfixturevalue("monkeypatch").setattr(charging, "RATE", 10**9)
    return Target("/engine", KEY)


def gateway(request: pytest.FixtureRequest) -> Target:
    """The studio's own calls for members' programs. Its team's provider is the fake one, which is rich."""
    suno, team = request.getfixturevalue("suno_server"), request.getfixturevalue("team")
    suno.credits = 10**9
    team.provider, team.provider_url, team.provider_key = "kie", suno.url, suno.key
    team.provider_upload_url = suno.url
    team.save()
    balances.read_balance(team)
    settings = request.getfixturevalue("settings")
    settings.DATA_DIR = request.getfixturevalue("tmp_path")
    request.getfixturevalue("monkeypatch").setattr(backend, "CREATING", Rate(10**9, 0.001))
    project, bob = request.getfixturevalue("project"), request.getfixturevalue("bob")
    _, key = keys.make(project, owner=bob, wanted=keys.Wanted(name="conformance"))
    return Target("", key)


TARGETS: dict[str, Callable[[pytest.FixtureRequest], Target]] = {
    "in memory": in_memory,
    "engine": engine,
    "gateway": gateway,
}


def _part(name: str, value: Any) -> Any:
    if name != "file":
        return str(value)
    return SimpleUploadedFile(
        "vox.mp3", value if isinstance(value, bytes) else str(value).encode(), "audio/mpeg"
    )
