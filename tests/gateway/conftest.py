"""A program with a key of Bob's, in front of a studio whose provider is the fault server."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from django.test import Client as Browser
from django.utils import timezone

from suno_web.gateway import keys
from suno_web.gateway.models import ApiKey
from suno_web.studio import archiving, balances, following, sending
from suno_web.studio.models import Asset, Generation, Track

CALLBACK = "https://program.example/callback"
SONG = {
    "customMode": False,
    "instrumental": False,
    "model": "V5",
    "prompt": "an upbeat synth-pop song about the last train home",
    "callBackUrl": CALLBACK,
}


@dataclass
class Program:
    """Somebody's program: speaks HTTP with a key and knows nothing of Django."""

    key: str

    def post(self, path: str, body: Any, **headers: str) -> dict[str, Any]:
        return self.answer("post", path, body, **headers).json()

    def get(self, path: str, **query: str) -> dict[str, Any]:
        return self.answer("get", path, query).json()

    def answer(self, method: str, path: str, sent: Any, **headers: str) -> Any:
        headers = {"Authorization": f"Bearer {self.key}"} | headers
        address = path if path.startswith("/") else f"/api/v1/{path}"
        browser = Browser(enforce_csrf_checks=True)
        if method == "get":
            return browser.get(address, sent, headers=headers)
        raw = sent if isinstance(sent, str | bytes) else json.dumps(sent)
        return browser.post(address, raw, content_type="application/json", headers=headers)

    def created(self, path: str, body: Any) -> str:
        """The id of the task that a call makes."""
        envelope = self.post(path, body)
        assert envelope["code"] == 200, envelope
        return str(envelope["data"]["taskId"])

    def record(self, task_id: str, family: str = "generate") -> Any:
        return self.get(f"{family}/record-info", taskId=task_id)["data"]


@pytest.fixture
def suno(suno_server, team):
    """The fault server as the team's provider, which reports a thousand credits."""
    team.provider, team.provider_url, team.provider_key = "kie", suno_server.url, suno_server.key
    team.provider_upload_url = suno_server.url
    team.save()
    balances.read_balance(team)
    suno_server.requests.clear()
    return suno_server


@pytest.fixture
def made_key(project, bob) -> Callable[..., Program]:
    """A program with a new key of Bob's."""

    def make(**wanted: Any) -> Program:
        _, text = keys.make(project, owner=bob, wanted=keys.Wanted(**{"name": "radio robot"} | wanted))
        return Program(text)

    return make


@pytest.fixture
def program(made_key, suno) -> Program:
    return made_key()


@pytest.fixture
def key(program) -> ApiKey:
    return ApiKey.objects.get()


@pytest.fixture
def work(suno) -> Callable[..., Generation]:
    """Do what workers do for a task: send it, follow it through these states, fetch its files."""

    def through(task_id: str, *states: str, fetch: bool = True) -> Generation:
        generation = Generation.objects.get(pk=UUID(task_id))
        sending.send(str(generation.pk))
        generation.refresh_from_db()
        for state in states:
            suno.advance(generation.task_id, state)
            rows = Generation.objects.filter(pk=generation.pk, next_poll_at__isnull=False)
            rows.update(next_poll_at=timezone.now())
            following.look(str(generation.pk))
        if fetch:
            for track in Track.objects.filter(generation=generation, archive_at__isnull=False):
                archiving.archive(str(track.pk))
            for asset in Asset.objects.filter(generation=generation, archive_at__isnull=False):
                archiving.archive_asset(str(asset.pk))
        generation.refresh_from_db()
        return generation

    return through


@pytest.fixture
def song(program, work) -> dict[str, Any]:
    """The record of a finished song of the program."""
    task_id = program.created("generate", SONG)
    work(task_id, "TEXT_SUCCESS", "SUCCESS")
    return dict(program.record(task_id))
