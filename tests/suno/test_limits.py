"""The numbers of the contract's §2, model by model, and what a form shows of them."""

import pytest

from suno_web.suno import checks, limits
from suno_web.suno.schemas import GenerateRequest, LyricsRequest

CUSTOM = {
    "V3_5": (3000, 200, 80),
    "V4": (3000, 200, 80),
    "V4_5": (5000, 1000, 80),
    "V4_5PLUS": (5000, 1000, 80),
    "V4_5ALL": (5000, 1000, 80),
    "V5": (5000, 1000, 80),
    "V5_5": (5000, 1000, 80),
}


def test_every_model_of_the_contract_is_offered_and_the_later_ones_are_not():
    assert set(limits.SONG_MODELS) == set(CUSTOM)
    assert {model.name for model in limits.MODELS.values() if not model.offered} == {
        "V6",
        "V6_WILD",
        "V6_MINI",
    }


@pytest.mark.parametrize(("model", "longest"), CUSTOM.items())
def test_custom_limits_depend_on_the_model(model, longest):
    found = limits.text_limits(model, custom_mode=True)
    assert (found.prompt, found.style, found.title) == longest


@pytest.mark.parametrize(
    ("model", "longest"),
    [("V3_5", 80), ("V4", 80), ("V4_5", 100), ("V4_5PLUS", 100), ("V4_5ALL", 80), ("V5", 100), ("V5_5", 100)],
)
def test_titles_of_songs_made_from_songs_have_their_own_limit(model, longest):
    assert limits.text_limits(model, custom_mode=True, title_of="derived").title == longest


@pytest.mark.parametrize("model", CUSTOM)
def test_the_last_character_that_fits_is_accepted_and_the_next_is_not(body, model):
    prompt, style, title = CUSTOM[model]
    full = body | {
        "customMode": True,
        "model": model,
        "prompt": "é" * prompt,
        "style": "ß" * style,
        "title": "🎹" * title,
    }
    assert checks.problems(GenerateRequest, full) == []

    for field, limit in (("prompt", prompt), ("style", style), ("title", title)):
        (problem,) = checks.problems(GenerateRequest, full | {field: full[field] + "x"})
        assert (problem.field, problem.kind, problem.limit, problem.code) == (field, "limit", limit, 422)
        assert problem.message == f"{field} must not exceed {limit} characters"


@pytest.mark.parametrize("model", CUSTOM)
def test_a_simple_prompt_has_500_characters_for_every_model(body, model):
    assert checks.problems(GenerateRequest, body | {"model": model, "prompt": "x" * 500}) == []
    (problem,) = checks.problems(GenerateRequest, body | {"model": model, "prompt": "x" * 501})
    assert problem.advice == "Shorten the prompt to 500 characters; it has 501 now."


def test_a_browsers_line_break_counts_as_one_character(body):
    assert checks.problems(GenerateRequest, body | {"prompt": "x" * 498 + "\r\n" + "y"}) == []


def test_style_and_title_are_ignored_in_simple_mode(body):
    assert checks.problems(GenerateRequest, body | {"style": "x" * 5000, "title": "x" * 5000}) == []


def test_a_lyrics_theme_over_200_characters_has_its_own_code():
    theme = {"prompt": "x" * 201, "callBackUrl": "https://studio.example/callback"}
    (problem,) = checks.problems(LyricsRequest, theme)
    assert (problem.code, problem.limit) == (413, 200)
    assert checks.problems(LyricsRequest, theme | {"prompt": "x" * 200}) == []


@pytest.mark.parametrize("field", ["styleWeight", "weirdnessConstraint", "audioWeight"])
@pytest.mark.parametrize(
    ("value", "fits"),
    [(0, True), (1, True), (0.55, True), (-0.01, False), (1.01, False), (float("nan"), False)],
)
def test_weights_lie_between_0_and_1(body, field, value, fits):
    assert (checks.problems(GenerateRequest, body | {field: value}) == []) is fits


@pytest.mark.parametrize(
    ("model", "custom", "duration", "fits"),
    [
        ("V5_5", True, 10, True),
        ("V5_5", True, 360, True),
        ("V5_5", True, 9, False),
        ("V5_5", True, 361, False),
        ("V5", True, 9999, True),
        ("V5_5", False, 9999, True),
    ],
)
def test_duration_counts_only_where_the_contract_says_so(body, model, custom, duration, fits):
    sent = body | {
        "model": model,
        "customMode": custom,
        "style": "folk",
        "title": "Tide",
        "duration": duration,
    }
    assert (checks.problems(GenerateRequest, sent) == []) is fits
