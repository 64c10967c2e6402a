"""A server of the contract: envelope, order of the checks, HTTP status; and our own client against it."""

import json
import logging
from decimal import Decimal

import pytest
from django.test import Client as Browser

from suno_web.suno import errors
from suno_web.suno.client import Client
from tests.suno.backend import Account, Memory
from tests.suno.backend import memory as backend


@pytest.fixture(autouse=True)
def memory(settings) -> Memory:
    settings.ROOT_URLCONF = "tests.suno.backend"
    backend.clear()
    return backend


@pytest.fixture
def account(memory) -> Account:
    return memory.accounts["good-key"]


@pytest.fixture
def post():
    """Post a body and return the HTTP status and the envelope."""

    def send(body, path="generate", key="good-key", method="post", **headers):
        if key is not None:
            headers["Authorization"] = f"Bearer {key}"
        raw = body if isinstance(body, bytes | str) else json.dumps(body)
        answer = getattr(Browser(enforce_csrf_checks=True), method)(
            f"/engine/api/v1/{path}", raw, content_type="application/json", headers=headers
        )
        assert answer.headers["Content-Type"] == "application/json;charset=UTF-8"
        return answer.status_code, answer.json()

    return send


@pytest.fixture
def get():
    def send(path, key="good-key"):
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        answer = Browser().get(f"/engine/api/v1/{path}", headers=headers)
        return answer.status_code, answer.json()

    return send


def refusal(code, msg):
    return {"code": code, "msg": msg, "data": None}


def test_a_request_that_is_in_order_creates_and_is_charged(post, body, account):
    status, envelope = post(body)
    assert (status, envelope) == (200, {"code": 200, "msg": "success", "data": {"taskId": "0" * 32}})
    assert account.credits == 88
    assert account.tasks["0" * 32].prompt == body["prompt"]


def test_a_trailing_slash_and_unknown_fields_are_tolerated(post, body):
    assert post(body | {"variety": 4}, path="generate/")[1]["code"] == 200


def test_the_first_failure_in_the_contracts_order_wins(post, body, memory, account):
    """Everything is wrong at first; mending one thing at a time shows the next."""
    account.credits, account.requests_left = Decimal(0), 0
    said = []

    said.append(post(b"{", key="bad-key"))
    said.append(post(b"{"))
    account.requests_left = 100
    said.append(post(b"{"))
    broken = body | {"callBackUrl": None, "model": "V9", "prompt": "x" * 501}
    said.append(post(broken))
    broken |= {"callBackUrl": "https://studio.example"}
    said.append(post(broken))
    broken |= {"model": "V5"}
    said.append(post(broken))
    broken |= {"prompt": "rain"}
    said.append(post(broken))
    account.credits = Decimal(12)
    said.append(post(broken))

    assert said == [
        (401, refusal(401, "You do not have access permissions")),
        (429, refusal(429, "Too many requests")),
        (200, refusal(400, "The request body is not valid JSON")),
        (200, refusal(422, "Please enter callBackUrl.")),
        (200, refusal(422, "model must be one of: V5, V5_5, V4_5PLUS, V4_5ALL, V4_5, V4, V3_5")),
        (200, refusal(422, "prompt must not exceed 500 characters")),
        (200, refusal(402, "The current credits are insufficient. Please top up.")),
        (200, {"code": 200, "msg": "success", "data": {"taskId": "0" * 32}}),
    ]
    assert account.credits == 0
    assert memory.log[-4:] == ["key", "rate", "credits", "create"]


@pytest.mark.parametrize("key", [None, "", "bad-key"])
def test_without_a_good_key_nothing_is_said(post, body, memory, key):
    assert post(body, key=key) == (401, refusal(401, "You do not have access permissions"))
    assert memory.log == ["key"]


@pytest.mark.parametrize("authorization", ["good-key", "Basic good-key", "Bearer", "bearergood-key"])
def test_the_key_must_come_as_a_bearer(post, body, authorization):
    assert post(body, key=None, Authorization=authorization)[0] == 401


def test_bearer_in_any_case_is_a_bearer(post, body):
    assert post(body, key=None, Authorization="bearer good-key")[0] == 200


@pytest.mark.parametrize(
    ("raw", "msg"),
    [
        (b"", "The request body is not valid JSON"),
        (b"{", "The request body is not valid JSON"),
        (b"\xff\xfe\x00", "The request body is not valid JSON"),
        (b"[" * 100_000, "The request body is not valid JSON"),
        (b"[]", "The request body must be a JSON object"),
        (b"null", "The request body must be a JSON object"),
        (b'"text"', "The request body must be a JSON object"),
    ],
)
def test_what_is_no_json_object_is_400(post, raw, msg):
    assert post(raw) == (200, refusal(400, msg))


def test_a_huge_body_is_refused_in_the_envelope(post, body, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    assert post(body | {"prompt": "x" * 2000}) == (200, refusal(413, "The request body is too large"))


@pytest.mark.parametrize(
    "path", ["nothing", "generate/other", "jobs/createTask", "%0a", "../../engine/", "generate/record-info/x"]
)
def test_an_unknown_path_answers_404_in_the_envelope(post, body, path):
    assert post(body, path=path) == (404, refusal(404, "Not found"))


@pytest.mark.parametrize(
    ("path", "method"), [("generate", "put"), ("generate", "delete"), ("generate/record-info", "post")]
)
def test_a_wrong_method_answers_405_in_the_envelope(post, body, path, method):
    assert post(body, path=path, method=method) == (405, refusal(405, "Method Not Allowed"))


def test_a_get_on_a_creating_path_is_a_wrong_method(get):
    assert get("generate") == (405, refusal(405, "Method Not Allowed"))


def test_a_handler_may_refuse_and_gives_the_credits_back(post, body, account):
    assert post(body | {"prompt": "refuse"}) == (200, refusal(422, "Section is too short"))
    assert account.credits == 100


@pytest.mark.parametrize(
    ("prompt", "code", "msg"),
    [
        ("cap", 433, "The usage limit of this key has been reached"),
        ("maintenance", 455, "The service is under maintenance. Please try again later"),
    ],
)
def test_a_cap_and_maintenance_are_codes_and_no_http_status(post, body, account, prompt, code, msg):
    assert post(body | {"prompt": prompt}) == (200, refusal(code, msg))
    assert account.credits == 100


def test_a_refusal_may_name_what_there_is(post):
    wish = {"taskId": "song", "callBackUrl": "https://studio.example/c"}
    task = post(wish, path="suno/cover/generate")[1]["data"]
    assert post(wish, path="suno/cover/generate") == (
        200,
        {"code": 400, "msg": "Cover already exists", "data": task},
    )


@pytest.mark.parametrize(
    ("kind", "price"),
    [({}, 10), ({"type": "split_stem"}, 50), ({"type": "split_stem_advanced", "stemName": "Bass"}, 20)],
)
def test_stems_cost_what_their_kind_costs(post, account, kind, price):
    wish = {"taskId": "t", "audioId": "a", "callBackUrl": "https://studio.example/c"}
    post(wish | kind, path="vocal-removal/generate")
    assert account.credits == 100 - price


def test_a_code_404_of_a_handler_is_no_http_status(post):
    query = {"taskId": "t", "audioId": "a"}
    assert post(query, path="generate/get-timestamped-lyrics") == (200, refusal(404, "Record does not exist"))


@pytest.mark.parametrize("prompt", ["crash", "unwritable"])
def test_a_crash_is_answered_logged_once_and_refunded(post, body, account, caplog, prompt):
    with caplog.at_level(logging.ERROR):
        status, envelope = post(body | {"prompt": prompt})
    assert (status, envelope["code"], envelope["data"]) == (500, 500, None)
    (record,) = [one for one in caplog.records if one.name == "suno_web.suno.serving"]
    crash_id = record.args[-1]
    assert envelope["msg"] == f"Internal Error - Please try again later ({crash_id})"
    assert "12345" not in envelope["msg"]
    assert "good-key" not in caplog.text
    assert account.credits == 100


def test_a_record_has_every_key_and_a_stranger_gets_null(post, get, body, memory):
    task_id = post(body)[1]["data"]["taskId"]
    status, envelope = get(f"generate/record-info?taskId={task_id}")
    assert (status, envelope["code"]) == (200, 200)
    assert set(envelope["data"]) == {
        "taskId", "parentMusicId", "param", "response", "status", "type", "operationType", "errorCode",
        "errorMessage", "createTime",
    }  # fmt: skip
    track = envelope["data"]["response"]["sunoData"][0]
    assert (track["title"], track["audioUrl"], track["duration"]) == ("Low Tide", "", 181.2)

    memory.accounts["stranger"] = Account()
    stranger = get(f"generate/record-info?taskId={task_id}", key="stranger")
    assert stranger == (200, {"code": 200, "msg": "success", "data": None})


def test_a_query_without_its_task_is_refused(get):
    assert get("generate/record-info") == (200, refusal(422, "taskId cannot be null"))


def test_both_error_names_of_a_style_are_written(post):
    data = post({"content": "synth-pop"}, path="style/generate")[1]["data"]
    assert {"errorMessage", "errorMsg", "successFlag", "creditsConsumed"} <= set(data)


@pytest.mark.parametrize("number", ["88", "5916.25"])
@pytest.mark.parametrize("path", ["chat/credit", "generate/credit"])
def test_credits_are_a_bare_number(get, account, number, path):
    account.credits = Decimal(number)
    assert json.dumps(get(path)[1]["data"]) == number


def test_our_client_and_our_server_understand_each_other(served, song, account):
    client = Client(served, "good-key", budget=0)
    task_id = client.generate(song).task_id
    assert account.tasks[task_id] == song
    assert client.music_record(task_id).tracks[0].title == "Low Tide"
    assert client.music_record("nobody") is None
    assert client.boost_style("synth-pop").result == "warm"
    assert client.credits() == Decimal("87.6")

    with pytest.raises(errors.NotFound):
        client.timestamped_lyrics("t", "a")
    with pytest.raises(errors.Invalid, match="model must be one of"):
        client.generate(song.model_copy(update={"model": "V9"}))
    with pytest.raises(errors.Unavailable):
        client.generate(song.model_copy(update={"prompt": "crash"}))
    account.requests_left = 0
    with pytest.raises(errors.RateLimited):
        client.credits()
    with pytest.raises(errors.Unauthorized):
        Client(served, "bad-key").credits()
