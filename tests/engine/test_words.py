"""Lyrics and style texts."""

from suno_web.engine import composing, rendering
from suno_web.engine.models import Charge, Task

WISH = {"prompt": "the last train home"}


def test_lyrics_come_in_variants_with_one_callback(api, work, receiver):
    task_id = api.post("/api/v1/lyrics", WISH | {"callBackUrl": receiver.url})["data"]["taskId"]
    pending = api.get("/api/v1/lyrics/record-info", taskId=task_id)["data"]

    assert work() == 1

    record = api.get("/api/v1/lyrics/record-info", taskId=task_id)["data"]
    assert (pending["status"], pending["response"]) == ("PENDING", None)
    assert (record["status"], record["type"], record["errorCode"]) == ("SUCCESS", "LYRICS", None)
    variants = record["response"]["data"]
    assert len(variants) in (2, 3)
    assert len({variant["text"] for variant in variants}) == len(variants)
    for variant in variants:
        assert variant["status"] == "complete"
        assert variant["title"]
        assert "[Verse]" in variant["text"]
        assert "[Chorus]" in variant["text"]
    sent = [
        {"text": v["text"], "title": v["title"], "status": "complete", "error_message": ""} for v in variants
    ]
    data = {"callbackType": "complete", "task_id": task_id, "data": sent}
    assert receiver.bodies == [{"code": 200, "msg": "All generated successfully.", "data": data}]
    assert api.credits() == 100_000 - 0.4


def test_lyrics_do_not_wait_until_a_render_is_done(api, monkeypatch):
    song = composing.write_text(Task.objects.claim(api.create()))[0]
    task_id = api.post("/api/v1/lyrics", WISH | {"callBackUrl": "http://127.0.0.1:9/"})["data"]["taskId"]
    monkeypatch.setattr(rendering, "LOOK_EVERY", 0)

    rendering.render(str(song.pk))

    assert api.get("/api/v1/lyrics/record-info", taskId=task_id)["data"]["status"] == "SUCCESS"


def test_same_theme_twice_gives_different_lyrics(api, work):
    wish = WISH | {"callBackUrl": "http://127.0.0.1:9/"}
    tasks = [api.post("/api/v1/lyrics", wish)["data"]["taskId"] for _ in range(2)]
    work()

    one, other = (api.get("/api/v1/lyrics/record-info", taskId=task)["data"]["response"] for task in tasks)
    assert one["data"] != other["data"]


def test_blocked_words_are_reported_in_the_task_and_given_back(api, work, receiver, blocked_word):
    wish = {"prompt": f"a song about {blocked_word}", "callBackUrl": receiver.url}
    task_id = api.post("/api/v1/lyrics", wish)["data"]["taskId"]
    work()

    record = api.get("/api/v1/lyrics/record-info", taskId=task_id)["data"]
    assert (record["status"], record["errorCode"]) == ("SENSITIVE_WORD_ERROR", 400)
    assert [(body["code"], body["data"]["data"]) for body in receiver.bodies] == [(400, None)]
    assert api.credits() == 100_000


def test_style_is_made_richer_at_once(api):
    answer = api.post("/api/v1/style/generate", {"content": "sad jazz"})

    data = answer["data"]
    assert answer["code"] == 200
    assert data["result"].startswith("sad jazz, ")
    assert "BPM" in data["result"]
    assert len(data["result"]) <= 200
    assert (data["param"], data["successFlag"]) == ("sad jazz", "1")
    assert (data["creditsConsumed"], data["creditsRemaining"]) == (0.4, 100_000 - 0.4)
    assert (data["errorCode"], data["errorMessage"], data["errorMsg"]) == (None, None, None)
    assert Charge.objects.get().amount * 10 == 4


def test_richer_style_does_not_contradict_what_was_written(api):
    result = api.post("/api/v1/style/generate", {"content": "slow folk at 70 BPM, male vocals"})["data"][
        "result"
    ]

    assert result.count("BPM") == 1
    assert result.count("vocals") == 1


def test_richer_style_leaves_out_what_is_not_wanted(api):
    result = api.post("/api/v1/style/generate", {"content": "rock without guitar"})["data"]["result"]

    assert result.count("guitar") == 1
