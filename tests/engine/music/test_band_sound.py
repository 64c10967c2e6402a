"""Instruments, master and files, each on its own."""

import hashlib
import io
import json

import numpy as np
import pyloudnorm
import pytest
import soundfile
from mutagen.mp3 import MP3
from scipy.signal import butter, resample_poly, sosfilt

from suno_web.engine.music import audiofile, genres, synth
from suno_web.engine.music.genres.guests import GUESTS
from suno_web.engine.music.master import limited, loudness, master, true_peak
from suno_web.engine.music.synth import RATE, Stroke, soundfont

SOUNDS = sorted({sound for genre in genres.GENRES.values() for part in genre.parts for sound in part.sounds})


@pytest.fixture
def vendored(monkeypatch):
    """The sound font of the repository, whatever the system has."""
    monkeypatch.setenv("ENGINE_SOUNDFONT", str(soundfont.VENDORED))


def noise(seconds: float, level: float = 0.1) -> np.ndarray:
    return (np.random.default_rng(1).standard_normal((2, int(seconds * RATE))) * level).astype(np.float32)


def test_the_vendored_sound_font_is_the_one_in_the_manifest():
    folder = soundfont.VENDORED.parent
    listed = json.loads((folder / "MANIFEST.json").read_text())["sha256"]

    assert {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in listed} == listed


def test_the_sound_font_that_the_environment_names_is_used(monkeypatch, vendored):
    assert soundfont.chosen() == soundfont.VENDORED

    monkeypatch.setenv("ENGINE_SOUNDFONT", "/nowhere/font.sf3")
    assert str(soundfont.chosen()) == "/nowhere/font.sf3"


@pytest.mark.parametrize("sound", [*SOUNDS, *(guest.sounds[0] for guest in GUESTS.values())])
def test_every_sound_of_the_bands_can_be_heard(sound):
    pitch = 38 if sound.startswith(("kit", "machine")) else 57
    audio = synth.play(sound, [Stroke(0, RATE // 2, pitch, 0.8)])

    assert audio.dtype == np.float32
    assert audio.shape[0] in (1, 2)
    assert 0.005 < np.abs(audio).max() < 2.5
    assert np.abs(audio[:, -32:]).max() < 0.02


def test_a_note_sounds_the_same_whatever_was_played_before():
    notes = [Stroke(0, RATE, 60, 0.7)]
    alone = synth.play("gm:0", notes)
    synth.play("gm:0", [Stroke(0, 5 * RATE, pitch, 1.0) for pitch in range(40, 80)])

    assert np.array_equal(synth.play("gm:0", notes), alone)


@pytest.mark.parametrize(
    "sound", ["synth:saw_lead", "synth:round_bass", "synth:supersaw", "synth:bell", "gm:33"]
)
def test_sounds_are_in_tune(sound):
    audio = synth.play(sound, [Stroke(0, RATE, 57, 0.8)]).mean(axis=0)[:RATE]
    spectrum = np.abs(np.fft.rfft(audio * np.hanning(len(audio)), 8 * RATE))
    hertz = np.fft.rfftfreq(8 * RATE, 1 / RATE)

    near = (hertz > 200) & (hertz < 242)
    assert hertz[near][np.argmax(spectrum[near])] == pytest.approx(220, rel=0.012)


def test_oscillators_do_not_alias():
    audio = synth.play("synth:saw_lead", [Stroke(0, RATE, 93, 0.8)]).mean(axis=0)[4410 : 4410 + RATE // 4]
    spectrum = np.abs(np.fft.rfft(audio * np.hanning(len(audio)))) ** 2
    hertz = np.fft.rfftfreq(len(audio), 1 / RATE)
    fundamental = 440 * 2 ** (24 / 12)

    below = spectrum[hertz < 0.9 * fundamental].sum()
    assert below < 1e-3 * spectrum.sum()


def test_loudness_agrees_with_a_reference_meter():
    mix = noise(12) * np.repeat([1.0, 0.02, 0.5], 4 * RATE).astype(np.float32)

    assert loudness(mix) == pytest.approx(pyloudnorm.Meter(RATE).integrated_loudness(mix.T), abs=0.05)


def test_true_peak_sees_what_lies_between_samples():
    time = np.arange(RATE)
    between = np.sin(2 * np.pi * time / 4 + np.pi / 4).astype(np.float32)[None] * np.float32(0.9)

    assert 20 * np.log10(np.abs(between).max()) == pytest.approx(-3.93, abs=0.05)
    assert true_peak(between) == pytest.approx(20 * np.log10(0.9), abs=0.15)


def test_the_limiter_leaves_quiet_sound_alone_and_holds_loud_sound():
    quiet = noise(1, 0.05)
    loud = sosfilt(butter(2, 6000, fs=RATE, output="sos"), noise(2, 1.2)).astype(np.float32)

    assert np.array_equal(limited(quiet), quiet)
    held = limited(loud, -1.35)
    assert 20 * np.log10(np.abs(resample_poly(held, 4, 1, axis=1)).max()) < -0.9


@pytest.mark.parametrize("level", [0.001, 0.05, 1.5])
def test_any_mix_is_brought_to_the_same_loudness(level):
    finished = master(noise(8, level), drive=3.0)

    assert finished.lufs == pytest.approx(-14, abs=0.5)
    assert finished.true_peak <= -1.0


def test_silence_stays_silence():
    finished = master(np.zeros((2, 3 * RATE), np.float32), drive=3.0)

    assert not finished.audio.any()


def test_an_mp3_carries_its_tags(tmp_path):
    path = tmp_path / "song.mp3"
    audiofile.write_mp3(
        path,
        noise(2).T,
        title="Last Train",
        artist="Suno Web",
        style="synth-pop",
        lyrics="[Verse]\nHome",
        cover=b"\xff\xd8jpeg",
    )

    tags = MP3(path).tags
    assert [str(tags[key]) for key in ("TIT2", "TPE1", "TCON", "USLT::eng")] == [
        "Last Train",
        "Suno Web",
        "synth-pop",
        "[Verse]\nHome",
    ]
    assert tags["APIC:Cover"].data == b"\xff\xd8jpeg"
    assert MP3(path).info.length == pytest.approx(2.0, abs=0.06)
    assert len(soundfile.read(path)[0]) == 2 * RATE


def test_a_wav_holds_every_frame(tmp_path):
    path = tmp_path / "song.wav"
    audiofile.write_wav(path, noise(1).T)

    audio, rate = soundfile.read(path)
    assert (audio.shape, rate) == ((RATE, 2), RATE)


@pytest.mark.parametrize("frames", [1, 1152, 44_100, 44_101 * 3, 500_000])
def test_a_stream_of_any_length_reads_back_exactly(frames):
    pieces = list[bytes]()
    stream = audiofile.Mp3Stream(pieces.append, frames)
    sound = noise(frames / RATE + 1)[:, :frames]
    for start in range(0, frames, 100_000):
        stream.write(sound[:, start : start + 100_000])
    stream.close()

    assert len(soundfile.read(io.BytesIO(b"".join(pieces)))[0]) == frames


def test_peaks_are_the_height_of_each_part():
    audio = np.zeros((1000, 2), np.float32)
    audio[250:500, 1] = -0.5

    assert audiofile.peaks(audio, 4) == [0.0, 0.5, 0.0, 0.0]
