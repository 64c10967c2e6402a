"""The main job, as a person does it: set up, describe a song, hear it while it renders, keep two takes."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.running import RunningStudio

IDEA = "an upbeat synth-pop song about the last train home, 20 seconds"
SECONDS_OF_PATIENCE = 90_000


def describe(page: Page, idea: str = IDEA) -> None:
    page.get_by_label("Song idea").fill(idea)
    page.get_by_role("button", name=re.compile("Create 2 takes")).click()


def position(page: Page) -> float:
    return page.locator("#sound").evaluate("sound => sound.currentTime")


def audio_files(studio: RunningStudio) -> set[Path]:
    return set((studio.data / "media" / "tracks").rglob("audio*.mp3"))


def wait_until_playing(page: Page) -> None:
    """Until the sound really moves on, which it does some moments after it was asked to."""
    before = position(page)
    for _ in range(100):
        page.wait_for_timeout(100)
        if position(page) > before:
            return
    raise AssertionError(f"nothing plays: still at {before} s")


def test_a_stranger_with_the_printed_link_sets_up_the_studio(open_browser):
    with RunningStudio(admin=False) as fresh:
        (link,) = re.findall(r"http://\S+/setup/\S+", fresh.log.read_text())
        page = open_browser()
        page.goto(link)
        page.get_by_label("Team").first.fill("Harbour Sound")
        page.get_by_label("Your name").fill("Alice")
        page.get_by_label("E-mail").fill("alice@example.com")
        page.get_by_label("Password").fill("correct horse battery")
        page.keyboard.press("Enter")

        expect(page.get_by_label("Name", exact=False).first).to_be_visible()
        assert page.url.startswith(fresh.url)
        assert "/setup/" not in page.url

        assert page.request.get(link).status == 404
        page.goto("about:blank")  # Before the studio goes away under it.


def test_create_to_playing_audio_across_navigation(studio, logged_in, new_project):
    page = logged_in()
    project, before = new_project(page, "Last train"), audio_files(studio)
    describe(page)

    play = page.locator("[data-play]").first
    expect(play).to_be_visible(timeout=SECONDS_OF_PATIENCE)
    play.click()
    wait_until_playing(page)
    sound = page.locator("#sound").element_handle()

    form, rows = page.locator("#create"), page.locator(".project-list")
    for leave, arrived in (
        (lambda: page.get_by_role("link", name="All projects").click(), rows),
        (lambda: page.go_back(), form),
        (lambda: page.go_forward(), rows),
        (lambda: page.get_by_role("link", name="Last train").first.click(), form),
    ):
        leave()
        expect(arrived).to_be_visible()
        wait_until_playing(page)
        assert page.locator("#sound").evaluate("(now, before) => now === before", sound)
    expect(page).to_have_url(project)

    done = page.locator("article.take:not(.rendering)")
    expect(done).to_have_count(2, timeout=SECONDS_OF_PATIENCE)
    takes = [file.read_bytes() for file in audio_files(studio) - before]
    assert len(takes) == 2
    assert takes[0] != takes[1]


def test_stages_arrive_by_themselves_in_two_browsers_at_once(studio, logged_in, new_project):
    maker, watcher = logged_in(), logged_in()
    address = new_project(maker, "Two at once")
    watcher.goto(address)
    loads: list[str] = []
    watcher.on("load", lambda page: loads.append(page.url))

    describe(maker, "a calm piano piece, instrumental, 12 seconds")

    for page in (maker, watcher):
        expect(page.locator("article.take")).to_have_count(2, timeout=SECONDS_OF_PATIENCE)
        expect(page.locator("article.take.rendering")).to_have_count(0, timeout=SECONDS_OF_PATIENCE)
    assert loads == []


def test_a_song_is_made_on_a_phone(logged_in, new_project):
    page = logged_in(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, device_scale_factor=2
    )
    new_project(page, "On the road")
    describe(page, "a calm piano piece, instrumental, 12 seconds")
    page.get_by_role("link", name="Takes").click()

    play = page.locator("[data-play]").first
    expect(play).to_be_visible(timeout=SECONDS_OF_PATIENCE)
    play.click()
    wait_until_playing(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
        "the page is wider than the phone"
    )


@pytest.mark.parametrize("again", [False, True], ids=["kept", "sent once"])
def test_what_was_typed_survives_and_is_sent_once(logged_in, new_project, again):
    page = logged_in()
    address = new_project(page, f"Drafts {again}")
    page.get_by_label("Song idea").fill("rain on a tin roof, instrumental, 10 seconds")
    if again:
        page.get_by_role("button", name=re.compile("Create 2 takes")).dblclick()
        page.locator("article.take").first.wait_for(timeout=SECONDS_OF_PATIENCE)
        page.reload()
        expect(page.locator("article.take")).to_have_count(2, timeout=SECONDS_OF_PATIENCE)
    else:
        with page.expect_response(lambda answer: "/draft/" in answer.url):
            page.locator("body").click(position={"x": 5, "y": 5})
        page.goto(address)
        expect(page.get_by_label("Song idea")).to_have_value("rain on a tin roof, instrumental, 10 seconds")
