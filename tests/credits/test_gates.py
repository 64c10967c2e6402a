"""Which requests wait for a lead, and who may say so."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from suno_web.accounts.models import AuditEntry
from suno_web.credits import gates
from suno_web.credits.models import GateRule


def why(team, member, operation="generate", model="V5", price=Decimal(12), **more):
    return gates.why(team, member=member, operation=operation, model=model, price=price, **more)


def test_without_rules_nothing_waits(team, bob):
    assert why(team, bob, price=Decimal(10_000)) == ""


def test_a_limit_lets_through_what_costs_just_as_much(team, alice, bob):
    gates.add(team, by=alice, above=Decimal(20))

    assert why(team, bob, price=Decimal("20.00")) == ""
    said = "It costs 20.01 credits, and more than 20 wait for a lead’s approval."
    assert why(team, bob, price=Decimal("20.01")) == said


def test_a_rule_applies_where_every_condition_is_met(team, alice, bob):
    gates.add(team, by=alice, member=bob, operation="stems", model="V5", above=Decimal(20))

    stems = {"operation": "stems", "price": Decimal(50), "called": "stems"}
    said = "Requests by Bob for stems with V5 above 20 credits wait for a lead’s approval; this costs 50."
    assert why(team, bob, **stems) == said
    assert why(team, alice, **stems) == ""
    assert why(team, bob, **stems | {"operation": "generate"}) == ""
    assert why(team, bob, **stems, model="V4") == ""
    assert why(team, bob, **stems | {"price": Decimal(20)}) == ""


@given(
    member=st.booleans(),
    operation=st.sampled_from(["", "generate", "wav"]),
    model=st.sampled_from(["", "V5", "V4_5"]),
    above=st.none() | st.decimals(0, 99, places=2),
    price=st.decimals(0, 99, places=2),
)
def test_a_condition_that_is_not_set_asks_for_nothing(member, operation, model, above, price):
    someone = gates.User(pk=1, email="bob@example.com", name="Bob")
    rule = GateRule(member=someone if member else None, operation=operation, model=model, above=above)

    met = operation in ("", "wav") and model in ("", "V5") and (above is None or price > above)
    assert bool(gates.explained([rule], someone, "wav", "V5", price)) == met
    other = gates.User(pk=2, email="lisa@example.com", name="Lisa")
    assert bool(gates.explained([rule], other, "wav", "V5", price)) == (met and not member)


def test_what_a_member_reads_fits_on_one_line_of_the_request(team, alice, bob):
    bob.name = "B" * 100
    gates.add(team, by=alice, member=bob)
    assert why(team, bob).endswith("wait for a lead’s approval.")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"above": Decimal(-1)}, "above"),
        ({"above": Decimal("NaN")}, "above"),
        ({"above": Decimal("99999999999")}, "above"),
        ({"above": Decimal("0.001")}, "above"),
        ({"operation": "make_coffee"}, "operation"),
        ({}, "__all__"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_at_its_field(team, alice, wrong, field):
    with pytest.raises(ValidationError) as refused:
        gates.add(team, by=alice, **wrong)
    named = refused.value.message_dict if hasattr(refused.value, "error_dict") else {"__all__": []}
    assert list(named) == [field]
    assert not GateRule.objects.exists()


def test_a_rule_about_somebody_elses_member_is_refused(team, alice, charlie):
    with pytest.raises(ValidationError, match="member of this team"):
        gates.add(team, by=alice, member=charlie)


def test_the_same_rule_twice_is_refused(team, alice):
    gates.add(team, by=alice, above=Decimal(20))
    with pytest.raises(ValidationError, match="such a rule already"):
        gates.add(team, by=alice, above=Decimal("20.00"))


def test_rules_know_stems_by_one_name(team):
    known = gates.known_operations()
    assert {"stems", "generate", "wav"} <= known
    assert "separate_vocal" not in known


def test_adding_and_removing_are_written_down(team, alice, bob):
    rule = gates.add(team, by=alice, member=bob, above=Decimal(20))

    assert (gates.remove(rule, by=alice), gates.remove(GateRule(pk=0, team=team), by=alice)) == (True, False)
    assert why(team, bob, price=Decimal(50)) == ""
    words, facts = "requests by Bob above 20 credits", {"member": "Bob", "above": "20"}
    written = AuditEntry.objects.filter(team=team).order_by("pk")
    assert list(written.values_list("action", "subject", "before", "after")) == [
        ("gate.add", words, None, facts),
        ("gate.remove", words, facts, None),
    ]


def test_a_team_begins_with_the_usual_numbers(team):
    rules = gates.rules_of(team)
    assert (rules.member_budget, rules.approval_days, rules.low_balance, rules.tolerance) == (
        None,
        3,
        None,
        1,
    )


def test_changed_numbers_are_written_down_with_what_they_were(team, alice):
    gates.change_rules(team, by=alice, approval_days=5, member_budget=Decimal(100))
    gates.change_rules(team, by=alice, approval_days=5)

    assert gates.rules_of(team).approval_days == 5
    written = AuditEntry.objects.get(team=team, action="rules.change")
    assert written.before == {"approval_days": 3, "member_budget": None}
    assert written.after == {"approval_days": 5, "member_budget": "100"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("approval_days", 0),
        ("approval_days", 366),
        ("approval_days", -1),
        ("member_budget", Decimal(-1)),
        ("low_balance", Decimal(-1)),
        ("tolerance", Decimal(-1)),
        ("tolerance", Decimal("10000000")),
        ("member_budget", "lots"),
    ],
)
def test_numbers_that_make_no_sense_are_refused_at_their_field(team, alice, name, value):
    with pytest.raises(ValidationError) as refused:
        gates.change_rules(team, by=alice, **{name: value})
    assert list(refused.value.message_dict) == [name]
    assert getattr(gates.rules_of(team), name) == getattr(gates.SpendingRules(), name)
