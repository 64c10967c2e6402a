"""Who is taken for stuck, and who is only busy."""

import time
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from django_q.models import OrmQ
from django_q.signals import post_execute_in_worker, post_spawn, pre_execute

from suno_web import background
from suno_web.operate import clusters, errands, pulses, ticking
from suno_web.operate.clusters import AtWork
from suno_web.operate.models import Pulse
from suno_web.operate.ticking import Ticker
from suno_web.operate.watchdog import Watchdog

pytestmark = pytest.mark.django_db


def silent(limit: float = 30.0) -> list[str]:
    watchdog = Watchdog(limit)
    watchdog.listening_since -= 1000
    return watchdog._silent(time.time())


def ago(seconds: float) -> Any:
    return timezone.now() - timedelta(seconds=seconds)


def test_a_cluster_that_owes_an_answer_for_too_long_is_silent() -> None:
    Pulse.objects.create(name="studio", asked_at=ago(40), heard_at=ago(45))
    Pulse.objects.create(name="engine", asked_at=ago(20), heard_at=ago(25))

    assert silent() == ["studio"]


def test_a_cluster_nobody_asked_is_not_silent() -> None:
    Pulse.objects.create(name="engine", asked_at=ago(300), heard_at=ago(299))

    assert silent() == []


def test_a_cluster_at_work_is_not_silent_although_its_heartbeat_waits() -> None:
    Pulse.objects.create(name="engine", asked_at=ago(100), heard_at=ago(101))
    assert silent() == ["engine"]

    pulses.hear("engine")

    assert silent() == []


def test_an_engine_that_still_loads_is_given_time() -> None:
    Pulse.objects.create(name="engine", asked_at=ago(60))

    assert silent() == []


def test_a_ticker_that_stopped_is_silent_unasked() -> None:
    Pulse.objects.create(name="ticker", heard_at=ago(31))

    assert silent() == ["ticker"]


def test_a_sleeping_machine_makes_nobody_silent() -> None:
    Pulse.objects.create(name="studio", asked_at=ago(4000), heard_at=ago(4001))
    watchdog = Watchdog(30.0)

    assert watchdog._silent(time.time()) == []


@pytest.mark.django_db(transaction=True)
def test_a_worker_gives_the_sign_of_life_while_a_long_task_keeps_it_busy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(clusters, "SIGN_EVERY", 0.05)
    AtWork("engine").connect()
    post_spawn.send(sender="test", proc_name="worker")

    pre_execute.send(sender="test", func=None, task={})
    time.sleep(0.5)
    post_execute_in_worker.send(sender="test", func=None, task={})

    assert Pulse.objects.get(pk="engine").age is not None
    # A sign that was on its way may still come on a busy machine.
    time.sleep(0.3)
    Pulse.objects.all().delete()
    time.sleep(0.3)
    assert not Pulse.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_ticker_asks_a_cluster_once_until_it_answers() -> None:
    ticker = Ticker(["studio"], heartbeat=0.0)

    ticker._ask("studio")
    ticker._ask("studio")
    assert OrmQ.objects.filter(key="studio").count() == 1

    errands.beat("studio")
    ticker._ask("studio")
    assert OrmQ.objects.filter(key="studio").count() == 2


@pytest.mark.django_db(transaction=True)
def test_an_errand_is_queued_once_until_it_is_done_or_lost() -> None:
    errand = next(one for one in errands.ERRANDS if one.name == "old events")
    ticker = Ticker(["studio"], heartbeat=5.0)

    ticker._queue(errand)
    ticker._queue(errand)
    assert OrmQ.objects.count() == 1

    errands.run("old events")
    ticker._queue(errand)
    assert OrmQ.objects.count() == 2

    Pulse.objects.filter(pk="old events").update(asked_at=ago(errand.patience + 1))
    ticker._queue(errand)
    assert OrmQ.objects.count() == 3


def test_a_failing_errand_is_noted_and_comes_round_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise RuntimeError("a secret that must not reach the health page")

    monkeypatch.setattr(errands, "ERRANDS", [errands.Errand("broken", "studio", every=1, task=fail)])
    pulses.ask("broken")

    errands.run("broken")

    pulse = Pulse.objects.get(pk="broken")
    assert (pulse.problem, pulse.silence) == ("RuntimeError", 0.0)


def test_one_failing_duty_does_not_hold_up_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(cluster: str) -> None:
        raise RuntimeError("no")

    ticker = Ticker(["studio"], heartbeat=5.0)
    monkeypatch.setattr(ticker, "_ask", fail)
    monkeypatch.setattr(ticking.connections, "close_all", lambda: None)
    queued: list[str] = []
    monkeypatch.setattr(ticker, "_queue", lambda errand: queued.append(errand.name))

    ticker.tick()

    assert queued == [errand.name for errand in errands.ERRANDS if errand.cluster == "studio"]


@pytest.mark.django_db(transaction=True)
def test_what_a_dead_cluster_had_taken_is_handed_out_again() -> None:
    background.enqueue(errands.beat, "engine", cluster="engine")
    background.enqueue(errands.beat, "studio")
    OrmQ.objects.update(lock=timezone.now() + timedelta(seconds=2000))

    assert background.hand_out_again("engine") == 1

    assert OrmQ.objects.get(key="engine").lock <= timezone.now()
    assert OrmQ.objects.get(key="studio").lock > timezone.now()
