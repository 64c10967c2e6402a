"""What the engine accepts and refuses, and what that costs."""

import json
from decimal import Decimal

import pytest
from django.utils import timezone

from suno_web.engine import accounts
from suno_web.engine.models import Account, Charge, Task
from tests.engine.conftest import KEY, SONG, Api


def spent() -> Decimal:
    return sum((charge.amount for charge in Charge.objects.filter(kind="CHARGE")), Decimal(0))


def test_song_is_accepted_charged_and_pending(api):
    answer = api.post("/api/v1/generate", SONG)

    task_id = answer["data"]["taskId"]
    assert answer == {"code": 200, "msg": "success", "data": {"taskId": task_id}}
    assert len(task_id) == 32
    assert int(task_id, 16) >= 0
    record = api.record(task_id)
    created_at = record.pop("createTime")
    assert abs(created_at / 1000 - timezone.now().timestamp()) < 60
    assert json.loads(record.pop("param")) == SONG | {
        "style": "",
        "title": "",
        "negativeTags": "",
        "personaId": "",
    }
    assert record == {
        "taskId": task_id,
        "parentMusicId": "",
        "response": None,
        "status": "PENDING",
        "type": "chirp-crow",
        "operationType": "generate",
        "errorCode": None,
        "errorMessage": None,
    }
    assert api.credits() == 100_000 - 12


def test_key_is_asked_for_first(api):
    answer = Api("wrong").client.post("/engine/api/v1/generate", "{", content_type="application/json")

    assert answer.status_code == 401
    assert answer.json() == {"code": 401, "msg": "You do not have access permissions", "data": None}


@pytest.mark.parametrize(
    ("wish", "code", "msg"),
    [
        ({"callBackUrl": None}, 422, "Please enter callBackUrl."),
        ({"customMode": None}, 422, "customMode cannot be null"),
        ({"model": "V99"}, 422, None),
        ({"prompt": "x" * 501}, 422, None),
        ({"prompt": ""}, 422, None),
        ({"customMode": True, "style": "folk", "title": "t" * 81}, 422, None),
    ],
)
def test_broken_rule_is_refused_and_costs_nothing(api, wish, code, msg):
    answer = api.post("/api/v1/generate", SONG | wish)

    assert (answer["code"], answer["data"]) == (code, None)
    assert msg is None or answer["msg"] == msg
    assert (Task.objects.count(), spent()) == (0, 0)


def test_song_that_the_account_cannot_pay_is_refused(api):
    assert api.credits() == 100_000
    Account.objects.update(allowance=20)

    first, second = (api.post("/api/v1/generate", SONG)["code"] for _ in range(2))

    assert (first, second) == (200, 402)
    assert (Task.objects.count(), spent(), api.credits()) == (1, 12, 8)


def test_new_month_begins_with_the_whole_allowance(api):
    api.create()
    Account.objects.update(month="2020-01")

    assert api.credits() == 100_000
    api.create()
    assert api.credits() == 100_000 - 12


def test_twenty_requests_in_ten_seconds_are_enough(api):
    for _ in range(20):
        api.create()

    answer = api.client.post("/engine/api/v1/generate", SONG, content_type="application/json")

    assert (answer.status_code, answer.json()["code"]) == (429, 429)
    assert Task.objects.count() == 20
    Charge.objects.update(created_at=timezone.now() - timezone.timedelta(seconds=11))
    api.create()


def test_strangers_and_other_families_find_no_record(api, stranger):
    song = api.create()
    words = api.post("/api/v1/lyrics", {"prompt": "the sea", "callBackUrl": "http://x.test/"})["data"][
        "taskId"
    ]

    none = {"code": 200, "msg": "success", "data": None}
    assert stranger.get("/api/v1/generate/record-info", taskId=song) == none
    assert stranger.get("/api/v1/lyrics/record-info", taskId=words) == none
    assert api.get("/api/v1/generate/record-info", taskId=words) == none
    assert api.get("/api/v1/lyrics/record-info", taskId=song) == none
    assert api.get("/api/v1/generate/record-info", taskId="nonsense") == none


def test_theme_for_lyrics_may_have_200_characters(api):
    answer = api.post("/api/v1/lyrics", {"prompt": "x" * 201, "callBackUrl": "http://x.test/"})

    assert (answer["code"], spent()) == (413, 0)


def test_credits_are_told_at_both_addresses(api):
    whole = {"code": 200, "msg": "success", "data": 100_000}
    assert api.get("/api/v1/chat/credit") == whole
    assert api.get("/api/v1/generate/credit") == whole


def test_changed_key_keeps_the_account(api, settings):
    api.create()
    settings.ENGINE_KEY = "the next key"

    assert Api("the next key").credits() == 100_000 - 12
    assert accounts.authenticate(KEY) is None
