"""What is made from a take, on the take's own page: stems that mix, a video that plays, an extension from here."""

import re

import pytest
from playwright.sync_api import Page, expect

MAKING = 90_000


@pytest.fixture(scope="module")
def song_address() -> list[str]:
    """Where the one song of this module is, once it is made: a song costs many seconds."""
    return []


@pytest.fixture
def on_a_take(logged_in, new_project, song_address) -> Page:
    """The page of a finished take, some twenty seconds long."""
    page = logged_in()
    if song_address:
        page.goto(song_address[0])
        return page
    new_project(page, "Files")
    page.get_by_label("Song idea").fill("a short calm folk song about the tide, 20 seconds")
    page.get_by_role("button", name=re.compile("Create 2 takes")).click()
    page.locator("article.take:not(.rendering) a[data-row-link]").first.click(timeout=MAKING)
    expect(page.locator("#files")).to_be_visible(timeout=MAKING)
    song_address.append(page.url)
    return page


def levels(page: Page) -> dict[str, float]:
    return page.locator("stem-mixer").evaluate("mixer => mixer.levels")


def test_stems_play_in_time_and_each_can_be_muted_or_heard_alone(on_a_take):
    page = on_a_take
    page.locator("#make-separate_vocal").click()
    mixer = page.locator("stem-mixer")
    expect(mixer.locator("[data-stem]")).to_have_count(2, timeout=MAKING)

    page.locator("article.take [data-play]").first.click()
    page.get_by_role("button", name="Play the stems of").click()
    page.wait_for_timeout(100)
    for _ in range(100):
        if mixer.evaluate("mixer => mixer.position") > 0.5:
            break
        page.wait_for_timeout(100)
    assert mixer.evaluate("mixer => mixer.position") > 0.5
    # Two songs at once are none.
    assert page.locator("#sound").evaluate("sound => sound.paused")

    assert levels(page) == {"instrumental": 1, "vocal": 1}
    page.get_by_role("button", name="Only Vocal").click()
    assert levels(page) == {"instrumental": 0, "vocal": 1}
    page.get_by_role("button", name="Mute Vocal").click()
    assert levels(page) == {"instrumental": 0, "vocal": 0}
    page.get_by_role("button", name="Only Vocal").click()
    page.get_by_label("Level of Instrumental").fill("0.5")
    assert levels(page) == {"instrumental": 0.5, "vocal": 0}
    page.get_by_role("button", name="Pause the stems of").click()
    # Nobody is offered to pay for the same stems again.
    expect(page.locator("#make-separate_vocal")).to_have_count(0)


def test_a_video_is_made_with_its_progress_and_plays_in_the_page(on_a_take):
    page = on_a_take
    page.get_by_text("Make a video").click()
    page.get_by_label("Artist shown").fill("x" * 51)
    page.locator("#make-mp4").click()
    expect(page.locator("#files")).to_contain_text("50 characters")

    page.get_by_label("Artist shown").fill("Harbour Sound")
    page.locator("#make-mp4").click()
    video = page.locator("video.file-video")
    expect(video).to_be_visible(timeout=MAKING)
    video.evaluate("video => { video.muted = true; return video.play(); }")
    # A browser that shares two cores with a render takes its time to begin.
    for _ in range(300):
        if video.evaluate("video => video.currentTime") > 0.3:
            break
        page.wait_for_timeout(100)
    assert video.evaluate("video => video.videoWidth + 'x' + video.videoHeight") == "1280x720"
    assert video.evaluate("video => video.currentTime") > 0.3


def test_lyrics_follow_the_voice_and_seek(on_a_take):
    page = on_a_take
    page.get_by_role("button", name=re.compile("Sync lyrics")).click()
    lines = page.locator("#panel synced-lyrics .sl-line")
    expect(lines.first).to_be_visible()

    lines.nth(1).click()

    expect(page.locator("#panel synced-lyrics .sl-line.now")).to_be_visible()
    expect(page.locator(".player .player-toggle")).to_have_attribute("data-current", "playing")


def test_notes_words_and_wav_are_there_to_be_downloaded(on_a_take):
    page = on_a_take
    page.locator("#make-wav").click()
    page.locator("#make-midi").click()
    expect(page.locator("#file-wav").get_by_text("Download")).to_be_visible(timeout=MAKING)
    expect(page.locator("#file-midi").get_by_text("Download")).to_be_visible(timeout=MAKING)
    with page.expect_download() as wav:
        page.locator("#file-wav").get_by_text("Download").click()
    assert re.fullmatch(r".+ – take \d\.wav", wav.value.suggested_filename)
    with page.expect_download() as text:
        page.locator("#get-txt").click()
    assert text.value.suggested_filename.endswith(".txt")


def test_a_take_is_extended_from_where_the_waveform_was_pressed(on_a_take):
    page = on_a_take
    page.locator("article.take .more summary").first.click()
    page.locator("article.take .menu").get_by_text("Extend").first.click()
    wave = page.locator("#create wave-range")
    box = wave.bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.4, box["y"] + box["height"] / 2)
    minutes, seconds = page.locator("#id_continue_at").input_value().split(":")
    assert 6 <= 60 * int(minutes) + float(seconds) <= 11

    page.locator("#create [name=lyrics]").fill("[Outro]\nThe tide goes out again")
    page.locator("#create [name=style]").fill("calm folk")
    page.locator("#create [name=title]").fill("Low tide, longer")
    page.locator("#create-button").click()
    row = page.locator("li.generation").filter(has_text="Low tide, longer").first
    expect(row).to_be_visible()
    expect(row).to_contain_text("extends")
    expect(row.locator("article.take:not(.rendering)").first).to_be_visible(timeout=MAKING)
