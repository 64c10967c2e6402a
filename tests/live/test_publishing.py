"""The log of events: what it keeps, what it forgets, what it tells a stream that was away."""

from datetime import timedelta

import pytest
from django.utils import timezone

from suno_web.live import publishing, reading
from suno_web.live.models import Event

pytestmark = pytest.mark.django_db


def test_an_event_goes_over_the_wire_with_its_id_topic_and_data():
    event = publishing.publish("project:1", "takes", title="Zug\nnach Süden")

    [frame] = reading.since(0)

    assert bytes(frame).decode() == (
        f'id: {event.pk}\nevent: takes\ndata: {{"title":"Zug\\nnach Süden"}}\n\n'
    )


def test_the_last_id_is_zero_before_anything_happened():
    assert reading.last_id() == 0
    event = publishing.publish("project:1", "takes")
    assert reading.last_id() == event.pk


def test_a_stream_missed_only_what_its_audiences_were_told():
    first = publishing.publish("project:1", "takes")
    publishing.publish("project:2", "takes")
    mine = publishing.publish("team:1", "credits")

    missed = reading.missed(first.pk, {"project:1", "team:1"})

    assert [frame.id for frame in missed] == [mine.pk]


def test_what_was_forgotten_or_never_happened_cannot_be_told():
    events = [publishing.publish("project:1", "takes") for _ in range(3)]
    Event.objects.filter(pk__lt=events[2].pk).delete()

    assert reading.missed(events[0].pk, {"project:1"}) is None
    assert [frame.id for frame in reading.missed(events[1].pk, {"project:1"})] == [events[2].pk]
    assert reading.missed(events[2].pk + 100, {"project:1"}) is None


def test_too_much_to_tell_is_not_told():
    first = publishing.publish("project:1", "takes")
    Event.objects.bulk_create(
        Event(audience="project:1", topic="takes") for _ in range(reading.MOST_REPLAYED + 1)
    )

    assert reading.missed(first.pk, {"project:1"}) is None
    assert len(reading.missed(first.pk + 1, {"project:1"})) == reading.MOST_REPLAYED


def test_pruning_forgets_old_events_but_keeps_count():
    old = [publishing.publish("project:1", "takes") for _ in range(3)]
    Event.objects.update(created_at=timezone.now() - timedelta(days=2))

    assert publishing.prune() == 2
    assert reading.last_id() == old[-1].pk

    fresh = publishing.publish("project:1", "takes")
    assert publishing.prune() == 1
    assert [frame.id for frame in reading.since(0)] == [fresh.pk]


def test_streams_look_again_when_somebody_logs_out(client_for, bob, django_capture_on_commit_callbacks):
    client = client_for(bob)

    client.logout()

    event = Event.objects.get()
    assert (event.audience, event.topic) == (f"user:{bob.pk}", publishing.REFRESH)
