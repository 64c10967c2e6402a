"""The provider's balance beside our books: small drifts add up, what is under way is allowed for, the rest is told."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.utils import timezone

from suno_web.alerts.models import Alert
from suno_web.credits import forecasting, gates, ledger, reconciling
from suno_web.credits.models import Entry, Pool, Reading
from suno_web.credits.reconciling import Charge

NOTHING = Decimal(0)
Verdict = Reading.Verdict


@pytest.fixture(autouse=True)
def paid(team, alice):
    """A team on a provider's account with a thousand credits, read once."""
    team.provider = "kie"
    team.save()
    read(team, 1000)
    return team


def read(team, balance, *, in_flight=NOTHING, consumed=()) -> Reading:
    balance = Decimal(str(balance))
    ledger.follow_provider(team, balance, not_yet_charged=NOTHING)
    return reconciling.note_reading(team, balance, in_flight=Decimal(in_flight), consumed=consumed)


def spend(team, user, amount) -> None:
    cause = f"generation:{uuid4()}"
    ledger.hold(team, Decimal(str(amount)), cause=cause, by=user)
    ledger.settle(cause)


def verdicts() -> list[str]:
    return list(Reading.objects.order_by("id").values_list("verdict", flat=True))


def told() -> list[str]:
    return list(Alert.objects.order_by("id").values_list("kind", flat=True))


def test_what_was_settled_is_what_the_provider_took(team, bob):
    spend(team, bob, 12)

    reading = read(team, 988)

    assert (reading.verdict, reading.expected, reading.settled, reading.difference) == (
        Verdict.MATCH,
        988,
        12,
        0,
    )
    pool = Pool.objects.get(team=team)
    assert (pool.provider_balance, pool.read_at, pool.problem) == (988, reading.at, "")


def test_failed_requests_are_not_expected_to_be_charged(team, bob):
    ledger.hold(team, Decimal(12), cause="generation:1", by=bob)
    ledger.refund("generation:1")

    assert read(team, 1000).verdict == Verdict.MATCH


def test_credits_given_back_by_us_were_taken_by_the_provider_all_the_same(team, bob, alice):
    ledger.hold(team, Decimal(12), cause="generation:1", by=bob)
    ledger.settle("generation:1")
    ledger.give_back("generation:1", by=alice, note="broken file")

    assert read(team, 988).verdict == Verdict.MATCH


@pytest.mark.parametrize("balance", [1000, 994, 988])
def test_requests_under_way_may_be_charged_already_or_not(team, balance):
    reading = read(team, balance, in_flight=12)

    assert reading.verdict in {Verdict.MATCH, Verdict.IN_FLIGHT}
    assert told() == []


def test_what_was_under_way_before_may_have_been_charged_then(team, bob):
    reading = read(team, 1100, in_flight=24)
    spend(team, bob, 24)

    assert reading.verdict == Verdict.TOP_UP
    assert read(team, 1100).verdict == Verdict.IN_FLIGHT
    assert read(team, 1076).verdict == Verdict.MATCH


def test_small_differences_add_up_until_they_show(team, bob):
    for taken in range(1, 4):
        spend(team, bob, 2)
        read(team, Decimal(1000) - taken * Decimal("2.5"))

    assert verdicts() == [Verdict.FIRST, Verdict.MATCH, Verdict.UNEXPLAINED]
    assert Reading.objects.latest("pk").difference == Decimal("-1.5")


def test_a_balance_that_rose_was_topped_up(team):
    assert read(team, 6000).verdict == Verdict.TOP_UP
    assert read(team, 6000).verdict == Verdict.MATCH
    assert told() == []


def test_what_nothing_explains_is_told_once_until_somebody_explains_it(team, alice):
    first = read(team, 960)
    assert read(team, 920) == first
    assert (told(), Reading.objects.latest("pk").difference) == (["reconciliation"], -80)
    alert = Alert.objects.get()
    assert alert.title == "The provider’s balance is 40 credits less than our books say"

    reconciling.explain(first, by=alice, note="  songs made on kie.ai itself ")
    assert read(team, 880).difference == -40

    assert told() == ["reconciliation"] * 2
    first.refresh_from_db()
    assert (first.note, first.explained_by) == ("songs made on kie.ai itself", alice)
    assert [entry.action for entry in team.audit.all()] == ["reading.explain"]


def test_a_charge_that_the_provider_gives_back_late_comes_right_by_itself(team):
    read(team, 988)
    read(team, 1000)
    read(team, 1000)

    kept = list(Reading.objects.order_by("id").values_list("verdict", "note"))
    assert kept == [(Verdict.FIRST, ""), (Verdict.IN_FLIGHT, reconciling.CAME_RIGHT), (Verdict.MATCH, "")]
    assert reconciling.unexplained(team) == 0


def test_a_provider_that_took_less_without_a_top_up_is_not_called_one(team, bob):
    spend(team, bob, 30)

    assert read(team, 990).verdict == Verdict.UNEXPLAINED


def test_other_prices_are_named_with_both_numbers_and_told_once(team, bob):
    style = Charge("style boost", "", Decimal("0.4"), Decimal("2.4"))
    for number in range(1, 4):
        spend(team, bob, "0.4")
        reading = read(team, Decimal(1000) - number * Decimal("2.4"), consumed=[style])

    assert (reading.verdict, reading.note) == (
        Verdict.PRICES,
        "style boost: our price is 0.4, the provider took 2.4",
    )
    assert verdicts() == [Verdict.FIRST, Verdict.PRICES]
    assert told() == ["reconciliation"]
    assert "style boost" in Alert.objects.get().title


def test_other_prices_do_not_excuse_what_they_do_not_explain(team, bob):
    spend(team, bob, "0.4")

    reading = read(team, 900, consumed=[Charge("style boost", "", Decimal("0.4"), Decimal("0.5"))])

    assert reading.verdict == Verdict.UNEXPLAINED


def test_the_tolerance_is_the_teams_own(team, alice):
    gates.change_rules(team, by=alice, tolerance=Decimal(50))

    assert read(team, 960).verdict == Verdict.MATCH


def test_uneventful_readings_of_a_day_are_one_row(team, bob):
    for left in (990, 980, 970):
        spend(team, bob, 10)
        read(team, left)
    read(team, 970, in_flight=12)

    assert verdicts() == [Verdict.FIRST, Verdict.MATCH]


def test_every_day_keeps_one_row_and_goes_on_from_it(team, bob, monkeypatch):
    real = timezone.now
    for day in range(3):
        monkeypatch.setattr(timezone, "now", lambda day=day: real() + timedelta(days=day))
        spend(team, bob, 10)
        read(team, 990 - day * 10)

    assert verdicts() == [Verdict.FIRST, *[Verdict.MATCH] * 3]
    assert Reading.objects.latest("pk").settled == 10


def test_another_account_begins_anew(team):
    reconciling.forget(team)

    assert read(team, 7).verdict == Verdict.FIRST
    assert told() == []


def test_a_balance_that_falls_below_the_mark_is_told_at_each_crossing(team, bob, alice):
    gates.change_rules(team, by=alice, low_balance=Decimal(100))
    for left in (500, 99, 90, 600, 50):
        read(team, left, in_flight=Decimal(5000))

    assert told().count("balance_low") == 2
    assert Alert.objects.filter(kind="balance_low").latest("pk").title == (
        "50 credits are left on the provider’s account"
    )


def test_without_a_mark_nobody_is_told(team):
    read(team, 0, in_flight=5000)

    assert "balance_low" not in told()


def test_a_failed_reading_changes_nothing_but_says_so(team):
    reconciling.note_failure(team, "kie.ai is under maintenance.")

    pool = Pool.objects.get(team=team)
    assert (pool.available, pool.provider_balance, pool.problem) == (
        1000,
        1000,
        "kie.ai is under maintenance.",
    )
    assert read(team, 1000).verdict == Verdict.MATCH
    pool.refresh_from_db()
    assert pool.problem == ""


def test_what_is_settled_while_the_provider_answers_belongs_to_the_next_reading(team, bob):
    asked_at = timezone.now()
    spend(team, bob, 12)
    first = reconciling.note_reading(team, Decimal(988), in_flight=Decimal(12), at=asked_at)
    second = read(team, 988)

    assert (first.verdict, first.settled) == (Verdict.IN_FLIGHT, 0)
    assert (second.verdict, second.settled) == (Verdict.MATCH, 12)


def test_a_reading_costs_few_queries_however_much_was_settled(team, bob, django_assert_max_num_queries):
    for _ in range(5):
        spend(team, bob, 1)

    with django_assert_max_num_queries(16):
        reconciling.note_reading(team, Decimal(995), in_flight=NOTHING)


def test_the_books_are_right_after_every_reading(team, bob):
    spend(team, bob, 12)
    read(team, 950)

    assert ledger.differences(team) == []
    assert Entry.objects.filter(kind="adjustment").count() == 2
    assert forecasting.forecast(team).per_day == 12
