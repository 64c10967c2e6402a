"""The ledger's rules: nothing is spent that is not there, and every credit can be accounted for."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from suno_web.alerts.models import Alert
from suno_web.credits import ledger, months
from suno_web.credits.models import Entry, Pool


def left(team) -> tuple[Decimal, Decimal]:
    balance = ledger.balance(team)
    return balance.available, balance.held


def test_a_new_team_has_a_thousand_credits_a_month(team):
    balance = ledger.balance(team)

    assert (balance.available, balance.allowance) == (1000, 1000)
    assert balance.resets_at == months.end(team)


def test_a_hold_that_settles_is_spent(team, alice):
    ledger.hold(team, Decimal(12), cause="generation:a", by=alice)
    assert left(team) == (988, 12)

    assert ledger.settle("generation:a")

    assert left(team) == (988, 0)
    assert ledger.balance(team).spent_this_month == 12


def test_a_refund_gives_everything_back(team, alice):
    ledger.hold(team, Decimal(12), cause="generation:a", by=alice)

    assert ledger.refund("generation:a")

    assert left(team) == (1000, 0)


@pytest.mark.parametrize(
    ("first", "second"), [("settle", "refund"), ("refund", "settle"), ("settle", "settle")]
)
def test_a_cause_ends_once(team, alice, first, second):
    ledger.hold(team, Decimal(12), cause="generation:a", by=alice)
    assert getattr(ledger, first)("generation:a")
    after = left(team)

    assert not getattr(ledger, second)("generation:a")

    assert left(team) == after
    assert ledger.differences(team) == []


def test_what_is_not_there_cannot_be_held(team, alice):
    with pytest.raises(ledger.InsufficientCredits) as refused:
        ledger.hold(team, Decimal(1001), cause="generation:a", by=alice)

    assert (refused.value.needed, refused.value.available) == (1001, 1000)
    assert "This costs 1,001 credits and 1,000 are left of the team’s credits" in str(refused.value)
    assert not Entry.objects.filter(kind="hold").exists()


def test_tenths_add_up_to_nothing_left(team, alice):
    ledger.balance(team)
    ledger.adjust(team, Decimal(-998), cause="test", note="leave two")

    for number in range(5):
        ledger.hold(team, Decimal("0.4"), cause=f"generation:{number}", by=alice)

    assert left(team) == (0, 2)
    assert ledger.differences(team) == []


def test_a_new_month_drops_the_rest_and_grants_once(team, alice, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 10, 31, 23, 30, tzinfo=UTC))
    ledger.hold(team, Decimal(100), cause="generation:a", by=alice)
    ledger.settle("generation:a")
    ledger.hold(team, Decimal(12), cause="generation:still running", by=alice)

    # Lisbon's clocks went back a week before: its November begins at midnight UTC.
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 1, 0, 0, 1, tzinfo=UTC))
    balances = [ledger.balance(team) for _ in range(2)]

    assert [(one.available, one.held, one.spent_this_month) for one in balances] == [(1000, 12, 0)] * 2
    assert ledger.settle("generation:still running")
    assert ledger.differences(team) == []


def test_a_clock_set_back_grants_nothing(team, monkeypatch):
    ledger.balance(team)
    monkeypatch.setattr(timezone, "now", lambda: datetime(2020, 1, 1, tzinfo=UTC))

    assert ledger.balance(team).available == 1000
    assert Entry.objects.filter(kind="grant").count() == 1


def test_the_pool_follows_the_provider_less_what_it_has_not_charged(team, alice):
    ledger.hold(team, Decimal(12), cause="generation:a", by=alice)

    ledger.follow_provider(team, Decimal("500.25"), not_yet_charged=Decimal(12))

    assert left(team) == (Decimal("488.25"), 12)
    assert ledger.balance(team).resets_at is None
    ledger.refund("generation:a")
    assert left(team) == (Decimal("500.25"), 0)
    assert ledger.differences(team) == []


def test_back_on_an_allowance_this_months_spending_counts(team, alice):
    ledger.hold(team, Decimal(100), cause="generation:a", by=alice)
    ledger.settle("generation:a")
    ledger.follow_provider(team, Decimal(5000), not_yet_charged=Decimal(0))

    ledger.follow_allowance(team)

    assert left(team) == (900, 0)
    assert ledger.differences(team) == []


def test_a_book_that_was_tampered_with_is_noticed(team):
    ledger.balance(team)
    Pool.objects.filter(team=team).update(available=5000)

    assert ledger.differences(team) == ["free: the pool says 5,000, the entries 1,000"]


@pytest.mark.parametrize("amount", ["-1", "NaN", "-Infinity", "1e30", "0.001", "five"])
def test_what_is_no_amount_is_refused_and_nothing_written(team, alice, amount):
    ledger.balance(team)

    for write in (
        lambda: ledger.hold(team, amount, cause="generation:a", by=alice),
        lambda: ledger.grant(team, amount, by=alice, note="more"),
        lambda: ledger.follow_allowance(team, amount),
    ):
        with pytest.raises(ValueError, match=r"[Cc]redits"):
            write()

    assert list(Entry.objects.values_list("kind", flat=True)) == ["grant"]


def test_a_free_request_has_a_hold_and_an_end_too(team, alice):
    ledger.hold(team, Decimal(0), cause="generation:a", by=alice)

    assert ledger.settle("generation:a")

    assert list(Entry.objects.filter(cause="generation:a").values_list("kind", "amount")) == [
        ("hold", 0),
        ("settle", 0),
    ]
    assert ledger.differences(team) == []


def test_an_entry_says_what_was_bought_for_whom_and_on_which_day(team, alice, bob, project, monkeypatch):
    # It is the next day already in Lisbon, an hour ahead of the clock in summer.
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 7, 31, 23, 30, tzinfo=UTC))

    ledger.hold(
        team,
        Decimal(12),
        cause="generation:a",
        by=bob,
        actor=alice,
        project=project.pk,
        operation="generate",
        model="V5",
    )
    ledger.settle("generation:a")
    ledger.give_back("generation:a", by=alice, note="silent")

    said = ("member", "actor", "project", "operation", "model", "day")
    first_of_august = datetime(2026, 8, 1, tzinfo=UTC).date()
    work = (project.pk, "generate", "V5", first_of_august)
    assert list(Entry.objects.filter(cause="generation:a").values_list("kind", *said)) == [
        ("hold", bob.pk, alice.pk, *work),
        ("settle", bob.pk, bob.pk, *work),
        ("adjustment", bob.pk, alice.pk, *work),
    ]


def test_what_was_settled_can_be_given_back_once(team, alice):
    ledger.hold(team, Decimal(12), cause="generation:a", by=alice)
    assert not ledger.give_back("generation:a", by=alice, note="too early")
    ledger.settle("generation:a")

    assert [ledger.give_back("generation:a", by=alice, note="silent") for _ in range(2)] == [True, False]

    assert (left(team), ledger.balance(team).spent_this_month) == ((1000, 0), 0)
    assert Entry.objects.get(kind="adjustment").note == "silent"
    assert ledger.differences(team) == []


def test_extra_credits_are_for_this_month_and_not_for_a_providers_balance(team, alice):
    ledger.grant(team, Decimal(50), by=alice, note="album week")
    assert left(team) == (1050, 0)

    ledger.follow_provider(team, Decimal(7), not_yet_charged=Decimal(0))

    with pytest.raises(ValueError, match="top up the provider"):
        ledger.grant(team, Decimal(50), by=alice, note="album week")
    assert left(team) == (7, 0)
    assert ledger.differences(team) == []


def test_what_is_settled_after_the_month_ended_is_spent_in_the_new_one(team, alice, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 10, 31, 23, 30, tzinfo=UTC))
    ledger.hold(team, Decimal(100), cause="generation:a", by=alice)
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 1, 0, 30, tzinfo=UTC))

    ledger.settle("generation:a")

    assert ledger.balance(team).spent_this_month == 100
    assert ledger.differences(team) == []


def test_a_team_on_a_provider_counts_what_it_spent_by_the_month_too(team, alice, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 10, 31, 12, tzinfo=UTC))
    ledger.follow_provider(team, Decimal(500), not_yet_charged=Decimal(0))
    ledger.hold(team, Decimal(100), cause="generation:a", by=alice)
    ledger.settle("generation:a")
    assert ledger.balance(team).spent_this_month == 100

    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 1, 12, tzinfo=UTC))

    assert (left(team), ledger.balance(team).spent_this_month) == ((400, 0), 0)
    assert ledger.differences(team) == []


def test_the_balance_is_one_row_to_read(team, django_assert_num_queries):
    ledger.balance(team)

    with django_assert_num_queries(1):
        ledger.balance(team)


def test_the_team_is_told_at_four_fifths_and_at_a_refusal_once(team, alice, bob):
    ledger.hold(team, Decimal(800), cause="generation:a", by=bob)
    ledger.hold(team, Decimal(100), cause="generation:b", by=bob)
    for cause in ("generation:c", "generation:d"):
        with pytest.raises(ledger.InsufficientCredits):
            ledger.hold(team, Decimal(101), cause=cause, by=bob)

    told = Alert.objects.order_by("pk")
    assert [(one.kind, one.title, list(one.people.all())) for one in told] == [
        ("pool_80", "The team’s credits are used to 80 %", [alice]),
        ("pool_100", "The team’s credits are used up", [alice]),
    ]
    assert told[1].text.startswith("100 credits are left. They reset on ")


def test_an_empty_provider_account_is_told_but_no_share_of_it(team, alice):
    ledger.follow_provider(team, Decimal(100), not_yet_charged=Decimal(0))
    ledger.hold(team, Decimal(99), cause="generation:a", by=alice)
    with pytest.raises(ledger.InsufficientCredits, match=r"1 is left .* top up the provider"):
        ledger.hold(team, Decimal(2), cause="generation:b", by=alice)

    assert [one.kind for one in Alert.objects.all()] == ["pool_100"]
