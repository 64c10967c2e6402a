"""Budgets are set by admins alone, read as people write them, and never set back by somebody else's page."""

import html
import json
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from suno_web.accounts.models import AuditEntry, Membership, User
from suno_web.credits import budgets, checking, gates, ledger
from suno_web.credits.models import Budget, Check, Entry, GateRule, Pool, Raise
from suno_web.studio.models import Project
from tests.conftest import person

PAGE = "/admin/budgets/"
RULES = "/admin/budgets/rules/"
BAD = {
    "-5": "cannot be less than nothing",
    "much": "1,000 or 1000.50",
    "1,5": "1,000 or 1000.50",
    "0.125": "Two digits",
    "99999999999": "At most 10,000,000 credits",
}


def shown_on(page) -> str:
    """What the page's form sends back of what it showed."""
    found = re.search(r'name="shown" value="([^"]*)"', page.content.decode())
    return html.unescape(found.group(1)) if found else ""


def text_of(page) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.content.decode())).split())


def edit(browser, where=PAGE, *, page=None, **amounts: str):
    """Save the page's form with some amounts typed, as "member_2"; roll-over is as the page showed it."""
    shown = shown_on(page or browser.get(where))
    sent = {"shown": shown}
    for key, (amount, rolls_over) in json.loads(shown).items():
        sent[f"amount-{key}"] = amount or ""
        if rolls_over:
            sent[f"rolls-{key}"] = "on"
    for key, typed in amounts.items():
        sent[f"amount-{key.replace('_', '-', 1)}"] = typed
    return browser.post(where, sent, follow=True)


def of(user) -> str:
    return f"member_{user.pk}"


def amount_of(team, user) -> Decimal | None:
    kept = Budget.objects.filter(team=team, member=user).first()
    return kept.amount if kept else None


def spend(team, user, amount, cause="generation:1", project=None) -> None:
    ledger.hold(team, Decimal(amount), cause=cause, by=user, project=project)
    ledger.settle(cause)


@pytest.mark.parametrize("path", [PAGE, RULES, "/admin/budgets/checks/"])
def test_only_admins_find_the_pages(path, project, alice, bob, lisa, charlie, client_for):
    project.leads.add(bob)

    assert client_for(alice).get(path).status_code == 200
    assert [client_for(one).get(path).status_code for one in (bob, lisa)] == [404, 404]
    assert client_for(bob).post(path, {}).status_code == 404


@pytest.mark.parametrize(("typed", "kept"), [("1,000", "1000"), ("1000.50", "1000.50"), (" 12 ", "12")])
def test_amounts_are_kept_as_people_write_them(typed, kept, team, alice, bob, client_for):
    edit(client_for(alice), **{of(bob): typed})

    assert amount_of(team, bob) == Decimal(kept)


@pytest.mark.parametrize(("typed", "said"), BAD.items())
def test_a_bad_amount_is_refused_at_its_field_and_everything_stays(
    typed, said, team, alice, bob, project, client_for
):
    browser = client_for(alice)
    budgets.set_amount(team, member=bob, amount=Decimal(40), by=alice)

    page = edit(browser, **{of(bob): typed, of(alice): "70", f"project_{project.pk}": "90"})

    field = page.content.decode().partition(f'name="amount-member-{bob.pk}"')[2].partition("</td>")[0]
    assert f'value="{typed}"' in field
    assert 'aria-invalid="true"' in field
    assert said in field
    assert 'value="70"' in page.content.decode()
    assert (amount_of(team, bob), amount_of(team, alice)) == (40, None)
    assert not Budget.objects.filter(project=project.pk).exists()


def test_several_budgets_are_saved_at_once_and_written_down(team, alice, bob, project, client_for):
    page = edit(client_for(alice), **{of(bob): "40", of(alice): "70", f"project_{project.pk}": "90"})

    assert "3 budgets are saved" in text_of(page)
    assert (amount_of(team, bob), amount_of(team, alice)) == (40, 70)
    subjects = AuditEntry.objects.filter(action="budget.set").values_list("subject", flat=True)
    assert sorted(subjects) == ["Alice", "Bob", "Night drive"]


def test_an_empty_amount_is_no_limit(team, alice, bob, client_for):
    browser = client_for(alice)
    budgets.set_amount(team, member=bob, amount=Decimal(40), by=alice)

    edit(browser, **{of(bob): ""})

    assert Budget.objects.get(member=bob).amount is None


def test_two_admins_who_edit_at_once_keep_each_others_changes(team, alice, bob, client_for):
    ann = person("Ann", team, Membership.Role.ADMIN)
    first, second = client_for(alice), client_for(ann)
    page_of_both = first.get(PAGE)

    edit(first, page=page_of_both, **{of(bob): "40"})
    edit(second, page=page_of_both, **{of(alice): "70"})

    assert (amount_of(team, bob), amount_of(team, alice)) == (40, 70)


def test_a_budget_that_somebody_changed_meanwhile_is_asked_about_once(team, alice, bob, client_for):
    browser = client_for(alice)
    old = browser.get(PAGE)
    edit(browser, page=old, **{of(bob): "40"})

    refused = edit(browser, page=old, **{of(bob): "50"})

    assert "Meanwhile this became 40 a month" in text_of(refused)
    assert amount_of(team, bob) == 40
    edit(browser, page=refused, **{of(bob): "50"})
    assert amount_of(team, bob) == 50


def test_lines_that_a_filter_hides_are_left_alone(team, alice, bob, client_for):
    browser = client_for(alice)
    budgets.set_amount(team, member=bob, amount=Decimal(40), by=alice)

    edit(browser, f"{PAGE}?q=alic", **{of(alice): "70"})

    assert (amount_of(team, bob), amount_of(team, alice)) == (40, 70)


def test_a_budget_below_what_is_used_is_saved_and_says_when_it_resets(team, alice, bob, client_for):
    spend(team, bob, 30)

    page = edit(client_for(alice), **{of(bob): "20"})

    assert amount_of(team, bob) == 20
    resets = budgets.of_members(team)[bob.pk].resets_at
    assert (
        f"Bob has used 30 of 20 credits: nothing more can be spent until it resets on {resets:%-d %B, %H:%M}"
    ) in text_of(page)
    with pytest.raises(ledger.OverBudget):
        ledger.hold(team, Decimal(1), cause="generation:2", by=bob)


def test_what_is_nearly_and_wholly_used_is_said_in_words(team, alice, bob, client_for):
    browser = client_for(alice)
    spend(team, bob, 16)
    spend(team, alice, 10, "generation:2")

    edit(browser, **{of(bob): "20", of(alice): "10"})
    near, up = browser.get(f"{PAGE}?state=near"), browser.get(f"{PAGE}?state=up")

    assert "80 % used" in text_of(near)
    assert "used up" in text_of(up)
    assert f"amount-member-{bob.pk}" not in up.content.decode()


def test_members_of_one_name_are_told_apart_and_found_by_address(team, alice, bob, client_for):
    other = User.objects.create_user("bob@elsewhere.example.com", name="Bob")
    Membership.objects.create(team=team, user=other)

    page = client_for(alice).get(f"{PAGE}?q=elsewhere")

    assert "Bob bob@elsewhere.example.com" in text_of(page)
    assert f"amount-member-{bob.pk}" not in page.content.decode()


def test_roll_over_is_switched_with_its_budget(team, alice, bob, client_for):
    browser = client_for(alice)
    key = f"member-{bob.pk}"

    shown = shown_on(browser.get(PAGE))
    browser.post(PAGE, {"shown": shown, f"amount-{key}": "40", f"rolls-{key}": "on"})
    assert Budget.objects.get(member=bob).rolls_over is True
    shown = shown_on(browser.get(PAGE))
    browser.post(PAGE, {"shown": shown, f"amount-{key}": "40"})

    assert Budget.objects.get(member=bob).rolls_over is False


def test_a_broken_note_of_what_was_shown_changes_nothing(team, alice, bob, client_for):
    for shown in ("", "[1]", "{", '{"member-1": 3}'):
        page = client_for(alice).post(PAGE, {"shown": shown, f"amount-member-{bob.pk}": "40"}, follow=True)
        assert page.status_code == 200

    assert amount_of(team, bob) is None


def test_budgets_of_another_team_cannot_be_named(team, alice, charlie, client_for):
    shown = json.dumps({f"member-{charlie.pk}": [None, False]})

    client_for(alice).post(PAGE, {"shown": shown, f"amount-member-{charlie.pk}": "1"})

    assert client_for(alice).get(f"/admin/budgets/members/{charlie.pk}/raise/").status_code == 404
    assert not Budget.objects.filter(member=charlie).exists()


def test_the_default_is_for_everybody_only_when_asked(team, alice, bob, client_for):
    browser = client_for(alice)
    budgets.set_amount(team, member=bob, amount=Decimal(40), by=alice)

    browser.post("/admin/budgets/default/", {"member_budget": "1,000"})
    assert gates.rules_of(team).member_budget == 1000
    assert budgets.of_members(team)[alice.pk].limit == 1000
    assert amount_of(team, bob) == 40
    browser.post("/admin/budgets/default/", {"member_budget": "60", "everybody": "on"})

    assert (amount_of(team, bob), amount_of(team, alice)) == (60, 60)


def test_a_raise_lasts_through_its_last_day_in_the_teams_zone(team, alice, bob, client_for, monkeypatch):
    team.time_zone = "America/New_York"
    team.save()
    # The zone leaves summer time on the first day of this November.
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 10, 20, 12, tzinfo=UTC))
    browser = client_for(alice)
    budgets.set_amount(team, member=bob, amount=Decimal(40), by=alice)
    form = browser.get(f"/admin/budgets/members/{bob.pk}/raise/")
    assert 'value="2026-10-31"' in form.content.decode()

    page = browser.post(
        f"/admin/budgets/members/{bob.pk}/raise/",
        {"amount": "10", "until": "2026-11-01", "note": "demo"},
        follow=True,
    )

    given = Raise.objects.get()
    assert (given.amount, given.ends_at, given.by, given.note) == (
        10,
        datetime(2026, 11, 2, 5, tzinfo=UTC),
        alice,
        "demo",
    )
    assert "Bob has 10 credits more until 1 November" in text_of(page)
    assert budgets.of_members(team)[bob.pk].limit == 50


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": "0"},
        {"amount": "-1"},
        {"amount": "x"},
        {"amount": ""},
        {"until": "2020-01-01"},
        {"until": "soon"},
        {"until": "2999-01-01"},
        {"until": ""},
    ],
)
def test_a_raise_that_cannot_be_is_refused_at_its_field(wrong, team, alice, bob, client_for):
    browser = client_for(alice)
    budgets.set_amount(team, member=bob, amount=Decimal(40), by=alice)
    good = {"amount": "10", "until": f"{timezone.now() + timedelta(days=2):%Y-%m-%d}", "note": "demo"}

    page = browser.post(f"/admin/budgets/members/{bob.pk}/raise/", good | wrong)

    assert b'aria-invalid="true"' in page.content
    assert b'value="demo"' in page.content
    assert not Raise.objects.exists()


def test_a_raise_is_ended_by_a_press(team, alice, bob, client_for):
    budget = budgets.set_amount(team, member=bob, amount=Decimal(40), by=alice)
    given = budgets.give_raise(budget, Decimal(10), until=timezone.now() + timedelta(days=2), by=alice)
    browser = client_for(alice)
    assert "Raised for a while" in text_of(browser.get(PAGE))

    page = browser.post(f"/admin/budgets/raises/{given.pk}/end/", follow=True)

    assert "The raise of Bob by 10 credits has ended" in text_of(page)
    assert budgets.standing(budget).limit == 40


def test_nothing_is_raised_where_there_is_no_limit(team, alice, bob, client_for):
    page = client_for(alice).post(f"/admin/budgets/members/{bob.pk}/raise/", {"amount": "10"})

    assert "has no limit" in text_of(page)
    assert not Raise.objects.exists()


def test_the_pool_is_shown_and_grown_with_a_reason(team, alice, client_for):
    browser = client_for(alice)

    refused = browser.post("/admin/budgets/grants/", {"credits": "0", "note": ""})
    page = browser.post("/admin/budgets/grants/", {"credits": "1,500", "note": "release week"}, follow=True)

    assert refused.content.decode().count('aria-invalid="true"') == 2
    assert "The team has 1,500 credits more this month" in text_of(page)
    assert ledger.balance(team).available == 2500
    assert AuditEntry.objects.get(action="pool.grant").after["reason"] == "release week"


def test_the_allowance_is_changed_in_the_panel(team, alice, client_for):
    client_for(alice).post("/admin/budgets/allowance/", {"allowance": "2,000"})

    assert ledger.balance(team).allowance == 2000
    assert AuditEntry.objects.get(action="pool.allowance").actor == alice


def test_a_providers_balance_is_topped_up_there(team, alice, client_for):
    ledger.follow_provider(team, Decimal(300), not_yet_charged=Decimal(0))
    browser = client_for(alice)

    page = browser.get(PAGE)

    assert "Top up the account there" in text_of(page)
    assert browser.post("/admin/budgets/allowance/", {"allowance": "5"}).status_code == 404
    assert browser.post("/admin/budgets/grants/", {"credits": "5", "note": "x"}).status_code == 404


def test_the_books_are_checked_at_a_press_and_differences_are_named(team, alice, bob, client_for):
    spend(team, bob, 12)
    browser = client_for(alice)

    good = browser.post("/admin/budgets/checks/", follow=True)
    Pool.objects.filter(team=team).update(held=5)
    bad = browser.post("/admin/budgets/checks/", follow=True)

    assert "The books add up" in text_of(good)
    assert "held: the pool says 5, the entries 0" in text_of(bad)
    assert Check.objects.filter(by=alice, entries=Entry.objects.count()).count() == 2
    assert AuditEntry.objects.filter(action="books.check").count() == 2


def test_the_page_costs_as_many_queries_for_three_members_and_projects_as_for_one(
    team, alice, project, client_for, django_assert_max_num_queries
):
    browser = client_for(alice)
    checking.check(team)
    budgets.set_amount(team, member=alice, amount=Decimal(5), by=alice)
    budgets.set_amount(team, project=project.pk, amount=Decimal(5), by=alice)

    def queries() -> int:
        with django_assert_max_num_queries(100) as seen:
            browser.get(PAGE)
        return len(seen)

    queries()
    one = queries()
    for name in ("Ben", "Cleo"):
        member = person(name, team, Membership.Role.MAKER)
        other = Project.objects.create(team=team, name=f"Album of {name}", created_by=alice)
        budget = budgets.set_amount(team, member=member, amount=Decimal(5), by=alice)
        budgets.give_raise(budget, Decimal(1), until=timezone.now() + timedelta(days=1), by=alice)
        budgets.set_amount(team, project=other.pk, amount=Decimal(5), by=alice)
    three = queries()

    assert three == one


def test_a_rule_is_added_in_words_removed_and_taken_back(team, alice, bob, client_for):
    browser = client_for(alice)
    wanted = {"operation": "generate", "model": "V5", "above": "20", "member": str(bob.pk)}

    added = browser.post(RULES, wanted, follow=True)
    assert "Songs with V5 over 20 credits by Bob" in text_of(added)
    removed = browser.post(f"/admin/budgets/rules/{GateRule.objects.get().pk}/removal/")
    assert not GateRule.objects.exists()
    undo = re.search(r'name="undo" value="([^"]+)"', removed.content.decode())
    assert undo
    browser.post("/admin/budgets/rules/return/", {"undo": undo.group(1)})

    rule = GateRule.objects.get()
    assert (rule.operation, rule.model, rule.above, rule.member) == ("generate", "V5", 20, bob)
    assert AuditEntry.objects.filter(action__startswith="gate.").count() == 3


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({}, "Set at least one condition"),
        ({"above": "-1"}, "cannot be less than nothing"),
        ({"above": "x"}, "1,000 or 1000.50"),
        ({"operation": "nonsense"}, "not one of the available choices"),
        ({"model": "V99"}, "not one of the available choices"),
        ({"member": "999999"}, "not one of the available choices"),
        ({"operation": "sounds", "model": "V4"}, "Sounds are not made with V4"),
    ],
)
def test_a_rule_that_cannot_be_is_refused(wanted, said, team, alice, client_for):
    page = client_for(alice).post(RULES, wanted)

    assert said in text_of(page)
    assert not GateRule.objects.exists()


def test_the_same_rule_is_not_added_twice(team, alice, client_for):
    browser = client_for(alice)
    browser.post(RULES, {"operation": "stems"})

    page = browser.post(RULES, {"operation": "stems"})

    assert "There is such a rule already" in text_of(page)
    assert GateRule.objects.count() == 1


def test_a_rule_over_no_credits_at_all_is_a_rule(team, alice, client_for):
    client_for(alice).post(RULES, {"above": "0"})

    assert GateRule.objects.get().above == 0


@pytest.mark.parametrize("days", ["0", "366", "x", ""])
def test_days_that_cannot_be_are_refused(days, team, alice, client_for):
    page = client_for(alice).post("/admin/budgets/rules/wait/", {"approval_days": days})

    assert b'aria-invalid="true"' in page.content
    assert gates.rules_of(team).approval_days == 3


def test_a_note_of_another_team_takes_no_rule_back(team, alice, charlie, client_for):
    rule = gates.add(team, by=alice, operation="stems")
    removed = client_for(alice).post(f"/admin/budgets/rules/{rule.pk}/removal/").content.decode()
    undo = re.search(r'name="undo" value="([^"]+)"', removed)
    assert undo

    client_for(charlie).post("/admin/budgets/rules/return/", {"undo": undo.group(1)})

    assert not GateRule.objects.exists()
