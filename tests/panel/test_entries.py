"""The ledger line by line: which lines are listed, in pages and in a file of any length."""

import asyncio
import csv
import io
import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from suno_web.accounts.models import AuditEntry
from suno_web.credits import ledger
from suno_web.credits.models import Entry
from suno_web.panel import sheets
from suno_web.panel.usage import entries as ledger_lines
from suno_web.studio.models import Generation

Kind = Entry.Kind


@pytest.fixture
def lines(team, project, bob):
    """Entries of Bob's in the project, the oldest first; as many as asked."""

    def make(number, *, day=None, **fields):
        of = {"member": bob, "actor": bob, "project": project.pk, "operation": "generate", "model": "V5"}
        of |= {"kind": Kind.HOLD, "amount": 12, "day": day or timezone.localdate(timezone=team.zone)} | fields
        return Entry.objects.bulk_create(
            Entry(team=team, cause=f"generation:{Entry.objects.count()}-{one}", **of) for one in range(number)
        )

    return make


@pytest.fixture
def page_for(client_for):
    """The page as somebody sees it with some words in its address."""

    def get(user, **words):
        response = client_for(user).get(reverse("panel:entries"), words)
        assert response.status_code == 200
        return response

    return get


def file_of(client, **words):
    response = client.get(reverse("panel:entries_csv"), words)
    assert response.status_code == 200
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_each_line_is_shown_once_however_many_pages(page_for, alice, lines, team):
    today = timezone.localdate(timezone=team.zone)
    made = [entry for days in (2, 1, 0) for entry in lines(50, day=today - timedelta(days=days))]
    seen, older, pages = [], "", 0
    while pages == 0 or older:
        page = page_for(alice, kind="hold", older=older).context["page"]
        seen += [line.entry.pk for line in page.lines]
        older, pages = page.older, pages + 1
        assert page.count == len(made)
    assert seen == [entry.pk for entry in reversed(made)]
    assert pages == 3


@pytest.mark.parametrize("cursor", ["x", "2026-11-22", "2026-13-40_5", "_7"])
def test_an_invented_place_in_the_list_is_not_found(client_for, alice, lines, cursor):
    lines(1)
    assert client_for(alice).get(reverse("panel:entries"), {"older": cursor}).status_code == 404


def test_lines_are_narrowed_by_each_word_and_by_all_at_once(page_for, alice, bob, lines, project):
    lines(2)
    lines(1, kind=Kind.REFUND, note="The filter refused the words")
    lines(1, member=alice, operation="lyrics", model="", project=None)
    words = {
        "kind": "hold",
        "member": str(bob.pk),
        "project": str(project.pk),
        "operation": "generate",
        "model": "V5",
    }
    counts = {name: page_for(alice, **{name: value}).context["page"].count for name, value in words.items()}
    assert counts == {"kind": 3, "member": 3, "project": 3, "operation": 3, "model": 3}
    assert page_for(alice, **words).context["page"].count == 2
    assert page_for(alice, cause="filter refused").context["page"].count == 1
    assert page_for(alice, model="-", kind="hold").context["page"].count == 1
    assert page_for(alice, project="-", member=str(alice.pk)).context["page"].count == 1
    assert "No entries" in page_for(alice, kind="expiry").content.decode()


def test_the_sum_of_what_is_listed_is_said_by_kind(page_for, alice, bob, team, project):
    for cause in ("generation:1", "generation:2", "generation:3"):
        ledger.hold(
            team, Decimal(12), cause=cause, by=bob, project=project.pk, operation="generate", model="V5"
        )
    ledger.settle("generation:1")
    ledger.settle("generation:2")
    ledger.refund("generation:3")
    ledger.give_back("generation:2", by=alice, note="silent")
    of_bob = {"member": str(bob.pk)}
    page = page_for(alice, **of_bob).context["page"]
    assert dict(page.sums) == {"hold": 36, "settle": 24, "refund": 12, "adjustment": 12}
    spent = page_for(alice, kind="spent", **of_bob).context["page"]
    assert (spent.count, spent.sums) == (3, [("spent", Decimal(12))])


def test_a_line_about_a_job_leads_to_it(page_for, alice, bob, project, lines):
    song = Generation.objects.create(project=project, requested_by=bob)
    lines(1)
    Entry.objects.update(cause=song.reference)
    lines(1)
    text = page_for(alice).content.decode()
    assert re.findall(r'href="([^"]+)">Job</a>', text) == [reverse("studio:job", args=[song.pk])]


def test_the_file_has_every_line_that_is_meant_and_is_recorded(client_for, alice, bob, lines, monkeypatch):
    monkeypatch.setattr(ledger_lines, "CHUNK", 7)
    monkeypatch.setattr(sheets, "CHUNK", 10)
    lines(20)
    lines(13, day=timezone.localdate() - timedelta(days=3))
    lines(3, kind=Kind.REFUND)
    rows = file_of(client_for(alice), kind="hold")
    assert [row["Entry"] for row in rows] == [
        str(pk) for pk in Entry.objects.filter(kind="hold").order_by("day", "pk").values_list("pk", flat=True)
    ]
    assert {(row["Member"], row["Project"], row["Credits"]) for row in rows} == {
        ("Bob", "Night drive", "12.00")
    }
    assert AuditEntry.objects.get(action="export").subject.startswith("entries of ")


def test_a_cell_that_would_be_a_formula_is_text_in_the_file(client_for, alice, bob, lines):
    bob.name = '=HYPERLINK("https://example.com")'
    bob.save()
    for note in ("+1", "-1", "@now", "=1+1", "a = b"):
        lines(1, note=note)
    lines(1, kind=Kind.ADJUSTMENT, amount=-5)
    rows = file_of(client_for(alice))
    assert [row["Note"] for row in rows] == ["'+1", "'-1", "'@now", "'=1+1", "a = b", ""]
    assert {row["Member"] for row in rows} == {"'" + bob.name}
    assert rows[-1]["Credits"] == "-5.00"


def test_times_in_the_file_are_the_teams(client_for, alice, lines):
    entry = lines(1)[0]
    Entry.objects.filter(pk=entry.pk).update(created_at="2026-07-01T12:00:00Z")
    assert file_of(client_for(alice))[0]["Time"] == "2026-07-01T13:00:00+01:00"


def test_a_long_file_is_made_piece_by_piece_as_it_is_read(rf, monkeypatch):
    monkeypatch.setattr(sheets, "CHUNK", 2)
    made: list[int] = []

    def rows():
        for number in range(6):
            made.append(number)
            yield [number]

    request = rf.get("/")
    request.scope = {}
    answer = sheets.csv_answer(request, "numbers.csv", ["Number"], rows())

    async def read():
        chunks = aiter(answer)
        first, second = await anext(chunks), await anext(chunks)
        so_far = len(made)
        return so_far, b"".join([first, second, *[chunk async for chunk in chunks]])

    so_far, whole = asyncio.run(read())
    assert so_far == 2
    assert whole.decode("utf-8-sig").split() == ["Number", "0", "1", "2", "3", "4", "5"]


def test_more_lines_take_no_more_queries(client_for, alice, lines):
    client, at = client_for(alice), reverse("panel:entries")
    counts = []
    for _ in range(3):
        lines(1)
        client.get(at)
        with CaptureQueriesContext(connection) as queries:
            client.get(at)
        counts.append(len(queries))
    assert counts[0] == counts[2] < 30
