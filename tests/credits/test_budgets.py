"""Budgets' rules: a member's and a project's limit both hold, month by month of the team's own time."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from suno_web.accounts.models import AuditEntry, Invitation, Membership
from suno_web.alerts.models import Alert
from suno_web.credits import budgets, ledger
from suno_web.credits.models import Budget, BudgetMonth, Entry, Raise, SpendingRules
from tests.conftest import person

NOVEMBER = datetime(2026, 11, 10, 12, tzinfo=UTC)


@pytest.fixture
def clock(monkeypatch):
    """Set the time: clock(2026, 12, 1, 0, 30)."""

    def set_to(*at: int, zone: str = "UTC", fold: int = 0) -> None:
        now = datetime(*at, tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)
        monkeypatch.setattr(timezone, "now", lambda: now)

    set_to(2026, 11, 10, 12)
    return set_to


@pytest.fixture
def hold(team, bob):
    """Have Bob hold credits; the number of the hold is its cause."""
    causes = iter(range(1000))

    def held(amount: str | int, **where) -> str:
        cause = f"generation:{next(causes)}"
        ledger.hold(team, Decimal(amount), cause=cause, by=where.pop("by", bob), **where)
        return cause

    return held


def wrong(team) -> list[str]:
    """What the books disagree on; that a hold was never ended is no matter here."""
    return [said for said in ledger.differences(team) if "held for more than" not in said]


def used(budget: Budget) -> dict[str, tuple[Decimal, Decimal]]:
    """What each month of a budget began with from the one before, and what was used of it."""
    return {row.month: (row.carried, row.used) for row in budget.months.order_by("month")}


def test_a_member_is_stopped_at_their_budget_with_what_is_left_and_when_it_resets(
    team, alice, bob, clock, hold
):
    budget = budgets.set_amount(team, member=bob, amount=Decimal(50), by=alice)
    for _ in range(4):
        hold(12)
    before = Entry.objects.count()

    with pytest.raises(ledger.OverBudget) as stopped:
        hold(12)

    assert str(stopped.value) == (
        "This costs 12 credits and 2 are left of your budget for November. "
        "It resets on 1 December, 00:00. Nothing was charged."
    )
    refusal = stopped.value
    assert (refusal.needed, refusal.available, refusal.whose, refusal.blocking) == (12, 2, "member", budget)
    assert (Entry.objects.count(), ledger.balance(team).held) == (before, 48)
    assert budgets.standing(budget).used == 48
    hold(12, by=alice)


def test_a_lead_reads_whose_budget_it_is(team, alice, bob, clock):
    budgets.set_amount(team, member=bob, amount=Decimal(5), by=alice)

    with pytest.raises(ledger.OverBudget, match="5 are left of Bob’s budget for November"):
        ledger.hold(team, Decimal(12), cause="generation:a", by=bob, actor=alice)


def test_both_budgets_must_allow_and_a_refusal_counts_in_neither(team, alice, bob, project, clock, hold):
    own = budgets.set_amount(team, member=bob, amount=Decimal(100), by=alice)
    of_project = budgets.set_amount(team, project=project.pk, amount=Decimal(20), by=alice)
    hold(12, project=project.pk)

    with pytest.raises(ledger.OverBudget, match="8 are left of this project’s budget") as stopped:
        hold(12, project=project.pk)

    assert (stopped.value.whose, stopped.value.blocking) == ("project", of_project)
    assert [budgets.standing(one).used for one in (own, of_project)] == [12, 12]
    hold(12, project=uuid4())
    assert [budgets.standing(one).used for one in (own, of_project)] == [24, 12]


def test_no_limit_is_counted_all_the_same(team, alice, bob, clock, hold):
    budget = budgets.set_amount(team, member=bob, amount=None, by=alice)
    hold(900)

    standing = budgets.standing(budget)
    assert (standing.limit, standing.left, standing.used, standing.percent) == (None, None, 900, 0)


def test_tenths_use_a_budget_up_exactly(team, alice, bob, clock, hold):
    budget = budgets.set_amount(team, member=bob, amount=Decimal("0.3"), by=alice)
    for _ in range(3):
        hold("0.1")

    assert (budgets.standing(budget).left, budgets.standing(budget).percent) == (0, 100)
    with pytest.raises(ledger.OverBudget):
        hold("0.01")


def test_a_month_ends_at_midnight_of_the_teams_zone_whatever_its_clocks_do(team, alice, bob, clock, hold):
    # In Havana the first of November begins twice: at one o'clock the clocks go back to midnight.
    team.time_zone = "America/Havana"
    team.save()
    clock(2026, 10, 31, 23, 59, 59, zone="America/Havana")
    budget = budgets.set_amount(team, member=bob, amount=Decimal(50), by=alice)
    running = hold(40)
    assert str(budgets.standing(budget).resets_at) == "2026-11-01 00:00:00-04:00"

    clock(2026, 11, 1, 0, 30, zone="America/Havana")
    hold(30)
    clock(2026, 11, 1, 0, 30, zone="America/Havana", fold=1)
    hold(20)
    with pytest.raises(ledger.OverBudget):
        hold(1)
    ledger.refund(running)

    assert used(budget) == {"2026-10": (0, 0), "2026-11": (0, 50)}
    assert str(budgets.standing(budget).resets_at) == "2026-12-01 00:00:00-05:00"
    assert wrong(team) == []


def test_what_is_left_rolls_over_through_months_without_a_request(team, alice, bob, clock, hold):
    budget = budgets.set_amount(team, member=bob, amount=Decimal(50), rolls_over=True, by=alice)
    hold(20)

    clock(2027, 2, 1, 0, 0, 1)
    standing = budgets.standing(budget)
    assert (standing.carried, standing.limit, standing.left, standing.is_open) == (130, 180, 180, False)
    hold(180)

    assert used(budget) == {
        "2026-11": (0, 20),
        "2026-12": (30, 0),
        "2027-01": (80, 0),
        "2027-02": (130, 180),
    }
    assert wrong(team) == []


def test_a_late_refund_lowers_the_month_of_its_hold_and_what_later_months_carried(
    team, alice, bob, clock, hold
):
    budget = budgets.set_amount(team, member=bob, amount=Decimal(50), rolls_over=True, by=alice)
    late, silent = hold(10), hold(5)
    ledger.settle(silent)
    clock(2026, 12, 3, 12)
    hold(85)
    with pytest.raises(ledger.OverBudget):
        hold(1)

    ledger.refund(late)
    ledger.give_back(silent, by=alice, note="silent")

    assert used(budget) == {"2026-11": (0, 0), "2026-12": (50, 85)}
    hold(15)
    assert wrong(team) == []


def test_a_budget_that_does_not_roll_over_begins_anew(team, alice, bob, clock, hold):
    budget = budgets.set_amount(team, member=bob, amount=Decimal(50), by=alice)
    late = hold(10)
    clock(2027, 1, 1, 12)
    hold(50)
    ledger.refund(late)

    assert used(budget) == {"2026-11": (0, 0), "2027-01": (0, 50)}


def test_a_raise_allows_more_until_it_ends(team, alice, bob, clock, hold):
    budget = budgets.set_amount(team, member=bob, amount=Decimal(20), by=alice)
    until = NOVEMBER + timedelta(days=2)
    given = budgets.give_raise(budget, Decimal(30), until=until, by=alice, note="album week")
    hold(40)
    standing = budgets.standing(budget)
    assert (standing.limit, standing.raised, standing.left, standing.percent) == (50, 30, 10, 80)

    clock(2026, 11, 12, 12)

    standing = budgets.standing(budget)
    assert (standing.limit, standing.left, standing.percent) == (20, 0, 100)
    with pytest.raises(ledger.OverBudget):
        hold(1)
    assert budgets.raises_of(budget) == []
    assert Raise.objects.get() == given


def test_a_raise_can_be_ended_before_its_time(team, alice, bob, clock, hold):
    budget = budgets.set_amount(team, member=bob, amount=Decimal(20), by=alice)
    given = budgets.give_raise(budget, Decimal(30), by=alice)
    assert budgets.raises_of(budget) == [given]

    budgets.end_raise(given, by=alice)

    with pytest.raises(ledger.OverBudget):
        hold(21)
    assert AuditEntry.objects.first().action == "budget.end_raise"


def test_a_budget_below_what_is_used_allows_nothing_more_this_month(team, alice, bob, clock, hold):
    budget = budgets.set_amount(team, member=bob, amount=Decimal(50), by=alice)
    hold(40)

    budgets.set_amount(team, member=bob, amount=Decimal(30), by=alice)

    standing = budgets.standing(budget)
    assert (standing.limit, standing.used, standing.left, standing.percent) == (30, 40, 0, 100)
    with pytest.raises(ledger.OverBudget, match="0 are left of your budget"):
        hold("0.01")
    clock(2026, 12, 1, 12)
    hold(30)


def test_a_budget_made_in_the_middle_of_a_month_knows_what_was_used_before(team, alice, bob, clock, hold):
    refunded = hold(10)
    hold(30)
    ledger.refund(refunded)

    budget = budgets.set_amount(team, member=bob, amount=Decimal(50), by=alice)

    assert budgets.standing(budget).used == 30
    with pytest.raises(ledger.OverBudget):
        hold(21)


def test_whoever_has_no_budget_has_the_default_and_follows_it(team, alice, bob, clock, hold):
    SpendingRules.objects.create(team=team, member_budget=40)
    hold(30)
    with pytest.raises(ledger.OverBudget):
        hold(12)
    budgets.set_amount(team, member=alice, amount=Decimal(99), by=alice)
    assert budgets.of_member(team, bob).amount == 40

    SpendingRules.objects.update(member_budget=60)
    budgets.follow_default(team, Decimal(40), Decimal(60))

    hold(12)
    standings = budgets.of_members(team)
    assert [(standings[one.pk].limit, standings[one.pk].is_default) for one in (alice, bob)] == [
        (99, False),
        (60, True),
    ]


def test_a_refusal_by_a_default_budget_names_one_that_is_kept(team, bob, clock, hold):
    SpendingRules.objects.create(team=team, member_budget=5)

    with pytest.raises(ledger.OverBudget) as stopped:
        hold(12)

    assert stopped.value.blocking == Budget.objects.get(team=team, member=bob)


def test_an_invitation_can_bring_a_budget(team, alice, bob, clock, hold):
    SpendingRules.objects.create(team=team, member_budget=100)
    Invitation.objects.create(
        team=team,
        email=bob.email,
        digest="x",
        expires_at=NOVEMBER,
        accepted_at=NOVEMBER,
        accepted_by=bob,
        budget=20,
    )
    assert budgets.of_members(team)[bob.pk].limit == 20

    with pytest.raises(ledger.OverBudget):
        hold(21)

    assert budgets.of_member(team, bob).amount == 20


def test_a_clock_set_back_opens_no_month_again(team, alice, bob, clock, hold):
    budget = budgets.set_amount(team, member=bob, amount=Decimal(50), by=alice)
    hold(50)
    clock(2026, 12, 1, 12)
    hold(30)

    clock(2026, 11, 30, 12)

    with pytest.raises(ledger.OverBudget):
        hold(1)
    assert used(budget) == {"2026-11": (0, 50), "2026-12": (0, 30)}
    assert wrong(team) == []


def test_what_a_clock_set_back_gives_back_before_it_was_held_is_counted_where_it_was_held(
    team, alice, bob, clock, hold
):
    budget = budgets.set_amount(team, member=bob, amount=Decimal(50), by=alice)
    cause = hold(40)
    clock(2026, 10, 1, 12)

    ledger.refund(cause)

    assert used(budget) == {"2026-11": (0, 0)}
    assert wrong(team) == []


@pytest.mark.parametrize("end", [ledger.settle, ledger.refund])
def test_jobs_of_a_member_who_was_removed_end_as_any_other(team, alice, bob, clock, hold, end):
    budgets.set_amount(team, member=bob, amount=Decimal(50), by=alice)
    cause = hold(12)
    Membership.objects.filter(user=bob).delete()

    assert end(cause)

    assert ledger.balance(team).held == 0
    assert wrong(team) == []


def test_jobs_of_an_account_that_is_gone_end_as_any_other(team, alice, bob, project, clock, hold):
    budgets.set_amount(team, member=bob, amount=Decimal(50), by=alice)
    of_project = budgets.set_amount(team, project=project.pk, amount=Decimal(50), by=alice)
    causes = [hold(12, project=project.pk) for _ in range(2)]
    bob.delete()

    assert (ledger.settle(causes[0]), ledger.refund(causes[1])) == (True, True)

    assert (ledger.balance(team).held, budgets.standing(of_project).used) == (0, 12)
    assert wrong(team) == []


def test_people_are_warned_at_four_fifths_and_when_it_is_used_up_once_a_month(
    team, alice, bob, project, clock, hold
):
    budgets.set_amount(team, member=bob, amount=Decimal(50), by=alice)
    budgets.set_amount(team, project=project.pk, amount=Decimal(100), by=alice)
    for amount in (39, 1, 10):
        hold(amount, project=project.pk)
    with pytest.raises(ledger.OverBudget):
        hold(1, project=project.pk)
    clock(2026, 12, 1, 12)
    hold(45)

    assert [(one.kind, one.title, one.text) for one in Alert.objects.order_by("pk")] == [
        (
            "budget_80",
            "Bob’s budget for November is used to 80 %",
            "10 of 50 credits are left. The budget resets on 1 December, 00:00.",
        ),
        (
            "budget_100",
            "Bob’s budget for November is used up",
            "0 of 50 credits are left. The budget resets on 1 December, 00:00.",
        ),
        (
            "budget_80",
            "Bob’s budget for December is used to 80 %",
            "5 of 50 credits are left. The budget resets on 1 January, 00:00.",
        ),
    ]
    assert set(Alert.objects.first().people.all()) == {alice, bob}
    assert list(BudgetMonth.objects.filter(budget__member=bob).values_list("warned", flat=True)) == [100, 80]


def test_the_tightest_of_pool_and_budgets_has_the_say(team, alice, bob, project, clock, hold):
    def say() -> tuple:
        found = budgets.tightest(team, member=bob, project=project.pk)
        return found.whose, found.available, found.limit

    assert say() == ("team", 1000, 1000)
    budgets.set_amount(team, project=project.pk, amount=Decimal(500), by=alice)
    assert say() == ("project", 500, 500)
    budgets.set_amount(team, member=bob, amount=Decimal(50), by=alice)
    hold(20)
    assert say() == ("member", 30, 50)
    hold(960, by=alice)
    assert say() == ("team", 20, 1000)


def test_standings_of_many_take_as_many_queries_as_of_few(team, alice, bob, clock, django_assert_num_queries):
    SpendingRules.objects.create(team=team, member_budget=40)
    for number in range(1, 4):
        singer = person(f"Singer {number}", team, "maker")
        budgets.set_amount(team, member=singer, amount=Decimal(9), by=alice)
        budgets.set_amount(team, project=uuid4(), amount=Decimal(9), by=alice)

        # Of the rules, kept budgets, other makers, invitations, what those used, months, raises.
        with django_assert_num_queries(7):
            assert len(budgets.of_members(team)) == 2 + number
        with django_assert_num_queries(3):
            assert len(budgets.of_projects(team)) == number


@pytest.mark.parametrize("amount", ["-1", "NaN", "Infinity", "1e12", "0.001"])
def test_a_budget_or_a_raise_that_is_no_amount_is_refused(team, alice, bob, clock, amount):
    budget = budgets.set_amount(team, member=bob, amount=Decimal(50), by=alice)

    with pytest.raises(ValueError, match=r"[Cc]redits"):
        budgets.set_amount(team, member=bob, amount=Decimal(amount), by=alice)
    with pytest.raises(ValueError, match=r"[Cc]redits"):
        budgets.give_raise(budget, Decimal(amount), by=alice)

    assert budgets.standing(budget).limit == 50


def test_a_raise_needs_a_limit_and_an_end_ahead(team, alice, bob, clock):
    budget = budgets.set_amount(team, member=bob, amount=Decimal(50), by=alice)
    with pytest.raises(ValueError, match="later than now"):
        budgets.give_raise(budget, Decimal(5), until=NOVEMBER, by=alice)

    budget = budgets.set_amount(team, member=bob, amount=None, by=alice)
    with pytest.raises(ValueError, match="no limit"):
        budgets.give_raise(budget, Decimal(5), by=alice)


def test_what_an_admin_does_to_a_budget_is_in_the_audit(team, alice, bob, project, clock):
    budget = budgets.set_amount(team, member=bob, amount=Decimal(50), by=alice)
    budgets.set_amount(team, member=bob, amount=Decimal(50), by=alice)
    budgets.set_amount(team, project=project.pk, amount=Decimal(5), rolls_over=True, by=alice, name="Night")
    budgets.give_raise(budget, Decimal(5), by=alice, note="album")

    assert [
        (one.action, one.subject, one.before, one.after) for one in AuditEntry.objects.order_by("pk")
    ] == [
        ("budget.set", "Bob", {"amount": None}, {"amount": "50.00"}),
        (
            "budget.set",
            "Night",
            {"amount": None, "rolls over": False},
            {"amount": "5.00", "rolls over": True},
        ),
        (
            "budget.raise",
            "Bob",
            None,
            {"credits": "5.00", "until": "2026-12-01T00:00:00+00:00", "reason": "album"},
        ),
    ]
