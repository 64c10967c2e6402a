"""How long credits last: by the team's own days, honestly when there is nothing to go by."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from django.utils import timezone

from suno_web.credits import forecasting, ledger


@pytest.fixture
def on(monkeypatch, team):
    """Be at noon of a day of November 2026, or of the month that follows."""

    def day(number: int, month: int = 11) -> None:
        moment = datetime(2026, month, number, 12, tzinfo=UTC)
        monkeypatch.setattr(timezone, "now", lambda: moment)

    return day


def spend(team, user, amount) -> str:
    cause = f"generation:{uuid4()}"
    ledger.hold(team, Decimal(amount), cause=cause, by=user)
    ledger.settle(cause)
    return cause


def test_nothing_spent_is_no_pace(team, on):
    on(1)
    ledger.pool_of(team)
    on(20)

    forecast = forecasting.forecast(team)

    assert (forecast.per_day, forecast.lasts_until, forecast.left_at_reset) == (0, None, 1000)
    assert str(forecast) == "Nothing was spent in the last 14 days, so there is no pace to go by."


def test_a_young_team_is_measured_over_the_days_it_has(team, bob, on):
    on(1)
    spend(team, bob, 60)
    on(3)

    forecast = forecasting.forecast(team)

    assert (forecast.per_day, forecast.days) == (20, 3)
    # 27 days after the third, at 20 a day.
    assert forecast.left_at_reset == 1000 - 60 - 20 * 27
    assert str(forecast) == (
        "At 20 credits a day, as in the last 3 days, 400 will be left when the credits reset on 1 December, 00:00."
    )


def test_only_the_last_14_days_count_and_what_was_given_back_does_not(team, alice, bob, on):
    on(1)
    spend(team, bob, 500)
    on(10)
    spend(team, bob, 28)
    ledger.give_back(spend(team, bob, 100), by=alice, note="broken")
    on(20)

    assert forecasting.forecast(team).per_day == 2


def test_a_pace_that_is_too_fast_says_when_it_ends(team, bob, on):
    on(9)
    spend(team, bob, 200)
    on(10)

    forecast = forecasting.forecast(team)

    assert (forecast.per_day, forecast.left_at_reset) == (100, 0)
    assert str(forecast) == (
        "At 100 credits a day, as in the last 2 days, they last until 18 November 2026, "
        "before they reset on 1 December, 00:00."
    )


def test_a_providers_balance_has_no_reset(team, bob, on):
    team.provider = "kie"
    team.save()
    on(10)
    ledger.follow_provider(team, Decimal(100), not_yet_charged=Decimal(0))
    spend(team, bob, 10)

    forecast = forecasting.forecast(team)

    assert (forecast.lasts_until.isoformat(), forecast.left_at_reset, forecast.resets_at) == (
        "2026-11-19",
        None,
        None,
    )


def test_a_slow_pace_lasts_for_more_than_a_year(team, bob, on):
    team.provider = "kie"
    team.save()
    on(1)
    ledger.follow_provider(team, Decimal(1_000_000), not_yet_charged=Decimal(0))
    spend(team, bob, 1)
    on(14)

    forecast = forecasting.forecast(team)

    assert forecast.lasts_until is None
    assert str(forecast) == "At 0.07 credits a day, as in the last 14 days, they last for more than a year."


def test_a_day_is_the_teams_own(team, bob, monkeypatch):
    team.time_zone = "Pacific/Auckland"
    team.save()
    # The second day there, still the first at Greenwich.
    for moment in (datetime(2026, 11, 9, 10, tzinfo=UTC), datetime(2026, 11, 9, 12, tzinfo=UTC)):
        monkeypatch.setattr(timezone, "now", lambda moment=moment: moment)
        spend(team, bob, 10)

    assert forecasting.forecast(team).days == 2


def test_a_forecast_costs_few_queries(team, bob, django_assert_max_num_queries):
    for _ in range(4):
        spend(team, bob, 5)

    with django_assert_max_num_queries(5):
        forecasting.forecast(team)


def test_days_are_not_fewer_than_one(team, bob, on):
    on(1)

    assert forecasting.forecast(team).days == 1
