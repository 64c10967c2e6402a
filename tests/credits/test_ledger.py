"""The ledger's rules: nothing is spent that is not there, and every credit can be accounted for."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from suno_web.credits import ledger, months, prices
from suno_web.credits.models import Entry, Pool, Price


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
    assert "This costs 1,001 credits and 1,000 are left" in str(refused.value)
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


def test_the_newest_price_in_force_wins(team):
    Price.objects.create(
        operation="generate", model="V5", credits=20, valid_from=datetime(2026, 2, 1, tzinfo=UTC)
    )
    Price.objects.create(
        operation="generate", model="", credits=99, valid_from=datetime(2126, 1, 1, tzinfo=UTC)
    )

    assert prices.price("generate", "V5", team=team) == 20
    assert prices.price("generate", "V4", team=team) == 12
    with pytest.raises(prices.NoPrice):
        prices.price("nothing of the kind", team=team)


HOLDER = """
import django; django.setup()
from decimal import Decimal
from suno_web.accounts.models import Team, User
from suno_web.credits import ledger
import sys
team, user, won = Team.objects.get(), User.objects.get(), 0
for number in range(20):
    try:
        ledger.hold(team, Decimal(12), cause=f"{sys.argv[1]}:{number}", by=user)
        won += 1
    except ledger.InsufficientCredits:
        pass
print(won)
"""


def test_processes_racing_for_credits_end_exactly_right(tmp_path):
    """Four processes want 80 holds of 12; a thousand credits pay for 83, so 30 are taken away first."""
    env = {**os.environ, "SUNO_WEB_DATA": str(tmp_path), "DJANGO_SETTINGS_MODULE": "suno_web.settings"}

    def run(code: str, *args: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", code, *args], env=env, stdout=subprocess.PIPE, text=True
        )

    prepare = """
import django; django.setup()
from django.core.management import call_command
from decimal import Decimal
call_command("migrate", verbosity=0)
from suno_web.accounts.models import Team, User
from suno_web.credits import ledger
team = Team.objects.create(name="T"); User.objects.create_user("a@example.com", "x")
ledger.balance(team); ledger.adjust(team, Decimal(-400), cause="test", note="leave 600")
"""
    assert run(prepare).wait(timeout=60) == 0

    racers = [run(HOLDER, str(number)) for number in range(4)]
    won = sum(int(racer.communicate(timeout=60)[0]) for racer in racers)

    ask = run(
        "import django; django.setup()\n"
        "from suno_web.accounts.models import Team; from suno_web.credits import ledger\n"
        "team = Team.objects.get(); b = ledger.balance(team); print(b.available, b.held, ledger.differences(team))"
    )
    assert (won, ask.communicate(timeout=60)[0].split(maxsplit=2)) == (50, ["0.00", "600.00", "[]\n"])
