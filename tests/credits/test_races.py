"""Whoever asks at the same moment: no limit is slipped past, nothing ends twice, nobody waits for ever."""

from collections import Counter
from decimal import Decimal
from uuid import uuid4

import pytest

from suno_web.credits import budgets, ledger
from suno_web.credits.models import Budget, BudgetMonth, Entry, SpendingRules
from tests.conftest import person


def results(racers, jobs) -> Counter:
    """How often each result came of jobs that are dealt out to all processes."""
    dealt = [jobs[number :: racers.count] for number in range(racers.count)]
    return Counter(str(result) for of_one in racers.run(dealt) for result in of_one)


def wishes(count: int, team, by, amount: int | str = 1, **where) -> list[dict]:
    return [
        {"do": "hold", "team": team.pk, "by": by.pk, "amount": amount, "cause": f"test:{uuid4()}", **where}
        for _ in range(count)
    ]


def test_eight_processes_with_400_requests_end_at_exactly_the_budget_of_50(racers, team, bob):
    # Nothing is there yet: the pool, its month, the budget and its month are made in the race too.
    SpendingRules.objects.create(team=team, member_budget=50)

    came = results(racers, wishes(400, team, bob))

    assert came == {"held": 50, "member": 350}
    balance = ledger.balance(team)
    assert (balance.available, balance.held) == (950, 50)
    assert [(row.used, row.warned) for row in BudgetMonth.objects.all()] == [(50, 100)]
    assert Entry.objects.filter(kind="grant").count() == 1
    assert ledger.differences(team) == []


def test_members_who_race_for_one_project_end_at_exactly_its_budget(racers, team, alice, bob, project):
    budgets.set_amount(team, project=project.pk, amount=Decimal("20.4"), by=alice)
    dora = person("Dora", team, "maker")
    for member in (alice, bob, dora):
        budgets.set_amount(team, member=member, amount=Decimal(8), by=alice)
    jobs = [
        job
        for jobs in zip(
            *(wishes(40, team, member, "0.4", project=project.pk) for member in (alice, bob, dora)),
            strict=True,
        )
        for job in jobs
    ]

    came = results(racers, jobs)

    # 20.4 in parts of 0.4 are 51 holds, of which nobody has more than twenty.
    assert came["held"] == 51
    used = [budgets.standing(budget).used for budget in Budget.objects.order_by("pk")]
    assert (used[0], max(used[1:]) <= 8, sum(used[1:])) == (Decimal("20.4"), True, Decimal("20.4"))
    assert ledger.differences(team) == []


def test_processes_that_race_for_the_teams_credits_end_exactly_right(racers, team, bob):
    ledger.follow_allowance(team, Decimal(600))

    assert results(racers, wishes(80, team, bob, 12)) == {"held": 50, "team": 30}

    balance = ledger.balance(team)
    assert (balance.available, balance.held) == (0, 600)
    assert ledger.differences(team) == []


@pytest.mark.parametrize("kinds", [("settle", "refund"), ("settle", "settle"), ("give_back", "give_back")])
def test_of_ends_at_the_same_moment_exactly_one_counts(racers, team, alice, bob, kinds):
    budget = budgets.set_amount(team, member=bob, amount=Decimal(100), by=alice)
    causes = [f"test:{number}" for number in range(20)]
    for cause in causes:
        ledger.hold(team, Decimal(1), cause=cause, by=bob)
        if "give_back" in kinds:
            ledger.settle(cause)

    came = racers.run(
        [[{"do": "end", "kind": kinds[number % 2], "cause": one} for one in causes] for number in range(8)]
    )

    assert [sum(of_one) for of_one in zip(*came, strict=True)] == [1] * len(causes)
    ended = Entry.objects.filter(kind__in=["settle", "refund"]).count()
    assert (ended, ledger.balance(team).held) == (len(causes), 0)
    settled = Entry.objects.filter(kind="settle").count() if "give_back" not in kinds else 0
    assert (budgets.standing(budget).used, ledger.balance(team).spent_this_month) == (settled, settled)
    assert ledger.differences(team) == []
