"""The player, with takes that are already there: it plays, seeks, goes on, and remembers."""

import re
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

# Projects of three finished songs, each a tone with a length of its own; the first one has timed words. All at once:
# starting Django costs seconds.
THREE_SONGS = """
import io, numpy, soundfile
from django.core.files.base import ContentFile
from django.utils import timezone
from suno_web.accounts.models import Team, User
from suno_web.studio.models import Generation, Project, Track
WORDS = [("[Verse]\\nLast ", 1.0), ("train ", 1.5), ("hums\\n", 2.0), ("City ", 3.0), ("lights\\n\\n", 3.5),
         ("[Chorus]\\nTake ", 5.0), ("me ", 5.5), ("slow", 6.0)]
alice = User.objects.get(email="alice@example.com")
sounds = []
for title, seconds in (("Short", 3), ("Middle", 20), ("Long", 60)):
    tone = 0.1 * numpy.sin(numpy.arange(44100 * seconds) / 20)
    file = io.BytesIO()
    soundfile.write(file, tone, 44100, format="MP3", subtype="MPEG_LAYER_III")
    sounds.append((title, seconds, file.getvalue()))
for number in range(NUMBER):
    project = Project.objects.create(team=Team.objects.get(), name=f"Player {number}", created_by=alice)
    project.members.add(alice)
    for title, seconds, sound in sounds:
        song = Generation.objects.create(project=project, requested_by=alice, title=title, model="V5", status="done",
                                         stage="SUCCESS", finished_at=timezone.now())
        track = Track(generation=song, take=1, audio_id=title, title=title, duration=seconds, peaks=[0.5] * 200,
                      lyrics="Last train hums", archived_at=timezone.now())
        if title == "Long":
            track.words = [{"word": word, "startS": at, "endS": at + 0.4} for word, at in WORDS]
        track.audio.save("song.mp3", ContentFile(sound))
    print("project", project.pk)
"""


@pytest.fixture(scope="module")
def projects(studio, request) -> Iterator[str]:
    """Addresses of projects with the takes Long, Middle and Short, one for each test of this module."""
    number = sum(item.path == request.path for item in request.session.items)
    printed = studio.shell(THREE_SONGS.replace("NUMBER", str(number)))
    return iter(
        [f"{studio.url}/projects/{pk}/" for pk in re.findall(r"^project (\S+)$", printed, re.MULTILINE)]
    )


@pytest.fixture
def songs(projects, logged_in) -> Page:
    """The page of a project with the takes Long, Middle and Short, newest first."""
    page = logged_in()
    page.goto(next(projects))
    return page


@pytest.fixture
def sound(songs) -> Callable[[str], float]:
    """Ask the audio element for one of its properties."""
    return lambda name: songs.locator("#sound").evaluate(f"sound => sound.{name}")


def play(page: Page, title: str) -> None:
    page.get_by_role("button", name=f"Play {title}, take 1").first.click()
    shows(page, title)


def shows(page: Page, title: str, patience: float = 5_000) -> None:
    expect(page.locator(".player .player-title")).to_have_text(title, timeout=patience)
    expect(page.locator(".player .player-toggle")).to_have_attribute("data-current", "playing")


def after(page: Page, sound: Callable[[str], float], seconds: float, until: float) -> None:
    """The position reaches this range within some seconds."""
    expect(page.locator(".player [data-player-position]")).to_have_text(
        re.compile("|".join(f"0:{second:02d}" for second in range(int(seconds), int(until) + 1)))
    )
    assert seconds <= sound("currentTime") <= until + 1


def test_a_press_on_the_waveform_seeks(songs, sound):
    play(songs, "Long")
    box = songs.locator(".player track-wave").bounding_box()

    songs.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    after(songs, sound, 29, 33)


def test_the_keyboard_plays_seeks_and_mutes_but_not_while_typing(songs, sound):
    play(songs, "Long")
    songs.keyboard.press("ArrowRight")
    songs.keyboard.press("ArrowRight")
    after(songs, sound, 10, 14)
    songs.keyboard.press("ArrowLeft")
    after(songs, sound, 5, 9)

    songs.keyboard.press("m")
    assert sound("muted")
    songs.get_by_label("Song idea").focus()
    songs.keyboard.type("m j k ?")
    assert sound("muted")
    assert not sound("paused")
    songs.keyboard.press("Escape")
    songs.keyboard.press("Space")
    assert sound("paused")
    songs.keyboard.press("?")
    expect(songs.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()


def test_the_slider_is_operated_by_the_keyboard(songs, sound):
    play(songs, "Long")
    slider = songs.locator(".player").get_by_role("slider", name="Position")
    slider.focus()

    songs.keyboard.press("PageUp")

    after(songs, sound, 30, 34)
    expect(slider).to_have_attribute("aria-valuetext", re.compile("^0:3. of 1:00$"))


def test_rows_are_walked_and_played_by_the_keyboard(songs):
    songs.keyboard.press("j")
    songs.keyboard.press("j")
    expect(songs.get_by_role("link", name="Middle, take 1")).to_be_focused()

    songs.keyboard.press("p")
    shows(songs, "Middle")
    songs.keyboard.press("k")
    expect(songs.get_by_role("link", name="Long, take 1")).to_be_focused()


def test_the_queue_is_the_project_and_goes_on_by_itself(songs, sound):
    play(songs, "Middle")
    songs.get_by_role("button", name=re.compile("^Queue")).click()
    expect(songs.locator("#player-queue li b")).to_have_text(["Long", "Middle", "Short"])
    songs.keyboard.press("Escape")

    songs.locator(".player").get_by_role("slider", name="Position").focus()
    songs.keyboard.press("End")

    shows(songs, "Short", 15_000)
    expect(songs.locator(".player .player-toggle")).to_have_attribute(
        "data-current", "paused", timeout=15_000
    )


def test_position_queue_and_volume_survive_a_reload(songs, sound):
    play(songs, "Long")
    songs.keyboard.press("ArrowRight")
    songs.keyboard.press("ArrowRight")
    songs.locator(".player-volume").fill("0.4")
    after(songs, sound, 10, 14)

    songs.reload()

    expect(songs.locator(".player .player-title")).to_have_text("Long")
    expect(songs.locator(".player [data-player-count]")).to_have_text("3")
    after(songs, sound, 10, 15)
    assert (sound("paused"), sound("volume")) == (True, 0.4)
    songs.locator(".player .player-toggle").click()
    shows(songs, "Long")


def test_the_system_knows_what_plays(songs):
    play(songs, "Long")

    told = songs.evaluate("[navigator.mediaSession.metadata.title, navigator.mediaSession.playbackState]")

    assert told == ["Long", "playing"]


def test_words_light_up_and_a_press_goes_there(songs, sound):
    play(songs, "Long")
    songs.get_by_role("button", name="Lyrics", exact=True).click()
    dialog = songs.get_by_role("dialog", name="Now playing")
    expect(dialog.locator(".sl-section")).to_have_text(["Verse", "Chorus"])
    expect(dialog.locator(".sl-line")).to_have_text(["Last train hums ", "City lights ", "Take me slow "])

    dialog.locator(".sl-line").nth(2).click()

    expect(dialog.locator(".sl-line.now")).to_have_text("Take me slow ")
    expect(dialog.locator(".sl-word.sung").first).to_have_text("Take")
    after(songs, sound, 5, 8)


def test_the_chosen_theme_is_there_before_the_page(songs):
    songs.locator(".me > summary").click()
    songs.get_by_role("button", name="Light theme").click()
    expect(songs.locator("html")).to_have_attribute("data-theme", "light")

    songs.reload()

    expect(songs.locator("html")).to_have_attribute("data-theme", "light")
    assert songs.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(247, 245, 242)"


def test_a_take_gone_meanwhile_is_forgotten(songs, studio, complaints):
    play(songs, "Short")
    studio.shell("from suno_web.studio.models import Track; Track.objects.filter(title='Short').delete()")

    with songs.expect_response(lambda answer: answer.status == 404):
        songs.reload()

    expect(songs.locator(".player .player-title")).to_have_text("Nothing plays yet")
    songs.wait_for_function("() => JSON.parse(localStorage.getItem('player')).track === null")
    # The browser notes every answer of 404 and 401 by itself.
    assert [said for said in complaints if "404" not in said] == []
    complaints.clear()


def test_logging_out_elsewhere_is_noticed(songs, complaints):
    songs.context.clear_cookies()
    # The stream is opened anew, as when the page was in the background for a while.
    songs.evaluate("dispatchEvent(new Event('pagehide')); dispatchEvent(new Event('pageshow'))")

    expect(songs.get_by_text("You are logged out")).to_be_visible()
    assert [said for said in complaints if "401" not in said] == []
    complaints.clear()


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_axe_finds_nothing_among_takes(songs, studio, scheme):
    songs.emulate_media(color_scheme=scheme)
    track = studio.url + songs.locator("a[data-row-link]").first.get_attribute("href")
    job = studio.url + songs.locator('a[href$="/job/"]').first.get_attribute("href")
    for address in (songs.url, track, job):
        songs.goto(address)
        songs.wait_for_timeout(300)
        found = Axe().run(songs).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"][:160]) for one in found] == [], address
