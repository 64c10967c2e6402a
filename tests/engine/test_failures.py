"""Renders that die, words that are not sung, and what happens to the credits."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from suno_web.engine import composing, files, leases, rendering, sweeping
from suno_web.engine.models import Charge, Delivery, Task, Track


def fall_silent(rows):
    """As a killed worker leaves its row."""
    rows.update(overdue_at=timezone.now() - timedelta(seconds=1))


def test_take_of_a_killed_worker_is_rendered_again(api, work, receiver):
    task_id = api.create(callBackUrl=receiver.url)
    tracks = composing.write_text(Task.objects.claim(task_id))
    assert not sweeping.due()
    Track.objects.claim(tracks[0].pk)
    fall_silent(Track.objects.filter(pk=tracks[0].pk))

    assert sweeping.due()
    sweeping.sweep()
    rendering.queue(tracks[1])
    work()

    assert api.record(task_id)["status"] == "SUCCESS"
    assert list(Track.objects.values_list("attempts", flat=True)) == [2, 1]
    assert receiver.stages == [("text", 200), ("first", 200), ("complete", 200)]


def test_take_that_dies_twice_fails_the_task_and_gives_the_credits_back(api, work, receiver):
    task_id = api.create(callBackUrl=receiver.url)
    tracks = composing.write_text(Task.objects.claim(task_id))
    for _ in range(2):
        assert Track.objects.claim(tracks[0].pk)
        fall_silent(Track.objects.filter(pk=tracks[0].pk))
        sweeping.sweep()

    record = api.record(task_id)
    assert (record["status"], record["errorCode"]) == ("GENERATE_AUDIO_FAILED", 531)
    assert record["response"] == {
        "taskId": task_id, "sunoData": [], "errorMessage": record["errorMessage"]
    }  # fmt: skip
    assert receiver.stages == [("text", 200), ("error", 531)]
    assert receiver.bodies[1]["data"]["data"] is None
    assert api.credits() == 100_000
    assert not any(files.folder(track.pk).exists() for track in tracks)
    work()
    sweeping.sweep()
    assert Charge.objects.filter(kind="REFUND").count() == 1
    assert api.record(task_id)["status"] == "GENERATE_AUDIO_FAILED"


def test_render_that_crashes_is_tried_once_more(api, work):
    task_id = api.create()
    tracks = composing.write_text(Task.objects.claim(task_id))
    # A folder that cannot be written to stands for a full disk.
    files.discard(tracks[1].pk)

    for track in tracks:
        rendering.queue(track)
    work()

    assert Track.objects.get(pk=tracks[1].pk).attempts == 2
    assert api.record(task_id)["status"] == "GENERATE_AUDIO_FAILED"
    assert api.credits() == 100_000
    assert not files.folder(tracks[0].pk).exists()


def test_superseded_run_stops_and_changes_nothing(api, monkeypatch):
    """A worker that was only slow comes back after its take was given to another."""
    tracks = composing.write_text(Task.objects.claim(api.create()))
    slow = Track.objects.claim(tracks[0].pk)
    fall_silent(Track.objects.filter(pk=slow.pk))
    sweeping.sweep()
    other = Track.objects.claim(tracks[0].pk)

    monkeypatch.setattr(leases, "RENEW_EVERY", 0)
    with pytest.raises(leases.Superseded):
        rendering._produce(slow)
    assert other
    assert other.renew()
    # What goes wrong in the slow run afterwards is not the song's trouble.
    rendering.try_again(slow)
    assert api.record(slow.task_id)["status"] == "TEXT_SUCCESS"
    assert not files.audio(slow.pk).exists()


def test_killed_text_stage_is_done_again_and_then_given_up(api, receiver):
    task_id = api.create(callBackUrl=receiver.url)
    for _ in range(2):
        assert Task.objects.claim(task_id)
        fall_silent(Task.objects)
        sweeping.sweep()

    assert api.record(task_id)["status"] == "GENERATE_AUDIO_FAILED"
    assert receiver.stages == [("error", 531)]
    assert api.credits() == 100_000


def test_work_that_the_queue_lost_is_queued_again(api, work):
    task_id = api.create()
    OrmQ.objects.all().delete()
    fall_silent(Task.objects)

    sweeping.sweep()
    sweeping.sweep()

    assert OrmQ.objects.count() == 1
    work()
    assert api.record(task_id)["status"] == "SUCCESS"


def test_blocked_words_end_the_task_and_are_not_charged(api, work, receiver, blocked_word):
    task_id = api.create(prompt=f"a song about {blocked_word}", callBackUrl=receiver.url)
    work()

    record = api.record(task_id)
    assert (record["status"], record["errorCode"]) == ("SENSITIVE_WORD_ERROR", 400)
    assert record["response"]["sunoData"] == []
    assert receiver.stages == [("error", 400)]
    assert api.credits() == 100_000
    assert Delivery.objects.count() == 1
