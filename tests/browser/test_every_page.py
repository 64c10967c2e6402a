"""Every page for everyone: nothing axe finds, nothing the security policy forbids, nothing wider than the screen."""

import pytest
from axe_playwright_python.sync_playwright import Axe

PAGES = [
    "/",
    "/projects/",
    "/projects/new/",
    "/settings/profile/",
    "/settings/team/",
    "/usage/",
    "/admin/usage/",
    "/admin/usage/?by=member",
    "/admin/entries/",
    "/admin/requests/",
    "/admin/jobs/",
    "/admin/members/",
    "/admin/budgets/",
    "/admin/budgets/rules/",
    "/admin/prices/",
    "/admin/provider/",
    "/admin/health/",
    "/admin/alerts/",
    "/admin/audit/",
    "/settings/keys/",
    "/api/docs/",
    "/unsaved/",
    "/account/password/change/",
    "/account/sessions/",
    "/nothing-here/",
]
# A row of each kind that the admin panel shows: an empty page would hide what is wrong with a full one.
SPENDING = """
from decimal import Decimal
from suno_web.accounts import invitations
from suno_web.accounts.models import Membership, Team, User
from suno_web.alerts import webhooks
from suno_web.credits import asking, budgets, gates, prices
from suno_web.studio import generating, outcomes
from suno_web.studio.models import Project
team, alice = Team.objects.get(), User.objects.get(email="alice@example.com")
bob = User.objects.create_user("bob.of.every.page@example.com", "-", name="Bob")
Membership.objects.create(team=team, user=bob, role="maker")
project = Project.objects.create(team=team, name="Every page", created_by=alice)
project.members.add(bob)
budget = budgets.set_amount(team, member=bob, amount=Decimal(30), by=alice)
budgets.set_amount(team, project=project.pk, amount=Decimal(20), rolls_over=True, by=alice, name=project.name)
budgets.give_raise(budget, Decimal(5), by=alice)
def ask(operation, end=None):
    made = generating.ask(project, by=bob, operation=operation, request={"prompt": "rain"}, title="Rain", send=False)
    if end:
        end(made)
    return made
ask("lyrics", outcomes.finish)
ask("generate", lambda made: outcomes.fail(made, "The provider refused it."))
gates.add(team, by=alice, member=bob, above=Decimal(10))
ask("generate")
asking.ask(team, by=bob, amount=Decimal(9), reason="More", project=project.pk, budget=budget, back="/")
prices.set_price(team, "generate", "V4", Decimal(14), by=alice)
invitations.invite(team, email="dora@example.com", role="maker", by=alice)
webhooks.add(team, by=alice, name="Chat", url="https://example.com/hook", style="slack", kinds=["ask"])
"""


@pytest.fixture(scope="module")
def spending(studio) -> None:
    studio.shell(SPENDING)


WIDTHS = {"wide": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}


def findings(page) -> list[str]:
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found]


# Colours do not depend on the width, nor what fits on the colours: two looks see all of both.
@pytest.mark.parametrize(("width", "scheme"), [("wide", "dark"), ("phone", "light")])
def test_axe_finds_nothing(studio, spending, logged_in, new_project, complaints, scheme, width):
    page = logged_in(viewport=WIDTHS[width], color_scheme=scheme)
    project = new_project(page, f"Axe {scheme} {width}")
    problems = {}
    at = project.removeprefix(studio.url).partition("?")[0]
    tabs = [f"{at}?tab={tab}&view=create" for tab in ("extend", "replace", "sounds")]
    for path in [at, *tabs, *PAGES]:
        page.goto(studio.url + path)
        page.wait_for_timeout(50)
        too_wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        if found := findings(page) + (["wider than the screen"] if too_wide else []):
            problems[path] = found
    complaints[:] = [said for said in complaints if "404" not in said]

    assert problems == {}


@pytest.mark.parametrize("path", ["/account/login/", "/account/password/reset/"])
def test_axe_finds_nothing_before_logging_in(studio, open_browser, path):
    page = open_browser()
    page.goto(studio.url + path)

    assert findings(page) == []


def test_it_works_without_scripts(studio, open_browser, logged_in):
    page = logged_in(java_script_enabled=False)
    page.goto(f"{studio.url}/projects/new/")
    page.get_by_label("Name").fill("By hand")
    page.get_by_role("button", name="Create").first.click()
    page.get_by_label("Song idea").fill("a calm piano piece, instrumental, 10 seconds")
    page.get_by_role("button", name="Create 2 takes").click()

    page.locator("article").first.wait_for()
    assert page.get_by_text("calm piano").first.is_visible()
