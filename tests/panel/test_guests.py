"""Inviting many by a list: every line is shown with its problem before anybody is invited."""

import re
from decimal import Decimal
from urllib.parse import unquote

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from suno_web.accounts import invitations, teams
from suno_web.accounts.models import AuditEntry, Invitation
from suno_web.credits import budgets
from suno_web.panel.members import guestlist

AT = "/admin/members/guests/"
LIST = """email,name,role,budget
dora@example.com,Dora,maker,"1,200"
emil@example.com,,listener,
not an address,Nobody,maker,5
BOB@example.com,Bob,maker,5
fay@example.com,Fay,owner,5
dora@example.com,Dora again,admin,5
gil@example.com,Gil,maker,-5
"""


@pytest.fixture
def admin(alice, client_for):
    return client_for(alice)


@pytest.fixture
def no_mail(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"


def guests(text: str, team) -> list[tuple[str, str, str, Decimal | None]]:
    return [(one.email, one.name, str(one.role), one.budget) for one in guestlist.read(text, team)]


def test_each_line_says_what_is_wrong_with_it(team, bob):
    found = guestlist.read(LIST, team)

    assert [(one.line, one.email, one.problem) for one in found] == [
        (2, "dora@example.com", ""),
        (3, "emil@example.com", ""),
        (4, "not an address", "This is not an e-mail address."),
        (5, "bob@example.com", "In the team already."),
        (6, "fay@example.com", "There is no role “owner”. Use admin, maker or listener."),
        (7, "dora@example.com", "Twice in this list, first on line 2."),
        (8, "gil@example.com", "Budget: This cannot be less than nothing."),
    ]
    assert (found[0].budget, found[1].role) == (Decimal(1200), "listener")


def test_looking_at_a_list_invites_nobody(admin, bob):
    page = admin.post(AT, {"text": LIST}).content.decode()

    assert all(words in page for words in ("2 of 7 can be invited", "5 with a problem", "no role “owner”"))
    assert (Invitation.objects.count(), AuditEntry.objects.count(), mail.outbox) == (0, 0, [])


def test_confirming_invites_the_good_lines_by_mail(admin, alice, bob, team):
    page = admin.post(AT, {"text": LIST, "confirm": "yes"}).content.decode()

    made = Invitation.objects.order_by("email").values_list("email", "role", "budget", "invited_by")
    assert list(made) == [
        ("dora@example.com", "maker", Decimal(1200), alice.pk),
        ("emil@example.com", "listener", None, alice.pk),
    ]
    assert [one.to for one in mail.outbox] == [["dora@example.com"], ["emil@example.com"]]
    assert ("2 links are on the way" in page, "/invitations/" in page) == (True, False)
    assert [one.subject for one in AuditEntry.objects.order_by("id")] == [
        "dora@example.com",
        "emil@example.com",
    ]


def test_without_a_mail_server_the_links_are_shown_once_and_as_a_sheet(admin, bob, no_mail):
    page = admin.post(AT, {"text": LIST, "confirm": "yes"}).content.decode()

    links = re.findall(r'value="(http://testserver/invitations/[\w-]{43}/)"', page)
    assert [Client().get(link).status_code for link in links] == [200, 200]
    sheet = unquote(re.search(r'href="data:text/csv;charset=utf-8,([^"]+)"', page).group(1)).splitlines()
    assert [line.removeprefix("\ufeff") for line in sheet] == [
        "email,role,link",
        f"dora@example.com,maker,{links[0]}",
        f"emil@example.com,listener,{links[1]}",
    ]
    assert links[0] not in admin.get(AT).content.decode()


def test_links_that_the_mail_server_did_not_take_are_shown(admin, bob, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9

    page = admin.post(AT, {"text": LIST, "confirm": "yes"}).content.decode()

    assert ("did not take the mails" in page, page.count('aria-label="Link of')) == (True, 2)


def test_name_and_budget_of_the_list_are_there_when_the_person_joins(admin, alice, bob, team, no_mail):
    page = admin.post(AT, {"text": "dora@example.com,Dora,maker,300", "confirm": "yes"}).content.decode()
    link = re.search(r"/invitations/[\w-]{43}/", page).group()
    assert 'value="Dora"' in Client().get(link).content.decode()

    joined = invitations.accept_as_new(
        Invitation.objects.get(), name="Dora", password="another fine password"
    )

    assert budgets.of_member(team, joined).amount == 300


@pytest.mark.parametrize(
    "raw",
    [
        "email;name;role;budget\r\njörg@example.com;Jörg;listener;1000.50\r\n".replace(
            "jörg@", "joerg@"
        ).encode("cp1252"),
        "\ufeffE-Mail,Name,Role,Credits\njoerg@example.com,Jörg,listener,1000.50\n".encode(),
        "email\tname\trole\tbudget\r\njoerg@example.com\tJörg\tlistener\t1000.50\r\n".encode("utf-16"),
        "sep=;\r\njoerg@example.com;Jörg;listener;1000.50\r\n".encode(),
        '\n\n"joerg@example.com","Jörg","Listener","1,000.50"\n'.encode(),
        "budget,role,name,mail\n1000.50,LISTENER, Jörg ,Joerg@Example.com\n".encode(),
    ],
    ids=[
        "semicolons in cp1252",
        "utf-8 with a mark",
        "Excel's Unicode text",
        "sep=",
        "no header",
        "other order",
    ],
)
def test_lists_are_read_as_spreadsheets_write_them(raw, admin, team):
    found = guests(guestlist.decoded(raw), team)
    page = admin.post(AT, {"file": SimpleUploadedFile("people.csv", raw)}).content.decode()

    assert found == [("joerg@example.com", "Jörg", "listener", Decimal("1000.50"))]
    assert "1 of 1 can be invited" in page


def test_addresses_alone_are_enough_and_two_columns_are_address_and_role(team):
    assert guests("dora@example.com\nemil@example.com,admin\n", team) == [
        ("dora@example.com", "", "maker", None),
        ("emil@example.com", "", "admin", None),
    ]


@pytest.mark.parametrize(
    "text", ["\0\0", '"never closed', "a" * 200_000, "=cmd()|x", ",,,\n;;;", "<script>alert(1)</script>"]
)
def test_nonsense_is_no_error_page(text, admin):
    page = admin.post(AT, {"text": text})

    assert (page.status_code, b"<script>alert" in page.content) == (200, False)
    assert not Invitation.objects.exists()


def test_an_empty_list_says_what_to_do(admin):
    assert b"Paste a list or choose a file" in admin.post(AT, {"text": " "}).content
    assert b"nobody in this list" in admin.post(AT, {"text": "email,name\n"}).content


def test_a_file_that_is_too_large_is_refused(admin):
    file = SimpleUploadedFile("people.csv", b"a" * (1024 * 1024 + 1))

    assert b"larger than 1 MB" in admin.post(AT, {"file": file}).content


def test_a_list_has_five_hundred_people_at_most(admin, team):
    text = "\n".join(f"member{n}@example.com" for n in range(502))

    found = guestlist.read(text, team)

    assert [one.line for one in found if one.problem] == [501, 502]
    assert b"1,001 lines" in admin.post(AT, {"text": "\n".join(["x@example.com"] * 1001)}).content


def test_who_is_invited_already_gets_a_new_link(admin, alice, team, no_mail):
    _offer, token = invitations.invite(team, email="dora@example.com", role="maker", by=alice)
    assert b"gets a new link" in admin.post(AT, {"text": "dora@example.com"}).content

    admin.post(AT, {"text": "dora@example.com", "confirm": "yes"})

    assert (Invitation.objects.count(), invitations.find(token)) == (1, None)


def test_who_was_here_before_is_told_so(alice, bob, team):
    teams.remove(bob.memberships.get(), by=alice)

    assert [one.note[:28] for one in guestlist.read("bob@example.com", team)] == [
        "Was in the team before: keep"
    ]


def test_only_admins_invite_many(bob, lisa, client_for):
    for user in (bob, lisa):
        assert client_for(user).post(AT, {"text": "x@example.com", "confirm": "yes"}).status_code == 404
    assert not Invitation.objects.exists()
