"""The proof of the books: whatever was changed behind the ledger's back is found, and said in words."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from suno_web.accounts.models import AuditEntry
from suno_web.alerts.models import Alert
from suno_web.credits import budgets, checking, ledger
from suno_web.credits.models import BudgetMonth, Check, Entry, Pool


@pytest.fixture
def busy(team, alice, bob, project):
    """Books with one of everything: a settled, a refunded, a given back and a running request within two budgets."""
    budgets.set_amount(team, member=bob, amount=Decimal(100), by=alice)
    budgets.set_amount(team, project=project.pk, amount=Decimal(200), by=alice)
    for name in ("settled", "refunded", "given back", "running"):
        ledger.hold(team, Decimal(12), cause=f"generation:{name}", by=bob, project=project.pk)
    ledger.settle("generation:settled")
    ledger.refund("generation:refunded")
    ledger.settle("generation:given back")
    ledger.give_back("generation:given back", by=alice, note="silent")
    return team


def test_right_books_differ_in_nothing(busy):
    assert checking.differences(busy) == []


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ("available", "free: the pool says 5,000, the entries 976"),
        ("held", "held: the pool says 5,000, the entries 12"),
        ("spent", "spent in {month}: the pool says 5,000, the entries 12"),
    ],
)
def test_a_changed_pool_is_noticed(busy, column, said):
    Pool.objects.update(**{column: 5000})

    assert checking.differences(busy) == [said.format(month=Pool.objects.get().month)]


def test_a_changed_budget_is_noticed(busy, bob, project):
    BudgetMonth.objects.filter(budget__member=bob).update(used=3)
    BudgetMonth.objects.filter(budget__project=project.pk).update(used=99)

    month = BudgetMonth.objects.first().month
    assert checking.differences(busy) == [
        f"used by member Bob in {month}: the budget says 3, the entries 24",
        f"used by project {project.pk} in {month}: the budget says 99, the entries 24",
    ]


def test_a_lost_hold_is_noticed_everywhere(busy, bob, project):
    Entry.objects.filter(cause="generation:settled", kind="hold").delete()

    month = BudgetMonth.objects.first().month
    assert checking.differences(busy) == [
        "free: the pool says 976, the entries 988",
        "held: the pool says 12, the entries 0",
        f"used by member Bob in {month}: the budget says 24, the entries 12",
        f"used by project {project.pk} in {month}: the budget says 24, the entries 12",
        "generation:settled ended without having been held",
    ]


def test_a_changed_or_a_second_end_is_noticed(busy):
    Entry.objects.filter(cause="generation:settled", kind="settle").update(amount=13)
    end = Entry.objects.get(cause="generation:refunded", kind="refund")
    end.pk, end.kind = None, "settle"
    end.save(force_insert=True)

    found = checking.differences(busy)
    assert [said for said in found if said.startswith("generation:")] == [
        "generation:refunded ended more than once",
        "generation:settled ended with another amount than was held",
    ]


def test_what_was_given_back_without_having_been_settled_is_noticed(busy):
    Entry.objects.filter(cause="generation:given back", kind="settle").delete()

    assert "generation:given back is given back without having been settled" in checking.differences(busy)


def test_a_hold_that_nobody_ended_for_a_week_is_noticed(busy):
    Entry.objects.update(created_at=timezone.now() - timedelta(days=8))

    assert checking.differences(busy) == ["generation:running is held for more than 7 days"]


def test_of_many_of_a_kind_ten_are_named(team, bob):
    for number in range(12):
        ledger.hold(team, Decimal(1), cause=f"generation:{number:02}", by=bob)
    Entry.objects.update(created_at=timezone.now() - timedelta(days=8))

    found = checking.differences(team)

    assert len(found) == 11
    assert found[-1] == "and more are held for more than 7 days"


def test_the_books_of_others_are_none_of_theirs(busy, charlie):
    elsewhere = charlie.memberships.get().team
    ledger.hold(elsewhere, Decimal(12), cause="generation:elsewhere", by=charlie)
    Pool.objects.filter(team=elsewhere).update(held=1)

    assert checking.differences(busy) == []


def test_a_check_is_written_down_and_told_when_something_differs(busy, alice, bob):
    assert checking.check(busy, by=alice).differences == []
    assert not Alert.objects.exists()
    Pool.objects.update(held=13)

    checking.check(busy)
    checking.check(busy, by=alice)

    said = "held: the pool says 13, the entries 12"
    entries = Entry.objects.count()
    assert list(Check.objects.order_by("pk").values_list("by", "entries", "differences")) == [
        (alice.pk, entries, []),
        (None, entries, [said]),
        (alice.pk, entries, [said]),
    ]
    alert = Alert.objects.get()
    assert (alert.kind, alert.text, list(alert.people.all())) == ("books", said, [alice])
    assert AuditEntry.objects.filter(action="books.check", actor=alice).count() == 2


def test_every_night_of_a_teams_own_zone_its_books_are_checked_once(team, alice, monkeypatch):
    def at(*moment: int) -> None:
        now = datetime(*moment, tzinfo=UTC)
        monkeypatch.setattr(timezone, "now", lambda: now)

    at(2026, 7, 1, 12)
    team.time_zone = "America/New_York"
    team.save()
    ledger.balance(team)
    assert checking.due()
    checking.check_all()
    checking.check(team, by=alice)

    seen = []
    for hour in (13, 23):
        at(2026, 7, 1, hour)
        seen.append(checking.due())
    # It is the next day there at 04:00, and its night is over at 07:00.
    for hour in (5, 6, 7):
        at(2026, 7, 2, hour)
        seen.append(checking.due())
    checking.check_all()

    assert (seen, checking.due()) == ([False, False, False, False, True], False)
    assert Check.objects.filter(by=None).count() == 2
