"""The music video: what is in the file, in the picture, and what becomes of it when it is stopped."""

import av
import numpy as np
import pytest

from suno_web.engine.music import coverart, video
from suno_web.engine.music.score import TimedWord
from suno_web.engine.music.synth import RATE
from suno_web.engine.music.video import LyricLine, captions, lettering, poster, spectrum

COVER = coverart.jpeg("Home", genre="folk", mood="calm", seed=1, size=160)


def surf(seconds: float) -> np.ndarray:
    """Silence, then noise for the second half."""
    noise = np.random.default_rng(1).normal(0, 0.2, (round(seconds * RATE), 2))
    noise[: len(noise) // 2] = 0
    return noise.astype(np.float32)


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    """Three and a half seconds of film and the progress that was told on the way."""
    path, shares = tmp_path_factory.mktemp("video") / "song.mp4", list[float]()
    lines = [LyricLine("Carry me home", 1.0, 2.0)]
    video.write_mp4(
        path, audio=surf(3.5), cover=COVER, title="Home", author="Harbour Sound", domain="studio.example",
        lines=lines, progress=shares.append,
    )  # fmt: skip
    with av.open(str(path)) as opened:
        pictures = [frame.to_ndarray(format="rgb24") for frame in opened.decode(video=0)]
    return path, shares, pictures


def in_box(picture: np.ndarray, box: poster.Box) -> np.ndarray:
    return picture[box.top : box.top + box.height, box.left : box.left + box.width].astype(int)


def test_it_is_720p_h264_with_aac_as_long_as_the_song(film):
    path, _, pictures = film

    with av.open(str(path)) as opened:
        picture, sound = opened.streams.video[0], opened.streams.audio[0]
        assert (picture.codec_context.name, picture.width, picture.height, picture.pix_fmt) == (
            "h264", 1280, 720, "yuv420p"
        )  # fmt: skip
        assert (sound.codec_context.name, sound.rate, sound.layout.name) == ("aac", RATE, "stereo")
        assert float(opened.duration / av.time_base) == pytest.approx(3.5, abs=0.08)
    assert len(pictures) == 87


def test_it_plays_before_it_is_loaded_whole(film):
    content = film[0].read_bytes()

    assert content.index(b"moov") < content.index(b"mdat")


def test_its_progress_is_told_to_the_end(film):
    assert film[1] == sorted(film[1])
    assert film[1][-1] == 1.0


def test_bars_move_with_the_music_and_the_rest_stands_still(film):
    silent, loud = film[2][20], film[2][80]

    assert np.abs(in_box(loud, poster.BARS) - in_box(silent, poster.BARS)).mean() > 4
    cover = poster.Box(poster.MARGIN, poster.COVER_TOP, poster.COVER, poster.COVER)
    assert np.abs(in_box(loud, cover) - in_box(silent, cover)).mean() < 1


def test_a_line_is_legible_while_it_is_sung_and_gone_when_not(film):
    before, sung = (in_box(film[2][number], poster.CAPTION) for number in (5, 38))

    assert before.max() < 130
    assert (sung.min(axis=2) > 220).mean() > 0.01


def test_whoever_stops_it_finds_no_file(tmp_path):
    def stop(share: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        video.write_mp4(tmp_path / "song.mp4", audio=surf(2), cover=COVER, title="Home", progress=stop)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "title",
    ["", "🙂🙂", "雨の中を帰る" * 12, "مطر على المدينة", "Ünïcødé\x00\n\ttabs", "W" * 300, "Поезд домой"],
)
def test_any_title_in_any_script_is_drawn_beside_the_cover(title):
    still = poster.paint(COVER, title=title, author=title, domain=title)

    assert still.picture.size == (1280, 720)
    assert all(
        lettering.Lettering(42, 700).width(line) <= poster.TEXT_WIDTH
        for line in lettering.Lettering(42, 700).wrapped(title, poster.TEXT_WIDTH, 3)
    )


def test_a_cover_that_is_no_picture_is_painted_anew():
    still = poster.paint(b"<html>not found", title="Home", author="", domain="")

    assert np.asarray(still.picture).std() > 10


def test_a_long_line_takes_two_lines_and_never_more():
    letters = lettering.Lettering(38, 600)

    lines = letters.balanced("and all of the lights of the harbour are calling me home tonight", 640)
    longer = letters.balanced("and on " * 60, 640)
    assert len(lines) == 2
    assert abs(letters.width(lines[0]) - letters.width(lines[1])) < 160
    assert len(longer) == 2
    assert longer[1].endswith("…")


def test_no_two_lines_are_shown_at_once():
    shown = captions.Captions(
        [LyricLine("one", 1.0, 2.0), LyricLine("two", 2.1, 3.0), LyricLine(" ", 3.0, 3.5)], 100, 40,
        lettering.Lettering(20),
    )  # fmt: skip

    seen = [shown.at(second / 25)[0] for second in range(130)]
    assert [number for place, number in enumerate(seen) if place == 0 or seen[place - 1] != number] == [
        -1,
        0,
        1,
        -1,
    ]


def test_words_make_lines():
    words = [
        TimedWord("Carry", 1.0, 1.4, 0, "Verse"), TimedWord("me", 1.4, 1.8, 0, "Verse"),
        TimedWord("home", 2.0, 2.9, 1, "Verse"),
    ]  # fmt: skip

    assert video.lines_of(words) == [LyricLine("Carry me", 1.0, 1.8), LyricLine("home", 2.0, 2.9)]


def test_bars_show_where_in_the_spectrum_the_sound_is():
    time = np.arange(RATE) / RATE
    low, high = (np.repeat(np.sin(2 * np.pi * hertz * time)[:, None], 2, 1) for hertz in (110, 3000))

    assert spectrum.heights(low.astype(np.float32), 25, 30)[12].argmax() < 8
    assert spectrum.heights(high.astype(np.float32), 25, 30)[12].argmax() > 18
    assert spectrum.heights(np.zeros((RATE, 2), np.float32), 25, 30).shape == (25, 30)
