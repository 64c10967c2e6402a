"""What is kept of a take's voice and manner, and what another request makes of it."""

import json
from dataclasses import replace

import pytest

from suno_web.engine.music import extending, persona, production, understanding
from suno_web.engine.music.analysis.model import Analysis, MelodyNote
from suno_web.engine.music.brief import Brief
from suno_web.engine.music.persona import PersonaTraits
from tests.engine.music.memory_shelf import plan_of, shelf_with_songs


@pytest.fixture(scope="module")
def his() -> PersonaTraits:
    """A man who sings folk in E minor at about 96."""
    brief = Brief(
        "the sea", "folk", "melancholic", 0.3, bpm=96.0, tonic=4, mode="minor", seconds=40.0,
        wanted=("accordion",), voice="male", style="melancholic folk, male vocals",
    )  # fmt: skip
    return persona.of(production.plan(brief, seed=2))


def test_the_traits_of_a_song_are_its_voice_its_band_and_its_manner(his):
    assert (his.voice, his.genre, his.mood, his.energy) == ("male", "folk", "melancholic", 0.3)
    assert (his.tonic, his.mode) == (4, "minor")
    assert his.bpm == pytest.approx((91.2, 100.8))
    assert his.register is not None
    assert 45 <= his.register[0] < his.register[1] <= 65
    assert "accordion" in his.instruments


def test_traits_survive_json(his):
    assert PersonaTraits.from_json(json.loads(json.dumps(his.to_json()))) == his


def test_a_request_that_says_little_is_made_in_the_personas_manner(his):
    brief = persona.applied(Brief("my old dog", "pop", "hopeful", 0.6), his)

    assert (brief.voice, brief.genre, brief.mood, brief.energy) == ("male", "folk", "melancholic", 0.3)
    assert (brief.bpm, brief.tonic, brief.mode) == (96.0, 4, "minor")
    assert "accordion" in brief.wanted


def test_what_a_request_says_wins_over_the_persona_but_the_voice_is_the_personas(his):
    asked = understanding.understand("", style="happy rock, 140 bpm, in D major, female vocals")

    brief = persona.applied(asked, his)

    assert (brief.genre, brief.mood, brief.bpm, brief.tonic, brief.mode) == (
        "rock",
        "happy",
        140.0,
        2,
        "major",
    )
    assert brief.voice == "male"
    assert "accordion" not in brief.wanted
    assert brief.style == asked.style


def test_what_a_request_sends_away_stays_away(his):
    brief = persona.applied(Brief("my old dog", "pop", "hopeful", 0.6, unwanted=("accordion",)), his)

    assert "accordion" not in brief.wanted


def test_an_instrumental_request_stays_one_and_an_instrumental_persona_takes_no_voice(his):
    played = persona.of(plan_of("rock"))

    assert persona.applied(Brief("rain", "pop", "calm", 0.4, voice="none"), his).voice == "none"
    assert (played.voice, played.register) == ("none", None)
    assert persona.applied(Brief("rain", "pop", "calm", 0.4, voice="female"), played).voice == "female"


def test_the_traits_of_an_extended_song_are_those_of_who_made_it():
    shelf = shelf_with_songs()
    work = extending.extend(
        shelf, "track:sung", at_s=9.0, brief=None, lyrics=None, instrumental=False, seed=1
    )

    traits = persona.of(work, 5.0, 25.0)

    assert traits == replace(persona.of(shelf.work("track:sung")), register=traits.register,
                             instruments=traits.instruments)  # fmt: skip
    assert traits.voice == "female"


def test_an_upload_has_a_tempo_a_key_and_a_voice_of_its_height():
    low = tuple(MelodyNote(at, at + 0.4, pitch) for at, pitch in ((1.0, 50), (1.5, 53), (2.0, 55), (9.0, 90)))
    heard = Analysis(10.0, 100.0, (), (), 9, "minor", (), low, (), ((0.9, 3.0),), -12.0)

    traits = persona.heard(heard)

    assert (traits.voice, traits.register, traits.bpm) == ("male", (50, 55), (95.0, 105.0))
    assert (traits.tonic, traits.mode) == (9, "minor")
    assert persona.applied(Brief("rain", "jazz", "calm", 0.4), traits).genre == "jazz"
