"""What a lead does about a job: in every state, twice, and with books that add up afterwards."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from suno_web.accounts.models import AuditEntry, Membership
from suno_web.credits import budgets, gates, ledger
from suno_web.credits.models import Entry
from suno_web.studio import following, generating, history, jobs, outcomes, sending, sweeping
from suno_web.studio.models import Generation, Input, Track
from tests.provider.script import Answer
from tests.studio.conftest import SONG

pytestmark = pytest.mark.django_db


def whats(generation: Generation) -> list[str]:
    return [moment.step.what for moment in history.timeline(generation)]


def kinds(generation: Generation) -> list[str]:
    """Its lines in the ledger, in order."""
    return list(Entry.objects.filter(cause=generation.reference).values_list("kind", flat=True))


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("id").values_list("action", flat=True))


@pytest.fixture
def lost(begun, suno) -> Generation:
    """A song of which nobody knows whether the provider took it."""
    suno.answers = [Answer(drop="after")]
    sending.send(str(begun.pk))
    begun.refresh_from_db()
    return begun


@pytest.fixture
def sent_before(project, bob, suno) -> Generation:
    """Another song, which the provider has accepted."""
    other = generating.begin(project, by=bob, form=SONG, form_key="form-0")
    sending.send(str(other.pk))
    other.refresh_from_db()
    return other


@pytest.fixture
def done(take) -> Generation:
    """A song that is made, paid for and on disk."""
    return Generation.objects.get(pk=take.generation_id)


# Again


def test_what_failed_is_asked_for_again_on_its_makers_budget(begun, bob, alice, team):
    outcomes.fail(begun, "The provider could not make the audio.")

    new = jobs.again(begun, by=alice)

    assert (new.requested_by, new.status, new.request, new.settings, new.title, new.price) == (
        bob, "queued", begun.request, begun.settings, begun.title, begun.price,
    )  # fmt: skip
    hold = Entry.objects.get(cause=new.reference)
    assert (hold.member, hold.actor) == (bob, alice)
    assert (kinds(begun), kinds(new)) == (["hold", "refund"], ["hold"])
    assert "Asked for again by Alice" in whats(begun)
    assert "Asked for again by Alice" in whats(new)
    entry = AuditEntry.objects.get(action="job.retry")
    assert (entry.actor, entry.after["job"], entry.after["again"]) == (alice, str(begun.pk), str(new.pk))
    assert ledger.differences(team) == []


@pytest.mark.parametrize("how", ["left the team", "only listens now"])
def test_the_lead_pays_where_the_maker_makes_nothing_any_more(begun, bob, alice, how):
    outcomes.fail(begun, "no")
    memberships = Membership.objects.filter(user=bob)
    memberships.delete() if how == "left the team" else memberships.update(role="listener")

    assert jobs.possible(begun, by=alice).pays == alice
    assert jobs.again(begun, by=alice).requested_by == alice


def test_a_button_pressed_twice_asks_once(begun, alice, team):
    outcomes.fail(begun, "no")

    made = {jobs.again(begun, by=alice, form_key="k").pk for _ in range(2)}

    assert len(made) == 1
    assert actions().count("job.retry") == 1
    assert ledger.balance(team).held == 12


def test_it_is_made_from_the_same_sources_again(take, alice, bob, project):
    extension = generating.ask(
        project, by=bob, operation=Generation.Operation.EXTEND, inputs=[take],
        request={"audioId": take.audio_id, "model": "V5"}, title="More",
    )  # fmt: skip
    outcomes.fail(extension, "no")

    assert [one.source for one in jobs.again(extension, by=alice).inputs.all()] == [take]

    Input.objects.update(track=None)
    with pytest.raises(jobs.Impossible, match="has been deleted"):
        jobs.again(extension, by=alice)


@pytest.mark.parametrize("state", ["awaiting", "queued", "sending", "waiting"])
def test_what_runs_is_not_asked_for_again(begun, alice, state):
    Generation.objects.update(status=state)
    begun.refresh_from_db()

    with pytest.raises(jobs.Impossible, match="not ended yet"):
        jobs.again(begun, by=alice)

    assert Generation.objects.count() == 1


def test_too_few_credits_for_another_are_told_and_nothing_is_made(begun, alice, team):
    outcomes.fail(begun, "no")
    ledger.adjust(team, -ledger.balance(team).available, cause="test", note="spent elsewhere")

    with pytest.raises(ledger.InsufficientCredits):
        jobs.again(begun, by=alice)

    assert Generation.objects.count() == 1
    assert "job.retry" not in actions()


def test_a_lead_who_asks_again_waits_for_nobody(begun, bob, alice, team):
    gates.add(team, by=alice, member=bob)
    outcomes.fail(begun, "no")

    assert jobs.again(begun, by=alice).status == "queued"


def test_a_budget_stops_a_second_time_too(begun, bob, alice, team):
    outcomes.fail(begun, "no")
    budgets.set_amount(team, member=bob, amount=5, by=alice)

    with pytest.raises(ledger.OverBudget):
        jobs.again(begun, by=alice)
    assert "job.retry" not in actions()


# Re-check


def test_a_waiting_job_is_looked_at_now(sent, alice, suno, django_capture_on_commit_callbacks, monkeypatch):
    Generation.objects.update(next_poll_at=timezone.now() + following.LEASE)
    suno.advance(sent.task_id, "TEXT_SUCCESS")
    queued = []
    monkeypatch.setattr("suno_web.background.async_task", lambda *task, **_: queued.append(task))

    with django_capture_on_commit_callbacks(execute=True):
        assert jobs.recheck(sent, by=alice) == "The provider is being asked how far it is."
    following.look(queued[0][1])

    sent.refresh_from_db()
    assert (queued[0][0], sent.stage) == ("suno_web.studio.following.look", "TEXT_SUCCESS")
    assert "Re-checked by Alice" in whats(sent)
    assert "job.recheck" in actions()


def test_a_queued_job_is_sent_but_not_before_the_take_it_is_made_from(begun, alice, bob, project):
    assert jobs.recheck(begun, by=alice) == "It is being sent now."
    take = Track.objects.create(generation=begun, take=1, audio_id="a")
    later = generating.ask(
        project, by=bob, operation=Generation.Operation.WAV, request={"audioId": "a"}, inputs=[take]
    )

    with pytest.raises(jobs.Impossible, match="waits for the take"):
        jobs.recheck(later, by=alice)


def test_a_job_whose_answer_was_lost_is_given_up_only_when_nobody_can_call_back(lost, alice, team):
    said = jobs.recheck(lost, by=alice)
    lost.refresh_from_db()
    assert "It is given up in 30 min" in said
    assert lost.status == "sending"

    Generation.objects.update(sent_at=timezone.now() - sweeping.LOST_AFTER)
    assert "given up and its credits returned" in jobs.recheck(lost, by=alice)

    lost.refresh_from_db()
    assert (lost.status, kinds(lost)) == ("failed", ["hold", "refund"])
    assert ledger.differences(team) == []


def test_a_lost_job_is_followed_once_its_task_is_named(sent_before, lost, alice, suno, look, team):
    for wrong in ("", sent_before.task_id):
        with pytest.raises(jobs.Impossible, match="Another job follows that task"):
            jobs.adopt(lost, wrong, by=alice)
    task_id = next(task for task in suno.tasks if task != sent_before.task_id)

    jobs.adopt(lost, task_id, by=alice)
    with pytest.raises(jobs.Impossible, match="not lost"):
        jobs.adopt(lost, task_id, by=alice)
    suno.advance(task_id, "SUCCESS")
    look(lost)

    assert (lost.tracks.count(), kinds(lost)) == (2, ["hold", "settle"])
    assert "Task named by Alice" in whats(lost)
    assert ledger.differences(team) == []


def test_unsaved_files_are_fetched_again_and_a_saved_job_has_nothing_to_check(done, alice):
    with pytest.raises(jobs.Impossible, match="all its files are saved"):
        jobs.recheck(done, by=alice)
    Track.objects.filter(take=1).update(
        archived_at=None, archive_at=None, archive_attempts=9, archive_problem="gone"
    )

    assert jobs.possible(done, by=alice).recheck
    assert jobs.recheck(done, by=alice) == "1 of 1 unsaved files are being fetched again."

    track = done.tracks.get(take=1)
    assert (track.archive_attempts, track.archive_at is not None) == (0, True)


def test_what_waits_for_approval_was_not_sent_and_is_declined_there(begun, alice):
    Generation.objects.update(status="awaiting")
    begun.refresh_from_db()

    for do in (
        lambda: jobs.recheck(begun, by=alice),
        lambda: jobs.end(begun, by=alice, reason="no"),
    ):
        with pytest.raises(jobs.Impossible, match="approval"):
            do()
    assert jobs.possible(begun, by=alice) == jobs.Possible(
        again=None, pays=begun.requested_by, recheck=False, adopt=False, end=False, refund=None
    )


# End


@pytest.mark.parametrize("state", ["begun", "lost", "sent"])
def test_a_running_job_is_ended_with_a_reason_and_its_credits_come_back(request, alice, team, suno, state):
    job = request.getfixturevalue(state)
    before = ledger.balance(team)

    jobs.end(job, by=alice, reason="  It hangs ")
    with pytest.raises(jobs.Impossible, match="ended already"):
        jobs.end(job, by=alice, reason="Again")

    job.refresh_from_db()
    assert (job.status, job.problem) == ("failed", "Ended by Alice: It hangs")
    assert kinds(job) == ["hold", "refund"]
    after = ledger.balance(team)
    assert (after.held, after.available) == (0, before.available + 12)
    assert AuditEntry.objects.get(action="job.end").after["reason"] == "It hangs"
    assert ledger.differences(team) == []


def test_news_that_comes_after_the_end_changes_nothing(sent, alice, suno, look, team):
    jobs.end(sent, by=alice, reason="It hangs")
    suno.advance(sent.task_id, "SUCCESS")
    look(sent)
    sending.send(str(sent.pk))

    sent.refresh_from_db()
    assert (sent.status, sent.tracks.count(), kinds(sent)) == ("failed", 0, ["hold", "refund"])
    assert ledger.differences(team) == []


def test_what_was_delivered_but_not_saved_gives_its_credits_back_when_ended(sent, alice, suno, look, team):
    suno.advance(sent.task_id, "SUCCESS")
    assert look(sent).status == "waiting"

    jobs.end(sent, by=alice, reason="Its files cannot be saved")

    assert kinds(sent) == ["hold", "settle", "adjustment"]
    assert jobs.possible(sent, by=alice).refund is None
    assert ledger.balance(team).spent_this_month == 0
    assert ledger.differences(team) == []


# Refund


def test_what_was_spent_comes_back_once_with_the_reason(done, alice, team):
    before = ledger.balance(team)

    assert jobs.possible(done, by=alice).refund == 12
    assert jobs.refund(done, by=alice, reason="It crackles") == 12
    with pytest.raises(jobs.Impossible, match="given back before"):
        jobs.refund(done, by=alice, reason="It crackles")

    given = Entry.objects.get(cause=done.reference, kind="adjustment")
    assert (given.amount, given.actor, given.note) == (12, alice, "It crackles")
    after = ledger.balance(team)
    assert (after.available, after.spent_this_month) == (before.available + 12, before.spent_this_month - 12)
    entry = AuditEntry.objects.get(action="job.refund")
    assert (entry.actor, entry.after["credits"], entry.after["reason"]) == (alice, "12.00", "It crackles")
    assert "Credits given back by Alice" in whats(done)
    assert ledger.differences(team) == []


def test_only_what_was_spent_can_come_back(begun, alice, team):
    with pytest.raises(jobs.Impossible, match="held and not spent"):
        jobs.refund(begun, by=alice, reason="x")
    outcomes.fail(begun, "no")
    with pytest.raises(jobs.Impossible, match="came back when it failed"):
        jobs.refund(begun, by=alice, reason="x")

    free = Generation.objects.create(project=begun.project, status="done")
    with pytest.raises(jobs.Impossible, match="cost nothing"):
        jobs.refund(free, by=alice, reason="x")
    assert "job.refund" not in actions()


def test_a_settle_after_a_refund_spends_nothing(done, alice, team):
    jobs.refund(done, by=alice, reason="It crackles")

    assert not outcomes.settle(done)
    assert not outcomes.finish(done)
    assert kinds(done) == ["hold", "settle", "adjustment"]
    assert ledger.differences(team) == []


@pytest.mark.parametrize("do", [jobs.end, jobs.refund])
def test_nothing_happens_without_a_reason(done, begun, alice, do):
    with pytest.raises(jobs.Impossible, match="Say why"):
        do(done, by=alice, reason="  ")

    assert kinds(done) == ["hold", "settle"]


def test_the_timeline_says_how_long_each_step_took(sent):
    first, *rest = history.timeline(sent)

    assert first.after is None
    assert all(moment.after is not None and moment.after >= 0 for moment in rest)


def test_the_jobs_page_shows_the_time_between_steps(client_for, alice, sent):
    last = sent.steps.last()
    type(last).objects.filter(pk=last.pk).update(at=last.at + sweeping.STALE_QUEUED)

    assert "+ 60 s" in client_for(alice).get(reverse("studio:job", args=[sent.pk])).content.decode()


@pytest.mark.django_db(transaction=True)
def test_credits_come_back_once_however_many_ask_while_they_are_being_spent(begun, alice, team):
    def attempt(do):
        try:
            return do()
        except jobs.Impossible:
            return None
        finally:
            connections.close_all()

    def refund():
        return jobs.refund(begun, by=alice, reason="It crackles")

    def finish():
        outcomes.finish(begun)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(attempt, [refund, finish, refund, refund]))
        given = list(pool.map(attempt, [refund] * 4))

    assert kinds(begun) == ["hold", "settle", "adjustment"]
    assert len([amount for amount in given if amount]) <= 1
    assert actions().count("job.refund") == 1
    assert ledger.differences(team) == []
