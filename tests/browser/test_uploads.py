"""Bring a recording, and make a song of it."""

import re
from pathlib import Path

import numpy as np
import pytest
import soundfile
from playwright.sync_api import expect

SECONDS_OF_PATIENCE = 120_000
RATE = 22_050
A_MINOR, F_MAJOR = (220.0, 261.63, 329.63), (174.61, 220.0, 261.63)


@pytest.fixture(scope="module")
def recording(tmp_path_factory) -> Path:
    """Nine seconds of two plucked chords at 120 beats a minute."""
    time = np.arange(RATE // 2) / RATE
    beats = []
    for beat in range(18):
        chord = A_MINOR if beat // 4 % 2 == 0 else F_MAJOR
        beats.append(sum(np.sin(2 * np.pi * tone * time) for tone in chord) * np.exp(-4 * time) / 4)
    path = tmp_path_factory.mktemp("brought") / "Harbour sketch.wav"
    soundfile.write(path, np.concatenate(beats).astype("float32"), RATE)
    return path


def test_an_upload_becomes_a_cover(logged_in, new_project, recording):
    page = logged_in()
    new_project(page, "Covers")
    page.locator("#upload-file").set_input_files(recording)
    row = page.locator("#upload-rows .upload")
    expect(row.locator("[data-play]")).to_be_attached(timeout=SECONDS_OF_PATIENCE)

    row.locator("summary[aria-label^=More]").click()
    row.get_by_role("link", name="Cover", exact=True).click()

    expect(page.locator("#create-tab-cover")).to_have_attribute("aria-current", "page")
    expect(page.locator(".source-row")).to_contain_text("Harbour sketch.wav")
    expect(page.locator("#id_title")).to_have_value("Harbour sketch (cover)")
    page.get_by_label("Style", exact=True).fill("bossa nova, nylon guitar")
    page.locator("label[for=id_instrumental]").click()
    page.get_by_role("button", name=re.compile("Cover: 2 takes")).click()

    takes = page.locator("article.take:not(.rendering) [data-play]")
    expect(takes).to_have_count(2, timeout=SECONDS_OF_PATIENCE)
    expect(page.locator("article.take .origin").first).to_have_text("cover of Harbour sketch.wav")
    takes.first.click()
    for _ in range(100):
        page.wait_for_timeout(100)
        if page.locator("#sound").evaluate("sound => sound.currentTime") > 0.3:
            break
    assert page.locator("#sound").evaluate("sound => sound.currentTime") > 0.3


def test_a_file_that_is_no_audio_is_refused_at_its_row(logged_in, new_project, complaints, tmp_path):
    page = logged_in()
    new_project(page, "Wrong files")
    wrong = tmp_path / "notes.txt"
    wrong.write_text("not a song")

    page.locator("#upload-file").set_input_files(wrong)

    refused = page.locator("#uploads-sending .is-failed")
    expect(refused).to_contain_text("is no audio file that is known here")
    # The browser tells every refusal as an error.
    complaints[:] = [said for said in complaints if "422" not in said]
