"""Callbacks: signed, repeated, and never in the way."""

from datetime import timedelta

import pytest
from django.utils import timezone

from suno_web.engine import delivering, sweeping
from suno_web.engine.models import Delivery, Task
from suno_web.suno import callbacks
from tests.engine.conftest import WEBHOOK_KEY


@pytest.fixture
def owed(api, receiver) -> Delivery:
    task = Task.objects.get(pk=api.create(callBackUrl=receiver.url))
    return Delivery.objects.create(task=task, stage="text", body=callbacks.music(task.pk, "text"))


def test_callback_is_signed_with_the_accounts_key(owed, receiver):
    delivering.deliver(owed.task_id)

    assert receiver.bodies == [
        {
            "code": 200,
            "msg": "Text generation completed successfully.",
            "data": {"callbackType": "text", "task_id": owed.task_id, "data": []},
        }
    ]
    headers = receiver.headers[0]
    assert headers["Content-Type"] == "application/json"
    assert callbacks.is_genuine(WEBHOOK_KEY, headers, owed.task_id)
    assert not callbacks.is_genuine("another key", headers, owed.task_id)


def test_callback_is_tried_four_times_at_most(owed, receiver):
    receiver.answers = [500, 302, 404, 503, 200]

    delivering.deliver(owed.task_id)

    owed.refresh_from_db()
    assert len(receiver.bodies) == 4
    assert (owed.attempts, owed.due_at, owed.delivered_at) == (4, None, None)
    assert owed.problem == "HTTP status 503"


def test_callback_that_arrives_late_is_not_repeated(owed, receiver):
    receiver.answers = [500]

    delivering.deliver(owed.task_id)
    delivering.deliver(owed.task_id)

    owed.refresh_from_db()
    assert len(receiver.bodies) == 2
    assert owed.delivered_at
    assert owed.due_at is None


def test_stages_arrive_in_order_even_when_the_first_is_late(owed, receiver):
    Delivery.objects.create(task=owed.task, stage="first", body=callbacks.music(owed.task_id, "first"))
    receiver.answers = [500, 500]

    delivering.deliver(owed.task_id)

    assert [stage for stage, _ in receiver.stages] == ["text", "text", "text", "first"]


def test_delivery_in_the_hands_of_another_thread_is_left_to_it(owed, receiver):
    Delivery.objects.create(task=owed.task, stage="first", body=callbacks.music(owed.task_id, "first"))
    Delivery.objects.filter(pk=owed.pk).update(due_at=timezone.now() + timedelta(seconds=20))

    delivering.deliver(owed.task_id)

    assert receiver.bodies == []


def test_callback_of_a_killed_process_is_delivered_by_the_sweep(owed, receiver):
    assert not sweeping.due()
    Delivery.objects.update(due_at=timezone.now() - timedelta(minutes=1), attempts=1)

    assert sweeping.due()
    sweeping.sweep()

    assert len(receiver.bodies) == 1
    assert not sweeping.due()


def test_song_succeeds_when_nobody_takes_its_callbacks(api, work):
    task_id = api.create(callBackUrl="http://127.0.0.1:9/nobody")
    work()

    assert api.record(task_id)["status"] == "SUCCESS"
    assert {delivery.attempts for delivery in Delivery.objects.all()} == {4}


def test_private_address_is_called_only_where_the_operator_allows_it(owed, receiver, settings):
    settings.PRIVATE_ADDRESSES = False

    delivering.deliver(owed.task_id)

    owed.refresh_from_db()
    assert receiver.bodies == []
    assert (owed.attempts, owed.due_at, owed.problem) == (1, None, "no public address")


def test_the_studio_itself_is_always_called(owed, receiver, settings):
    settings.PRIVATE_ADDRESSES = False
    settings.LOCAL_URL = receiver.url.removesuffix("/told")

    delivering.deliver(owed.task_id)

    assert len(receiver.bodies) == 1
