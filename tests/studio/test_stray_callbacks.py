"""Callbacks that belong to nothing: turned away with the right code, kept for whoever looks, never too many."""

import pytest

from suno_web.studio import callbacks
from suno_web.studio.models import StrayCallback

pytestmark = pytest.mark.django_db


def test_a_callback_to_an_address_nobody_gave_out_is_recorded_and_not_found(client):
    body = {"code": 200, "data": {"task_id": "f" * 32, "callbackType": "complete"}}
    answer = client.post("/callbacks/no-such-token/", body, content_type="application/json")

    stray = StrayCallback.objects.get()
    assert (answer.status_code, stray.status, "f" * 32 in stray.body) == (404, 404, True)


def test_a_flood_keeps_only_the_latest_and_only_the_beginning_of_each(client, monkeypatch):
    monkeypatch.setattr(callbacks, "MOST_STRAYS", 5)
    for number in range(12):
        client.post("/callbacks/guess/", f"{number} " + "x" * 9000, content_type="application/json")

    kept = list(StrayCallback.objects.values_list("body", flat=True))
    assert [body.split()[0] for body in kept] == ["11", "10", "9", "8", "7"]
    assert max(len(body) for body in kept) <= callbacks.MOST_KEPT
