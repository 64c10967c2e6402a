"""The provider page: what is left, what went wrong, what does not add up, and when to be told."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from suno_web.accounts.models import AuditEntry
from suno_web.credits import ledger, reconciling
from suno_web.credits.models import Pool, Reading, SpendingRules
from suno_web.studio import balances
from suno_web.studio.models import Generation
from tests.provider.script import Answer

PAGE = "/admin/provider/"
KEY = "kie-0123456789abcdef-7Qx2"


@pytest.fixture
def kie(suno_server, team):
    """The fault server as the team's provider; its balance was read once."""
    suno_server.key = KEY
    team.provider, team.provider_url, team.provider_key = "kie", suno_server.url, KEY
    team.save()
    balances.read_balance(team)
    return suno_server


@pytest.fixture
def difference(kie, team, alice) -> Reading:
    """Forty credits that nothing explains."""
    return reconciling.note_reading(team, Decimal(960), in_flight=Decimal(0))


def words(response) -> str:
    return " ".join(response.content.decode().split())


def test_on_the_engine_the_allowance_is_shown(alice, team, client_for):
    page = words(client_for(alice).get(PAGE))

    assert "Monthly allowance" in page
    assert "there is no pace to go by" in page
    assert "The balance beside our books" not in page


def test_the_balance_is_shown_with_when_it_was_read_and_the_key_is_not(kie, alice, client_for):
    page = words(client_for(alice).get(PAGE))

    assert "On the account</dt><dd>1,000<small>read" in page
    assert KEY not in page
    assert "••••7Qx2" in page


def test_reading_now_shows_what_is_left(kie, alice, client_for):
    kie.credits = 1234.5

    page = words(client_for(alice).post(f"{PAGE}balance/", follow=True))

    assert "1,234.5 credits are on the account" in page
    assert Pool.objects.get().provider_balance == Decimal("1234.50")


def test_a_reading_that_fails_is_told_and_what_was_read_counts(kie, alice, client_for, team):
    kie.answers = [Answer({"code": 455, "msg": "maintenance"}, to="/credit")] * 4

    page = words(client_for(alice).post(f"{PAGE}balance/", follow=True))

    assert "The balance could not be read" in page
    assert "counts until it answers" in page
    assert ledger.balance(team).available == 1000


def test_reading_now_on_the_engine_does_nothing(alice, team, client_for):
    assert client_for(alice).post(f"{PAGE}balance/").status_code == 302


def test_errors_of_the_last_day_are_counted_by_what_the_provider_said(kie, alice, bob, project, client_for):
    now = timezone.now()
    for hours, problem, sent in [
        (1, "Too loud", True),
        (2, "Too loud", True),
        (30, "Old", True),
        (1, "Local", False),
    ]:
        Generation.objects.create(
            project=project,
            requested_by=bob,
            status="failed",
            problem=problem,
            finished_at=now - timedelta(hours=hours),
            sent_at=now - timedelta(hours=hours) if sent else None,
        )

    response = client_for(alice).get(PAGE)

    assert [(one.words, one.count) for one in response.context["problems"]] == [("Too loud", 2)]
    assert "Last job" in words(response)


def test_a_difference_is_explained_and_audited(difference, alice, client_for):
    browser = client_for(alice)
    assert "1 difference between the provider's balance and our books is not explained" in words(
        browser.get(PAGE)
    )

    page = words(
        browser.post(f"{PAGE}readings/{difference.pk}/", {"note": "Songs made on kie.ai"}, follow=True)
    )

    assert "Songs made on kie.ai" in page
    assert "not explained" not in page
    entry = AuditEntry.objects.get(action="reading.explain")
    assert (entry.actor, entry.after) == (alice, {"note": "Songs made on kie.ai"})


@pytest.mark.parametrize("note", ["", "   ", "x" * 201])
def test_an_explanation_that_cannot_be_kept_is_refused_at_the_field(difference, alice, client_for, note):
    page = client_for(alice).post(f"{PAGE}readings/{difference.pk}/", {"note": note})

    assert (page.status_code, b'aria-invalid="true"' in page.content) == (200, True)
    difference.refresh_from_db()
    assert difference.note == ""


def test_only_what_needs_an_explanation_can_be_explained(kie, alice, client_for):
    first = Reading.objects.get()

    assert client_for(alice).post(f"{PAGE}readings/{first.pk}/", {"note": "x"}).status_code == 404


def test_when_to_be_told_is_saved_and_audited(kie, alice, team, client_for):
    client_for(alice).post(f"{PAGE}limits/", {"low_balance": "1,500", "tolerance": "2.5"})

    rules = SpendingRules.objects.get(team=team)
    assert (rules.low_balance, rules.tolerance) == (1500, Decimal("2.50"))
    assert AuditEntry.objects.filter(action="rules.change", actor=alice).count() == 1
    assert "The balance is below 1,500 credits" in words(client_for(alice).get(PAGE))


@pytest.mark.parametrize("typed", ["-1", "lots", "1e9", "99999999999", "1.234"])
def test_a_mark_that_is_no_amount_is_refused_and_kept_in_the_field(kie, alice, client_for, typed):
    page = client_for(alice).post(f"{PAGE}limits/", {"low_balance": typed, "tolerance": "1"})

    assert page.status_code == 200
    assert f'value="{typed}"' in page.content.decode()
    assert not SpendingRules.objects.exclude(low_balance=None).exists()


def test_older_readings_are_on_further_pages(kie, alice, team, client_for):
    for number in range(31):
        Reading.objects.create(team=team, balance=number, expected=number, verdict="top_up")

    browser = client_for(alice)
    first = browser.get(PAGE)
    second = browser.get(PAGE, {"older": first.context["older"]})

    assert (len(first.context["readings"]), len(second.context["readings"]), second.context["older"]) == (
        30,
        2,
        None,
    )
    assert browser.get(PAGE, {"older": "9" * 30}).status_code == 200


def test_the_page_costs_the_same_queries_with_one_and_with_many_rows(
    kie, alice, bob, team, project, client_for, django_assert_max_num_queries
):
    for number in range(5):
        Reading.objects.create(
            team=team, balance=number, expected=1, verdict="unexplained", explained_by=alice
        )
        Generation.objects.create(
            project=project,
            status="failed",
            problem=str(number),
            finished_at=timezone.now(),
            sent_at=timezone.now(),
        )
    browser = client_for(alice)

    with django_assert_max_num_queries(26):
        browser.get(PAGE)


def test_makers_leads_and_other_teams_find_nothing(difference, bob, project, charlie, client_for):
    project.leads.add(bob)
    for person in (bob, charlie):
        browser = client_for(person)
        post = browser.post(f"{PAGE}readings/{difference.pk}/", {"note": "x"})
        assert post.status_code == 404
    assert client_for(bob).get(PAGE).status_code == 404
    assert client_for(bob).post(f"{PAGE}balance/").status_code == 404
    assert client_for(bob).post(f"{PAGE}limits/", {"tolerance": "1"}).status_code == 404


def test_the_old_address_leads_here(alice, bob, client_for):
    old = client_for(alice).get("/settings/provider/")

    assert (old.status_code, old.url) == (301, PAGE)
    assert client_for(bob).get("/settings/provider/").status_code == 404
