"""A studio that really runs and a Chromium that really looks at it. Every page is watched for broken promises."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests.running import ADMIN, PASSWORD, RunningStudio

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--autoplay-policy=no-user-gesture-required",
]


@pytest.fixture(scope="session")
def studio() -> Iterator[RunningStudio]:
    with RunningStudio() as running:
        yield running


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def complaints() -> list[str]:
    """What the browser had to complain about: script errors, violations of the page's own security policy."""
    return []


def is_complaint(said: ConsoleMessage) -> bool:
    """htmx also reports as errors the requests that it takes back itself, when newer news overtakes them."""
    return said.type == "error" and not said.text.startswith(("htmx:sendAbort", "htmx:afterRequest"))


@pytest.fixture
def open_browser(chromium, complaints) -> Iterator[Callable[..., Page]]:
    """Open a fresh browser; when the test ends none of them may have complained."""
    opened: list[BrowserContext] = []

    def open_(**options) -> Page:
        context = chromium.new_context(
            **{"viewport": {"width": 1440, "height": 900}, "color_scheme": "dark", **options}
        )
        context.set_default_timeout(20_000)
        opened.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(f"script: {error}"))
        page.on("console", lambda said: complaints.append(said.text) if is_complaint(said) else None)
        return page

    yield open_
    # What a closing browser says about requests that it cuts off is not a complaint.
    complained = list(complaints)
    for context in opened:
        context.close()
    assert complained == []


@pytest.fixture(scope="session")
def cookies() -> dict[str, list[Any]]:
    """Of everybody who has logged in through the page: doing it again for each test would take a minute in all."""
    return {}


@pytest.fixture
def logged_in(studio, open_browser, cookies) -> Callable[..., Page]:
    """Open a browser of somebody who is logged in."""

    def log_in(email: str = ADMIN, password: str = PASSWORD, **options) -> Page:
        page = open_browser(**options)
        if email in cookies:
            page.context.add_cookies(cookies[email])
            return page
        page.goto(f"{studio.url}/account/login/")
        page.locator("[name=login]").fill(email)
        page.locator("[name=password]").fill(password)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "/account/login" not in url)
        cookies[email] = page.context.cookies()
        return page

    return log_in


@pytest.fixture
def new_project(studio) -> Callable[[Page, str], str]:
    """Make a project through its page; returns its address."""

    def make(page: Page, name: str) -> str:
        page.goto(f"{studio.url}/projects/new/")
        page.get_by_label("Name").fill(name)
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(r"/projects/[0-9a-f-]{36}/"))
        return page.url

    return make
