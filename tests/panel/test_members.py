"""The admin panel's members: roles and budgets inline, leaving and coming back, and a page for each."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from suno_web.accounts import teams
from suno_web.accounts.models import AuditEntry, Departure, Membership, User
from suno_web.credits import budgets, ledger, months
from suno_web.credits.models import Budget, Raise
from suno_web.gateway import keys
from suno_web.gateway.models import ApiKey

PASSWORD = "correct horse battery"


@pytest.fixture
def admin(alice, client_for):
    return client_for(alice)


def path(user: User, more: str = "") -> str:
    return f"/admin/members/{user.memberships.get().pk}/{more}"


def more_members(team, count: int) -> None:
    users = [User(email=f"member{n}@example.com", name=f"Member {n}") for n in range(count)]
    User.objects.bulk_create(users)
    Membership.objects.bulk_create(Membership(team=team, user=user) for user in users)


def test_a_row_changes_role_and_budget_at_once(admin, alice, bob, team):
    page = admin.post(path(bob, "row/"), {"role": "admin", "budget": "1,200.50"}, follow=True)

    assert (bob.memberships.get().role, budgets.of_member(team, bob).amount) == ("admin", Decimal("1200.50"))
    assert b"Bob is now admin." in page.content
    assert b"Bob may spend 1,200.5 credits a month." in page.content
    actions = AuditEntry.objects.filter(team=team).order_by("id").values_list("action", flat=True)
    assert list(actions) == ["member.role", "budget.set"]


def test_reloading_the_page_of_a_refused_row_is_no_error(admin, bob):
    assert admin.get(path(bob, "row/"))["Location"] == "/admin/members/"
    assert admin.get(path(bob, "raises/"))["Location"] == path(bob)


def test_an_empty_amount_means_no_limit(admin, alice, bob, team):
    budgets.set_amount(team, member=bob, amount=Decimal(50), by=alice)

    admin.post(path(bob, "row/"), {"role": "maker", "budget": ""})

    assert budgets.of_member(team, bob).amount is None


def test_a_row_saved_as_it_is_changes_nothing(admin, bob, team):
    admin.post(path(bob, "row/"), {"role": "maker", "budget": ""})

    assert (Budget.objects.count(), AuditEntry.objects.count()) == (0, 0)


@pytest.mark.parametrize("typed", ["-5", "lots", "1e9", "NaN", "99999999999999", "1.005", "Infinity", "1,5"])
def test_a_wrong_amount_stays_typed_beside_what_is_wrong(typed, admin, bob, team):
    page = admin.post(path(bob, "row/"), {"role": "admin", "budget": typed})

    assert (page.status_code, f'value="{typed}"' in page.content.decode()) == (200, True)
    assert b'class="errors" id="budget-' in page.content
    assert (bob.memberships.get().role, Budget.objects.count()) == ("maker", 0)


def test_a_budget_below_what_is_used_says_until_when_nothing_more_is_spent(admin, alice, bob, team):
    budgets.set_amount(team, member=bob, amount=Decimal(100), by=alice)
    ledger.hold(team, Decimal(40), cause="generation:1", by=bob)

    page = admin.post(path(bob, "row/"), {"role": "maker", "budget": "10"}, follow=True).content.decode()

    resets = months.end(team)
    assert f"40 are used already, so nothing more can be spent until 1 {resets:%b}, 00:00." in page
    assert budgets.standing(budgets.of_member(team, bob)).left == 0


def test_a_roll_over_survives_another_amount(admin, alice, bob, team):
    budgets.set_amount(team, member=bob, amount=Decimal(100), rolls_over=True, by=alice)

    admin.post(path(bob, "row/"), {"role": "maker", "budget": "200"})

    assert budgets.of_member(team, bob).rolls_over


def test_an_unknown_role_is_refused(admin, bob):
    assert admin.post(path(bob, "row/"), {"role": "owner"}).status_code == 200
    assert bob.memberships.get().role == "maker"


def test_the_last_admin_can_neither_step_down_nor_leave(admin, alice, bob):
    stepped = admin.post(path(alice, "row/"), {"role": "maker", "budget": "7"})
    left = admin.post(path(alice, "removal/"), follow=True)

    assert b"only admin" in stepped.content
    assert b"only admin" in left.content
    assert (alice.memberships.get().role, Budget.objects.count()) == ("admin", 0)


def test_who_gives_up_the_own_admin_role_leaves_the_panel(admin, alice, bob):
    teams.change_role(bob.memberships.get(), "admin", by=alice)

    assert admin.post(path(alice, "row/"), {"role": "maker", "budget": ""})["Location"] == "/"
    assert admin.get("/admin/members/").status_code == 404


def test_who_is_deactivated_sees_nothing_until_it_is_undone(admin, alice, bob, project, client_for):
    maker = client_for(bob)

    page = admin.post(path(bob, "removal/"), follow=True).content.decode()

    departure = Departure.objects.get()
    undo = f"/admin/departures/{departure.pk}/return/"
    assert page.count(undo) == 2  # beside “Undo”, and among the former members
    assert b"in no team" in maker.get("/settings/profile/").content
    admin.post(undo)
    assert (bob.memberships.get().role, maker.get("/settings/profile/").status_code) == ("maker", 200)


def test_their_keys_stop_at_once_and_work_again_when_they_are_back(admin, alice, bob, project):
    _key, text = keys.make(project, owner=bob, wanted=keys.Wanted(name="radio robot"))
    assert keys.recognise(text) is not None

    departure = teams.remove(bob.memberships.get(), by=alice)
    assert keys.recognise(text) is None

    teams.take_back(departure, by=alice)
    assert keys.recognise(text) is not None


def test_what_they_had_under_way_is_still_settled(admin, alice, bob, team):
    ledger.grant(team, Decimal(100), by=alice, note="to try")
    ledger.hold(team, Decimal(12), cause="generation:1", by=bob)
    ledger.hold(team, Decimal(5), cause="generation:2", by=bob)

    admin.post(path(bob, "removal/"))

    assert (ledger.settle("generation:1"), ledger.refund("generation:2")) == (True, True)
    assert ledger.balance(team).held == 0
    assert ledger.differences(team) == []


def test_nobody_brings_back_people_of_other_teams(admin, bob, alice, charlie, client_for):
    departure = teams.remove(bob.memberships.get(), by=alice)

    assert client_for(charlie).post(f"/admin/departures/{departure.pk}/return/").status_code == 404
    assert not bob.memberships.exists()


@pytest.mark.parametrize(
    "more",
    [
        "",
        "row/",
        "removal/",
        "raises/",
        "raises/1/end/",
        "keys/00000000-0000-0000-0000-000000000000/revocation/",
    ],
)
def test_nobody_but_an_admin_of_the_team_governs_a_member(more, alice, bob, lisa, charlie, client_for):
    at = path(bob, more)

    for user in (bob, lisa, charlie):
        for method in (client_for(user).get, client_for(user).post):
            assert method(at).status_code in {404, 405}, (user, at)
    assert bob.memberships.get().role == "maker"


def test_members_are_found_by_name_or_address(admin, alice, bob, team):
    more_members(team, 3)

    page = admin.get("/admin/members/?q=BOB").content.decode()
    assert (path(bob) in page, "Member 1" in page) == (True, False)
    assert b"Member 2" in admin.get("/admin/members/?q=member2@").content
    assert b"Nobody is called that" in admin.get("/admin/members/?q=zelda").content


def test_members_are_sorted_by_what_they_used_and_when_they_were_seen(admin, alice, bob, team):
    more_members(team, 2)
    budgets.set_amount(team, member=bob, amount=Decimal(100), by=alice)
    ledger.hold(team, Decimal(40), cause="generation:1", by=bob)
    seen = Membership.objects.get(user__name="Member 1")
    Membership.objects.filter(pk=seen.pk).update(last_seen_at=timezone.now() + timedelta(minutes=1))

    def first(sort: str) -> str:
        page = admin.get(f"/admin/members/?sort={sort}").content.decode()
        return page.partition('<tr id="member-')[2].partition('"')[0]

    assert first("used") == str(bob.memberships.get().pk)
    assert first("seen") == str(seen.pk)
    assert first("role") == first("name") == first("nonsense") == str(alice.memberships.get().pk)


def test_two_hundred_members_come_in_pages(admin, team):
    more_members(team, 199)

    assert admin.get("/admin/members/").content.count(b'<tr id="member-') == 50
    assert b"151\xe2\x80\x93200 of 200" in admin.get("/admin/members/?page=4").content
    assert admin.get("/admin/members/?page=nonsense").status_code == 200


def test_the_list_takes_the_same_queries_for_one_member_and_for_three(admin, alice, team, project):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert admin.get("/admin/members/").status_code == 200
        return len(captured)

    budgets.set_amount(team, member=alice, amount=Decimal(10), by=alice)
    queries()
    one = queries()
    more_members(team, 2)
    for user in User.objects.filter(name__startswith="Member"):
        budgets.set_amount(team, member=user, amount=Decimal(10), by=alice)
        keys.make(project, owner=user, wanted=keys.Wanted(name="radio robot"))
        project.members.add(user)
    assert queries() == one


def test_the_list_is_taken_away_as_a_sheet_and_that_is_recorded(admin, alice, bob, team):
    budgets.set_amount(team, member=bob, amount=Decimal(100), by=alice)
    User.objects.filter(pk=alice.pk).update(name="=cmd()")

    sheet = admin.get("/admin/members/csv/").content.decode("utf-8-sig").splitlines()

    assert sheet[0] == "name,e-mail,role,budget,used,left,API keys,projects,last seen"
    assert sheet[1].startswith("'=cmd(),alice@example.com,admin,")
    assert sheet[2] == "Bob,bob@example.com,maker,100.00,0.00,100.00,0,0,"
    assert AuditEntry.objects.filter(action="export", subject="the members", actor=alice).count() == 1


def test_a_member_is_given_more_until_a_day_of_the_teams_clock(admin, alice, bob, team):
    budget = budgets.set_amount(team, member=bob, amount=Decimal(100), by=alice)
    until = months.today(team) + timedelta(days=3)

    admin.post(path(bob, "raises/"), {"amount": "25", "until": str(until), "note": "the Lisbon job"})

    given = budget.raises.get()
    local = timezone.localtime(given.ends_at, team.zone)
    assert (given.amount, given.by, given.note) == (25, alice, "the Lisbon job")
    assert (local.date(), local.hour, local.minute) == (until + timedelta(days=1), 0, 0)
    assert budgets.standing(budget).limit == 125

    admin.post(path(bob, f"raises/{given.pk}/end/"))
    assert budgets.standing(budget).limit == 100
    actions = AuditEntry.objects.filter(team=team).order_by("id").values_list("action", flat=True)
    assert list(actions) == ["budget.set", "budget.raise", "budget.end_raise"]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"amount": "0"}, "more than 0"),
        ({"amount": "-3"}, "less than nothing"),
        ({"until": "2020-01-01"}, "This day is over"),
        ({"until": "2999-01-01"}, "a year at most"),
        ({"until": "someday"}, "valid date"),
    ],
)
def test_a_raise_that_makes_no_sense_stays_typed(typed, words, admin, alice, bob, team):
    budgets.set_amount(team, member=bob, amount=Decimal(100), by=alice)
    wanted = {"amount": "25", "until": str(months.today(team)), "note": "kept"} | typed

    page = admin.post(path(bob, "raises/"), wanted).content.decode()

    assert (words in page, 'value="kept"' in page, Raise.objects.count()) == (True, True, 0)


def test_without_a_limit_there_is_nothing_to_raise(admin, bob):
    page = admin.post(path(bob, "raises/"), {"amount": "5", "until": "2026-12-01"}, follow=True)

    assert b"no limit to raise" in page.content
    assert Raise.objects.count() == 0


def test_a_raise_of_somebody_else_is_not_ended_here(admin, alice, bob, team):
    budget = budgets.set_amount(team, member=alice, amount=Decimal(100), by=alice)
    given = budgets.give_raise(budget, Decimal(5), by=alice)

    assert admin.post(path(bob, f"raises/{given.pk}/end/")).status_code == 404


def test_an_admin_sees_and_revokes_the_keys_of_a_member(admin, alice, bob, project):
    key, text = keys.make(project, owner=bob, wanted=keys.Wanted(name="radio robot"))
    assert "radio robot" in admin.get(path(bob)).content.decode()
    assert admin.post(path(alice, f"keys/{key.pk}/revocation/")).status_code == 404

    admin.post(path(bob, f"keys/{key.pk}/revocation/"))

    assert (ApiKey.objects.get().revoked_at is not None, keys.recognise(text)) == (True, None)
    assert AuditEntry.objects.get(action="key.revoke").actor == alice


def test_a_members_page_shows_projects_and_what_they_changed(admin, alice, bob, project, team):
    project.leads.add(bob)
    teams.change(team, by=bob, name="North Pier")

    page = admin.get(path(bob)).content.decode()

    assert all(words in page for words in ("Night drive", "leads", "changed the team", "Harbour Sound"))
    assert f"/admin/usage/?member={bob.pk}" in page
