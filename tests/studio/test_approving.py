"""Requests that wait for a lead: nothing is held meanwhile, and each is decided once, whoever is at it."""

import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from suno_web.accounts.models import AuditEntry, Membership
from suno_web.alerts.models import Alert
from suno_web.credits import budgets, gates, ledger, prices
from suno_web.credits.models import Entry
from suno_web.live.models import Event
from suno_web.studio import approving, generating, outcomes, processing, sending, sweeping
from suno_web.studio.forms import SongForm
from suno_web.studio.models import Approval, Generation
from tests.studio.conftest import SONG

LIMIT = Decimal(10)


@pytest.fixture
def gated(team, alice, suno) -> None:
    """What costs more than 10 credits waits."""
    gates.add(team, by=alice, above=LIMIT)


@pytest.fixture
def waiting(gated, project, bob) -> Approval:
    """A song of Bob's that waits."""
    made = generating.begin(project, by=bob, form=SONG, form_key="form-1")
    return Approval.objects.select_related("generation__project__team").get(generation=made)


@pytest.fixture
def ben(team, project):
    """A maker who leads the project."""
    user = type(project.created_by).objects.create_user("ben@example.com", name="Ben")
    Membership.objects.create(team=team, user=user, role=Membership.Role.MAKER)
    project.members.add(user)
    project.leads.add(user)
    return user


def entries(generation) -> list[str]:
    return list(Entry.objects.filter(cause=generation.reference).values_list("kind", flat=True))


def state(approval) -> tuple[str, str]:
    found = Approval.objects.select_related("generation").get(pk=approval.pk)
    return found.status, found.generation.status


def test_what_waits_holds_nothing_and_is_not_sent(waiting, team, suno):
    made = waiting.generation
    sending.send(str(made.pk))
    Generation.objects.update(created_at=timezone.now() - timedelta(days=1))
    sweeping.sweep()

    assert state(waiting) == ("open", "awaiting")
    assert (entries(made), ledger.balance(team).held, suno.created) == ([], 0, [])
    assert waiting.why == "It costs 12 credits, and more than 10 wait for a lead’s approval."
    assert waiting.expires_at - waiting.created_at > timedelta(days=2, hours=23)


def test_who_decides_is_told_once_and_open_pages_hear_of_it(ben, waiting, project, alice):
    told = Alert.objects.get(kind=Alert.Kind.APPROVAL)
    assert set(told.people.all()) == {alice, ben}
    assert told.path == f"/approvals/{waiting.generation_id}/"
    topics = Event.objects.filter(audience=project.audience).values_list("topic", "data__status")
    assert list(topics) == [("takes", None), (waiting.generation.topic, "awaiting")]
    assert [one.what for one in waiting.generation.steps.all()] == ["Waiting for approval"]


def test_the_same_form_twice_waits_once(waiting, project, bob):
    again = generating.begin(project, by=bob, form=SONG, form_key="form-1")

    assert (again, Approval.objects.count()) == (waiting.generation, 1)


def test_whoever_decides_waits_for_nobody(gated, project, alice, ben):
    made = [generating.begin(project, by=one, form=SONG, form_key=one.name) for one in (alice, ben)]
    assert [one.status for one in made] == ["queued", "queued"]


def test_what_is_answered_at_once_never_waits(gated, project, team, alice, bob):
    gates.add(team, by=alice, member=bob)
    assert generating.boost_style(project, by=bob, style="synth-pop").status == "done"


def test_a_cheap_request_is_made_at_once(gated, project, bob):
    assert generating.write_lyrics(project, by=bob, idea="the last train", form_key="l").status == "queued"


def test_an_approval_holds_for_the_maker_and_sends(waiting, team, alice, bob, suno):
    made = approving.approve(waiting, by=alice)

    held = Entry.objects.get(cause=made.reference)
    assert (held.kind, held.amount, held.member, held.actor) == ("hold", 12, bob, alice)
    assert state(waiting) == ("approved", "queued")
    sending.send(str(made.pk))
    assert len(suno.created) == 1
    answer = Alert.objects.get(kind=Alert.Kind.ANSWER)
    assert (list(answer.people.all()), "Alice approved" in answer.title) == ([bob], True)
    assert AuditEntry.objects.filter(team=team, action="approval.approve", actor=alice).count() == 1


def test_the_price_is_that_of_the_moment_of_approval(waiting, team, alice):
    prices.set_price(team, "generate", "", Decimal(30), by=alice)

    made = approving.approve(waiting, by=alice)

    assert (made.price, Entry.objects.get(cause=made.reference).amount) == (30, 30)
    assert AuditEntry.objects.get(action="approval.approve").after["credits when asked"] == "12.00"
    outcomes.fail(made, "broken")
    assert (entries(made), ledger.differences(team)) == (["hold", "refund"], [])


def test_without_credits_an_approval_leaves_everything_as_it_was(waiting, team, alice, bob):
    budgets.set_amount(team, member=bob, amount=Decimal(5), by=alice)

    with pytest.raises(ledger.InsufficientCredits) as refused:
        approving.approve(waiting, by=alice)

    assert "Bob’s budget" in str(refused.value)
    assert (state(waiting), entries(waiting.generation)) == (("open", "awaiting"), [])
    assert not AuditEntry.objects.filter(action="approval.approve").exists()
    budgets.set_amount(team, member=bob, amount=Decimal(50), by=alice)
    assert approving.approve(waiting, by=alice).status == "queued"


@pytest.mark.parametrize(
    ("end", "status", "problem"),
    [
        (lambda one, alice, bob: approving.decline(one, by=alice, note=" too \n long "), "declined",
         "Alice declined this: “too long”. Nothing was charged."),
        (lambda one, alice, bob: approving.decline(one, by=alice), "declined",
         "Alice declined this. Nothing was charged."),
        (lambda one, alice, bob: approving.withdraw(one, by=bob), "withdrawn",
         "Bob withdrew this before it was approved. Nothing was charged."),
    ],
)  # fmt: skip
def test_what_is_not_approved_ends_in_plain_words_and_costs_nothing(
    waiting, alice, bob, team, end, status, problem
):
    before = ledger.balance(team)

    end(waiting, alice, bob)

    made = Generation.objects.get(pk=waiting.generation_id)
    assert (state(waiting), made.problem) == ((status, "failed"), problem)
    assert (entries(made), ledger.balance(team)) == ([], before)
    assert made.steps.last().what == "Ended, nothing was charged"
    action = {"declined": "approval.decline", "withdrawn": "approval.withdraw"}[status]
    assert AuditEntry.objects.get(team=team, action__startswith="approval.").action == action


def test_nobody_decides_twice(waiting, alice, ben, bob):
    stale = Approval.objects.select_related("generation__project__team").get(pk=waiting.pk)
    approving.approve(waiting, by=alice)

    for late in (
        lambda: approving.approve(stale, by=ben),
        lambda: approving.decline(stale, by=ben),
        lambda: approving.withdraw(stale, by=bob),
        lambda: approving.edit(stale, by=ben, form=SongForm({})),
    ):
        with pytest.raises(approving.Closed, match="Alice has approved this already"):
            late()
    assert (state(waiting), entries(waiting.generation)) == (("approved", "queued"), ["hold"])


def test_a_request_nobody_decides_about_ends_in_time(waiting, alice):
    assert not approving.due()
    Approval.objects.update(expires_at=timezone.now())

    assert approving.due()
    approving.expire()
    approving.expire()

    assert (state(waiting), approving.due()) == (("expired", "failed"), False)
    assert "Nobody approved this within" in Generation.objects.get().problem
    with pytest.raises(approving.Closed, match="waited too long"):
        approving.approve(waiting, by=alice)


def test_the_team_says_how_long_requests_wait(gated, team, project, alice, bob):
    gates.change_rules(team, by=alice, approval_days=1)
    generating.begin(project, by=bob, form=SONG, form_key="form-1")

    approval = Approval.objects.get()
    assert timedelta(hours=23) < approval.expires_at - timezone.now() <= timedelta(days=1)


def test_a_lead_changes_what_is_asked_for(waiting, alice, team):
    form = SongForm(
        {"mode": "custom", "instrumental": "on", "style": "folk", "title": "Low tide", "model": "V4"},
        project=waiting.generation.project,
    )
    assert form.is_valid(), form.errors
    approving.edit(waiting, by=alice, form=form)

    changed = Generation.objects.get()
    assert (changed.title, changed.model, changed.request["style"]) == ("Low tide", "V4", "folk")
    assert (state(waiting), entries(changed)) == (("open", "awaiting"), [])
    written = AuditEntry.objects.get(action="approval.edit")
    assert (written.before["model"], written.after["model"]) == ("V5", "V4")
    assert changed.steps.last().what == "Changed by Alice"


def test_a_change_of_nothing_is_not_written_down(waiting, alice):
    form = SongForm({"mode": "simple", "idea": SONG["prompt"], "model": "V5"})
    assert form.is_valid()
    approving.edit(waiting, by=alice, form=form)

    assert not AuditEntry.objects.filter(action="approval.edit").exists()


def test_what_a_former_member_asked_for_cannot_be_approved(waiting, alice, bob):
    bob.memberships.all().delete()

    with pytest.raises(approving.Closed, match="Bob does not make music"):
        approving.approve(waiting, by=alice)
    assert state(waiting) == ("open", "awaiting")
    approving.decline(waiting, by=alice)
    assert state(waiting) == ("declined", "failed")


def test_a_job_that_is_ended_otherwise_waits_for_nobody(waiting, alice):
    outcomes.fail(waiting.generation, "Ended by Alice.")

    assert state(waiting) == ("withdrawn", "failed")
    with pytest.raises(approving.Closed):
        approving.approve(waiting, by=alice)


def test_files_of_a_take_wait_too(take, team, alice, bob):
    gates.add(team, by=alice, operation="stems")
    asked = processing.ask(take, by=bob, operation=Generation.Operation.STEMS, type="split_stem")

    assert (asked.status, asked.approval.why) == (
        "awaiting",
        "Requests for stems wait for a lead’s approval.",
    )
    assert approving.approve(asked.approval, by=alice).status == "queued"


def test_jobs_of_a_member_who_leaves_settle_as_they_would(sent, suno, bob, team, look, archive):
    bob.memberships.all().delete()
    suno.advance(sent.task_id, "SUCCESS")

    assert archive(look(sent)).status == "done"
    assert (entries(sent), ledger.balance(team).held, ledger.differences(team)) == (["hold", "settle"], 0, [])


@pytest.mark.django_db(transaction=True)
def test_of_two_leads_at_once_one_decides(waiting, alice, ben):
    gate, said = threading.Barrier(6), []

    def decide(number: int) -> None:
        approval = Approval.objects.select_related("generation__project__team").get(pk=waiting.pk)
        gate.wait()
        try:
            if number % 2:
                approving.decline(approval, by=ben)
                said.append("declined")
            else:
                approving.approve(approval, by=alice)
                said.append("approved")
        except approving.Closed:
            said.append("late")
        finally:
            connection.close()

    threads = [threading.Thread(target=decide, args=[number]) for number in range(6)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    assert sorted(said)[1:] == ["late"] * 5
    expected = {"approved": (("approved", "queued"), ["hold"]), "declined": (("declined", "failed"), [])}
    assert (state(waiting), entries(waiting.generation)) == expected[sorted(said)[0]]
    assert ledger.differences(waiting.generation.project.team) == []


def batch(project, bob, count, key="form-1"):
    return generating.ask_many(
        project,
        by=bob,
        count=count,
        form_key=key,
        operation=Generation.Operation.GENERATE,
        request={"customMode": False, "instrumental": False, "model": "V5", "prompt": "rain"},
        title="rain",
    )


def test_a_batch_makes_as_many_as_were_asked_for_once(project, bob, suno, team):
    first, again = batch(project, bob, 3), batch(project, bob, 3)

    assert (len(set(first)), again, ledger.balance(team).held) == (3, first, 36)


def test_a_batch_that_does_not_fit_is_refused_as_a_whole(project, alice, bob, suno, team):
    budgets.set_amount(team, member=bob, amount=Decimal(30), by=alice)

    with pytest.raises(generating.BatchRefused) as refused:
        batch(project, bob, 3)

    assert (refused.value.fits, refused.value.refusal.needed, refused.value.refusal.available) == (2, 36, 30)
    assert "This costs 36 credits and 30 are left of your budget" in str(refused.value)
    assert str(refused.value).endswith("2 of the 3 would fit.")
    assert (Generation.objects.count(), Entry.objects.filter(kind="hold").count()) == (0, 0)
    assert Alert.objects.filter(kind=Alert.Kind.BUDGET_100).count() == 1


def test_every_song_of_a_batch_waits_where_one_would(gated, project, bob):
    assert [one.status for one in batch(project, bob, 2)] == ["awaiting", "awaiting"]
    assert Approval.objects.count() == 2
    told = Alert.objects.get(kind=Alert.Kind.APPROVAL)
    assert told.title == "Bob waits for approval: 2 × song “rain”, 24 credits"


def test_what_a_lead_asks_for_in_a_members_name_is_made_at_once(gated, project, alice, bob):
    asked = {"operation": Generation.Operation.GENERATE, "request": {"model": "V5", "prompt": "rain"}}
    made = generating.ask(project, by=bob, actor=alice, **asked)

    held = Entry.objects.get(cause=made.reference)
    assert (made.status, held.member, held.actor) == ("queued", bob, alice)
