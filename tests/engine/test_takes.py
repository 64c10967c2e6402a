"""A song from the request to its files."""

import io
import re

import pytest
import soundfile

from suno_web.engine import composing, rendering
from suno_web.engine.models import Task, Track

KEYS = {
    "id", "audioUrl", "sourceAudioUrl", "streamAudioUrl", "sourceStreamAudioUrl", "imageUrl",
    "sourceImageUrl", "prompt", "modelName", "title", "tags", "createTime", "duration",
}  # fmt: skip
SUNG = {
    "customMode": True,
    "instrumental": False,
    "prompt": "[Verse]\nLow tide and silver sand\nI hold the morning in my hand",
    "style": "folk, acoustic guitar, female vocals, 100 bpm, 15 seconds",
    "title": "Low Tide",
}


def local(url: str) -> str:
    """The path of an address of this engine."""
    assert url.startswith("http://testserver/engine/files/")
    return url.removeprefix("http://testserver")


def test_stages_come_in_order_with_their_bodies(api, work, receiver):
    task_id = api.create(callBackUrl=receiver.url)

    # The first task renders the first take too, so the text stage is looked at on its own.
    tracks = composing.write_text(Task.objects.claim(task_id))
    text = api.record(task_id)
    rendering.render(str(tracks[1].pk))
    first = api.record(task_id)
    rendering.render(str(tracks[0].pk))
    complete = api.record(task_id)

    assert [record["status"] for record in (text, first, complete)] == [
        "TEXT_SUCCESS",
        "FIRST_SUCCESS",
        "SUCCESS",
    ]
    for record in (text, first, complete):
        assert [track["id"] for track in record["response"]["sunoData"]] == [
            str(track.pk) for track in tracks
        ]
        for track in record["response"]["sunoData"]:
            assert set(track) == KEYS
            assert track["title"]
            assert track["streamAudioUrl"]
            assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", track["createTime"])
    finished = [[bool(t["audioUrl"]) for t in r["response"]["sunoData"]] for r in (text, first, complete)]
    assert finished == [[False, False], [False, True], [True, True]]
    assert receiver.stages == [("text", 200), ("first", 200), ("complete", 200)]
    told = [[track["id"] for track in body["data"]["data"]] for body in receiver.bodies]
    assert told == [[], [str(tracks[1].pk)], [str(track.pk) for track in tracks]]
    assert (
        receiver.bodies[2]["data"]["data"][0]["audio_url"] == complete["response"]["sunoData"][0]["audioUrl"]
    )


def test_two_takes_differ_and_so_do_two_identical_requests(api, work):
    tasks = [api.create(), api.create()]
    work()

    sounds = []
    for task_id in tasks:
        record = api.record(task_id)
        assert record["status"] == "SUCCESS"
        for track in record["response"]["sunoData"]:
            answer = api.client.get(local(track["audioUrl"]), headers={"Authorization": ""})
            sounds.append(b"".join(answer))
            audio, rate = soundfile.read(io.BytesIO(sounds[-1]))
            assert (audio.shape[1], rate) == (2, 44100)
            assert track["duration"] == pytest.approx(len(audio) / rate, abs=0.1)
            assert 10 <= track["duration"] <= 25
    assert len(set(sounds)) == 4


def test_given_lyrics_are_sung_and_their_words_timed(api, work):
    task_id = api.create(**SUNG)
    work()

    record = api.record(task_id)
    track = record["response"]["sunoData"][0]
    assert (record["status"], track["title"]) == ("SUCCESS", "Low Tide")
    assert track["prompt"].split() == SUNG["prompt"].split()
    answer = api.post("/api/v1/generate/get-timestamped-lyrics", {"taskId": task_id, "audioId": track["id"]})
    words = answer["data"]["alignedWords"]
    assert "".join(f"{word['word']} " for word in words).split() == SUNG["prompt"].split()
    assert [word["word"].endswith("\n") for word in words].count(True) == 2
    starts = [word["startS"] for word in words]
    assert starts == sorted(starts)
    assert all(0 <= word["startS"] < word["endS"] <= track["duration"] for word in words)
    assert all(word["success"] for word in words)
    assert len(answer["data"]["waveformData"]) > 100
    assert answer["data"]["isStreamed"] is False
    assert api.credits() == 100_000 - 12 - 0.5


def test_both_takes_sing_the_words_that_were_written_to_different_music(api):
    idea = "an upbeat synth-pop song about the last train home, 30 seconds"
    task_id = api.create(prompt=idea, instrumental=False, title="ignored", style="ignored")
    composing.write_text(Task.objects.claim(task_id))

    one, other = api.record(task_id)["response"]["sunoData"]
    assert one["prompt"] == other["prompt"] != idea
    assert one["prompt"].startswith("[")
    assert one["title"] == other["title"] != "ignored"
    assert "synth" in one["tags"]
    assert one["duration"] == pytest.approx(30, abs=8)
    melodies = [track.plan["song"]["lines"] for track in Track.objects.filter(task=task_id)]
    assert melodies[0] != melodies[1]


def test_instrumental_has_no_words(api, work):
    task_id = api.create()
    work()
    track = api.record(task_id)["response"]["sunoData"][1]

    answer = api.post("/api/v1/generate/get-timestamped-lyrics", {"taskId": task_id, "audioId": track["id"]})

    assert (answer["code"], answer["data"]["alignedWords"]) == (200, [])


def test_words_of_unknown_or_unfinished_tracks_cost_nothing(api, stranger):
    task_id = api.create()
    track = composing.write_text(Task.objects.claim(task_id))[0]
    path = "/api/v1/generate/get-timestamped-lyrics"

    unfinished = api.post(path, {"taskId": task_id, "audioId": str(track.pk)})
    unknown = api.post(path, {"taskId": task_id, "audioId": "no-such"})
    foreign = stranger.post(path, {"taskId": task_id, "audioId": str(track.pk)})

    assert (unfinished["code"], unknown["code"], foreign["code"]) == (422, 404, 404)
    assert (api.credits(), stranger.credits()) == (100_000 - 12, 100)


def test_longest_song_follows_the_model(api, work):
    older = api.create(model="V4", prompt="calm piano, 7 minutes long")
    newer = api.create(model="V5", prompt="calm piano, 7 minutes long")
    for task_id in (older, newer):
        composing.write_text(Task.objects.claim(task_id))

    for task_id, seconds in ((older, 240), (newer, 420)):
        for track in Track.objects.filter(task=task_id):
            assert track.seconds == pytest.approx(seconds, rel=0.1)


def test_duration_is_kept_to(api, work):
    task_id = api.create(model="V5_5", customMode=True, style="lofi", title="Rain", prompt="", duration=14)
    work()

    for track in Track.objects.filter(task=task_id):
        assert track.seconds == pytest.approx(14, abs=6)
