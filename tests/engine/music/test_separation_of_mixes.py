"""A mix taken apart, against the stems that it was made of."""

from functools import cache

import numpy as np
import pytest

from suno_web.engine.music import separation
from suno_web.engine.music.separation import separating
from suno_web.engine.music.synth import RATE
from tests.engine.music.recordings import recording


def decibels(signal: np.ndarray, error: np.ndarray) -> float:
    return float(10 * np.log10((signal**2).sum() / max(float((error**2).sum()), 1e-20)))


@cache
def mix() -> tuple[np.ndarray, np.ndarray]:
    """The lead voice and the players of a song, about equally loud."""
    stems = recording("pop", voice="female").stems
    band = np.sum([stem for name, stem in stems.items() if "vocals" not in name], axis=0)
    voice = stems["vocals"]
    gain = np.sqrt((band**2).mean() / (voice**2).mean()) * 10 ** (-0.6 / 20)
    return voice * gain, band


@cache
def apart() -> dict[str, np.ndarray]:
    return separation.separate(sum(mix()))


@cache
def four() -> dict[str, np.ndarray]:
    return separation.split(sum(mix()))


def test_the_voice_and_the_rest_are_told_apart():
    voice, band = mix()

    assert decibels(voice, voice - apart()["vocal"]) > 4.5
    assert decibels(band, band - apart()["instrumental"]) > 4.5


def test_four_stems_have_the_contracts_words_and_differ():
    assert set(four()) == {"vocal", "drums", "bass", "other"}
    assert all(np.abs(stem).max() > 0.01 for stem in four().values())


@pytest.mark.parametrize("taken", [apart, four])
def test_what_is_taken_apart_adds_up_to_the_mix(taken):
    whole = sum(mix())

    assert decibels(whole, whole - sum(taken().values())) > 60


def test_long_recordings_are_joined_without_a_seam(monkeypatch):
    monkeypatch.setattr(separating, "PIECE_S", 5.0)
    long = sum(mix())[: 12 * RATE]

    stems = separation.separate(long)

    steps = np.abs(np.diff(stems["vocal"][:, 0]))
    seam = slice(4 * RATE, 5 * RATE)
    assert stems["vocal"].shape == long.shape
    assert steps[seam].max() <= np.abs(np.diff(long[:, 0])).max()


@pytest.mark.parametrize("frames", [1, 1000, RATE])
def test_scraps_and_silence_come_back_as_they_are(frames):
    stems = separation.split(np.zeros((frames, 2), np.float32))

    assert {stem.shape for stem in stems.values()} == {(frames, 2)}
    assert not any(stem.any() for stem in stems.values())


def test_one_channel_is_taken_for_two():
    stems = separation.separate(sum(mix())[: 5 * RATE, 0])

    assert {stem.shape for stem in stems.values()} == {(5 * RATE, 2)}
