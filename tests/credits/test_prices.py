"""The price list's rules: a team's own prices go before the common ones, and what was held keeps its price."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from suno_web.accounts.models import AuditEntry
from suno_web.credits import ledger, prices
from suno_web.credits.models import Price


def common(operation: str, model: str, credits: str, *, year: int = 2026) -> Price:
    since = datetime(year, 2, 1, tzinfo=UTC)
    return Price.objects.create(operation=operation, model=model, credits=credits, valid_from=since)


def test_the_newest_price_in_force_wins(team):
    common("generate", "V5", "20")
    common("generate", "", "99", year=2126)

    assert prices.price("generate", "V5", team=team) == 20
    assert prices.price("generate", "V4", team=team) == 12
    with pytest.raises(prices.NoPrice):
        prices.price("nothing of the kind", team=team)


def test_a_teams_own_price_goes_before_the_common_one_and_is_nobody_elses(team, alice, charlie):
    common("generate", "V5", "20")

    prices.set_price(team, "generate", "", Decimal("7.5"), by=alice)
    prices.set_price(team, "generate", "V4", Decimal(3), by=alice)

    elsewhere = charlie.memberships.get().team
    of = {model: prices.price("generate", model, team=team) for model in ("V5", "V4", "V3")}
    assert of == {"V5": Decimal("7.5"), "V4": 3, "V3": Decimal("7.5")}
    assert prices.price("generate", "V5", team=elsewhere) == 20


def test_a_team_that_ends_its_own_price_follows_the_list_again(team, alice):
    prices.set_price(team, "generate", "", Decimal(7), by=alice)
    prices.set_price(team, "generate", "", None, by=alice)

    common("generate", "", "13")

    assert prices.price("generate", team=team) == 13
    assert [row.credits for row in prices.history(team, "generate")] == [None, 7, 13, 12]


def test_the_list_says_what_is_in_force_and_whose_it_is(team, alice, django_assert_num_queries):
    common("wav", "V5", "2")
    prices.set_price(team, "wav", "", Decimal(1), by=alice)
    prices.set_price(team, "mp4", "", Decimal(9), by=alice, valid_from=timezone.now() + timedelta(days=1))

    with django_assert_num_queries(1):
        rows = {(row.operation, row.model): row for row in prices.price_list(team)}

    # The common price of V5 says nothing beside the team's own for any model.
    assert ("wav", "V5") not in rows
    assert (rows["wav", ""].credits, rows["wav", ""].is_own, rows["wav", ""].set_by) == (1, True, alice)
    assert (rows["mp4", ""].credits, rows["mp4", ""].is_own, rows["mp4", ""].set_by) == (2, False, None)


def test_what_is_held_keeps_its_price(team, alice):
    price = prices.price("generate", team=team)
    ledger.hold(team, price, cause="generation:a", by=alice, operation="generate")

    prices.set_price(team, "generate", "", Decimal(50), by=alice)
    ledger.settle("generation:a")

    assert ledger.balance(team).spent_this_month == 12
    assert ledger.differences(team) == []


def test_a_price_still_to_come_can_be_withdrawn_and_one_in_force_cannot(team, alice):
    in_force = prices.set_price(team, "wav", "", Decimal(1), by=alice)
    tomorrow = timezone.now() + timedelta(days=1)
    coming = prices.set_price(team, "wav", "", Decimal(2), by=alice, valid_from=tomorrow)

    assert (prices.withdraw(in_force, by=alice), prices.withdraw(coming, by=alice)) == (False, True)

    assert [row.credits for row in prices.history(team, "wav")] == [1, Decimal("0.4")]
    assert list(AuditEntry.objects.values_list("action", "subject")) == [
        ("price.withdraw", "wav"),
        ("price.set", "wav"),
        ("price.set", "wav"),
    ]


@pytest.mark.parametrize("amount", ["-1", "NaN", "Infinity", "1e12", "0.001"])
def test_a_price_that_is_none_is_refused(team, alice, amount):
    with pytest.raises(ValueError, match=r"[Cc]redits"):
        prices.set_price(team, "wav", "", Decimal(amount), by=alice)

    assert prices.price("wav", team=team) == Decimal("0.4")


def test_a_price_is_neither_set_for_the_past_nor_for_what_nobody_sells(team, alice):
    with pytest.raises(ValueError, match="from now or later"):
        prices.set_price(
            team, "wav", "", Decimal(1), by=alice, valid_from=timezone.now() - timedelta(seconds=1)
        )
    with pytest.raises(prices.NoPrice):
        prices.set_price(team, "nothing", "", Decimal(1), by=alice)


def test_a_change_of_price_is_in_the_audit(team, alice):
    prices.set_price(team, "generate", "V5", Decimal(10), by=alice)

    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.subject) == ("price.set", alice, "generate V5")
    assert (entry.before, entry.after) == ({"credits": "12.00"}, {"credits": "10.00"})
