"""Roles, leaving, and which pages each of them opens."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from suno_web.accounts import teams
from suno_web.accounts.models import Membership, Team, User

ADMIN_PAGES = ["/settings/members/", "/settings/team/", "/settings/provider/"]


@pytest.mark.parametrize("path", ADMIN_PAGES)
def test_pages_of_admins_do_not_exist_for_others(path, alice, bob, lisa, client_for):
    statuses = [client_for(user).get(path).status_code for user in (alice, bob, lisa)]

    assert [*statuses, Client().get(path).status_code] == [200, 404, 404, 302]


def test_nobody_but_an_admin_changes_members(alice, bob, charlie, client_for):
    membership = bob.memberships.get()

    for user in (bob, charlie):
        browser = client_for(user)
        assert browser.post(f"/settings/members/{membership.pk}/", {"role": "admin"}).status_code == 404
        assert browser.post(f"/settings/members/{membership.pk}/removal/").status_code == 404
    membership.refresh_from_db()
    assert membership.role == "maker"


def test_an_admin_changes_a_role(alice, bob, client_for):
    client_for(alice).post(f"/settings/members/{bob.memberships.get().pk}/", {"role": "listener"})

    assert bob.memberships.get().role == "listener"


def test_an_unknown_role_is_refused(alice, bob, client_for):
    client_for(alice).post(f"/settings/members/{bob.memberships.get().pk}/", {"role": "owner"})

    assert bob.memberships.get().role == "maker"


def test_the_last_admin_can_neither_step_down_nor_leave(alice, bob, client_for):
    browser, mine = client_for(alice), alice.memberships.get()

    stepped = browser.post(f"/settings/members/{mine.pk}/", {"role": "maker"}, follow=True)
    left = browser.post(f"/settings/members/{mine.pk}/removal/", follow=True)

    assert b"only admin" in stepped.content
    assert b"only admin" in left.content
    assert alice.memberships.get().role == "admin"


def test_one_of_two_admins_can_step_down(alice, bob, team):
    teams.change_role(bob.memberships.get(), "admin")
    teams.change_role(alice.memberships.get(), "maker")

    with pytest.raises(teams.LastAdmin):
        teams.remove(bob.memberships.get())


def test_who_is_removed_sees_nothing_any_more_until_it_is_undone(alice, bob, project, client_for):
    admin, maker = client_for(alice), client_for(bob)

    page = admin.post(f"/settings/members/{bob.memberships.get().pk}/removal/").content.decode()

    refused = maker.get("/settings/profile/")
    assert (refused.status_code, b"in no team" in refused.content) == (403, True)
    undo = page.partition('name="undo" value="')[2].partition('"')[0]
    admin.post("/settings/members/return/", {"undo": undo})
    assert bob.memberships.get().role == "maker"
    assert maker.get("/settings/profile/").status_code == 200


def test_a_forged_undo_lets_nobody_in(alice, charlie, client_for):
    client_for(alice).post("/settings/members/return/", {"undo": f'["x",{charlie.pk},"admin"]:forged'})

    assert charlie.memberships.count() == 1


def test_an_undo_of_one_team_does_nothing_in_another(alice, bob, charlie, client_for):
    page = client_for(alice).post(f"/settings/members/{bob.memberships.get().pk}/removal/").content.decode()
    undo = page.partition('name="undo" value="')[2].partition('"')[0]

    client_for(charlie).post("/settings/members/return/", {"undo": undo})

    assert not bob.memberships.exists()


def test_a_person_without_a_team_reads_so_and_can_log_out(db, client_for):
    browser = client_for(User.objects.create_user("dora@example.com", "correct horse battery"))

    assert (browser.get("/").status_code, b"in no team" in browser.get("/").content) == (403, True)
    assert browser.post("/account/logout/").status_code == 302


def test_a_person_in_two_teams_chooses_one(alice, charlie, team, client_for):
    Membership.objects.create(team=team, user=charlie, role="maker")
    browser = client_for(charlie)
    assert browser.get("/settings/profile/").wsgi_request.team.name == "Elsewhere"

    browser.post(f"/settings/teams/{team.pk}/")

    assert browser.get("/settings/profile/").wsgi_request.team == team


def test_nobody_chooses_a_team_of_others(alice, charlie, team, client_for):
    assert client_for(charlie).post(f"/settings/teams/{team.pk}/").status_code == 404


def test_the_members_page_takes_the_same_number_of_queries_for_three(alice, bob, team, client_for):
    browser = client_for(alice)
    browser.get("/settings/members/")

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            browser.get("/settings/members/")
        return len(captured)

    few = queries()
    for name in ("dora", "emil", "fay"):
        user = User.objects.create_user(f"{name}@example.com", "correct horse battery")
        Membership.objects.create(team=team, user=user)
    assert queries() == few


def test_team_settings_are_kept(alice, team, client_for):
    client_for(alice).post("/settings/team/", {"name": "North Pier", "time_zone": "America/Lima"})

    assert Team.objects.filter(name="North Pier", time_zone="America/Lima", pk=team.pk).exists()


def test_a_wrong_time_zone_is_refused(alice, team, client_for):
    page = client_for(alice).post("/settings/team/", {"name": "North Pier", "time_zone": "Mars/Base"})

    assert page.status_code == 200
    assert Team.objects.get(pk=team.pk).name == "Harbour Sound"


def test_a_member_changes_the_own_name(bob, client_for):
    client_for(bob).post(
        "/settings/profile/", {"name": "Robert", "email": "eve@example.com", "is_staff": "1"}
    )

    bob.refresh_from_db()
    assert (bob.name, bob.email, bob.is_staff) == ("Robert", "bob@example.com", False)
