"""The Health page says what is wrong in plain words, and what to do about it."""

import shutil
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_q.models import OrmQ

from suno_web.accounts.models import Team
from suno_web.credits import ledger
from suno_web.credits.models import Check, Pool
from suno_web.operate import errands, pulses, reaching
from suno_web.operate.models import Pulse
from suno_web.panel.health import parts
from suno_web.studio.models import Generation, Step, StrayCallback, Track

pytestmark = pytest.mark.django_db
HEALTH = "/admin/health/"
GB = 10**9


@pytest.fixture(autouse=True)
def installation(settings, monkeypatch):
    """One whose parts all work, on a disk with room."""
    cache.clear()
    settings.EMAIL_HOST, settings.PUBLIC_URL = "mail.example.com", "https://studio.example.com"
    room(monkeypatch, free=50 * GB)
    for name in (*pulses.CLUSTERS, pulses.TICKER, *(errand.name for errand in errands.ERRANDS)):
        pulses.hear(name)


def room(monkeypatch, *, free: int, total: int = 100 * GB) -> None:
    def usage(_path):
        return shutil._ntuple_diskusage(total, total - free, free)

    monkeypatch.setattr(shutil, "disk_usage", usage)


def part(team: Team, name: str) -> parts.Part:
    return next(one for group in parts.groups(team) for one in group.parts if one.name == name)


def sentence(team: Team) -> tuple[str, str]:
    return parts.in_a_sentence(parts.groups(team))


@pytest.fixture
def job(project, bob) -> Generation:
    return Generation.objects.create(project=project, requested_by=bob, status="done", title="Low tide")


def test_all_is_well(client_for, alice, team):
    assert sentence(team) == ("good", "Everything works.")
    page = client_for(alice).get(HEALTH).content.decode()
    assert "Everything works." in page
    assert "50.0" in page or "46.6" in page


def test_for_all_but_admins_there_is_no_such_page(client_for, bob, lisa, project):
    project.leads.add(bob)
    for user in (bob, lisa):
        assert client_for(user).get(HEALTH).status_code == 404
        assert client_for(user).post(reverse("panel:health_books")).status_code == 404


def test_a_dead_cluster_is_named_with_how_long_it_is_silent(team):
    Pulse.objects.filter(pk="engine").update(heard_at=timezone.now() - timedelta(minutes=7))

    assert sentence(team) == ("bad", "Not as it should be: Cluster “engine”.")
    dead = part(team, "Cluster “engine”")
    assert dead.says == "Silent for 7 min."
    assert "restart the studio" in dead.todo


def test_a_ticker_that_was_never_heard_needs_a_look(team):
    Pulse.objects.filter(pk=pulses.TICKER).delete()

    assert sentence(team) == ("warning", "Worth a look: Ticker.")


@pytest.mark.parametrize(
    ("waited", "state"),
    [(timedelta(seconds=5), "good"), (timedelta(minutes=2), "warning"), (timedelta(minutes=6), "bad")],
)
def test_a_queue_is_judged_by_how_long_its_oldest_task_waits(team, waited, state):
    now = timezone.now()
    OrmQ.objects.create(key="studio", payload="x", lock=now - waited)
    OrmQ.objects.create(key="studio", payload="x", lock=now)
    # In a worker's hands: it waits no longer.
    OrmQ.objects.create(key="studio", payload="x", lock=now + timedelta(minutes=20))

    queue = part(team, "Queue of “studio”")

    assert (queue.state, queue.says.split(",")[0]) == (state, "2 waiting")
    assert queue.says.endswith("1 in a worker’s hands.")


def test_an_errand_that_failed_or_hangs_says_so(team):
    pulses.hear("old files", "OSError")
    Pulse.objects.filter(pk="old events").update(
        heard_at=timezone.now() - timedelta(hours=3), asked_at=timezone.now() - timedelta(minutes=9)
    )

    failed, overdue = part(team, "Errand “old files”"), part(team, "Errand “old events”")

    assert (failed.state, "It failed: OSError" in failed.says) == ("warning", True)
    assert (overdue.state, overdue.says) == ("warning", "Ran 3 h ago. Overdue.")


@pytest.mark.parametrize(
    ("free", "state"),
    [(50 * GB, "good"), (9 * GB, "warning"), (GB, "warning"), (10**8, "bad")],
)
def test_a_disk_that_fills_up_is_told_before_it_is_full(team, monkeypatch, free, state):
    room(monkeypatch, free=free)

    assert part(team, "Disk").state == state


def test_little_space_on_a_small_disk_counts_too(team, monkeypatch):
    room(monkeypatch, free=1900 * 10**6, total=4 * GB)

    assert part(team, "Disk").state == "warning"


def test_files_in_use_are_counted(team, job):
    Track.objects.create(generation=job, take=1, audio_id="a", audio_bytes=3 * 1024**2)

    assert "use 3.0\xa0MB" in part(team, "Disk").says


def test_rejected_callbacks_are_counted_with_their_reasons(team, job):
    for what in ("Callback: first", "Callback ignored: wrong signature", "Accepted by the provider"):
        Step.objects.create(generation=job, what=what)
    StrayCallback.objects.create(status=404, reason="unknown callback address")
    old = Step.objects.create(generation=job, what="Callback ignored: unreadable")
    Step.objects.filter(pk=old.pk).update(at=timezone.now() - timedelta(hours=25))

    rejected = part(team, "Rejected callbacks")

    assert part(team, "Callbacks").says == "1 received in the last 24 hours."
    assert rejected.state == "warning"
    assert rejected.says == ("2 in the last 24 hours: wrong signature (1), unknown callback address (1).")
    assert "webhook key" in rejected.todo


@pytest.mark.parametrize(("strays", "state"), [(9, "good"), (10, "warning")])
def test_a_late_callback_or_two_are_no_alarm(team, strays, state):
    StrayCallback.objects.bulk_create(
        StrayCallback(status=404, reason="unknown callback address") for _ in range(strays)
    )

    assert part(team, "Rejected callbacks").state == state


def test_callbacks_that_never_come_are_noticed(team, job):
    Step.objects.create(generation=job, what="Accepted by the provider")

    silent = part(team, "Callbacks")

    assert (silent.state, silent.says) == (
        "warning",
        "None came in the last 24 hours, although 1 requests were accepted.",
    )


@pytest.mark.parametrize(
    ("since", "state"),
    [(timedelta(minutes=5), "good"), (timedelta(days=2), "warning"), (timedelta(days=11), "bad")],
)
def test_files_that_the_provider_will_delete_are_told_in_time(team, job, since, state):
    track = Track.objects.create(generation=job, take=1, audio_id="a", archive_problem="404")
    Track.objects.filter(pk=track.pk).update(created_at=timezone.now() - since)

    unsaved = part(team, "Unsaved files")

    assert (unsaved.state, unsaved.says[:2], unsaved.link) == (
        state, "1 ", ("studio:unsaved", "Unsaved files"),
    )  # fmt: skip


def test_other_teams_trouble_is_not_shown(charlie, job):
    Step.objects.create(generation=job, what="Callback ignored: unreadable")
    Track.objects.create(generation=job, take=1, audio_id="a", archive_problem="404")
    elsewhere = charlie.memberships.get().team

    assert part(elsewhere, "Rejected callbacks").state == "good"
    assert part(elsewhere, "Unsaved files").says == "Every file is on the team’s disk."


def test_a_provider_that_does_not_answer_is_told_in_its_words(team):
    team.provider, team.provider_url, team.provider_key = "kie", "http://127.0.0.1:9", "some-key"
    team.save()
    with pytest.raises(reaching.ProviderDown):
        reaching.look_at_provider()
    Pulse.objects.filter(problem__gt="").update(asked_at=timezone.now() - timedelta(minutes=10))

    down = part(team, "kie.ai")

    assert (down.state, down.says.endswith(" For 10 min.")) == ("bad", True)
    assert "some-key" not in down.says
    assert sentence(team)[0] == "bad"


def test_books_that_differ_are_told_and_can_be_checked_at_once(client_for, alice, team):
    ledger.balance(team)
    client = client_for(alice)
    right = client.post(reverse("panel:health_books"), follow=True).content.decode()
    assert "The books are right" in right
    assert part(team, "Books").state == "good"

    Pool.objects.filter(pk=team.pk).update(available=7)
    wrong = client.post(reverse("panel:health_books"), follow=True).content.decode()

    assert "The books differ." in wrong
    assert (part(team, "Books").state, Check.objects.filter(by=alice).count()) == ("bad", 2)


def test_books_that_nobody_checks_need_a_look(team):
    check = Check.objects.create(team=team, entries=1)
    Check.objects.filter(pk=check.pk).update(at=timezone.now() - timedelta(days=3))

    assert part(team, "Books").state == "warning"


def test_what_is_not_set_up_is_said_without_alarm(team, settings):
    settings.EMAIL_HOST, settings.PUBLIC_URL = "", ""

    assert sentence(team) == ("good", "Everything works.")
    assert "SUNO_WEB_SMTP_HOST" in part(team, "Mail").todo
    team.provider = "kie"
    assert part(team, "Public address").state == "warning"


def test_the_page_refreshes_itself_and_tells_no_secrets(client_for, alice, team, settings):
    team.provider_key = "sk-very-secret"
    team.save()
    settings.EMAIL_HOST_PASSWORD = "mail-secret"
    page = client_for(alice).get(HEALTH).content.decode()

    assert 'hx-trigger="every 10s"' in page
    assert "secret" not in page.replace(settings.BASE_URL, "")


def test_the_page_takes_the_same_queries_however_much_there_is(client_for, alice, job, team):
    client = client_for(alice)
    client.get(HEALTH)
    taken = []
    for number in (1, 2):
        for index in range(number):
            Step.objects.create(generation=job, what=f"Callback ignored: {number}{index}")
            OrmQ.objects.create(key="engine", payload="x", lock=timezone.now())
        with CaptureQueriesContext(connection) as queries:
            client.get(HEALTH)
        taken.append(len(queries))

    assert taken[0] == taken[1]
    assert taken[0] <= 35
