"""Known words found in a sung recording, against when they were sung."""

import numpy as np

from suno_web.engine.music import alignment
from tests.engine.music.recordings import WORDS, recording


def late(found) -> np.ndarray:
    truth = recording("pop", voice="female").words
    assert [word.text for word in found] == [word.text for word in truth]
    return np.abs(np.array([word.start_s for word in found]) - [word.start_s for word in truth])


def test_words_of_a_dry_voice_are_found_within_a_tenth_of_a_second():
    errors = late(alignment.align(recording("pop", voice="female").stems["vocals"], WORDS))

    assert np.median(errors) < 0.1
    assert np.percentile(errors, 90) < 0.35


def test_words_keep_their_lines_sections_and_order():
    truth = recording("pop", voice="female")

    found = alignment.align(truth.stems["vocals"], WORDS)

    assert [(w.line, w.section) for w in found] == [(w.line, w.section) for w in truth.words]
    assert all(word.end_s > word.start_s for word in found)
    assert [word.start_s for word in found] == sorted(word.start_s for word in found)


def test_words_no_recogniser_knows_have_times_too():
    voice = recording("pop", voice="female").stems["vocals"]

    found = alignment.align(voice, WORDS.replace("train", "zorblax").replace("river", "日本"))

    assert len(found) == len(recording("pop", voice="female").words)
    assert all(0 <= word.start_s < word.end_s <= len(voice) / 44_100 + 0.5 for word in found)


def test_nothing_is_aligned_where_nothing_is_sung_or_said():
    assert alignment.align(np.zeros((44_100, 2), np.float32), WORDS) == ()
    assert alignment.align(recording("pop", voice="female").stems["vocals"], "[Verse]\n\n") == ()


def test_sounds_are_spelt_as_the_recogniser_spells_them():
    assert alignment.arpabet("fˈɜɹst tɹˈAn") == "F ER S T T R EY N"
