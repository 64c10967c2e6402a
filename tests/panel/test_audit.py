"""The audit log: who changed what, from what to what, and never a secret."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from suno_web.accounts import audit, teams
from suno_web.accounts.models import AuditEntry, Team
from suno_web.credits import budgets
from suno_web.gateway import keys

AT = "/admin/audit/"


@pytest.fixture
def admin(alice, client_for):
    return client_for(alice)


def shown(page) -> list[str]:
    """The subjects on a page, in its order."""
    parts = page.content.decode().split('<span class="subject">')[1:]
    return [part.partition("<")[0] for part in parts]


def at(team: Team, subject: str, *moment: int) -> None:
    entry = audit.record(team, "export", by=None, subject=subject)
    AuditEntry.objects.filter(pk=entry.pk).update(at=datetime(*moment, tzinfo=UTC))


def test_it_tells_from_what_to_what_in_words(admin, alice, bob, team):
    teams.change_role(bob.memberships.get(), "listener", by=alice)
    budgets.set_amount(team, member=bob, amount=Decimal("12.50"), by=None)

    page = " ".join(admin.get(AT).content.decode().split())

    assert '<b>Alice</b> changed the role of <span class="subject">Bob</span>' in page
    assert '<span class="visually-hidden">from </span>maker</del>' in page
    assert '<span class="visually-hidden">to </span>listener</span>' in page
    assert "<b>The studio</b> set the budget of" in page
    assert "none</del>" in page
    assert "</span>12.5</span>" in page


def test_it_is_empty_at_first_and_says_what_will_be_there(admin):
    assert b"Nothing has been changed yet" in admin.get(AT).content


def test_it_is_narrowed_by_who_and_what(admin, alice, bob, team):
    audit.record(team, "export", by=alice, subject="the books")
    audit.record(team, "export", by=bob, subject="the songs")
    audit.record(team, "books.check", by=alice, subject="October")
    audit.record(team, "books.check", by=None, subject="November")

    assert shown(admin.get(f"{AT}?member={bob.pk}")) == ["the songs"]
    assert shown(admin.get(f"{AT}?member={alice.pk}&action=export")) == ["the books"]
    assert shown(admin.get(f"{AT}?member=studio")) == ["November"]
    assert b"Nothing like that" in admin.get(f"{AT}?member={bob.pk}&action=price.set").content


def test_days_are_those_of_the_teams_clock(admin, team):
    Team.objects.filter(pk=team.pk).update(time_zone="America/Lima")  # five hours behind
    at(team, "the evening before", 2026, 11, 2, 4, 59)
    at(team, "midnight", 2026, 11, 2, 5, 0)
    at(team, "the last minute", 2026, 11, 3, 4, 59)
    at(team, "the next day", 2026, 11, 3, 5, 0)

    assert shown(admin.get(f"{AT}?from=2026-11-02&to=2026-11-02")) == ["the last minute", "midnight"]


@pytest.mark.parametrize(
    "query",
    [
        "from=yesterday",
        "from=2026-11-03&to=2026-11-01",
        "member=0",
        "member=x",
        "action=drop",
        "older=x",
        "older=9",
    ],
)
def test_a_filter_that_makes_no_sense_is_no_error_page(query, admin, team):
    audit.record(team, "export", by=None, subject="the books")

    assert admin.get(f"{AT}?{query}").status_code == 200
    assert admin.get(f"{AT}csv/?{query}").status_code == 200


def test_pages_go_on_where_the_one_before_ended(admin, team):
    for number in range(120):
        audit.record(team, "export", by=None, subject=f"sheet {number}")

    first = admin.get(AT)
    oldest = AuditEntry.objects.get(subject="sheet 70").pk
    # What is added meanwhile moves nothing to another page.
    audit.record(team, "export", by=None, subject="meanwhile")
    second = admin.get(f"{AT}?older={oldest}")

    assert f"older={oldest}" in first.content.decode()
    assert shown(first) == [f"sheet {number}" for number in range(119, 69, -1)]
    assert shown(second) == [f"sheet {number}" for number in range(69, 19, -1)]


def test_it_takes_the_same_queries_for_one_entry_and_for_three(admin, alice, team):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            admin.get(AT)
        return len(captured)

    audit.record(team, "export", by=alice, subject="the books")
    queries()
    one = queries()
    for subject in ("the songs", "the members"):
        audit.record(team, "export", by=alice, subject=subject)
    assert queries() == one


def test_a_sheet_has_what_the_filter_shows_and_is_recorded_itself(admin, alice, bob, team):
    teams.change_role(bob.memberships.get(), "listener", by=alice)
    audit.record(team, "export", by=bob, subject="=1+1")

    sheet = admin.get(f"{AT}csv/?action=member.role").content.decode("utf-8-sig").splitlines()

    assert sheet[0] == "at,who,e-mail,did,to what,from,to"
    assert [line.partition(",")[2] for line in sheet[1:]] == [
        "Alice,alice@example.com,changed the role of,Bob,role: maker,role: listener"
    ]
    assert AuditEntry.objects.first().after == {"action": "member.role"}
    assert "'=1+1" in admin.get(f"{AT}csv/?member={bob.pk}").content.decode()


def test_teams_do_not_see_each_others(admin, bob, charlie, client_for, team):
    audit.record(team, "export", by=bob, subject="the secret songs")

    assert "the secret songs" not in client_for(charlie).get(AT).content.decode()
    assert "the secret songs" not in client_for(charlie).get(f"{AT}csv/").content.decode()
    assert client_for(charlie).get(f"{AT}?member={bob.pk}").status_code == 200
    assert client_for(bob).get(AT).status_code == 404
    assert client_for(bob).get(f"{AT}csv/").status_code == 404


def test_no_secret_is_ever_in_it(admin, alice, bob, team, project, client_for):
    """Run through whatever handles keys, and look for them."""
    secrets = ["kie-0123456789abcdef-7Qx2", "hook-0123456789abcdef-9Zz4", "callback-0123456789-secret"]
    admin.post("/admin/provider/", {"provider": "kie", "key": secrets[0], "webhook_key": secrets[1]})
    team.refresh_from_db()
    assert (team.provider_key, team.provider_webhook_key) == (secrets[0], secrets[1])
    page = client_for(bob).post(
        "/settings/keys/",
        {
            "name": "robot",
            "project": str(project.pk),
            "scope": "everything",
            "lives": "never",
            "webhook_secret": secrets[2],
        },
    )
    text = page.context["text"]
    key = page.context["made"]
    admin.post(f"/settings/keys/{key.pk}/revocation/")
    link = admin.post("/admin/members/", {"email": "dora@example.com", "role": "maker"}).context["link"]
    admin.post("/settings/team/", {"name": "North Pier", "time_zone": "Europe/Lisbon"})

    written = str(list(AuditEntry.objects.values()))
    seen = admin.get(AT).content.decode() + admin.get(f"{AT}csv/").content.decode()

    assert {"provider.change", "key.make", "key.revoke", "member.invite", "team.change"} <= set(
        AuditEntry.objects.values_list("action", flat=True)
    )
    for secret in (*secrets, text, key.digest, link.rstrip("/").rpartition("/")[2]):
        assert secret not in written + seen


def test_a_key_that_an_operator_makes_is_recorded_as_the_studios(bob, project, capsys):
    call_command("apikey", "create", "--email", bob.email, "--name", "robot", "--cap", "5")
    text = capsys.readouterr().out.strip()
    call_command("apikey", "revoke", text[:8])

    entries = AuditEntry.objects.order_by("id")
    assert [(one.action, one.actor, one.subject) for one in entries] == [
        ("key.make", None, f"robot ({text[:8]}…) of Bob"),
        ("key.revoke", None, f"robot ({text[:8]}…) of Bob"),
    ]
    assert keys.recognise(text) is None
    assert entries[0].after["credit limit"] == "5.00"
