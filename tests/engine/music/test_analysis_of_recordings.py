"""What is heard in recordings whose tempo, beats, key and chords are known."""

import json
import time

import numpy as np
import pytest

from suno_web.engine.music.analysis import Analysis, analyse, grid
from suno_web.engine.music.synth import RATE
from tests.engine.music.recordings import Recording, recording

HEARD: dict[str, Analysis] = {}


def song(name: str) -> Recording:
    return recording(name, voice="female" if name == "pop" else "none")


def heard(name: str) -> Analysis:
    if name not in HEARD:
        HEARD[name] = analyse(song(name).audio)
    return HEARD[name]


def off_grid(beats: tuple[float, ...], beat_s: float) -> np.ndarray:
    """How late each beat is against the nearest true one, in seconds."""
    return ((np.array(beats) / beat_s + 0.5) % 1 - 0.5) * beat_s


def clicks(times: np.ndarray, seconds: float) -> np.ndarray:
    """Short bursts of noise, the first of four the loudest."""
    audio = np.zeros(int(seconds * RATE), np.float32)
    burst = np.random.default_rng(2).normal(size=1200).astype(np.float32) * np.exp(-np.arange(1200) / 200)
    for number, start in enumerate(times):
        place = int(start * RATE)
        piece = audio[place : place + 1200]
        piece += burst[: len(piece)] * (0.5 if number % 4 == 0 else 0.3)
    return audio


@pytest.mark.parametrize("name", ["pop", "rock"])
def test_the_tempo_is_heard_to_half_a_percent(name):
    assert heard(name).bpm == pytest.approx(song(name).song.bpm, rel=0.005)


@pytest.mark.parametrize("name", ["pop", "rock"])
def test_beats_are_heard_where_they_are(name):
    late = off_grid(heard(name).beats, song(name).beat_s)

    assert np.median(np.abs(late)) < 0.015


@pytest.mark.parametrize("name", ["pop", "rock"])
def test_bars_begin_on_the_one(name):
    late = off_grid(heard(name).downbeats, 4 * song(name).beat_s)

    assert np.median(np.abs(late)) < 0.05


@pytest.mark.parametrize("name", ["pop", "rock"])
def test_the_key_is_heard_or_its_relative(name):
    played, found = song(name).song, heard(name)

    minor = played.mode in ("minor", "dorian")
    relative = ((played.tonic + 3) % 12, "major") if minor else ((played.tonic + 9) % 12, "minor")
    assert (found.tonic, found.mode) in ((played.tonic, "minor" if minor else "major"), relative)


@pytest.mark.parametrize("name", ["pop", "rock"])
def test_three_quarters_of_the_time_the_chord_is_the_one_that_is_played(name):
    truth, found = song(name), heard(name)
    right = total = 0
    for second in np.arange(0.3, truth.song.second(truth.song.beats) - 0.3, 0.25):
        played = next(c for c in truth.chords if second / truth.beat_s < c.end)
        span = next(s for s in found.chords if second < s.end_s)
        third = (played.pitch_classes[1] - played.root) % 12
        total += 1
        right += (span.root, span.quality.startswith("min")) == (played.root, third == 3)

    assert right / total >= 0.75


def test_somebody_is_heard_to_sing_where_somebody_does():
    truth, spans = song("pop"), heard("pop").vocal_activity
    sung = sum(word.end_s - word.start_s for word in truth.words)
    found = sum(
        max(0.0, min(word.end_s, end) - max(word.start_s, start))
        for word in truth.words
        for start, end in spans
    )

    assert found / sung > 0.7
    assert sum(end - start for start, end in heard("rock").vocal_activity) < 3.0


def test_the_tune_that_is_sung_is_the_melody():
    truth = song("pop")
    sung = [
        (truth.song.second(n.start), truth.song.second(n.end), n.pitch)
        for line in truth.song.lines
        for n in line.notes
    ]
    melody = heard("pop").melody
    right = sum(
        any(
            n.start_s < (start + end) / 2 < n.end_s
            and n.midi % 12 == pitch % 12
            and abs(n.midi - pitch) <= 12
            for n in melody
        )
        for start, end, pitch in sung
    )

    assert right / len(sung) > 0.6


def test_sections_lie_on_downbeats_and_fill_the_song():
    found = heard("rock")

    lines = {round(beat, 3) for beat in found.downbeats} | {0.0, round(found.seconds, 3)}
    edges = [item.start_s for item in found.sections] + [found.sections[-1].end_s]
    assert [round(edge, 3) for edge in edges if round(edge, 3) not in lines] == []
    assert [a.end_s for a in found.sections[:-1]] == [b.start_s for b in found.sections[1:]]


def test_a_voice_alone_gives_the_tempo_its_notes_keep():
    truth = song("pop")

    found = analyse(truth.stems["vocals"])

    quavers = off_grid(tuple(n.start_s for n in found.melody), 30 / found.bpm)
    assert found.bpm == pytest.approx(truth.song.bpm, rel=0.005)
    assert np.median(np.abs(quavers)) < 0.06


def test_beats_follow_players_who_speed_up():
    gaps = np.linspace(60 / 96, 60 / 112, 36)
    times = 0.4 + np.concatenate(([0.0], np.cumsum(gaps)))

    found = analyse(clicks(times, times[-1] + 1))

    missed = np.abs(np.array(found.beats)[:, None] - times).min(axis=0)
    assert np.median(missed) < 0.03
    assert 94 < found.bpm < 114


def test_a_steady_click_keeps_one_tempo_to_its_end():
    times = np.arange(0.31, 40, 60 / 87.3)

    found = grid.of_onsets(grid.onsets(clicks(times, 40.0)[::2]))

    assert found.bpm == pytest.approx(87.3, rel=0.001)
    assert np.abs(found.beats[-1] - times).min() < 0.015


@pytest.mark.parametrize("seconds", [0.1, 1.0, 3.0])
def test_silence_and_scraps_are_heard_without_complaint(seconds):
    found = analyse(np.zeros((int(seconds * RATE), 2), np.float32))

    assert (found.melody, found.vocal_activity, found.loudness) == ((), (), -70.0)
    assert {span.root for span in found.chords} == {None}


def test_an_analysis_survives_json():
    found = heard("pop")

    assert Analysis.from_json(json.loads(json.dumps(found.to_json()))) == found


def test_listening_takes_a_fraction_of_the_playing_time():
    began = time.process_time()

    analyse(song("rock").audio)

    assert time.process_time() - began < len(song("rock").audio) / RATE / 5
