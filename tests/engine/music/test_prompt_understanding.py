"""What is read out of a request: stated facts always, the rest by its words or its meaning."""

import pytest

from suno_web.engine.music import embedding, lexicon
from suno_web.engine.music.brief import GENRES, INSTRUMENTS, Brief
from suno_web.engine.music.understanding import subject, understand

PARAPHRASED = (
    ("A calm and relaxing piano track with soft melodies", "piano"),
    ("music for studying on a rainy evening", "lofi"),
    ("something to headbang to, furious and loud", "rock"),
    ("warehouse party at 3am", "edm"),
    ("late night smoky bar with an upright bass", "jazz"),
    ("sitting around the fire in the mountains with my old guitar", "folk"),
    ("the hero rides out to the final battle with dragons", "orchestral"),
    ("a bouncy summer song that gets stuck in your head", "pop"),
    ("gentle lullaby for a newborn", "piano"),
    ("soundtrack for a spaceship launch, huge and emotional", "orchestral"),
    ("gym motivation with massive bass", "edm"),
    ("beats to relax and do homework", "lofi"),
    ("a sailor shanty with violin", "folk"),
    ("teenage heartbreak song for the radio", "pop"),
    ("1950s new york club, walking bass and brushes", "jazz"),
    ("angry garage band anthem", "rock"),
    ("deep sleep, slow keys", "piano"),
    ("Parisian cafe morning", "jazz"),
    ("video game boss fight", "orchestral"),
    ("road trip with windows down singing along", "pop"),
    ("cruising past the arcade at midnight with the top down, analog keyboards", "synthpop"),
    ("glitter ball and roller skates", "synthpop"),
    ("horse, dust, and a lonely trail at sundown", "folk"),
    ("us against the world, burn it all down", "rock"),
)


def test_paraphrased_requests_find_their_genre():
    right = [understand(prompt).genre == genre for prompt, genre in PARAPHRASED]

    assert sum(right) >= 22


def test_the_example_request_is_an_upbeat_synth_pop_song():
    briefs = [
        understand("an upbeat synth-pop song about the last train home", seed=seed) for seed in range(20)
    ]

    assert {(b.genre, b.mood, b.mode, b.voice) for b in briefs} == {("synthpop", "upbeat", "major", "female")}
    assert all(116 <= brief.bpm <= 124 for brief in briefs)
    assert all(brief.energy > 0.6 for brief in briefs)
    assert len({brief.bpm for brief in briefs}) > 1
    assert briefs[0].style == f"synth-pop, upbeat, {briefs[0].bpm:g} bpm, female vocal"


@pytest.mark.parametrize(
    ("text", "bpm"),
    [
        ("120 bpm rock", 120),
        ("bpm: 95", 95),
        ("tempo of 87.5", 87.5),
        ("at 140 beats per minute", 140),
        ("999 bpm", 220),
        ("90s pop", None),
        ("route 66", None),
    ],
)
def test_a_stated_tempo_holds(text, bpm):
    assert understand(f"a pop song, {text}").bpm == bpm


@pytest.mark.parametrize(
    ("text", "tonic", "mode"),
    [
        ("in D minor", 2, "minor"),
        ("F# major", 6, "major"),
        ("in the key of Eb", 3, None),
        ("in B-flat mixolydian", 10, "mixolydian"),
        ("techno in Am", 9, "minor"),
        ("key: C#m", 1, "minor"),
        ("in a minor key", None, "minor"),
        ("in e minor", 4, "minor"),
        ("a major disaster in the city", None, None),
        ("plan B", None, None),
    ],
)
def test_a_stated_key_holds(text, tonic, mode):
    brief = understand(f"pop {text}")

    assert (brief.tonic, brief.mode) == (tonic, mode)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("3 minutes", 180), ("a 2-minute song", 120), ("90 seconds long", 90), ("2:30 long", 150), ("1m30s", 90),
        ("two and a half minutes", 150), ("1 min 20 sec", 80), ("half a minute", 30), ("20 minutes", 240),
        ("5 seconds", 20), ("at 2:30am", None), ("ninety seconds", 90), ("I'm 15", None),
    ],
)  # fmt: skip
def test_a_stated_length_holds(text, seconds):
    assert understand(f"pop song, {text}", longest=240.0).seconds == seconds


@pytest.mark.parametrize(
    ("text", "wanted", "unwanted"),
    [
        ("pop with saxophone", {"sax"}, set()),
        ("rock, no drums", set(), {"drums"}),
        ("folk without guitar and bass", set(), {"guitar", "bass"}),
        ("pop without guitar, bass and drums", set(), {"guitar", "bass", "drums"}),
        ("no drums, soft piano and strings", {"strings", "piano"}, {"drums"}),
        ("bass guitar and electric guitar, pop", {"bass", "electric guitar"}, set()),
        ("drum and bass with flute", {"flute"}, set()),
        ("jazz with french horn, muted trumpet and brushed drums", {"brass", "trumpet", "drums"}, set()),
        ("a pop song about a broken drum", set(), set()),
    ],
)
def test_instruments_are_wanted_or_not_as_it_was_said(text, wanted, unwanted):
    brief = understand(text)

    # A genre such as piano brings its own instrument.
    assert set(brief.wanted) | ({"piano"} & wanted) == wanted
    assert set(brief.unwanted) == unwanted


def test_negative_tags_remove_instruments_and_singers():
    brief = understand("a pop song with strings", negative="heavy drums, strings, male vocals")

    assert (brief.wanted, set(brief.unwanted), brief.voice) == ((), {"drums", "strings"}, "female")
    assert understand("a pop song", negative="vocals").voice == "none"


@pytest.mark.parametrize(
    ("kwargs", "voice"),
    [
        ({"prompt": "a pop song"}, "female"),
        ({"prompt": "slow love song sung by a man"}, "male"),
        ({"prompt": "rock, male vocals"}, "male"),
        ({"prompt": "rock with a woman's voice"}, "female"),
        ({"prompt": "a song about a man who left"}, "female"),
        ({"prompt": "instrumental jazz"}, "none"),
        ({"prompt": "metal without any vocals"}, "none"),
        ({"prompt": "a pop song", "instrumental": True}, "none"),
        ({"prompt": "female vocal pop", "gender": "m"}, "male"),
        ({"prompt": "a calm piano track"}, "none"),
        ({"prompt": "a calm piano song"}, "female"),
        ({"prompt": "", "style": "calm piano"}, "female"),
    ],
)
def test_the_voice_is_the_one_asked_for(kwargs, voice):
    assert understand(**kwargs).voice == voice


def test_style_beats_prompt():
    brief = understand("a jazz song at 90 bpm in C major", style="hard techno, 140 bpm, F minor")

    assert (brief.genre, brief.bpm, brief.tonic, brief.mode) == ("edm", 140, 5, "minor")


@pytest.mark.parametrize(
    ("text", "genre"),
    [
        ("folk rock", "rock"), ("indie folk", "folk"), ("jazz, piano, mellow", "jazz"), ("lo-fi hip hop", "lofi"),
        ("heavy metal", "rock"), ("bossa nova", "jazz"), ("synthwave", "synthpop"), ("country", "folk"), ("R&B", "pop"),
        ("solo piano", "piano"), ("epic orchestral trailer", "orchestral"), ("Electropop", "synthpop"),
        ("drum & bass", "edm"), ("rock me to sleep, a jazz song", "jazz"), ("not jazz but a rock song", "rock"),
        ("Cinematic", "orchestral"),
    ],
)  # fmt: skip
def test_named_genres_are_known_by_many_names(text, genre):
    assert understand("", style=text).genre == genre


def test_words_of_pace_and_feeling_shape_tempo_and_mode():
    slow, fast = understand("a slow sad pop song"), understand("a fast happy pop song")

    assert slow.bpm < 85 < 110 < fast.bpm
    assert (slow.mode, fast.mode) == ("minor", "major")
    assert slow.energy < 0.5 < fast.energy


def test_a_cappella_leaves_only_voices():
    brief = understand("a cappella gospel")

    assert (brief.wanted, len(brief.unwanted), brief.voice) == (("choir",), len(INSTRUMENTS) - 1, "female")


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("an upbeat synth-pop song about the last train home", "the last train home"),
        ("A sad ballad about losing my dog, with piano and a female voice", "losing my dog"),
        ("a rock song about summer nights in Paris, fast, 120 bpm", "summer nights in Paris"),
        ("folk about my grandmother's kitchen in the style of the sixties", "my grandmother's kitchen"),
        ("happy rock", ""),
    ],
)
def test_the_subject_is_what_the_song_is_about(text, about):
    assert subject(text) == about


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "🙂🙂",
        "你好世界",
        "x" * 5000,
        "no " * 2000,
        "((((",
        "\x00\x01",
        "'; DROP TABLE--",
        "in in A A minor",
        "without",
        "ÿ" * 300,
    ],
)
def test_no_text_is_too_odd(text):
    brief = understand(text, style=text, negative=text, title=text)

    assert brief.genre in GENRES
    assert 0 <= brief.energy <= 1


def test_a_brief_survives_json():
    brief = understand("120 bpm jazz in D minor with sax, no drums", seed=9, weirdness=0.3)

    assert Brief.from_json(brief.as_json()) == brief


def test_lexicon_instruments_and_moods_are_those_that_exist():
    moods = set(lexicon.moods())

    assert set(lexicon.instruments()) <= set(INSTRUMENTS)
    assert set(lexicon.genres()) == set(GENRES)
    assert {song.mood for song in lexicon.prototypes()} | {
        words.mood for words in lexicon.genres().values()
    } <= moods
    assert {song.genre for song in lexicon.prototypes()} == set(GENRES)
    assert len(lexicon.prototypes()) >= 60


def test_likeness_of_meaning_orders_texts_as_people_do():
    rain, storm, tax = (
        embedding.of(text)
        for text in ("heavy rain at night", "a storm in the evening", "quarterly tax return")
    )

    assert rain @ storm > rain @ tax + 0.2
