"""Roles, leaving and coming back, the own profile and the team's settings."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from suno_web.accounts import invitations, teams
from suno_web.accounts.models import AuditEntry, Departure, Membership, Team, User


def recorded(team: Team) -> list[tuple[str, str, object, object]]:
    return [
        (one.action, one.subject, one.before, one.after)
        for one in AuditEntry.objects.filter(team=team).order_by("id")
    ]


@pytest.mark.parametrize("path", ["/settings/team/", "/admin/members/", "/admin/audit/"])
def test_pages_of_admins_do_not_exist_for_others(path, alice, bob, lisa, client_for):
    statuses = [client_for(user).get(path).status_code for user in (alice, bob, lisa)]

    assert [*statuses, Client().get(path).status_code] == [200, 404, 404, 302]


def test_the_old_addresses_lead_to_the_admin_panel(alice, bob, client_for):
    membership = bob.memberships.get()

    found = [
        client_for(alice).get(path) for path in ("/settings/members/", f"/settings/members/{membership.pk}/")
    ]

    assert [(one.status_code, one["Location"]) for one in found] == [
        (301, "/admin/members/"),
        (301, f"/admin/members/{membership.pk}/"),
    ]
    assert client_for(bob).get("/settings/members/").status_code == 404


def test_one_of_two_admins_can_step_down(alice, bob, team):
    teams.change_role(bob.memberships.get(), "admin", by=alice)
    teams.change_role(alice.memberships.get(), "maker", by=alice)

    with pytest.raises(teams.LastAdmin):
        teams.remove(bob.memberships.get(), by=bob)


def test_who_leaves_can_be_brought_back_with_the_role_they_had(alice, bob, team, project):
    departure = teams.remove(bob.memberships.get(), by=alice)
    assert (bob.memberships.count(), departure.role, departure.by) == (0, "maker", alice)

    membership = teams.take_back(departure, by=alice)

    assert (membership.role, Departure.objects.count()) == ("maker", 0)
    # Still in the projects they worked in.
    assert bob in project.members.all()


def test_who_comes_back_by_an_invitation_is_no_former_member(alice, bob, team):
    teams.remove(bob.memberships.get(), by=alice)
    offer, _token = invitations.invite(team, email=bob.email, role="listener", by=alice)

    invitations.accept(offer, bob)

    assert (bob.memberships.get().role, Departure.objects.count()) == ("listener", 0)


def test_changes_of_members_and_the_team_are_recorded(alice, bob, team):
    teams.change_role(bob.memberships.get(), "listener", by=alice)
    teams.take_back(teams.remove(bob.memberships.get(), by=alice), by=alice)
    teams.change(team, by=alice, name="North Pier", time_zone="Europe/Lisbon")

    assert recorded(team) == [
        ("member.role", "Bob", {"role": "maker"}, {"role": "listener"}),
        ("member.remove", "Bob", {"role": "listener"}, None),
        ("member.return", "Bob", None, {"role": "listener"}),
        ("team.change", "North Pier", {"name": "Harbour Sound"}, {"name": "North Pier"}),
    ]


def test_what_stays_the_same_is_not_recorded(alice, bob, team):
    teams.change_role(bob.memberships.get(), "maker", by=alice)
    teams.change(team, by=alice, name=team.name)

    assert recorded(team) == []


def test_a_change_that_is_refused_is_not_recorded(alice, team):
    with pytest.raises(teams.LastAdmin):
        teams.remove(alice.memberships.get(), by=alice)

    assert (recorded(team), Departure.objects.count()) == ([], 0)


def test_a_visit_is_noted_at_most_every_five_minutes(bob, client_for):
    browser, mine = client_for(bob), Membership.objects.filter(user=bob)
    browser.get("/settings/profile/")
    first = mine.get().last_seen_at
    assert first is not None

    browser.get("/settings/profile/")
    assert mine.get().last_seen_at == first

    mine.update(last_seen_at=first - timedelta(minutes=5))
    browser.get("/settings/profile/")
    assert mine.get().last_seen_at > first


def test_of_two_visits_at_once_one_is_written(bob):
    """Both have read the old moment; the second UPDATE finds nothing to do."""
    long_ago = timezone.now() - timedelta(hours=1)
    Membership.objects.filter(user=bob).update(last_seen_at=long_ago)
    first, second = bob.memberships.get(), bob.memberships.get()

    teams.note_seen(first)
    written = bob.memberships.get().last_seen_at
    teams.note_seen(second)

    assert bob.memberships.get().last_seen_at == written


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
