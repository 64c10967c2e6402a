"""What the usage page counts: the same as the ledger, for whoever may see it, in whatever days."""

import csv
import io
import random
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from suno_web.accounts.models import AuditEntry, Membership
from suno_web.credits import budgets, ledger
from suno_web.credits.models import Entry
from suno_web.panel.models import UsageClosed, UsageDay
from suno_web.panel.usage import changes, charts, closing, facts
from suno_web.panel.usage.facts import DIMENSIONS, Narrowing, Sums
from suno_web.panel.usage.spans import Span
from suno_web.panel.usage.summing import usage
from suno_web.studio.models import Generation, Project, Track
from tests.conftest import person

Kind = Entry.Kind
TODAY = timezone.now().date()


@pytest.fixture
def spent(team, project, bob):
    """A request that was made and settled, or failed, so many days ago, with its takes; as often as asked."""

    def make(
        days_ago=0, *, price=12, by=bob, into=project, operation="generate", model="V5", failed=False, takes=2
    ):
        at = timezone.now() - timedelta(days=days_ago)
        song = Generation.objects.create(
            project=into, requested_by=by, operation=operation, model=model, price=price,
            status="failed" if failed else "done", finished_at=at,
        )  # fmt: skip
        day = timezone.localdate(at, into.team.zone)
        for kind in (Kind.HOLD, Kind.REFUND if failed else Kind.SETTLE):
            line = Entry.objects.create(
                team=into.team, kind=kind, amount=price, cause=song.reference, member=by, actor=by, project=into.pk,
                operation=operation, model=model, day=day,
            )  # fmt: skip
            Entry.objects.filter(pk=line.pk).update(created_at=at)
        for take in range(0 if failed else takes):
            Track.objects.create(generation=song, take=take, audio_id=f"{take}", duration=90, archived_at=at)
        return song

    return make


def random_entries(team, members, projects, *, days, number, seed):
    """Requests as they may be: settled, refunded, given back, free, of people and projects that are gone."""
    pick = random.Random(seed)
    for _ in range(number):
        member, project = pick.choice(members), pick.choice(projects)
        day = pick.choice(days)
        of = {
            "team": team, "cause": f"generation:{uuid4()}", "amount": Decimal(pick.choice(["0", "0.4", "12", "7.33"])),
            "member": member, "project": project, "operation": pick.choice(["generate", "lyrics", "wav"]),
            "model": pick.choice(["V5", "V4", ""]),
        }  # fmt: skip
        later = min(day + timedelta(days=pick.choice([0, 0, 1, 40])), days[-1])
        lines = [Entry(**of, kind=Kind.HOLD, day=day)]
        if pick.random() < 0.3:
            lines.append(Entry(**of, kind=Kind.REFUND, day=later))
        elif pick.random() < 0.9:
            lines.append(Entry(**of, kind=Kind.SETTLE, day=later))
            if pick.random() < 0.2:
                lines.append(Entry(**of, kind=Kind.ADJUSTMENT, day=min(later + timedelta(days=1), days[-1])))
        Entry.objects.bulk_create(lines)
    grant = {"team": team, "amount": 500, "day": days[0]}
    Entry.objects.create(**grant, kind=Kind.GRANT, cause=f"month:{team.pk}")
    Entry.objects.create(**grant, kind=Kind.ADJUSTMENT, cause=f"balance:{team.pk}")


def spent_by_the_ledger(team, span, where=None):
    """The same numbers by adding up line after line."""
    sums = Sums()
    for entry in Entry.objects.filter(team=team, day__range=(span.since, span.until)):
        of_a_request = entry.cause.startswith("generation:")
        if where is not None and not where(entry):
            continue
        sums += {
            Kind.HOLD: Sums(requests=1),
            Kind.SETTLE: Sums(spent=entry.amount),
            Kind.REFUND: Sums(refunded=entry.amount, failures=1),
            Kind.ADJUSTMENT: Sums(spent=-entry.amount) if of_a_request else Sums(),
        }.get(entry.kind, Sums())
    return sums


def total(sums):
    return sum(sums.values(), Sums())


def test_whatever_it_is_cut_by_the_sums_are_the_ledgers(team, alice, bob, project):
    days = [TODAY - timedelta(days=number) for number in range(120, -1, -1)]
    random_entries(team, [alice, bob, None], [project.pk, uuid4(), None], days=days, number=250, seed=1)
    closing.close_days()
    span = Span(days[7], days[-1])
    expected = spent_by_the_ledger(team, span)
    assert expected.spent > 100
    assert expected.failures > 10
    for by in ("day", *DIMENSIONS):
        assert total(usage(team, span, by, Narrowing())) == expected
    by_member = usage(team, span, "member", Narrowing())
    assert by_member[""] == spent_by_the_ledger(team, span, lambda entry: entry.member is None)
    mine = Narrowing(member=str(bob.pk))
    of_bob = spent_by_the_ledger(team, span, lambda entry: entry.member == bob)
    assert total(usage(team, span, "day", mine)) == total(usage(team, span, "project", mine)) == of_bob
    both = Narrowing(member=str(bob.pk), project=str(project.pk), operation="generate", model="-")
    assert total(usage(team, span, "day", both)) == spent_by_the_ledger(
        team,
        span,
        lambda entry: (
            entry.member == bob
            and entry.project == project.pk
            and (entry.operation, entry.model) == ("generate", "")
        ),
    )


def test_closed_days_and_the_days_since_are_all_rows(team, alice, bob, project):
    days = [TODAY - timedelta(days=number) for number in range(30, -1, -1)]
    random_entries(team, [alice, bob], [project.pk], days=days, number=80, seed=2)
    before = {by: usage(team, Span(days[0], TODAY), by, Narrowing()) for by in ("day", *DIMENSIONS)}
    closing.close_days()
    assert UsageClosed.objects.get().until == closing.last_over()
    assert UsageDay.objects.exists()
    assert {by: usage(team, Span(days[0], TODAY), by, Narrowing()) for by in before} == before


def test_closing_again_or_at_once_changes_nothing(team, alice, project):
    days = [TODAY - timedelta(days=number) for number in range(6, -1, -1)]
    random_entries(team, [alice], [project.pk], days=days, number=20, seed=3)
    closing.close_days()
    rows = list(UsageDay.objects.order_by("pk").values())
    closing.close_days()
    assert not closing.close(team, closing.last_over())
    assert list(UsageDay.objects.order_by("pk").values()) == rows
    assert not closing.due()


def test_closing_goes_on_where_it_stopped(team, alice, project, monkeypatch):
    days = [TODAY - timedelta(days=number) for number in range(6, -1, -1)]
    random_entries(team, [alice], [project.pk], days=days, number=20, seed=4)
    monkeypatch.setattr(closing, "LONGEST_SECONDS", 0)
    closing.close_days()
    assert closing.due()
    monkeypatch.undo()
    closing.close_days()
    assert total(usage(team, Span(days[0], TODAY), "day", Narrowing())) == spent_by_the_ledger(
        team, Span(days[0], TODAY)
    )


def test_a_day_is_closed_only_once_no_time_zone_can_add_to_it(monkeypatch):
    # Noon in Auckland on the 22nd, and still the 21st in Honolulu: a team may move between them.
    for moment, day in (
        (datetime(2026, 11, 23, 12, 59, tzinfo=UTC), 21),
        (datetime(2026, 11, 23, 13, 1, tzinfo=UTC), 22),
    ):
        monkeypatch.setattr(timezone, "now", lambda moment=moment: moment)
        assert closing.last_over() == date(2026, 11, day)


def test_songs_belong_to_the_teams_day_even_where_clocks_change(team, project, bob, spent):
    song = spent(takes=0)
    # Lisbon's clocks went back on 25 October 2026: that day had 25 hours.
    for number, at in enumerate(
        [
            datetime(2026, 10, 24, 22, 59, tzinfo=UTC),
            datetime(2026, 10, 24, 23, 0, tzinfo=UTC),
            datetime(2026, 10, 25, 23, 59, tzinfo=UTC),
            datetime(2026, 10, 26, 0, 0, tzinfo=UTC),
        ]
    ):
        Track.objects.create(generation=song, take=number, audio_id=f"{number}", duration=60, archived_at=at)
    sums = facts.facts(team, date(2026, 10, 24), date(2026, 10, 26), by=["day"])
    assert {key[0].day: (one.songs, one.minutes) for key, one in sums.items()} == {
        24: (1, 1),
        25: (2, 2),
        26: (1, 1),
    }
    assert total(facts.facts(team, date(2026, 10, 25), date(2026, 10, 25), by=["member"])).songs == 2


def test_what_was_imported_is_no_song_of_ours(team, spent):
    song = spent()
    Generation.objects.filter(pk=song.pk).update(is_imported=True)
    assert total(facts.facts(team, TODAY - timedelta(1), TODAY, by=["day"])).songs == 0


def test_credits_given_back_lower_what_was_spent(team, bob, alice, project):
    for cause in ("generation:1", "generation:2"):
        ledger.hold(
            team, Decimal(12), cause=cause, by=bob, project=project.pk, operation="generate", model="V5"
        )
    ledger.settle("generation:1")
    ledger.settle("generation:2")
    ledger.give_back("generation:1", by=alice, note="silent")
    today = Span(TODAY - timedelta(1), TODAY + timedelta(1))
    assert total(usage(team, today, "model", Narrowing())) == Sums(spent=Decimal(12), requests=2)


def page_of(client, name="panel:usage", **words):
    response = client.get(reverse(name), {word.rstrip("_"): value for word, value in words.items()})
    assert response.status_code == 200
    return response


def lines_of(response):
    text = b"".join(response.streaming_content) if response.streaming else response.content
    return list(csv.reader(io.StringIO(text.decode("utf-8-sig"))))


def test_the_page_says_what_was_spent_and_what_was_before(client_for, alice, spent):
    for days_ago in (1, 2, 31, 32, 33):
        spent(days_ago)
    spent(3, failed=True)
    response = page_of(client_for(alice))
    figures = {
        one.name: (one.value, one.before, one.change.words) for one in response.context["report"].figures
    }
    assert figures == {
        "Credits spent": ("24", "36", "33 % less"),
        "Songs": ("4", "6", "33 % less"),
        "Minutes of music": ("6", "9", "33 % less"),
        "Requests": ("3", "3", "as before"),
        "Failed": ("1", "0", "none before"),
        "Credits refunded": ("12", "0", "none before"),
    }
    text = response.content.decode()
    assert "33 % of requests" in text
    assert '<svg class="chart-bars" role="img"' in text


@pytest.mark.parametrize(
    ("since", "until", "before"),
    [
        ("2026-11-10", "2026-11-16", ("2026-11-03", "2026-11-09")),
        ("2026-11-01", "2026-11-12", ("2026-10-01", "2026-10-12")),
        ("2026-03-01", "2026-03-31", ("2026-02-01", "2026-02-28")),
        ("2026-03-01", "2026-03-30", ("2026-02-01", "2026-02-28")),
        ("2026-01-01", "2026-01-20", ("2025-12-01", "2025-12-20")),
        ("2028-01-01", "2028-02-29", ("2027-01-01", "2027-02-28")),
        ("2026-11-01", "2026-11-01", ("2026-10-31", "2026-10-31")),
    ],
)
def test_what_is_compared_is_as_long_or_the_same_part_of_the_month_or_year(since, until, before):
    span = Span(date.fromisoformat(since), date.fromisoformat(until))
    assert (span.before.since.isoformat(), span.before.until.isoformat()) == before
    assert {span.counterpart(day) for day in span.before.dates()} <= set(span.dates())


def test_the_parts_of_a_range_are_all_its_days_once():
    span = Span(date(2026, 1, 14), date(2027, 3, 3))
    for step in ("day", "week", "month"):
        days = [day for part in span.parts(step) for day in part.dates()]
        assert days == list(span.dates())


def test_the_file_says_what_the_page_says(client_for, alice, bob, spent):
    spent(1, by=alice)
    spent(2, price=Decimal("0.4"), operation="lyrics", model="")
    spent(40)
    words = {"by": "member", "sort": "name"}
    page = page_of(client_for(alice), **words)
    rows = lines_of(page_of(client_for(alice), "panel:usage_csv", **words))
    assert [row[:3] for row in rows] == [
        ["Member", "Credits", "Credits before"],
        ["Alice", "12.00", "0"],
        ["Bob", "0.40", "12.00"],
        ["Total", "12.40", "12.00"],
    ]
    table = page.content.decode().partition('<table class="sheet usage-table">')[2]
    names = re.findall(r'<th scope="row"><a href="[^"]*">([^<]*)</a>', table)
    assert names == [row[0] for row in rows[1:-1]]
    credits = re.findall(r'kind=spent">([^<]*)</a>', table)
    assert credits == ["12", "0.4"]
    assert AuditEntry.objects.get(action="export").subject.startswith("usage of ")


def test_every_number_leads_to_the_lines_it_is_made_of(client_for, alice, bob, spent):
    spent(1)
    spent(1, by=alice)
    client = client_for(alice)
    text = page_of(client, by="member", sort="name").content.decode()
    leads = re.findall(r'<td class="num"><a href="([^"]+kind=spent)">', text)
    assert len(leads) == 2
    lines = client.get(leads[1].replace("&amp;", "&")).context["page"]
    assert (lines.count, lines.sums) == (1, [("spent", Decimal(12))])
    assert lines.lines[0].entry.member == bob


def test_a_lead_sees_their_projects_and_nothing_else(client_for, alice, bob, team, project, spent):
    other = Project.objects.create(team=team, name="Secret album", created_by=alice)
    spent(1)
    spent(1, by=alice, into=other, price=100)
    dora = person("Dora", team, Membership.Role.MAKER)
    other.members.add(dora)
    project.leads.add(bob)
    client = client_for(bob)
    for by in ("day", "member", "project", "operation", "model"):
        response = page_of(client, by=by)
        assert response.context["report"].total == Sums(
            spent=Decimal(12), requests=1, songs=2, seconds=180.0, refunded=Decimal(0)
        )
        text = response.content.decode()
        assert "Secret album" not in text
        assert "Dora" not in text
    assert lines_of(page_of(client, "panel:usage_csv"))[-1][1] == "12.00"
    assert page_of(client, "panel:entries").context["page"].count == 2
    for name in ("panel:usage", "panel:usage_csv", "panel:entries", "panel:entries_csv"):
        assert client.get(reverse(name), {"project": str(other.pk)}).status_code == 404


def test_whoever_leads_nothing_finds_no_usage(client_for, bob, lisa, charlie, project, spent):
    spent()
    for user in (bob, lisa):
        for name in ("panel:usage", "panel:usage_csv", "panel:entries", "panel:entries_csv"):
            assert client_for(user).get(reverse(name)).status_code == 404
    assert client_for(charlie).get(reverse("panel:usage"), {"project": str(project.pk)}).status_code == 404
    assert not page_of(client_for(charlie)).context["report"].total


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"from": "yesterday"}, "Write a day as 2026-11-30."),
        ({"from": "0001-01-01"}, "Choose a day from 2020-01-01"),
        ({"to": "9999-12-31"}, "Choose a day from 2020-01-01"),
        ({"from": "2026-11-20", "to": "2026-11-10"}, "The last day is before the first."),
        ({"member": "nobody"}, "This is not one of the choices."),
        ({"project": "x"}, "This is not one of the choices."),
        ({"model": "V9' OR 1=1"}, "This is not one of the choices."),
    ],
)
def test_what_makes_no_sense_is_said_at_its_field_and_the_page_still_works(
    client_for, alice, spent, words, said
):
    spent(1)
    for name in ("panel:usage", "panel:entries"):
        response = client_for(alice).get(reverse(name), words)
        assert response.status_code == 200
        assert said in response.content.decode()
    assert client_for(alice).get(reverse("panel:usage_csv"), words).status_code == 200


def test_nonsense_in_hidden_words_changes_nothing(client_for, alice, spent):
    spent(1)
    report = page_of(client_for(alice), by="colour", sort="-colour").context["report"]
    assert (report.by, report.total.spent) == ("day", 12)


def test_a_long_range_is_shown_in_weeks_or_months(client_for, alice, team):
    client = client_for(alice)
    assert page_of(client, **{"from": "2026-06-01", "to": "2026-11-20"}).context["report"].by == "week"
    assert (
        page_of(client, **{"from": "2020-01-01", "to": "2026-11-20", "by": "day"}).context["report"].by
        == "month"
    )
    assert (
        page_of(client, **{"from": "2026-01-01", "to": "2026-11-20", "by": "day"}).context["report"].by
        == "day"
    )


def test_the_usual_ranges_are_a_click_away(client_for, alice, team):
    text = page_of(client_for(alice)).content.decode()
    links = dict(
        re.findall(
            r'<a href="\?([^"]+)" (?:aria-current="true")?>(7 days|30 days|This month|Last month|This year)',
            text,
        )
    )
    assert sorted(links.values()) == ["30 days", "7 days", "Last month", "This month", "This year"]
    client = client_for(alice)
    for query in links:
        assert client.get(f"{reverse('panel:usage')}?{query.replace('&amp;', '&')}").status_code == 200


@pytest.mark.parametrize("by", ["day", "member", "project", "operation"])
def test_more_members_take_no_more_queries(client_for, alice, bob, team, project, spent, by):
    client = client_for(alice)
    spent(1)
    page_of(client, by=by)
    with CaptureQueriesContext(connection) as one:
        page_of(client, by=by)
    for name in ("Dora", "Emil"):
        user = person(name, team, Membership.Role.MAKER)
        other = Project.objects.create(team=team, name=name, created_by=user)
        spent(1, by=user, into=other, operation="lyrics")
    page_of(client, by=by)
    with CaptureQueriesContext(connection) as three:
        page_of(client, by=by)
    assert len(three) == len(one)
    assert len(one) < 40


def test_budgets_used_stand_beside_members_and_projects(client_for, alice, bob, team, project):
    budgets.set_amount(team, member=bob, amount=Decimal(100), by=alice)
    budgets.set_amount(team, project=project.pk, amount=Decimal(50), by=alice)
    ledger.hold(team, Decimal(40), cause="generation:1", by=bob, project=project.pk)
    ledger.settle("generation:1")
    client = client_for(alice)
    assert "40 of 100 used · 40 %" in page_of(client, by="member").content.decode()
    assert "40 of 50 used · 80 %" in page_of(client, by="project").content.decode()
    assert lines_of(page_of(client, "panel:usage_csv", by="project"))[1][-2:] == ["40.00", "50.00"]
    project.leads.add(bob)
    of_a_lead = page_of(client_for(bob), by="member").content.decode()
    assert "of 100 used" not in of_a_lead


def test_admins_read_how_long_the_credits_last(client_for, alice, bob, project, spent):
    spent(1)
    assert "credits left" in page_of(client_for(alice)).context["outlook"].words
    project.leads.add(bob)
    assert page_of(client_for(bob)).context["outlook"] is None


@pytest.mark.parametrize(
    ("now", "before", "way", "words"),
    [
        (12, 12, "same", "as before"),
        (0, 0, "same", "as before"),
        (5, 0, "up", "none before"),
        (0, 5, "down", "100 % less"),
        (Decimal("11.8"), 10, "up", "18 % more"),
        (1000, 1001, "same", "as before"),
        (35, 10, "up", "3.5 times as much"),
        (40, 10, "up", "4 times as much"),
    ],
)
def test_a_change_is_said_in_words(now, before, way, words):
    assert changes.change(now, before) == changes.Change(way, words)


def test_bars_are_measured_by_a_round_number_above_the_highest():
    points = [charts.Point("1 Nov", "", 30, 0), charts.Point("2 Nov", "", -4, 36.5)]
    chart = charts.bars(points)
    assert chart.marks == [40, 20, 0]
    assert [(bar.height, bar.before, bar.y) for bar in chart.bars] == [(75, 0, 25), (0, 91.25, 100)]
    assert charts.bars([charts.Point("1 Nov", "", 0, 0)]) is None
    assert len(charts.bars(points * 100).named) <= charts.NAMES


def test_the_numbers_of_the_chart_are_in_the_table_too(client_for, alice, spent):
    spent(1)
    spent(4, price=7)
    response = page_of(client_for(alice))
    lines = response.context["report"].lines
    said = [bar.said for bar in response.context["report"].chart.bars]
    assert said == [
        f"{line.name}: {ledger.readable(line.sums.spent)} credits, 0 before" for line in reversed(lines)
    ]
    text = response.content.decode()
    for line in lines:
        assert text.count(line.name) == 2
