"""The list of jobs: who sees which, what narrows it, and what a lead does from it."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from suno_web.accounts.models import AuditEntry, User
from suno_web.credits import ledger
from suno_web.panel.jobs import listing
from suno_web.studio import generating
from suno_web.studio.models import Generation, Project, Step, Track
from tests.studio.conftest import SONG

pytestmark = pytest.mark.django_db
JOBS = "/admin/jobs/"


@pytest.fixture
def make(project, bob):
    """A job in any state, asked for so long ago; as often as wanted."""

    def job(title="Low tide", *, minutes=1.0, **fields) -> Generation:
        made = Generation.objects.create(
            **{"project": project, "requested_by": bob, "model": "V5", "title": title, "price": 12} | fields
        )
        at = timezone.now() - timedelta(minutes=minutes)
        Generation.objects.filter(pk=made.pk).update(created_at=at, sent_at=fields.get("sent_at", at))
        made.refresh_from_db()
        return made

    return job


@pytest.fixture
def begun(project, bob) -> Generation:
    """A song that Bob has asked for and nobody has sent yet."""
    return generating.begin(project, by=bob, form=SONG, form_key="form-1")


@pytest.fixture
def lead(project, bob) -> User:
    project.leads.add(bob)
    return bob


def titles(client: Client, query: str = "") -> list[str]:
    """What the list shows, in order."""
    return [row.job.title for row in client.get(JOBS + query).context["page"].rows]


def counts(client: Client, query: str = "") -> dict[str, int]:
    return {tab.label: tab.count for tab in client.get(JOBS + query).context["tabs"]}


def test_an_admin_sees_every_job_and_a_lead_those_of_their_projects(client_for, alice, lead, team, make):
    other = Project.objects.create(team=team, name="Elsewhere here")
    make("Led")
    make("Not led", project=other)

    assert sorted(titles(client_for(alice))) == ["Led", "Not led"]
    assert titles(client_for(lead)) == ["Led"]
    assert titles(client_for(lead), f"?project={other.pk}") == ["Led"]


def test_for_makers_listeners_and_outsiders_there_is_no_such_page(client_for, bob, lisa, charlie, make):
    job = make()

    addresses = [JOBS, reverse("panel:jobs_csv"), reverse("panel:job_row", args=[job.pk])]
    posts = [
        reverse("panel:jobs_recheck"),
        *(
            reverse(f"panel:job_{name}", args=[job.pk])
            for name in ("again", "recheck", "task", "end", "refund")
        ),
    ]
    for user in (bob, lisa):
        assert {client_for(user).get(at).status_code for at in addresses} == {404}
        assert {client_for(user).post(at, {"reason": "x"}).status_code for at in posts} == {404}
    # Charlie governs a team of his own, whose list is empty, and finds nothing of ours.
    assert titles(client_for(charlie)) == []
    assert {client_for(charlie).get(addresses[2]).status_code} == {404}
    assert {client_for(charlie).post(at, {"reason": "x"}).status_code for at in posts[1:]} == {404}
    assert list(Step.objects.all()) == []


def test_each_state_has_a_tab_that_says_how_many(client_for, alice, make):
    make("Asked", status="awaiting")
    make("Queued", status="queued")
    make("Sending", status="sending")
    make("Lost", status="sending", minutes=5)
    make("Stuck", status="waiting", minutes=11, task_id="t1")
    make("Made", status="done")
    make("Broken", status="failed", problem="The provider could not make the audio.")
    unsaved = make("Unsaved", status="done")
    Track.objects.create(generation=unsaved, take=1, audio_id="a", archive_problem="gone")
    client = client_for(alice)

    assert counts(client) == {
        "All": 8, "Running": 4, "Awaiting approval": 1, "Stuck": 1, "Answer lost": 1, "Files unsaved": 1,
        "Failed": 1, "Done": 2,
    }  # fmt: skip
    steps = {"Queued": 1, "Sending": 2, "Being made": 1}
    assert counts(client, "?state=running") == counts(client) | steps
    seen = {
        state: sorted(titles(client, f"?state={state}")) for state in ("running", "stuck", "lost", "unsaved")
    }
    assert seen == {
        "running": ["Lost", "Queued", "Sending", "Stuck"],
        "stuck": ["Stuck"],
        "lost": ["Lost"],
        "unsaved": ["Unsaved"],
    }
    assert titles(client, "?state=failed") == ["Broken"]
    assert len(titles(client, "?state=nonsense")) == 8


def test_the_list_is_narrowed_by_every_field(client_for, alice, bob, team, make):
    other = Project.objects.create(team=team, name="Other")
    make("Rain", minutes=1)
    make("Alice’s", requested_by=alice, minutes=2)
    make("Elsewhere", project=other, minutes=3)
    make("Stems", operation="stems", model="", minutes=4)
    make("Old model", model="V4", minutes=5)
    make("Found by task", task_id="abc123", minutes=6)
    client = client_for(alice)

    assert titles(client, f"?member={alice.pk}") == ["Alice’s"]
    assert titles(client, f"?project={other.pk}") == ["Elsewhere"]
    assert titles(client, "?operation=stems") == ["Stems"]
    assert titles(client, "?model=V4") == ["Old model"]
    assert titles(client, "?text=abc123") == ["Found by task"]
    assert titles(client, "?text=rain") == ["Rain"]
    assert counts(client, "?text=rain")["All"] == 1


def test_days_are_those_of_the_teams_zone(client_for, alice, team, make):
    team.time_zone = "Pacific/Auckland"
    team.save()
    job = make("Late evening")
    # 23:30 of the 10th in Auckland, 10:30 of the 10th in UTC; and 00:30 of the 11th, still the 10th in UTC.
    Generation.objects.filter(pk=job.pk).update(created_at="2026-11-10T10:30:00Z")
    after = make("After midnight")
    Generation.objects.filter(pk=after.pk).update(created_at="2026-11-10T11:30:00Z")
    client = client_for(alice)

    assert titles(client, "?from=2026-11-10&to=2026-11-10") == ["Late evening"]
    assert titles(client, "?from=2026-11-11") == ["After midnight"]


def test_what_cannot_be_understood_is_said_at_its_field(client_for, alice, make):
    make()
    shown = client_for(alice).get(JOBS, {"from": "yesterday", "member": "nobody", "older": ""})

    assert "Enter a valid date." in shown.content.decode()
    assert len(shown.context["page"].rows) == 1
    assert client_for(alice).get(JOBS, {"older": "not a place"}).status_code == 404


def test_pages_follow_each_other_without_gap_or_repeat(client_for, alice, make, monkeypatch):
    monkeypatch.setattr(listing, "PAGE", 2)
    at = timezone.now()
    for number in range(5):
        make(f"Song {number}")
    # The same moment for some: the order is whole all the same.
    Generation.objects.update(created_at=at)
    client, seen, older = client_for(alice), [], ""
    while True:
        page = client.get(JOBS, {"older": older}).context["page"]
        seen += [row.job.title for row in page.rows]
        older = page.older
        if not older:
            break

    assert sorted(seen) == [f"Song {number}" for number in range(5)]


@pytest.mark.parametrize("state", ["", "failed", "done"])
def test_the_newest_jobs_are_read_by_an_index_and_not_sorted(team, state):
    plan = listing.in_state(listing.shown(listing.jobs_of(team, None)), state)[:50].explain()

    assert "TEMP B-TREE" not in plan
    assert "generation_newest" in plan or connection.vendor != "sqlite"


@pytest.mark.parametrize("query", ["", "?state=unsaved"])
def test_more_jobs_take_no_more_queries(client_for, alice, make, query):
    client = client_for(alice)
    client.get(JOBS)
    taken = []
    for number in (1, 2):
        for _ in range(number):
            job = make(status="waiting", task_id=f"t{Generation.objects.count()}")
            Track.objects.create(generation=job, take=1, audio_id="a", archive_at=timezone.now())
        with CaptureQueriesContext(connection) as queries:
            client.get(JOBS + query)
        taken.append(len(queries))

    assert taken[0] == taken[1]
    assert taken[0] <= 24


def test_a_row_comes_alone_and_stops_listening_at_the_end(client_for, alice, make):
    job = make(status="waiting", task_id="t")
    client, at = client_for(alice), reverse("panel:job_row", args=[job.pk])
    running = client.get(at, headers={"HX-Request": "true"}).content.decode()
    Generation.objects.update(status="done", finished_at=timezone.now())
    ended = client.get(at, headers={"HX-Request": "true"}).content.decode()

    assert running.lstrip().startswith("<tr")
    assert f"sse:generation-{job.pk}" in running
    assert "sse:" not in ended
    assert "done" in ended
    assert client.get(at).headers["Location"] == reverse("studio:job", args=[job.pk])


def test_the_csv_has_exactly_what_is_shown_and_the_export_is_recorded(client_for, alice, make):
    make("=1+1", status="failed", problem="no")
    make("Rain", status="done")
    answer = client_for(alice).get(reverse("panel:jobs_csv"), {"state": "failed"})
    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))

    assert [(row["Title"], row["State"], row["Credits"]) for row in rows] == [("'=1+1", "failed", "12.00")]
    assert [(entry.action, entry.after) for entry in AuditEntry.objects.all()] == [
        ("export", {"state": "failed"})
    ]


def test_stuck_jobs_are_looked_at_again_together(client_for, lead, team, make):
    other = Project.objects.create(team=team, name="Not led")
    stuck = make("Stuck", status="waiting", minutes=11, task_id="t1")
    make("Fresh", status="waiting", task_id="t2")
    make("Not theirs", status="waiting", minutes=11, task_id="t3", project=other)

    answer = client_for(lead).post(reverse("panel:jobs_recheck"), {"state": "stuck"}, follow=True)

    assert "1 stuck job is being looked at now." in answer.content.decode()
    assert answer.redirect_chain == [(f"{JOBS}?state=stuck", 302)]
    rechecked = Step.objects.filter(what="Re-checked by Bob")
    assert [step.generation for step in rechecked] == [stuck]


def test_a_lead_finds_what_to_do_on_the_jobs_page_and_a_member_does_not(client_for, alice, lisa, make):
    job = make(status="failed")
    at = reverse("studio:job", args=[job.pk])

    assert "Ask for it again" in client_for(alice).get(at).content.decode()
    assert "What you can do" not in client_for(lisa).get(at).content.decode()


def test_a_reason_is_asked_for_and_what_was_typed_is_kept(client_for, alice, begun):
    client, at = client_for(alice), reverse("panel:job_end", args=[begun.pk])
    empty = client.post(at, {"reason": "  "}).content.decode()
    long = client.post(at, {"reason": "x" * 201}).content.decode()

    assert "Say why: the reason is kept with the job." in empty
    assert "Say it in 200 characters." in long
    assert "x" * 201 in long
    begun.refresh_from_db()
    assert begun.status == "queued"


def test_a_lead_ends_a_job_and_asks_for_it_again_from_its_page(client_for, alice, bob, begun, team):
    client = client_for(alice)
    ended = client.post(reverse("panel:job_end", args=[begun.pk]), {"reason": "wrong words"}, follow=True)
    assert "Ended. Its credits are back." in ended.content.decode()

    again = reverse("panel:job_again", args=[begun.pk])
    first = client.post(again, {"form_key": "k1"}, follow=True)
    client.post(again, {"form_key": "k1"})

    new = Generation.objects.exclude(pk=begun.pk).get()
    assert first.redirect_chain == [(reverse("studio:job", args=[new.pk]), 302)]
    assert "Asked for again for 12 credits, on Bob’s budget." in first.content.decode()
    assert (new.requested_by, new.status, new.request["prompt"]) == (bob, "queued", SONG["prompt"])
    assert ledger.differences(team) == []
