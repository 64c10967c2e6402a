"""Prices are changed by admins alone, now or from a day on, and what is held keeps the price it was held at."""

import csv
import html
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from suno_web.accounts.models import AuditEntry
from suno_web.credits import ledger, prices
from suno_web.credits.models import Entry, Price
from suno_web.panel.budgets import names
from suno_web.studio.calls import CALLS

SONG = "/admin/prices/generate/"


def text_of(page) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.content.decode())).split())


def own(team) -> list[tuple[str, str, Decimal | None]]:
    rows = Price.objects.filter(team=team).order_by("pk")
    return list(rows.values_list("operation", "model", "credits"))


@pytest.mark.parametrize("path", ["/admin/prices/", SONG, "/admin/prices/csv/"])
def test_only_admins_find_the_prices(path, project, alice, bob, lisa, client_for):
    project.leads.add(bob)

    assert client_for(alice).get(path).status_code == 200
    assert [client_for(one).get(path).status_code for one in (bob, lisa)] == [404, 404]
    assert client_for(bob).post(SONG, {"credits": "1"}).status_code == 404


def test_an_operation_that_is_not_listed_is_not_found(alice, client_for):
    assert client_for(alice).get("/admin/prices/nonsense/").status_code == 404


def test_every_operation_has_words_and_a_line(team, alice, client_for):
    page = text_of(client_for(alice).get("/admin/prices/"))

    listed = {row.operation for row in prices.price_list(team)}
    assert listed == set(names.NAMES)
    assert all(operation in names.NAMES or operation == "stems" for operation in CALLS)
    assert all(name.of_one in page and name.where in page for name in names.NAMES.values())


@pytest.mark.parametrize(("typed", "credits"), [("14", "14"), ("1,000", "1000"), ("0.5", "0.5"), ("0", "0")])
def test_a_price_is_set_from_now_on_and_written_down(typed, credits, team, alice, client_for):
    page = client_for(alice).post(SONG, {"credits": typed}, follow=True)

    assert prices.price("generate", team=team) == Decimal(credits)
    assert "Song: " in text_of(page)
    written = AuditEntry.objects.get(action="price.set")
    assert (written.actor, written.subject) == (alice, "Song")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"credits": "-1"}, "cannot be less than nothing"),
        ({"credits": "x"}, "1,000 or 1000.50"),
        ({"credits": ""}, "required"),
        ({"credits": "0.125"}, "Two digits"),
        ({"credits": "1000001"}, "At most 1,000,000 credits"),
        ({"model": "V99"}, "not one of the available choices"),
        ({"day": "2020-01-01"}, "Choose a day to come"),
        ({"day": "someday"}, "valid date"),
        ({"day": "9999-01-01"}, "Two years ahead"),
    ],
)
def test_a_price_that_cannot_be_is_refused_at_its_field(wrong, said, team, alice, client_for):
    page = client_for(alice).post(SONG, {"credits": "14", "model": "V5", "day": ""} | wrong)

    assert said in text_of(page)
    assert b'aria-invalid="true"' in page.content
    assert own(team) == []


def test_a_model_costs_its_own_price_until_that_ends(team, alice, client_for):
    browser = client_for(alice)
    browser.post(SONG, {"credits": "20", "model": "V5"})
    assert prices.price("generate", "V5", team=team) == 20
    assert prices.price("generate", "V4", team=team) == 12

    page = browser.post(SONG, {"end": "V5"}, follow=True)
    browser.post(SONG, {"credits": "15"})

    assert "Song with V5: 12 credits now" in text_of(page)
    assert prices.price("generate", "V5", team=team) == 15
    assert own(team) == [("generate", "V5", 20), ("generate", "V5", None), ("generate", "", 15)]


def test_back_on_the_common_list_its_changes_are_followed(team, alice, client_for):
    browser = client_for(alice)
    browser.post(SONG, {"credits": "20"})

    browser.post(SONG, {"end": ""})
    Price.objects.create(operation="generate", credits=13, valid_from=timezone.now())

    assert prices.price("generate", team=team) == 13


def test_there_is_nothing_to_end_where_the_team_has_no_price_of_its_own(team, alice, client_for):
    client_for(alice).post(SONG, {"end": "V5"})

    assert own(team) == []


def test_what_is_held_keeps_the_price_it_was_held_at(team, alice, bob, client_for):
    ledger.hold(team, prices.price("generate", team=team), cause="generation:1", by=bob)

    client_for(alice).post(SONG, {"credits": "99"})
    ledger.settle("generation:1")

    assert Entry.objects.get(kind="settle").amount == 12


def test_a_planned_price_begins_on_its_moment_in_the_teams_zone(team, alice, client_for, monkeypatch):
    team.time_zone = "America/New_York"
    team.save()
    begins = datetime(2026, 12, 1, 5, tzinfo=UTC)
    clock = [begins - timedelta(days=8)]
    monkeypatch.setattr(timezone, "now", lambda: clock[0])
    browser = client_for(alice)

    said = browser.post(SONG, {"credits": "14", "day": "2026-12-01"}, follow=True)
    listed = browser.get("/admin/prices/")

    assert "Song: 14 credits from 1 December, 00:00" in text_of(said)
    assert "14 from 1 Dec 2026" in text_of(listed)
    clock[0] = begins - timedelta(seconds=1)
    assert prices.price("generate", team=team) == 12
    clock[0] = begins
    assert prices.price("generate", team=team) == 14


def test_a_planned_price_is_withdrawn_only_before_it_begins(team, alice, client_for, monkeypatch):
    browser = client_for(alice)
    later = f"{timezone.now() + timedelta(days=3):%Y-%m-%d}"
    browser.post(SONG, {"credits": "14", "day": later})
    browser.post(SONG, {"credits": "15", "day": later})
    first, second = Price.objects.filter(team=team).order_by("pk")

    gone = browser.post(f"/admin/prices/withdrawals/{first.pk}/", follow=True)
    now = timezone.now() + timedelta(days=5)
    monkeypatch.setattr(timezone, "now", lambda: now)
    kept = browser.post(f"/admin/prices/withdrawals/{second.pk}/", follow=True)

    assert "is withdrawn" in text_of(gone)
    assert "in force by now" in text_of(kept)
    assert own(team) == [("generate", "", 15)]
    assert AuditEntry.objects.filter(action="price.withdraw").count() == 1


def test_a_planned_first_price_of_a_model_is_listed(team, alice, client_for):
    browser = client_for(alice)

    browser.post(SONG, {"credits": "14", "model": "V4_5", "day": f"{timezone.now() + timedelta(3):%Y-%m-%d}"})

    row = browser.get("/admin/prices/").content.decode().partition('class="of-model"')[2]
    assert "V4.5" in row
    assert "14 from" in row.partition("</tr>")[0]


def test_prices_of_another_team_stay_theirs(team, alice, charlie, client_for):
    elsewhere = charlie.memberships.get().team
    planned = prices.set_price(
        elsewhere, "wav", "", Decimal(3), by=charlie, valid_from=timezone.now() + timedelta(days=3)
    )

    assert client_for(alice).post(f"/admin/prices/withdrawals/{planned.pk}/").status_code == 404
    assert "3 from" not in text_of(client_for(alice).get("/admin/prices/"))


def test_the_sheet_has_what_the_list_shows_and_taking_it_is_written_down(team, alice, client_for):
    browser = client_for(alice)
    browser.post(SONG, {"credits": "14", "model": "V5"})

    answer = browser.get("/admin/prices/csv/")

    rows = list(csv.reader(answer.content.decode("utf-8-sig").splitlines()))
    assert rows[0] == ["operation", "name", "model", "credits", "since", "set by", "list"]
    assert rows[1][:4] + rows[1][5:] == ["generate", "Song", "any model", "12.00", "", "common"]
    assert rows[2][:4] + rows[2][5:] == ["generate", "Song", "V5", "14.00", "Alice", "own"]
    assert len(rows) == 1 + len(names.NAMES) + 1
    assert AuditEntry.objects.get(action="export").subject == "the price list"


def test_the_list_costs_as_many_queries_for_three_prices_as_for_one(
    team, alice, client_for, django_assert_max_num_queries
):
    browser = client_for(alice)

    def queries() -> int:
        with django_assert_max_num_queries(100) as seen:
            browser.get("/admin/prices/")
        return len(seen)

    queries()
    browser.post(SONG, {"credits": "14"})
    one = queries()
    browser.post(SONG, {"credits": "15", "model": "V5"})
    browser.post("/admin/prices/wav/", {"credits": "1"})

    assert queries() == one
