"""Credits among people: stopped by a budget, asked for, granted; approved before anything is spent; accounted for."""

import csv
import io
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

MAKING = 90_000
IDEA = "a calm piano piece about the harbour, instrumental, 10 seconds"

# Makers with a project of their own each: how much they may spend, and from what price on a lead has to agree. All at
# once: starting Django costs seconds.
MAKERS = """
from decimal import Decimal
from suno_web.accounts.models import Membership, Team, User
from suno_web.credits import budgets, gates
from suno_web.studio.models import Project
team, alice = Team.objects.get(), User.objects.get(email="alice@example.com")
for name, budget, gate in (("bob", 5, None), ("ben", 100, 10), ("dora", 100, None)):
    maker = User.objects.create_user(f"{name}@example.com", "correct horse battery", name=name.capitalize())
    Membership.objects.create(team=team, user=maker, role="maker")
    project = Project.objects.create(team=team, name=f"Songs of {name}", created_by=alice)
    project.members.add(maker)
    budgets.set_amount(team, member=maker, amount=Decimal(budget), by=alice)
    if gate:
        gates.add(team, by=alice, member=maker, above=Decimal(gate))
    print("project", name, project.pk)
"""


@pytest.fixture(scope="module")
def projects(studio) -> dict[str, str]:
    """Addresses of the makers' projects."""
    made = re.findall(r"^project (\S+) (\S+)$", studio.shell(MAKERS), re.MULTILINE)
    return {name: f"{studio.url}/projects/{pk}/" for name, pk in made}


@pytest.fixture
def people(projects, logged_in) -> Callable[[str], tuple[Page, Page]]:
    """A maker with an idea typed in, and the admin elsewhere."""

    def meet(name: str) -> tuple[Page, Page]:
        maker = logged_in(f"{name}@example.com")
        maker.goto(f"{projects[name]}?view=create")
        maker.get_by_label("Song idea").fill(IDEA)
        return maker, logged_in()

    return meet


def create(page: Page) -> None:
    page.get_by_role("button", name=re.compile("Create 2 takes")).click()


def test_a_budget_stops_an_ask_is_granted_and_the_form_still_there_is_sent(studio, people):
    maker, admin = people("bob")
    create(maker)
    refusal = maker.locator("#refusal")
    expect(refusal).to_contain_text("This costs 12 credits and 5 are left")
    expect(refusal).to_contain_text("resets on 1 ")
    expect(refusal).to_contain_text("Nothing was charged")

    refusal.get_by_label("What for").fill("The harbour festival")
    refusal.get_by_role("button", name="Ask alice").click()
    expect(maker.locator("#asked")).to_contain_text("alice is told")

    admin.goto(f"{studio.url}/admin/requests/")
    asked = admin.locator("li.request", has_text="The harbour festival")
    expect(asked).to_contain_text("Bob asks for 7 credits")
    asked.get_by_role("button", name="Grant").click()
    expect(admin.locator("#content")).to_contain_text("granted")

    # The maker's page hears of it by itself, and what was typed is still there.
    expect(maker.locator("#answered")).to_contain_text("alice granted 7 credits")
    expect(maker.get_by_label("Song idea")).to_have_value(IDEA)
    create(maker)
    expect(maker.locator("article.take").first).to_be_visible(timeout=MAKING)


def test_a_request_waits_until_a_lead_approves_it(studio, people):
    maker, admin = people("ben")
    create(maker)
    waiting = maker.locator("article.take.is-waiting")
    expect(waiting).to_contain_text("waiting for approval")
    expect(waiting).to_contain_text("nothing held yet")

    admin.goto(f"{studio.url}/admin/requests/")
    admin.locator("li.request", has_text="Ben wants").get_by_role("button", name="Approve").click()

    expect(waiting).to_have_count(0)
    expect(maker.locator("article.take:not(.is-waiting)").first).to_be_visible(timeout=MAKING)


def test_what_was_spent_is_followed_down_to_its_entries_and_downloaded(studio, people):
    maker, admin = people("dora")
    maker.get_by_label("Custom").check(force=True)
    style = maker.get_by_label("Style", exact=True)
    style.fill("sea shanty")
    maker.get_by_role("button", name="Boost").click()
    expect(style).not_to_have_value("sea shanty")

    admin.goto(f"{studio.url}/admin/usage/?by=member")
    line = admin.locator("table.usage-table tbody tr", has_text="Dora")
    line.get_by_role("link", name="0.4", exact=True).click()

    expect(admin.get_by_role("heading", name="Entries")).to_be_visible()
    expect(admin.locator(".entries-sum")).to_contain_text("1 entry")
    with admin.expect_download() as sheet:
        admin.get_by_role("link", name="CSV").click()
    rows = list(csv.DictReader(io.StringIO(sheet.value.path().read_text("utf-8-sig"))))
    assert [(row["Kind"], row["Credits"], row["Member"]) for row in rows] == [("settle", "0.40", "Dora")]
