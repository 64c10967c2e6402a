"""The sweep finishes everything by itself: no callback, no luck, many at once."""

import time

import pytest
from django.utils import timezone

from suno_web.credits import ledger
from suno_web.studio import generating, sending, sweeping
from suno_web.studio.models import Generation, Track
from tests.studio.conftest import SONG

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_sweep_brings_many_songs_home_without_a_single_callback(project, bob, suno, team):
    suno.auto = True
    for number in range(6):
        sending.send(str(generating.begin(project, by=bob, form=SONG, form_key=f"form-{number}").pk))

    until = time.monotonic() + 30
    while Generation.objects.unfinished().exists() and time.monotonic() < until:
        Generation.objects.filter(next_poll_at__isnull=False).update(next_poll_at=timezone.now())
        assert sweeping.due()
        sweeping.sweep()

    assert list(Generation.objects.values_list("status", flat=True)) == ["done"] * 6
    assert Track.objects.filter(archived_at__isnull=False).count() == 12
    balance = ledger.balance(team)
    assert (balance.held, balance.spent_this_month, ledger.differences(team)) == (0, 72, [])
    assert not sweeping.due()


def test_a_request_whose_task_was_lost_is_sent_after_all(project, bob, suno):
    begun = generating.begin(project, by=bob, form=SONG, form_key="form-1")
    assert not sweeping.due()
    Generation.objects.update(created_at=timezone.now() - sweeping.STALE_QUEUED)

    assert sweeping.due()
    sweeping.sweep()

    begun.refresh_from_db()
    assert begun.status == "waiting"
