"""An invitation's life: offered, accepted once, renewed, revoked, expired."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from suno_web.accounts import invitations
from suno_web.accounts.models import AuditEntry, Invitation, Membership, User

PASSWORD = "correct horse battery"
DORA = {"email": "Dora@example.com", "role": "maker"}


@pytest.fixture
def offer(team, alice) -> tuple[Invitation, str]:
    """Dora may join as a maker."""
    return invitations.invite(team, email="dora@example.com", role="maker", by=alice)


def shown_link(page: str) -> str:
    found = re.search(r"/invitations/[\w-]{43}/", page)
    assert found
    return found.group()


def test_an_admin_invites_by_mail_and_sees_the_link_once(client_for, alice, mailoutbox):
    browser = client_for(alice)

    page = browser.post("/admin/members/", DORA).content.decode()

    link = shown_link(page)
    assert [mail.to for mail in mailoutbox] == [["dora@example.com"]]
    assert link in mailoutbox[0].body
    assert link not in browser.get("/admin/members/").content.decode()


def test_without_a_mail_server_the_link_is_shown_and_not_logged(client_for, alice, settings, capfd):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

    page = client_for(alice).post("/admin/members/", DORA).content.decode()

    token = shown_link(page).split("/")[2]
    assert "No mail server is set up" in page
    printed = capfd.readouterr()
    assert token not in printed.out + printed.err


def test_a_mail_server_that_refuses_does_not_lose_the_invitation(client_for, alice, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9

    page = client_for(alice).post("/admin/members/", DORA).content.decode()

    assert shown_link(page)
    assert "did not take the mail" in page


def test_the_token_is_not_stored(offer):
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM accounts_invitation")
        assert offer[1] not in str(cursor.fetchall())


def test_somebody_new_sets_name_and_password_and_is_in(offer, team):
    browser = Client()
    path = invitations.link(offer[1])
    assert "dora@example.com" in browser.get(path).content.decode()

    response = browser.post(path, {"name": "Dora", "password": PASSWORD, "email": "eve@example.com"})

    assert response.status_code == 302
    dora = User.objects.get(name="Dora")
    assert (dora.email, dora.memberships.get().role, dora.is_staff) == ("dora@example.com", "maker", False)
    assert b"this one" in browser.get("/account/sessions/").content


def test_an_invitation_works_once(offer, team):
    path = invitations.link(offer[1])
    Client().post(path, {"name": "Dora", "password": PASSWORD})

    again = Client().post(path, {"name": "Eve", "password": PASSWORD})

    assert (again.status_code, b"was used" in again.content) == (410, True)
    assert not User.objects.filter(name="Eve").exists()


def test_an_existing_person_logs_in_and_joins(offer, team, charlie, client_for):
    charlie.email = "dora@example.com"
    charlie.save()
    path = invitations.link(offer[1])
    assert b"Log in" in Client().get(path).content
    browser = client_for(charlie)
    assert not Membership.objects.filter(team=team, user=charlie).exists()

    browser.post(path)

    assert Membership.objects.get(team=team, user=charlie).role == "maker"
    # And looks at the team just joined.
    assert browser.session["team"] == str(team.pk)


def test_knowing_the_link_does_not_let_anybody_into_an_existing_account(offer, charlie):
    charlie.email = "dora@example.com"
    charlie.save()
    stranger = Client()

    stranger.post(invitations.link(offer[1]), {"name": "Eve", "password": "another fine password"})

    charlie.refresh_from_db()
    assert charlie.name == "Charlie"
    assert charlie.check_password(PASSWORD)
    assert "_auth_user_id" not in stranger.session


def test_somebody_else_cannot_take_the_place(offer, team, charlie, client_for):
    response = client_for(charlie).post(invitations.link(offer[1]))

    assert (response.status_code, b"for dora@example.com" in response.content) == (403, True)
    assert not Membership.objects.filter(team=team, user=charlie).exists()


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"expires_at": timezone.now() - timedelta(seconds=1)}, 410, b"has expired"),
        ({"revoked_at": timezone.now()}, 410, b"taken back"),
        ({"digest": "0" * 64}, 404, b"No invitation here"),
    ],
)
def test_a_link_that_no_longer_works_says_why(offer, change, status, words):
    Invitation.objects.update(**change)

    response = Client().post(invitations.link(offer[1]), {"name": "Dora", "password": PASSWORD})

    assert (response.status_code, words in response.content) == (status, True)
    assert not User.objects.filter(email="dora@example.com").exists()


def test_renewing_makes_a_new_link_and_voids_the_old(offer, alice, client_for):
    Invitation.objects.update(expires_at=timezone.now() - timedelta(days=1))

    page = client_for(alice).post(f"/admin/invitations/{offer[0].pk}/renewal/").content.decode()

    assert Client().get(invitations.link(offer[1])).status_code == 404
    assert Client().get(shown_link(page)).status_code == 200


def test_revoking_closes_the_link(offer, alice, client_for):
    client_for(alice).post(f"/admin/invitations/{offer[0].pk}/revocation/")

    assert Client().get(invitations.link(offer[1])).status_code == 410


def test_an_accepted_invitation_cannot_be_renewed_or_revoked(offer, alice, charlie):
    invitations.accept(offer[0], charlie)

    with pytest.raises(invitations.InvitationClosed):
        invitations.renew(offer[0], by=alice)
    with pytest.raises(invitations.InvitationClosed):
        invitations.revoke(offer[0], by=alice)


def test_inviting_again_replaces_the_link(offer, team, alice):
    again, token = invitations.invite(team, email="DORA@example.com", role="listener", by=alice)

    assert (again.pk, again.role, Invitation.objects.count()) == (offer[0].pk, "listener", 1)
    assert invitations.find(offer[1]) is None
    assert invitations.find(token) == again


def test_a_member_is_not_invited_again(alice, bob, client_for):
    page = client_for(alice).post("/admin/members/", {"email": "BOB@example.com", "role": "maker"})

    assert b"in the team already" in page.content
    assert not Invitation.objects.exists()


def test_admins_of_other_teams_cannot_touch_an_invitation(offer, charlie, client_for):
    outsider = client_for(charlie)

    assert outsider.post(f"/admin/invitations/{offer[0].pk}/renewal/").status_code == 404
    assert outsider.post(f"/admin/invitations/{offer[0].pk}/revocation/").status_code == 404
    assert Invitation.objects.get().is_usable


def test_what_happens_to_an_invitation_is_recorded_without_its_link(offer, team, alice, bob):
    token = invitations.renew(offer[0], by=alice)
    invitations.revoke(offer[0], by=alice)
    again, _token = invitations.invite(team, email="dora@example.com", role="maker", by=alice)
    invitations.accept(again, bob)

    entries = AuditEntry.objects.filter(team=team).order_by("id")
    assert [(one.action, one.subject, one.actor) for one in entries] == [
        ("member.invite", "dora@example.com", alice),
        ("invitation.renew", "dora@example.com", alice),
        ("invitation.revoke", "dora@example.com", alice),
        ("member.invite", "dora@example.com", alice),
    ]
    # Bob was in the team already, so he did not join.
    assert token not in str(list(entries.values()))
