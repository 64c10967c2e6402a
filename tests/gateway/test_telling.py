"""What programs are told: each stage once and in order, signed, tried again, never to anybody's own network."""

import socket
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from suno_web.gateway import delivering, telling
from suno_web.gateway.models import ApiKey, Call, Delivery
from suno_web.suno import callbacks
from tests.gateway.conftest import SONG
from tests.receiving import open_network, receiver

__all__ = ["open_network", "receiver"]


def deliver_all() -> None:
    """Do what the threads do, one delivery after the other."""
    telling.catch_up_all()
    while (pk := delivering.due().values_list("pk", flat=True).first()) is not None:
        delivering.attempt(pk)


def stages(receiver) -> list[str]:
    return [body["data"]["callbackType"] for _, body in receiver.heard]


@pytest.fixture
def asked(program, receiver):
    """A song whose program wants to hear of it."""
    return program.created("generate", SONG | {"callBackUrl": receiver.url})


def test_each_stage_is_told_once_and_in_order(asked, receiver, open_network, work):
    deliver_all()
    assert receiver.heard == []
    for state in ("TEXT_SUCCESS", "FIRST_SUCCESS", "SUCCESS"):
        work(asked, state)
        deliver_all()
        deliver_all()

    assert stages(receiver) == ["text", "first", "complete"]
    text, first, complete = (body for _, body in receiver.heard)
    assert (text["code"], text["data"]["task_id"], text["data"]["data"]) == (200, asked, [])
    assert [bool(one["audio_url"]) for one in first["data"]["data"]] == [True]
    assert [bool(one["audio_url"]) for one in complete["data"]["data"]] == [True, True]
    assert not telling.due()


def test_a_song_done_between_two_looks_still_tells_every_stage(asked, receiver, open_network, work):
    work(asked, "TEXT_SUCCESS", "SUCCESS")
    deliver_all()
    assert stages(receiver) == ["text", "first", "complete"]


def test_a_failure_says_that_the_credits_came_back(asked, receiver, open_network, work):
    work(asked, "GENERATE_AUDIO_FAILED")
    deliver_all()
    ((_, body),) = receiver.heard
    assert (body["code"], body["data"]) == (531, {"callbackType": "error", "task_id": asked, "data": None})


def test_a_key_with_a_secret_signs(made_key, receiver, open_network, work):
    signing = made_key(webhook_secret="demo-hmac-key")
    task_id = signing.created("lyrics", {"prompt": "the sea", "callBackUrl": receiver.url})
    work(task_id, "SUCCESS")
    deliver_all()
    ((headers, body),) = receiver.heard
    assert body["data"]["task_id"] == task_id
    assert callbacks.is_genuine("demo-hmac-key", headers, task_id)
    assert not callbacks.is_genuine("another-key", headers, task_id)


def test_without_a_secret_nothing_is_signed(asked, receiver, open_network, work):
    work(asked, "GENERATE_AUDIO_FAILED")
    deliver_all()
    assert callbacks.SIGNATURE_HEADER not in receiver.heard[0][0]


def test_a_receiver_in_trouble_is_asked_again_after_one_two_and_four_seconds(
    asked, receiver, open_network, work
):
    receiver.answers = [500, 302, 404, 503]
    work(asked, "GENERATE_AUDIO_FAILED")
    deliver_all()
    waits = []
    for _ in range(3):
        delivery = Delivery.objects.get()
        waits.append(round((delivery.due_at - timezone.now()).total_seconds()))
        Delivery.objects.update(due_at=timezone.now() - timedelta(milliseconds=1))
        deliver_all()

    delivery = Delivery.objects.get()
    assert waits == [1, 2, 4]
    assert (delivery.attempts, delivery.is_given_up, delivery.problem) == (4, True, "HTTP status 503")
    assert len(receiver.heard) == 4
    assert delivering.again(delivery)
    deliver_all()
    assert Delivery.objects.get().delivered_at
    assert not delivering.again(Delivery(pk=0))


def test_later_stages_wait_for_earlier_ones(asked, receiver, open_network, work):
    receiver.answers = [500]
    work(asked, "TEXT_SUCCESS")
    deliver_all()
    work(asked, "SUCCESS")
    deliver_all()
    assert stages(receiver) == ["text"]
    Delivery.objects.filter(stage="text").update(due_at=timezone.now())
    deliver_all()
    assert stages(receiver) == ["text", "text", "first", "complete"]


def test_nobodys_own_network_is_called(asked, receiver, work):
    work(asked, "GENERATE_AUDIO_FAILED")
    deliver_all()
    assert receiver.heard == []
    assert Delivery.objects.get().problem == "Not a public address, so nothing is sent to it"


def test_a_dead_callback_address_changes_nothing_about_the_task(program, work):
    task_id = program.created("generate", SONG | {"callBackUrl": "not even an address"})
    work(task_id, "TEXT_SUCCESS", "SUCCESS")
    deliver_all()
    assert program.record(task_id)["status"] == "SUCCESS"
    assert Delivery.objects.filter(stage="text").get().problem


def test_two_looks_at_once_tell_everything_once(asked, work):
    work(asked, "TEXT_SUCCESS", "SUCCESS")
    seen = Call.objects.select_related("generation").get()
    telling.catch_up(seen)
    telling.catch_up(seen)
    assert Delivery.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_a_receiver_that_never_answers_holds_up_nobody(made_key, receiver, open_network, suno):
    program = made_key()
    silent = socket.create_server(("127.0.0.1", 0))
    slow = f"http://127.0.0.1:{silent.getsockname()[1]}/"
    for url in (slow, receiver.url):
        task_id = program.created("lyrics", {"prompt": "sea", "callBackUrl": url})
        call = Call.objects.get(callback_url=url)
        Delivery.objects.create(call=call, stage="complete", body={"data": {"task_id": task_id}})
    delivering.start()
    until = time.monotonic() + 10
    while not receiver.heard and time.monotonic() < until:
        time.sleep(0.02)
    assert len(receiver.heard) == 1
    silent.close()
    while Delivery.objects.filter(problem="", delivered_at=None).exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert ApiKey.objects.count() == 1
