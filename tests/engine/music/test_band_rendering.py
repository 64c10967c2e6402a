"""What comes out of a render, measured: loudness, true peaks, tempo, stems, the stream, word times."""

import io
from functools import cache

import numpy as np
import pyloudnorm
import pytest
import soundfile
from scipy.signal import resample_poly

from suno_web.engine.music import genres, lyrics, production
from suno_web.engine.music.brief import Brief
from suno_web.engine.music.production import Plan, Rendered
from suno_web.engine.music.stems import MemoryKeeper
from suno_web.engine.music.synth import RATE

WORDS = lyrics.parse(
    "[Verse]\nThe last train home is calling me\n[Chorus]\nOh carry me home, carry me home", "Home"
)


def plan_of(genre: str, *, seed: int = 1, voice: str = "none", seconds: float = 16.0, unwanted=()) -> Plan:
    brief = Brief("trains", genre, "hopeful", 0.6, seconds=seconds, voice=voice, unwanted=unwanted)
    return production.plan(brief, WORDS if voice != "none" else None, seed=seed)


@cache
def rendered(
    genre: str, *, seed: int = 1, voice: str = "none", seconds: float = 16.0, unwanted=()
) -> Rendered:
    return production.render(plan_of(genre, seed=seed, voice=voice, seconds=seconds, unwanted=unwanted))


@cache
def streamed() -> tuple[Plan, Rendered, tuple[bytes, ...], tuple[float, ...], dict[str, np.ndarray]]:
    """A sung song with everything a render reports on the way, and its stems."""
    plan = plan_of("synthpop", voice="female", seconds=24.0)
    pieces, shares, keeper = list[bytes](), list[float](), MemoryKeeper()
    song = production.render(plan, stream=pieces.append, progress=shares.append, keep=keeper)
    return plan, song, tuple(pieces), tuple(shares), keeper.stems


@pytest.mark.parametrize("genre", genres.GENRES)
def test_every_genre_is_mastered_to_the_same_loudness_without_overshooting(genre):
    song = rendered(genre)

    measured = pyloudnorm.Meter(RATE).integrated_loudness(song.audio)
    between_samples = np.abs(resample_poly(song.audio, 4, 1, axis=0)).max()
    assert measured == pytest.approx(-14.0, abs=0.5)
    assert 20 * np.log10(between_samples) <= -1.0
    assert (song.lufs, song.true_peak) == (
        pytest.approx(measured, abs=0.1),
        pytest.approx(20 * np.log10(between_samples), abs=0.25),
    )


@pytest.mark.parametrize("genre", genres.GENRES)
def test_no_song_falls_silent_in_the_middle(genre):
    audio = rendered(genre).audio[: -3 * RATE]
    loud = np.abs(audio[: len(audio) // 4410 * 4410]).reshape(-1, 4410 * 2).max(1) > 1e-3

    longest, quiet = 0, 0
    for heard in loud:
        quiet = 0 if heard else quiet + 1
        longest = max(longest, quiet)
    assert longest < 10


@pytest.mark.parametrize("genre", genres.GENRES)
def test_nothing_clips_and_both_sides_sound(genre):
    audio = rendered(genre).audio

    assert np.isfinite(audio).all()
    assert np.abs(audio).max() < 1.0
    assert audio.std(axis=0).min() > 0.5 * audio.std(axis=0).max()


def test_the_same_plan_renders_to_the_same_samples():
    plan = plan_of("synthpop", voice="female", seconds=15.0)

    one, two = (production.render(plan) for _ in range(2))

    assert np.array_equal(one.audio, two.audio)
    assert one.words == two.words


def test_a_plan_from_json_renders_to_the_same_samples():
    plan = plan_of("rock", seconds=15.0)

    again = production.render(Plan.from_json(plan.to_json()))

    assert np.array_equal(production.render(plan).audio, again.audio)


def test_two_takes_sound_different():
    one, two = rendered("pop", seed=1), rendered("pop", seed=2)

    shared = min(len(one.audio), len(two.audio))
    assert abs(np.corrcoef(one.audio[:shared, 0], two.audio[:shared, 0])[0, 1]) < 0.3


@pytest.mark.parametrize("genre", ["rock", "edm", "synthpop"])
def test_the_tempo_can_be_measured_in_the_audio(genre):
    bpm = plan_of(genre).song.bpm
    audio = rendered(genre).audio.mean(axis=1)
    hop = 256
    frames = np.lib.stride_tricks.sliding_window_view(audio, 1024)[::hop] * np.hanning(1024)
    strength = np.maximum(0, np.diff(np.log1p(50 * np.abs(np.fft.rfft(frames, axis=1))), axis=0)).sum(axis=1)
    strength = strength - strength.mean()
    echo = np.correlate(strength, strength, "full")[len(strength) - 1 :]

    # The tempo whose bars (four beats, and eight) and beats echo most; half or double of it is as good.
    tempi = np.arange(70, 190, 0.25)
    beats = 60 * RATE / hop / tempi
    measured = tempi[np.argmax(sum(echo[np.round(beats * count).astype(int)] for count in (1, 2, 4, 8)))]
    assert min(abs(measured * factor / bpm - 1) for factor in (0.5, 1, 2)) < 0.03


def test_without_drums_there_is_no_drum_stem():
    with_drums, without = MemoryKeeper(), MemoryKeeper()

    production.render(plan_of("rock", seconds=10.0), keep=with_drums)
    production.render(plan_of("rock", seconds=10.0, unwanted=("drums",)), keep=without)

    assert "drums" in with_drums.stems
    assert "drums" not in without.stems


def test_the_stems_are_what_the_song_is_made_of():
    _, song, _, _, stems = streamed()

    assert {"vocals", "backing_vocals", "drums", "bass", "synth", "fx"} <= set(stems)
    assert {stem.shape for stem in stems.values()} == {song.audio.shape}
    together = sum(stem.astype(np.float32) for stem in stems.values())
    assert np.corrcoef(together[:, 0], song.audio[:, 0])[0, 1] > 0.85


def test_the_vocal_stem_is_silent_where_nobody_sings():
    _, song, _, _, stems = streamed()
    vocals = np.abs(stems["vocals"].astype(np.float32)).max(axis=1)
    first, last = song.words[0].start_s, song.words[-1].end_s

    assert vocals[: int((first - 0.3) * RATE)].max(initial=0.0) < 1e-3
    assert vocals[int((last + 0.5) * RATE) :].max(initial=0.0) < 1e-2
    assert vocals[int(first * RATE) : int(last * RATE)].max() > 0.05


def test_the_stream_is_one_mp3_exactly_as_long_as_the_song():
    plan, song, pieces, _, _ = streamed()

    audio, rate = soundfile.read(io.BytesIO(b"".join(pieces)))

    assert (rate, len(audio)) == (RATE, len(song.audio))
    assert plan.seconds == pytest.approx(song.seconds)


def test_what_has_been_streamed_so_far_can_be_played():
    _, song, pieces, _, _ = streamed()

    begun, rate = soundfile.read(io.BytesIO(pieces[0] + bytes(64)))

    assert len(pieces) >= 3
    # The header announces the whole length; what is not there yet is read as nothing.
    assert 4 * rate < len(begun) <= len(song.audio)
    assert np.abs(begun[: 3 * rate]).max() > 0.05


def test_the_stream_sounds_like_the_finished_song():
    _, song, pieces, _, _ = streamed()
    audio, _ = soundfile.read(io.BytesIO(b"".join(pieces)))

    assert np.corrcoef(audio[:, 0], song.audio[:, 0])[0, 1] > 0.9
    assert pyloudnorm.Meter(RATE).integrated_loudness(audio) == pytest.approx(-14, abs=2.5)


def test_progress_rises_to_one():
    _, _, _, shares, _ = streamed()

    assert list(shares) == sorted(shares)
    assert shares[-1] == 1.0


def test_the_words_come_in_order_at_their_times():
    _, song, _, _, _ = streamed()

    assert " ".join(word.text for word in song.words).startswith(
        "The last train home is calling me Oh carry me home,"
    )
    starts = [word.start_s for word in song.words]
    assert starts == sorted(starts)
    assert all(0 <= word.start_s < word.end_s <= song.seconds for word in song.words)
    assert [(word.line, word.section) for word in song.words[6:8]] == [(0, "Verse"), (1, "Chorus")]


def test_words_are_heard_when_they_are_said_to_be():
    _, song, _, _, stems = streamed()
    vocals = np.abs(stems["vocals"].astype(np.float32)).max(axis=1)

    levels = [vocals[int(word.start_s * RATE) : int(word.end_s * RATE)].max() for word in song.words]
    assert min(levels) > 0.02


def test_sections_follow_each_other_without_a_gap():
    _, song, _, _, _ = streamed()

    assert song.sections[0].start_s == 0
    assert all(a.end_s == b.start_s for a, b in zip(song.sections, song.sections[1:], strict=False))
    assert song.sections[-1].end_s < song.seconds


def test_the_waveform_has_two_hundred_heights():
    peaks = rendered("pop").peaks

    assert len(peaks) == 200
    assert 0 <= min(peaks) < max(peaks) <= 1
