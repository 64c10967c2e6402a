"""What is made from takes when workers die, files are gone, or everybody is busy rendering."""

from datetime import timedelta

import pytest
from django.utils import timezone

from suno_web.engine import composing, files, rendering, retention, stages, sweeping
from suno_web.engine.models import Account, Charge, Task, Track
from tests.engine.running import NOBODY


@pytest.fixture
def finished(api) -> dict[str, str]:
    """A take that counts as finished; its files are short stand-ins."""
    task_id = api.create()
    Charge.objects.all().delete()
    Account.objects.update(spent=0)
    track = composing.write_text(Task.objects.claim(task_id))[0]
    Track.objects.filter(task=task_id).update(state=Track.State.DONE)
    Task.objects.filter(pk=task_id).update(status="SUCCESS")
    files.write(files.audio(track.pk), b"a song")
    return {"taskId": task_id, "audioId": str(track.pk), "callBackUrl": NOBODY}


def ask_for_wav(api, finished: dict[str, str], **wish: str) -> str:
    answer = api.post("/api/v1/wav/generate", finished | wish)
    assert answer["msg"] == "success", answer
    return str(answer["data"]["taskId"])


def record(api, task_id: str) -> dict[str, object]:
    return api.get("/api/v1/wav/record-info", taskId=task_id)["data"]


def fall_silent(task_id: str) -> None:
    """As a killed worker leaves its row."""
    Task.objects.filter(pk=task_id).update(overdue_at=timezone.now() - timedelta(seconds=1))


def test_killed_conversion_is_done_again_then_given_up_and_given_back(api, finished, receiver):
    task_id = ask_for_wav(api, finished, callBackUrl=receiver.url)
    before = api.credits()
    for _ in range(2):
        assert Task.objects.claim(task_id)
        fall_silent(task_id)
        sweeping.sweep()

    ended = record(api, task_id)
    assert (ended["successFlag"], ended["errorCode"]) == ("GENERATE_WAV_FAILED", 500)
    assert [(body["code"], body["data"]["audioWavUrl"]) for body in receiver.bodies] == [(500, None)]
    assert api.credits() == before + 0.4
    # What failed may be asked for again.
    assert ask_for_wav(api, finished) != task_id


def test_superseded_conversion_changes_nothing(api, finished):
    task_id = ask_for_wav(api, finished)
    slow = Task.objects.claim(task_id)
    fall_silent(task_id)
    sweeping.sweep()
    other = Task.objects.claim(task_id)

    assert stages.made(slow, {"file": "audio.wav"}) == []
    assert record(api, task_id)["successFlag"] == "PENDING"
    assert stages.made(other, {"file": "audio.wav"})
    assert record(api, task_id)["successFlag"] == "SUCCESS"


def test_track_whose_files_are_gone_is_refused(api, finished, work):
    task_id = ask_for_wav(api, finished)
    Track.objects.update(has_files=False)
    work()

    assert record(api, task_id)["successFlag"] == "CREATE_TASK_FAILED"
    assert api.post("/api/v1/mp4/generate", finished)["code"] == 422
    assert api.credits() == 100_000


def test_conversion_does_not_wait_until_a_render_is_done(api, finished, monkeypatch):
    audio_id = Track.objects.get(pk=finished["audioId"]).pk
    song = composing.write_text(Task.objects.claim(api.create()))[0]
    monkeypatch.setattr(rendering, "LOOK_EVERY", 0)
    rendering.render(str(song.pk))
    files.master(audio_id).write_bytes(files.master(song.pk).read_bytes())
    other = composing.write_text(Task.objects.claim(api.create()))[0]
    task_id = ask_for_wav(api, finished)

    rendering.render(str(other.pk))

    assert record(api, task_id)["successFlag"] == "SUCCESS"


def test_strangers_and_other_families_find_no_record(api, stranger, finished):
    task_id = ask_for_wav(api, finished)
    unknown = {"code": 422, "msg": "Record does not exist", "data": None}

    assert stranger.get("/api/v1/wav/record-info", taskId=task_id) == unknown
    for family in ("vocal-removal", "midi", "mp4", "suno/cover"):
        assert api.get(f"/api/v1/{family}/record-info", taskId=task_id) == unknown
    assert api.get("/api/v1/generate/record-info", taskId=task_id)["data"] is None
    for path in ("wav/generate", "vocal-removal/generate", "mp4/generate", "suno/cover/generate"):
        assert stranger.post(f"/api/v1/{path}", finished) == unknown


def test_unfinished_music_is_not_processed(api):
    task_id = api.create()
    track = composing.write_text(Task.objects.claim(task_id))[0]
    source = {"taskId": task_id, "audioId": str(track.pk), "callBackUrl": NOBODY}
    persona = source | {"name": "x", "description": "y"}

    for path in ("wav/generate", "vocal-removal/generate", "mp4/generate", "generate/generate-persona"):
        wish = persona if path.endswith("persona") else source
        assert api.post(f"/api/v1/{path}", wish)["code"] == 422, path
    assert api.credits() == 100_000 - 12


def test_free_calls_count_against_the_rate_and_cost_nothing(api, finished):
    for _ in range(20):
        Task.objects.create(
            account=Task.objects.get(pk=finished["taskId"]).account,
            family="midi", request={}, callback_url="", price=0, seed=0,
        )  # fmt: skip

    answer = api.client.post("/engine/api/v1/suno/cover/generate", finished, content_type="application/json")

    assert (answer.status_code, api.credits()) == (429, 100_000)


def test_what_was_made_is_kept_for_two_weeks(api, finished):
    task_id = ask_for_wav(api, finished)
    made = files.made(task_id, "audio.wav")
    made.parent.mkdir(parents=True)
    made.write_bytes(b"a wav")
    retention.purge()
    assert made.exists()
    Task.objects.filter(pk=task_id).update(created_at=timezone.now() - timedelta(days=15))

    retention.purge()

    assert not made.exists()
