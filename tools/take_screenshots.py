"""Take the pictures of docs/img: a studio that really runs, songs that were really made, in a real browser.

`.venv/bin/python -m tools.take_screenshots` takes those that the documents show; with a folder as its argument it takes
every page, dark and light, at three widths, to look at.
"""

import re
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.running import ADMIN, PASSWORD, ROOT, RunningStudio

INTO = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "img"
SHOWN = {
    "project-dark",
    "rendering-dark",
    "project-light-1440",
    "custom-light-1440",
    "project-dark-390",
    "job-dark-1440",
}
IDEAS = [
    "a calm solo piano piece for a rainy morning",
    "a smoky jazz song about a bar that never closes",
    "a rock anthem about leaving town, male vocal",
    "an upbeat synth-pop song about the last train home",
]
PATIENCE = 180_000


def main() -> None:
    INTO.mkdir(parents=True, exist_ok=True)
    with RunningStudio() as studio, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        maker = logged_in(chromium, studio.url, width=1440, scheme="dark")
        project = make_project(maker, studio.url)
        for idea in IDEAS:
            maker.get_by_label("Song idea").fill(idea)
            maker.get_by_role("button", name=re.compile("Create 2 takes")).click()
            maker.wait_for_timeout(1500)
            expect(maker.locator("article.rendering")).to_have_count(0, timeout=PATIENCE)
        maker.locator("article.take a.who").first.click()
        maker.get_by_role("button", name=re.compile("Sync lyrics")).click()
        maker.locator("#panel synced-lyrics .sl-line").nth(2).click()
        maker.wait_for_timeout(2500)
        snap(maker, "project-dark")
        track = maker.url
        maker.get_by_label("Song idea").fill("a folk song about the harbour in winter")
        maker.get_by_role("button", name=re.compile("Create 2 takes")).click()
        expect(maker.locator("article.rendering")).to_have_count(2, timeout=PATIENCE)
        maker.wait_for_timeout(2500)
        snap(maker, "rendering-dark")
        expect(maker.locator("article.rendering")).to_have_count(0, timeout=PATIENCE)
        for scheme in ("light", "dark"):
            for width in (1440, 1024, 390):
                page = logged_in(chromium, studio.url, width=width, scheme=scheme)
                shoot(page, studio.url, project, track, f"{scheme}-{width}")
        chromium.close()


def shoot(page: Page, url: str, project: str, track: str, suffix: str) -> None:
    for name, address in {
        "project": project,
        "custom": f"{project}?mode=custom",
        "track": track,
        "projects": f"{url}/projects/",
        "provider": f"{url}/settings/provider/",
        "members": f"{url}/settings/members/",
    }.items():
        page.goto(address)
        page.wait_for_timeout(600)
        snap(page, f"{name}-{suffix}")
    page.goto(track)
    page.goto(url + str(page.locator('a[href$="/job/"]').first.get_attribute("href")))
    page.wait_for_timeout(600)
    snap(page, f"job-{suffix}")


def logged_in(chromium: Browser, url: str, *, width: int, scheme: str) -> Page:
    height = 844 if width < 500 else 900
    page = chromium.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
    page.goto(f"{url}/account/login/")
    page.locator("[name=login]").fill(ADMIN)
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda at: "/account/login" not in at)
    return page


def make_project(page: Page, url: str) -> str:
    page.goto(f"{url}/projects/new/")
    page.get_by_label("Name").fill("Night drive")
    page.get_by_label("Brief").fill("Title theme for the spring film. Wistful, moving, two to three minutes.")
    page.locator("main button.primary").click()
    page.wait_for_url(re.compile(r"/projects/[0-9a-f-]{36}/"))
    return page.url


def snap(page: Page, name: str) -> None:
    if len(sys.argv) > 1 or name in SHOWN:
        page.screenshot(path=str(INTO / f"{name}.png"))


if __name__ == "__main__":
    main()
