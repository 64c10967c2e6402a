"""What the decoder makes of good files, and that bad ones cost nothing but themselves."""

import io
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile

from suno_web import decoding
from suno_web.decoding import RATE, TooLong, Unplayable, decode


def tone(seconds: float, rate: int = RATE, channels: int = 2) -> np.ndarray:
    """A tone of 440 Hz at half scale, float32 (frames, channels)."""
    wave = 0.5 * np.sin(2 * np.pi * 440 * np.arange(round(seconds * rate)) / rate)
    return np.repeat(wave.astype(np.float32)[:, None], channels, axis=1)


def encoded(path: Path, codec: str, seconds: float = 1.5, rate: int = 48_000) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate, layout="stereo")
        sound = np.ascontiguousarray(tone(seconds, rate).T)
        frame = av.AudioFrame.from_ndarray(sound, format="fltp", layout="stereo")
        frame.sample_rate = rate
        resampler = av.AudioResampler(stream.format, "stereo", rate, stream.frame_size or 1024)
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    return path


def pitch_of(audio: np.ndarray) -> float:
    middle = audio[len(audio) // 4 : -len(audio) // 4, 0]
    spectrum = np.abs(np.fft.rfft(middle * np.hanning(len(middle)), 2**18))
    return float(spectrum.argmax() * RATE / 2**18)


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("a.mp3", "libmp3lame"),
        ("a.m4a", "aac"),
        ("a.opus", "libopus"),
        ("a.webm", "libopus"),
    ],
)
def test_every_promised_format_gives_the_sound_that_went_in(tmp_path, name, codec):
    found = decode(encoded(tmp_path / name, codec))

    assert found.audio.dtype == np.float32
    assert found.audio.shape[1] == 2
    assert found.seconds == pytest.approx(1.5, abs=0.08)
    assert pitch_of(found.audio) == pytest.approx(440, abs=2)
    assert np.abs(found.audio[RATE // 2 : RATE]).max() == pytest.approx(0.5, abs=0.06)


@pytest.mark.parametrize(
    ("name", "rate", "channels"),
    [("a.wav", 8_000, 1), ("a.flac", 192_000, 2), ("a.wav", 44_100, 6), ("a.ogg", 22_050, 2)],
)
def test_any_rate_and_number_of_channels_becomes_stereo_at_one_rate(tmp_path, name, rate, channels):
    soundfile.write(tmp_path / name, tone(1.0, rate, channels), rate)

    found = decode(tmp_path / name)

    assert found.audio.shape == (pytest.approx(RATE, abs=1024), 2)
    assert pitch_of(found.audio) == pytest.approx(440, abs=2)


def test_what_is_longer_than_allowed_is_refused_as_too_long(tmp_path):
    soundfile.write(tmp_path / "a.flac", tone(3.0), RATE)

    with pytest.raises(TooLong):
        decode(tmp_path / "a.flac", longest=2.0)


def test_exactly_the_longest_length_is_taken(tmp_path):
    soundfile.write(tmp_path / "a.wav", tone(2.0), RATE)

    assert decode(tmp_path / "a.wav", longest=2.0).seconds == pytest.approx(2.0, abs=0.001)


def renamed_text(path: Path) -> None:
    path.write_text("This is a letter, not a song.\n" * 200)


def nothing(path: Path) -> None:
    path.write_bytes(b"")


def noise(path: Path) -> None:
    path.write_bytes(np.random.default_rng(1).bytes(200_000))


def header_alone(path: Path) -> None:
    whole = io.BytesIO()
    soundfile.write(whole, tone(1.0), RATE, format="WAV")
    path.write_bytes(whole.getvalue()[:44])


def picture(path: Path) -> None:
    rows = zlib.compress(b"".join(b"\0" + bytes(64 * 3) for _ in range(64)))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 64, 64, 8, 2, 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b""))


def silent_film(path: Path) -> None:
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        for _ in range(25):
            frame = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def playlist_of_secrets(path: Path) -> None:
    path.write_text("#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n")


@pytest.mark.parametrize(
    "hostile",
    [renamed_text, nothing, noise, header_alone, picture, silent_film, playlist_of_secrets],
    ids=lambda make: make.__name__,
)
def test_what_is_no_sound_is_refused_as_unplayable(tmp_path, hostile):
    hostile(tmp_path / "song.mp3")

    with pytest.raises(Unplayable):
        decode(tmp_path / "song.mp3")


def test_a_truncated_mp3_gives_what_is_left_of_it(tmp_path):
    whole = encoded(tmp_path / "a.mp3", "libmp3lame", seconds=4.0).read_bytes()
    (tmp_path / "b.mp3").write_bytes(whole[: len(whole) // 2 + 7])

    assert decode(tmp_path / "b.mp3").seconds == pytest.approx(2.0, abs=0.2)


def test_a_wav_that_claims_four_gigabytes_gives_what_it_has(tmp_path):
    whole = io.BytesIO()
    soundfile.write(whole, tone(1.0), RATE, format="WAV", subtype="PCM_16")
    lying = bytearray(whole.getvalue())
    struct.pack_into("<I", lying, 4, 0xFFFFFFF0)
    struct.pack_into("<I", lying, lying.index(b"data") + 4, 0xFFFFFFC0)
    (tmp_path / "a.wav").write_bytes(lying)

    assert decode(tmp_path / "a.wav").seconds == pytest.approx(1.0, abs=0.01)


def test_samples_that_are_no_numbers_become_silence(tmp_path):
    sound = tone(1.0)
    sound[1000:2000], sound[3000:3100] = np.nan, np.inf
    soundfile.write(tmp_path / "a.wav", sound, RATE, subtype="FLOAT")

    found = decode(tmp_path / "a.wav").audio

    assert np.isfinite(found).all()
    assert not found[1100:1900].any()


def test_a_small_file_that_unpacks_to_hours_costs_no_more_than_what_is_allowed(tmp_path):
    # An hour and a half of silence in a few hundred kilobytes.
    with soundfile.SoundFile(tmp_path / "a.flac", "w", 8_000, 1, "PCM_16") as file:
        for _ in range(90):
            file.write(np.zeros(8_000 * 60, np.int16))
    assert (tmp_path / "a.flac").stat().st_size < 1_000_000

    # In a process of its own, whose only child is the decoder. Linux counts in kilobytes.
    code = f"""
import resource
from suno_web.decoding import TooLong, decode
try:
    decode({str(tmp_path / "a.flac")!r}, longest=60.0)
except TooLong:
    print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    assert int(ran.stdout) < 1_000_000


def test_a_decoder_that_does_not_come_back_is_ended(tmp_path, monkeypatch):
    monkeypatch.setattr(decoding, "WALL_SECONDS", 0.01)
    soundfile.write(tmp_path / "a.wav", tone(1.0), RATE)

    with pytest.raises(Unplayable, match="takes too long"):
        decode(tmp_path / "a.wav")


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path):
    with pytest.raises(FileNotFoundError):
        decode(tmp_path / "a.wav")
