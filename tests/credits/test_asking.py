"""Asking for credits: asked once, decided once, told to who asked."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection, connections
from django.utils import timezone

from suno_web.accounts.models import AuditEntry, Team
from suno_web.alerts.models import Alert
from suno_web.credits import asking, budgets, ledger, months
from suno_web.credits.models import Ask, Pool, Raise
from suno_web.live.models import Event

PROJECT = uuid4()


@pytest.fixture
def budget(team, alice, bob):
    """Bob may spend 50 a month, and has spent them."""
    made = budgets.set_amount(team, member=bob, amount=Decimal(50), by=alice)
    ledger.hold(team, Decimal(50), cause="test:1", by=bob)
    return made


@pytest.fixture
def wish(team, bob, budget) -> Ask:
    return asking.ask(
        team, by=bob, amount=Decimal(20), reason="Friday", project=PROJECT, budget=budget, back="/there/"
    )


def left_of(budget) -> Decimal:
    return budgets.standing(budget).left


def test_a_grant_raises_the_budget_that_stopped_the_member_until_the_month_ends(
    team, alice, bob, wish, budget
):
    asking.grant(wish, Decimal(20), by=alice)

    assert left_of(budget) == 20
    assert Raise.objects.get().ends_at == months.end(team)
    assert (wish.status, wish.granted, wish.decided_by) == ("granted", Decimal(20), alice)
    ledger.hold(team, Decimal(20), cause="test:2", by=bob)
    assert left_of(budget) == 0
    assert ledger.differences(team) == []


def test_less_and_more_than_asked_for_can_be_granted(team, alice, bob, wish, budget):
    asking.grant(wish, Decimal("5.50"), by=alice)
    again = asking.ask(team, by=bob, amount=Decimal(1), reason="More", project=PROJECT, budget=budget)
    asking.grant(again, Decimal(100), by=alice)

    assert left_of(budget) == Decimal("105.50")
    assert Ask.objects.filter(status="granted").count() == 2


def test_an_ask_for_the_teams_credits_is_granted_out_of_nothing_but_the_ledger(team, alice, bob):
    before = ledger.balance(team).available
    wish = asking.ask(team, by=bob, amount=Decimal(30), reason="Film", project=PROJECT)
    asking.grant(wish, Decimal(30), by=alice)

    assert ledger.balance(team).available == before + 30
    assert ledger.differences(team) == []


def test_a_providers_credits_cannot_be_granted_until_they_are_there(team, alice, bob):
    ledger.follow_provider(team, Decimal(3), not_yet_charged=Decimal(0))
    wish = asking.ask(team, by=bob, amount=Decimal(30), reason="Film", project=PROJECT)
    with pytest.raises(asking.CannotGrant, match=r"3 credits are left there\. Top it up at the provider"):
        asking.grant(wish, Decimal(30), by=alice)
    wish.refresh_from_db()
    assert wish.status == "open"

    ledger.follow_provider(team, Decimal(100), not_yet_charged=Decimal(0))
    asking.grant(wish, Decimal(30), by=alice)
    assert ledger.balance(team).available == 100


def test_a_budget_that_has_no_limit_any_more_is_not_raised_and_the_ask_stays_open(team, alice, bob, wish):
    budgets.set_amount(team, member=bob, amount=None, by=alice)
    wish = Ask.objects.get(pk=wish.pk)
    with pytest.raises(asking.CannotGrant, match="no limit"):
        asking.grant(wish, Decimal(20), by=alice)
    assert Ask.objects.get().status == "open"


def test_asking_again_while_it_is_open_changes_the_same_ask(team, bob, wish, budget):
    again = asking.ask(
        team, by=bob, amount=Decimal(35), reason="Friday and Monday", project=PROJECT, budget=budget
    )
    assert again.pk == wish.pk
    assert list(Ask.objects.values_list("amount", "reason")) == [(Decimal(35), "Friday and Monday")]


def test_each_project_and_each_member_has_an_ask_of_its_own(team, alice, bob, wish):
    asking.ask(team, by=bob, amount=Decimal(1), reason="Other", project=uuid4())
    asking.ask(team, by=alice, amount=Decimal(1), reason="Mine", project=PROJECT)
    assert Ask.objects.filter(status="open").count() == 3


@pytest.mark.parametrize("second", ["grant", "decline", "withdraw"])
def test_what_is_decided_cannot_be_decided_again(team, alice, bob, wish, budget, second):
    asking.decline(wish, by=alice, answer="Next month")
    late = Ask.objects.get(pk=wish.pk)
    decide = {
        "grant": lambda: asking.grant(late, Decimal(20), by=alice),
        "decline": lambda: asking.decline(late, by=alice),
        "withdraw": lambda: asking.withdraw(late, by=bob),
    }[second]
    with pytest.raises(asking.Closed) as refused:
        decide()
    assert str(refused.value) == "Alice has decided already: declined. Nothing was changed."
    assert left_of(budget) == 0
    assert not Raise.objects.exists()


def test_the_asker_is_told_by_mail_and_on_the_open_page_and_the_meters_move(team, alice, bob, wish):
    Event.objects.all().delete()
    asking.grant(wish, Decimal(20), by=alice, answer="Enjoy")

    told = Alert.objects.get(kind="answer")
    assert (told.title, told.text, told.path) == ("Alice granted 20 credits", "Enjoy", "/there/")
    assert list(told.people.all()) == [bob]
    events = set(Event.objects.values_list("audience", "topic"))
    assert events >= {
        (f"user:{bob.pk}", "asks"),
        (f"team:{team.pk}", "requests"),
        (f"team:{team.pk}", "credits"),
    }


def test_decisions_are_audited(team, alice, bob, wish):
    asking.grant(wish, Decimal(15), by=alice, answer="Some")
    other = asking.ask(team, by=bob, amount=Decimal(9), reason="More", project=PROJECT)
    asking.decline(other, by=alice, answer="No")

    kept = AuditEntry.objects.filter(action__startswith="ask.").order_by("pk")
    assert [(one.action, one.actor, one.subject, one.after) for one in kept] == [
        ("ask.grant", alice, "Bob", {"asked": "20.00", "granted": "15.00", "answer": "Some"}),
        ("ask.decline", alice, "Bob", {"asked": "9.00", "answer": "No"}),
    ]


def test_an_ask_ends_with_its_month_in_the_teams_own_zone(team, bob, wish):
    assert not asking.due()
    assert asking.expire() == 0
    before = months.start(team) - timedelta(minutes=1)
    Ask.objects.update(created_at=before)
    elsewhere = Team.objects.create(name="Elsewhere", time_zone="Pacific/Kiritimati")
    asking.ask(elsewhere, by=bob, amount=Decimal(1), reason="Now", project=PROJECT)

    assert asking.due()
    assert asking.expire() == 1
    assert not asking.due()
    assert dict(Ask.objects.values_list("team__name", "status")) == {
        team.name: "expired",
        "Elsewhere": "open",
    }
    with pytest.raises(asking.Closed, match="expired already"):
        asking.withdraw(Ask.objects.get(pk=wish.pk), by=bob)


def test_an_answer_is_news_for_a_day(team, alice, bob, wish):
    assert asking.news(team, bob, PROJECT) == wish
    asking.decline(wish, by=alice)
    assert asking.news(team, bob, PROJECT) == wish
    Ask.objects.update(decided_at=timezone.now() - timedelta(hours=25))
    assert asking.news(team, bob, PROJECT) is None


def test_what_was_taken_back_is_no_news(team, bob, wish):
    asking.withdraw(wish, by=bob)
    assert asking.news(team, bob, PROJECT) is None
    assert Pool.objects.get(team=team).held == 50


@pytest.mark.django_db(transaction=True)
def test_of_those_who_decide_at_the_same_moment_one_does(team, alice, bob, budget):
    wish = asking.ask(team, by=bob, amount=Decimal(20), reason="Friday", project=PROJECT, budget=budget)

    def grant(_: int) -> str:
        try:
            asking.grant(Ask.objects.get(pk=wish.pk), Decimal(20), by=alice)
        except asking.Closed:
            return "closed"
        finally:
            connection.close()
        return "granted"

    with ThreadPoolExecutor(4) as pool:
        outcomes = sorted(pool.map(grant, range(4)))
    connections.close_all()

    assert outcomes == ["closed", "closed", "closed", "granted"]
    assert left_of(budget) == 20
