"""Who leads a project: named among its members, and what that lets them do."""

import pytest
from django.urls import reverse

from suno_web.accounts.models import AuditEntry, Membership
from suno_web.studio.models import Project


@pytest.fixture
def edit(project):
    """Post the project's form as somebody."""

    def send(client, **fields):
        typed = {"name": "Night drive", "brief": "", **fields}
        return client.post(reverse("studio:project_edit", args=[project.pk]), typed)

    return send


def test_whoever_makes_a_project_leads_it_and_that_is_recorded(client_for, bob, lisa):
    client_for(bob).post(reverse("studio:project_create"), {"name": "Rain", "members": [lisa.pk]})
    assert list(Project.objects.get(name="Rain").leads.all()) == [bob]
    kept = AuditEntry.objects.get(action="project.make")
    assert (kept.actor, kept.subject) == (bob, "Rain")
    assert kept.after == {"name": "Rain", "brief": "", "members": ["Bob", "Lisa"], "leads": ["Bob"]}


def test_a_lead_changes_the_project_and_a_member_does_not(client_for, alice, bob, project, edit):
    assert edit(client_for(bob), members=[bob.pk]).status_code == 403
    edit(client_for(alice), members=[bob.pk], leads=[bob.pk])
    assert list(project.leads.all()) == [bob]
    assert edit(client_for(bob), name="Bob’s", members=[bob.pk], leads=[bob.pk]).status_code == 302
    project.refresh_from_db()
    assert project.name == "Bob’s"


def test_only_what_changed_is_recorded_and_nothing_when_nothing_did(client_for, alice, bob, project, edit):
    client = client_for(alice)
    edit(client, members=[alice.pk, bob.pk], leads=[bob.pk])
    edit(client, members=[alice.pk, bob.pk], leads=[bob.pk])
    kept = AuditEntry.objects.get(action="project.change")
    assert (kept.actor, kept.before, kept.after) == (alice, {"leads": []}, {"leads": ["Bob"]})


def test_a_lead_is_a_member_too(client_for, alice, bob, project, edit):
    text = edit(client_for(alice), members=[alice.pk], leads=[bob.pk]).content.decode()
    assert "Tick Bob among the members too." in text
    assert not project.leads.exists()


def test_who_makes_a_project_need_not_tick_themselves(client_for, bob):
    client_for(bob).post(reverse("studio:project_create"), {"name": "Rain", "leads": [bob.pk]})
    assert list(Project.objects.get(name="Rain").leads.all()) == [bob]


def test_a_listener_cannot_lead(client_for, alice, lisa, project, edit):
    text = edit(client_for(alice), members=[lisa.pk], leads=[lisa.pk]).content.decode()
    assert "Select a valid choice" in text
    assert not project.leads.exists()


def test_a_lead_may_leave_the_lead_to_admins(client_for, alice, bob, project, edit):
    project.leads.add(bob)
    edit(client_for(bob), members=[alice.pk, bob.pk])
    assert not project.leads.exists()
    assert edit(client_for(bob), members=[bob.pk]).status_code == 403
    assert edit(client_for(alice), members=[bob.pk]).status_code == 302


def test_a_lead_who_became_a_listener_changes_nothing(client_for, bob, project, edit):
    project.leads.add(bob)
    bob.memberships.update(role=Membership.Role.LISTENER)
    assert edit(client_for(bob), members=[bob.pk]).status_code == 403
