"""A maker's own usage: what they spent on what, what is left, and nobody else's."""

import csv
import io
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from suno_web.accounts.models import Team
from suno_web.credits import budgets, ledger
from suno_web.credits.models import Ask
from suno_web.studio.models import Project

NAMES = ("panel:my_usage", "panel:my_usage_csv", "panel:my_entries_csv")


@pytest.fixture
def spend(team, project):
    """Spend credits on something, through the ledger."""

    def of(user, amount=12, *, into=project, operation="generate"):
        cause = f"generation:{uuid4()}"
        ledger.hold(
            team, Decimal(amount), cause=cause, by=user, project=into.pk, operation=operation, model="V5"
        )
        ledger.settle(cause)

    return of


def page_of(client, **words):
    response = client.get(reverse("panel:my_usage"), words)
    assert response.status_code == 200
    return response


def lines_of(response):
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_makers_see_what_they_spent_and_nobody_elses(client_for, alice, bob, spend):
    spend(bob)
    spend(bob, 2, operation="mp4")
    spend(alice, 500)
    client = client_for(bob)
    page = page_of(client, by="operation")
    assert {line.name: line.sums.spent for line in page.context["report"].lines} == {"Song": 12, "Video": 2}
    assert {line.entry.member for line in page.context["latest"]} == {bob}
    text = page.content.decode()
    assert "500" not in text.partition("<h1>")[2]
    assert 'name="member"' not in text
    assert lines_of(client.get(reverse("panel:my_usage_csv"), {"by": "operation"}))[-1][:2] == [
        "Total",
        "14.00",
    ]
    assert {row[5] for row in lines_of(client.get(reverse("panel:my_entries_csv")))[1:]} == {"Bob"}
    asked = page_of(client, by="operation", member=str(alice.pk))
    assert asked.context["report"].total.spent == 14


def test_a_listener_and_a_stranger_have_no_such_page(client, client_for, lisa):
    for name in NAMES:
        assert client_for(lisa).get(reverse(name)).status_code == 404
        assert client.get(reverse(name)).headers["Location"].startswith("/account/login/")


def test_it_says_what_is_left_of_the_budget_and_when_it_resets(client_for, alice, bob, team, project, spend):
    budgets.set_amount(team, member=bob, amount=Decimal(100), by=alice)
    budgets.set_amount(team, project=project.pk, amount=Decimal(50), by=alice)
    hidden = Project.objects.create(team=team, name="Secret album", created_by=alice)
    budgets.set_amount(team, project=hidden.pk, amount=Decimal(70), by=alice)
    spend(bob, 40)
    text = page_of(client_for(bob)).content.decode()
    assert "60 of 100 credits left" in text
    assert "10 of 50 credits left" in text
    assert "Secret album" not in text
    assert (
        f"resets on {budgets.standing(budgets.of_member(team, bob)).resets_at.strftime('1 %B, 00:00')}"
        in text
    )


def test_without_a_budget_the_teams_credits_are_the_limit(client_for, bob, team):
    text = page_of(client_for(bob)).content.decode()
    assert "No limit of your own. The team has 1,000 credits left" in text
    assert "You spent nothing in these days" in text


def test_own_asks_are_told_with_their_state(client_for, alice, bob, team, project):
    for number, status in enumerate(("open", "granted", "declined")):
        Ask.objects.create(
            team=team, member=bob, project=project.pk, amount=10 + number, reason=f"For {status} work",
            status=status, granted=5 if status == "granted" else None, decided_by=alice, decided_at=timezone.now(),
        )  # fmt: skip
    Ask.objects.create(team=team, member=alice, amount=7, reason="Mine alone")
    text = page_of(client_for(bob)).content.decode()
    for said in ("For open work", "For granted work", "For declined work", "Alice granted 5"):
        assert said in text
    assert "Mine alone" not in text


def test_projects_that_were_left_can_still_be_asked_for_but_no_others(
    client_for, alice, bob, team, project, spend
):
    left = Project.objects.create(team=team, name="Left", created_by=alice)
    spend(bob, into=left)
    never = Project.objects.create(team=team, name="Never", created_by=alice)
    elsewhere = Project.objects.create(team=Team.objects.create(name="Elsewhere"), name="Theirs")
    client = client_for(bob)
    assert page_of(client, project=str(left.pk)).context["report"].total.spent == 12
    for project in (never, elsewhere):
        for name in NAMES:
            assert client.get(reverse(name), {"project": str(project.pk)}).status_code == 404


def test_bad_days_are_said_and_the_page_still_works(client_for, bob, spend):
    spend(bob)
    tomorrow = (timezone.now() + timedelta(days=2)).date().isoformat()
    response = page_of(client_for(bob), **{"from": tomorrow, "to": "2026-01-01"})
    assert "The last day is before the first." in response.content.decode()
    assert response.context["report"].total.spent == 12
