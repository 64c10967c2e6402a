"""Covers: the same song has the same one, others differ, all are pictures worth looking at."""

import io
import time

import numpy as np
import pytest
from PIL import Image

from suno_web.engine.music import coverart
from suno_web.engine.music.brief import GENRES
from suno_web.engine.music.coverart import compositions, palettes
from suno_web.engine.music.coverart.canvas import Canvas

PICTURES = (
    compositions.striped_sun, compositions.skyline, compositions.ridges, compositions.waves, compositions.strings,
    compositions.orbits, compositions.tiles, compositions.shards, compositions.aura, compositions.moon_on_water,
)  # fmt: skip


def cover(
    seed: int, *, title: str = "Last Train Home", genre: str = "synthpop", mood: str = "upbeat"
) -> np.ndarray:
    return np.asarray(coverart.draw(title, genre=genre, mood=mood, seed=seed, size=128))


def test_a_song_always_gets_the_same_cover_and_another_seed_or_title_another():
    assert np.array_equal(cover(1), cover(1))
    assert not np.array_equal(cover(1), cover(2))
    assert not np.array_equal(cover(1), cover(1, title="Window Seat"))


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.__name__)
def test_every_picture_has_range_and_colour_in_every_palette_and_size(picture):
    for seed, mood in enumerate(("happy", "dark", "calm", "nostalgic", "unheard of")):
        rng = np.random.default_rng(seed)
        canvas = Canvas(96)
        picture(canvas, palettes.choose(mood, rng), rng)
        canvas.finish(rng)
        pixels = np.asarray(canvas.image(), float)

        assert pixels.shape == (96, 96, 3)
        assert pixels.std() > 18
        assert len(np.unique(pixels.reshape(-1, 3) // 16, axis=0)) > 20


@pytest.mark.parametrize("genre", [*GENRES, "unheard of"])
def test_every_genre_has_pictures(genre):
    assert cover(3, genre=genre).std() > 10


def test_odd_titles_and_seeds_are_drawn():
    assert cover(-5, title="").shape == (128, 128, 3)
    assert cover(2**63, title="🙂 你好 " * 50).shape == (128, 128, 3)


def test_the_jpeg_is_a_square_of_1024_pixels_and_quick_to_make():
    began = time.process_time()
    picture = Image.open(io.BytesIO(coverart.jpeg("Last Train Home", genre="pop", mood="happy", seed=1)))

    assert (picture.format, picture.size, picture.mode) == ("JPEG", (1024, 1024), "RGB")
    assert time.process_time() - began < 1.5  # About 0.2 on a quiet machine.


@pytest.mark.parametrize(("genre", "mood"), [("folk", "calm"), ("piano", "angry"), ("unheard of", "")])
def test_two_covers_to_choose_from_are_clearly_different_pictures(genre, mood):
    pair = coverart.pair("Last Train Home", genre=genre, mood=mood, seed=4, size=96)

    pictures = [Image.open(io.BytesIO(one)) for one in pair]
    assert [(picture.format, picture.size) for picture in pictures] == [("PNG", (96, 96))] * 2
    one, other = (np.asarray(picture.convert("RGB"), np.float32) for picture in pictures)
    assert np.abs(one - other).mean() > 20
    assert coverart.pair("Last Train Home", genre=genre, mood=mood, seed=4, size=96) == pair
