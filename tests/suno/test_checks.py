"""Which rule a request breaks first, in whose words."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from suno_web.suno import checks, errors
from suno_web.suno.schemas import GenerateRequest, StyleRequest, TaskQuery


def first(sent):
    return next(iter(checks.problems(GenerateRequest, sent)), None)


def test_required_fields_are_reported_in_the_contracts_order_and_words(body):
    said = []
    sent = {}
    for name in ("callBackUrl", "customMode", "instrumental", "model", "prompt"):
        said.append(first(sent).message)
        sent[name] = body[name]

    assert said == [
        "Please enter callBackUrl.",
        "customMode cannot be null",
        "instrumental cannot be null",
        "model cannot be null",
        "prompt cannot be empty",
    ]
    assert first(sent) is None


def test_required_comes_before_choices_and_choices_before_limits(body):
    broken = body | {"model": "V9", "prompt": "x" * 501, "customMode": None}
    kinds = []
    for mended in ({}, {"customMode": False}, {"model": "V5"}):
        broken |= mended
        kinds.append(first(broken).kind)
    assert kinds == ["required", "choice", "limit"]


@pytest.mark.parametrize("nothing", [None, "", "   "])
def test_null_and_blank_count_as_left_out(body, nothing):
    assert first(body | {"callBackUrl": nothing}).message == "Please enter callBackUrl."
    assert first(body | {"vocalGender": nothing, "personaId": nothing, "styleWeight": nothing}) is None


@pytest.mark.parametrize(
    ("custom", "instrumental", "missing"),
    [
        (False, False, ["prompt"]),
        (False, True, ["prompt"]),
        (True, False, ["prompt", "style", "title"]),
        (True, True, ["style", "title"]),
    ],
)
def test_what_must_be_written_depends_on_the_mode(body, custom, instrumental, missing):
    sent = body | {"customMode": custom, "instrumental": instrumental, "prompt": "", "style": "", "title": ""}
    found = checks.problems(GenerateRequest, sent)
    assert [problem.field for problem in found] == missing
    assert {problem.kind for problem in found} == {"required"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("model", "V9"),
        ("model", "V6"),
        ("model", 5),
        ("vocalGender", "x"),
        ("customMode", "maybe"),
        ("instrumental", []),
        ("prompt", {"text": "x"}),
        ("prompt", 12),
        ("prompt", "\ud800"),
        ("prompt", "a\x00b"),
        ("styleWeight", "much"),
        ("duration", [1]),
    ],
)
def test_a_wrong_value_is_named(body, field, value):
    (problem,) = checks.problems(GenerateRequest, body | {field: value})
    assert problem.kind == "choice"
    assert problem.message.startswith(field)


def test_an_unknown_model_is_answered_with_the_list(body):
    assert first(body | {"model": "V9"}).message == (
        "model must be one of: V5, V5_5, V4_5PLUS, V4_5ALL, V4_5, V4, V3_5"
    )


def test_unknown_fields_are_ignored(body):
    read = checks.read(GenerateRequest, body | {"variety": 3, "callbackUrl": "x"})
    assert read.model_dump(by_alias=True).keys() >= body.keys()
    assert not hasattr(read, "variety")


def test_a_form_asks_by_python_names_and_leaves_out_what_it_does_not_have():
    draft = {
        "prompt": "",
        "custom_mode": True,
        "instrumental": False,
        "model": "V5",
        "style": "x" * 1001,
        "title": "T",
    }
    found = checks.problems(GenerateRequest, draft, without=("call_back_url",))
    assert [(problem.field, problem.advice) for problem in found] == [
        ("prompt", "Enter the lyrics, or make it an instrumental."),
        ("style", "Shorten the style to 1,000 characters; it has 1,001 now."),
    ]


def test_read_raises_the_first_problem_as_the_server_answers_it():
    with pytest.raises(errors.Invalid) as refused:
        checks.read(StyleRequest, {"content": " "})
    assert (refused.value.code, refused.value.msg) == (422, "content cannot be null")


def test_nulls_count_as_left_out_for_whoever_makes_a_request_by_hand(body):
    asked = GenerateRequest.model_validate(body | {"style": None, "vocalGender": None})
    assert (asked.style, asked.vocal_gender) == ("", None)


def test_text_is_kept_as_it_was_typed(body):
    read = checks.read(GenerateRequest, body | {"prompt": "  two\n\nlines "})
    assert read.prompt == "  two\n\nlines "


def test_a_query_is_checked_like_a_body():
    assert checks.read(TaskQuery, {"taskId": "0f3c9a"}) == TaskQuery(task_id="0f3c9a")


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
names = st.sampled_from([field.alias for field in GenerateRequest.model_fields.values()])


# No deadline: how long an example takes says how busy the machine is.
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(names | st.text(), anything))
def test_no_body_breaks_the_checks(sent):
    found = checks.problems(GenerateRequest, sent)
    order = [("required", "choice", "limit").index(problem.kind) for problem in found]
    assert order == sorted(order)
    if not found:
        assert isinstance(checks.read(GenerateRequest, sent), GenerateRequest)
