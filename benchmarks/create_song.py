"""How long a maker waits: for the page, for the answer to Create, for the first sound, for two finished takes.

    .venv/bin/python -m benchmarks.create_song

Starts the whole studio on data of its own and uses it as a browser does. One song warms it up.
"""

import re
import time
from collections.abc import Callable
from statistics import median

import requests

from tests.running import RunningStudio, post

IDEA = "an upbeat synth-pop song about the last train home"
SONGS, POSTS = 3, 15
ENOUGH_TO_PLAY = 32_000  # about a second of MP3


def main() -> None:
    with RunningStudio() as studio:
        browser = studio.log_in()
        project = make_project(browser, studio.url)
        wait_for_takes(browser, project, create(browser, project)[1])
        answers, sounds, songs = [], [], []
        for _ in range(SONGS):
            began = time.monotonic()
            answered, generation = create(browser, project)
            answers.append(answered)
            sounds.append(first_sound(browser, project, studio.url, generation) - began)
            wait_for_takes(browser, project, generation)
            songs.append(time.monotonic() - began)
        pages = [timed(lambda: browser.get(project, timeout=30)) for _ in range(POSTS)]
    for name, values in {
        "project page": pages,
        "Create answered": answers,
        "Create to first sound": sounds,
        "Create to two takes on disk": songs,
    }.items():
        low, middle, high = (
            f"{seconds * 1000:8.0f}" for seconds in (min(values), median(values), max(values))
        )
        print(f"{name:<30} {low} ms min {middle} ms median {high} ms max   of {len(values)}")


def timed(action: Callable[[], object]) -> float:
    began = time.monotonic()
    action()
    return time.monotonic() - began


def make_project(browser: requests.Session, url: str) -> str:
    page = browser.get(f"{url}/projects/new/", timeout=10)
    return post(browser, page, {"name": "Benchmark", "brief": ""}, f"{url}/projects/").url


def create(browser: requests.Session, project: str) -> tuple[float, str]:
    """Seconds until the form was answered, and the new generation's id."""
    page = browser.get(project, timeout=10)
    fields = dict(re.findall(r'name="(form_key|mode|model)" value="([^"]*)"', page.text))
    fields |= {"mode": "simple", "idea": IDEA, "model": "V5"}
    known = set(generations(page.text))
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    assert token
    began = time.monotonic()
    answer = browser.post(
        f"{project}generations/",
        {"csrfmiddlewaretoken": token[1], **fields},
        headers={"Referer": project, "HX-Request": "true"},
        timeout=30,
    )
    answered = time.monotonic() - began
    answer.raise_for_status()
    (new,) = set(generations(browser.get(f"{project}takes/", timeout=10).text)) - known
    return answered, new


def generations(html: str) -> list[str]:
    return re.findall(r"/generations/([0-9a-f-]{36})/", html)


def row_of(browser: requests.Session, address: str) -> str:
    """A generation's row alone, as a script fetches it."""
    return browser.get(address, headers={"HX-Request": "true"}, timeout=10).text


def first_sound(browser: requests.Session, project: str, url: str, generation: str) -> float:
    """When the first second of any take of the generation could be played."""
    while True:
        row = row_of(browser, f"{url}/generations/{generation}/")
        if found := re.search(r'data-play="([0-9a-f-]{36})"', row):
            break
        time.sleep(0.05)
    received = 0
    with browser.get(f"{url}/tracks/{found[1]}/stream", stream=True, timeout=60) as stream:
        for chunk in stream.iter_content(4096):
            received += len(chunk)
            if received >= ENOUGH_TO_PLAY:
                return time.monotonic()
    raise RuntimeError("the stream ended before a second of it could be played")


def wait_for_takes(browser: requests.Session, project: str, generation: str) -> None:
    address = f"{project.partition('/projects/')[0]}/generations/{generation}/"
    until = time.monotonic() + 180
    while time.monotonic() < until:
        row = row_of(browser, address)
        if row.count('data-ready="1"') == 2:
            return
        time.sleep(0.25)
    raise RuntimeError("the song was not finished within three minutes")


if __name__ == "__main__":
    main()
