"""The requests page: who sees what waits, and deciding it."""

import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from suno_web.accounts.models import AuditEntry, Membership
from suno_web.credits import asking as asks
from suno_web.credits import budgets, gates, ledger
from suno_web.credits.models import Ask
from suno_web.studio import asking, generating
from suno_web.studio.models import Approval, Generation, Project
from tests.conftest import person
from tests.studio.conftest import SONG

PAGE = "/admin/requests/"


@pytest.fixture
def lead(team, project):
    """Dora leads the project, and is no admin."""
    user = person("Dora", team, Membership.Role.MAKER)
    project.members.add(user)
    project.leads.add(user)
    return user


@pytest.fixture
def wish(team, alice, bob, project) -> Ask:
    """Bob asks for 20 credits; his budget of 50 is used up."""
    budgets.set_amount(team, member=bob, amount=Decimal(50), by=alice)
    ledger.hold(team, Decimal(50), cause="test:1", by=bob)
    return asking.ask(
        project, by=bob, amount=Decimal(20), reason="For Friday", whose="member", back="/there/"
    )


@pytest.fixture
def elsewhere(team, bob) -> Project:
    """A project of Bob's that Dora does not lead."""
    project = Project.objects.create(team=team, name="Day drive")
    project.members.add(bob)
    return project


@pytest.fixture
def held(team, alice, bob, project) -> Approval:
    """A song of Bob's that waits for approval."""
    gates.add(team, by=alice, above=Decimal(5))
    made = generating.begin(project, by=bob, form=SONG, form_key="k")
    return Approval.objects.get(generation=made)


def decide(client, ask, **fields):
    return client.post(reverse("panel:ask", args=[ask.pk]), fields, follow=True)


def page_of(client, **query) -> str:
    return client.get(PAGE, query).content.decode()


def test_admins_and_leads_see_who_asks_what_for_and_what_stopped_them(client_for, alice, lead, wish):
    for user in (alice, lead):
        text = page_of(client_for(user))
        for said in (
            "<b>Bob</b> asks for",
            "20 credits",
            "Night drive",
            "For Friday",
            "Stopped by their budget",
        ):
            assert said in text
        assert re.search(r"<b class=\"num\">0</b> of 50 left, resets 1 \w+, 00:00", text)


def test_makers_and_outsiders_find_nothing(client_for, bob, charlie, lisa, wish):
    assert {client_for(user).get(PAGE).status_code for user in (bob, lisa)} == {404}
    assert {
        decide(client_for(user), wish, decision="grant").status_code for user in (bob, lisa, charlie)
    } == {404}
    assert "</b> asks for" not in page_of(client_for(charlie))
    wish.refresh_from_db()
    assert wish.status == "open"


def test_one_click_grants_the_whole_amount(client_for, lead, bob, wish):
    text = decide(client_for(lead), wish, amount="20", decision="grant").content.decode()
    assert "Granted 20 credits. Bob is told." in text
    assert "Nothing waits for you" in text
    assert budgets.standing(wish.budget).left == 20
    assert AuditEntry.objects.get(action="ask.grant").actor == lead


@pytest.mark.parametrize(("typed", "given"), [("5", 5), ("100", 100), ("12.5", Decimal("12.5")), ("", 20)])
def test_less_and_more_can_be_granted(client_for, alice, wish, typed, given):
    decide(client_for(alice), wish, amount=typed, decision="grant")
    assert budgets.standing(wish.budget).left == given


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("-5", "More than nothing, please."),
        ("0", "More than nothing, please."),
        ("1e30", "1,000,000 credits at most."),
        ("lots", "Write it as a number"),
        ("1.001", "Two digits after the point"),
    ],
)
def test_a_wrong_amount_is_said_at_its_field_and_nothing_is_granted(client_for, alice, wish, typed, said):
    answer = decide(client_for(alice), wish, amount=typed, answer="Have fun", decision="grant")
    text = answer.content.decode()
    assert said in text
    assert f'value="{typed}"' in text
    assert 'value="Have fun"' in text
    assert budgets.standing(wish.budget).left == 0


def test_declining_takes_an_answer_along(client_for, alice, wish):
    text = decide(
        client_for(alice), wish, amount="20", answer="Next month", decision="decline"
    ).content.decode()
    assert "Declined. Bob is told." in text
    assert "“Next month”" in text
    wish.refresh_from_db()
    assert (wish.status, wish.answer, wish.granted) == ("declined", "Next month", None)


def test_what_was_decided_a_moment_ago_is_said_to_be(client_for, alice, lead, wish):
    asks.decline(Ask.objects.get(pk=wish.pk), by=alice)
    text = decide(client_for(lead), wish, amount="20", decision="grant").content.decode()
    assert "Alice has decided already: declined. Nothing was changed." in text
    assert budgets.standing(wish.budget).left == 0


def test_a_lead_decides_only_in_their_projects_and_only_about_budgets_of_members(
    client_for, lead, alice, bob, project, elsewhere, team
):
    theirs = asking.ask(elsewhere, by=bob, amount=Decimal(7), reason="Elsewhere", whose="team", back="")
    pool = asking.ask(project, by=bob, amount=Decimal(8), reason="Here", whose="team", back="")
    client = client_for(lead)
    text = page_of(client)
    assert "Elsewhere" not in text
    assert "</b> asks for" not in text
    assert {decide(client, one, decision="grant").status_code for one in (theirs, pool)} == {404}
    assert page_of(client_for(alice)).count("</b> asks for") == 2


def test_an_ask_a_provider_cannot_fill_says_to_top_up_and_stays(client_for, alice, bob, project, team):
    ledger.follow_provider(team, Decimal(2), not_yet_charged=Decimal(0))
    wish = asking.ask(project, by=bob, amount=Decimal(10), reason="Film", whose="team", back="")
    text = decide(client_for(alice), wish, amount="10", decision="grant").content.decode()
    assert "Top it up at the provider, then grant" in text
    assert f'id="grant-{wish.pk}"' in text
    wish.refresh_from_db()
    assert wish.status == "open"


def test_who_has_left_the_team_asks_for_nothing(client_for, alice, bob, wish):
    bob.memberships.all().delete()
    assert "Nothing waits for you" in page_of(client_for(alice))


def test_a_request_for_approval_is_shown_with_its_words_and_cost_and_approved_there(
    client_for, lead, bob, held, project
):
    client = client_for(lead)
    text = page_of(client)
    for said in (
        "<b>Bob</b> wants to make",
        "last train home",
        "Song with V5 in Night drive",
        "12 credits",
        held.why,
    ):
        assert said in text
    at = reverse("studio:approval", args=[held.generation_id])
    after = client.post(at, {"action": "approve", "next": PAGE}, follow=True)
    assert after.redirect_chain[-1][0] == PAGE
    assert "Nothing waits for you" in after.content.decode()
    assert Generation.objects.get().status == "queued"


def test_the_badge_counts_what_waits_for_this_person(client_for, alice, bob, lead, wish, held, project):
    asking.ask(project, by=lead, amount=Decimal(1), reason="Mine", whose="team", back="")

    def badge(user) -> list[str]:
        found = re.search(r'id="side-admin".*?</a>', client_for(user).get(PAGE).content.decode(), re.DOTALL)
        return re.findall(r'badge warning">(\d+)', found.group())

    assert (badge(alice), badge(lead)) == (["3"], ["2"])
    assert "badge warning" not in client_for(bob).get(project.get_absolute_url()).content.decode()


def test_what_was_decided_is_listed_and_can_be_narrowed(client_for, alice, bob, lead, wish, held, elsewhere):
    other = asking.ask(elsewhere, by=lead, amount=Decimal(3), reason="For Dora", whose="team", back="")
    client = client_for(alice)
    decide(client, wish, amount="15", decision="grant")
    decide(client, other, decision="decline")
    client.post(
        reverse("studio:approval", args=[held.generation_id]), {"action": "decline", "note": "Too long"}
    )

    def shown(**query) -> list[bool]:
        text = page_of(client, **query)
        return [said in text for said in ("For Friday", "For Dora", "“Too long”")]

    assert shown(what="asks") == [True, True, False]
    assert shown(what="approvals") == [False, False, True]
    assert shown(member=lead.pk) == [False, True, False]
    assert shown(project=str(elsewhere.pk)) == [False, True, False]
    text = page_of(client, member="nobody", project="x", what="y")
    assert all(said in text for said in ("For Friday", "For Dora", "“Too long”", "granted 15"))


def test_the_page_follows_what_happens_by_itself(client_for, alice, wish):
    assert 'hx-trigger="sse:requests, sse:resync"' in page_of(client_for(alice))


def test_more_requests_take_no_more_queries(client_for, alice, bob, team, project, wish, held):
    client = client_for(alice)
    page_of(client)

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            page_of(client)
        return len(found)

    with_one = queries()
    for number in range(3):
        maker = person(f"Maker{number}", team, Membership.Role.MAKER)
        project.members.add(maker)
        budgets.set_amount(team, member=maker, amount=Decimal(5), by=alice)
        asking.ask(project, by=maker, amount=Decimal(2), reason="More", whose="member", back="")
        generating.begin(project, by=maker, form=SONG, form_key=f"k{number}")
    assert queries() == with_one


def test_reasons_and_answers_are_shown_as_text(client_for, alice, bob, project):
    asking.ask(project, by=bob, amount=Decimal(1), reason="<script>alert(1)</script>", whose="team", back="")
    assert "<script>alert" not in page_of(client_for(alice))
