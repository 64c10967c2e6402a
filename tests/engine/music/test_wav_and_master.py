"""Lossless files: what is kept of a take is what comes back, sample by sample."""

import numpy as np
import pytest
import soundfile

from suno_web.engine.music import wavfile
from suno_web.engine.music.synth import RATE


@pytest.fixture
def audio() -> np.ndarray:
    rng = np.random.default_rng(3)
    return rng.normal(0, 0.2, (3 * RATE + 17, 2)).astype(np.float32)


def test_a_wav_is_44100_hz_24_bit_stereo_and_holds_the_audio(tmp_path, audio):
    wavfile.write(tmp_path / "song.wav", audio)

    info = soundfile.info(tmp_path / "song.wav")
    read, _ = soundfile.read(tmp_path / "song.wav", dtype="float32")
    assert (info.format, info.subtype, info.samplerate, info.channels, info.frames) == (
        "WAV", "PCM_24", RATE, 2, len(audio)
    )  # fmt: skip
    assert np.abs(read - np.clip(audio, -1, 1)).max() < 2**-22


def test_a_master_that_is_read_and_kept_again_does_not_change(tmp_path, audio):
    wavfile.keep_master(tmp_path / "first.flac", audio)
    first = wavfile.read_master(tmp_path / "first.flac")
    wavfile.keep_master(tmp_path / "second.flac", first)

    assert (first.dtype, first.shape) == (np.float32, audio.shape)
    assert np.array_equal(wavfile.read_master(tmp_path / "second.flac"), first)
    assert np.abs(first - np.clip(audio, -1, 1)).max() < 2**-22


def test_the_wav_of_a_kept_take_holds_exactly_its_samples(tmp_path, audio):
    wavfile.keep_master(tmp_path / "take.flac", audio)
    wavfile.write_from_master(tmp_path / "take.wav", tmp_path / "take.flac")

    wav, _ = soundfile.read(tmp_path / "take.wav", dtype="float32")
    assert np.array_equal(wav, wavfile.read_master(tmp_path / "take.flac"))


def test_what_is_louder_than_full_scale_is_held_there_and_never_wraps(tmp_path):
    wavfile.write(tmp_path / "loud.wav", np.array([[1.5, -1.5], [1.0, -1.0]], np.float32))

    read, _ = soundfile.read(tmp_path / "loud.wav", dtype="float32")
    assert read.tolist() == [[1 - 2**-23, -1.0], [1 - 2**-23, -1.0]]
