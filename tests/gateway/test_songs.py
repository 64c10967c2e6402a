"""A song asked for by a program: from the request to its record, its files and the project it lands in."""

import json
from uuid import UUID

import pytest
from django.test import Client as Browser

from suno_web.credits import ledger
from suno_web.studio.models import Generation
from tests.gateway.conftest import SONG, Program
from tests.provider import media

TRACK_KEYS = {
    "id", "audioUrl", "sourceAudioUrl", "streamAudioUrl", "sourceStreamAudioUrl", "imageUrl", "sourceImageUrl",
    "prompt", "modelName", "title", "tags", "createTime", "duration",
}  # fmt: skip
RECORD_KEYS = {
    "taskId", "parentMusicId", "param", "response", "status", "type", "operationType", "errorCode",
    "errorMessage", "createTime",
}  # fmt: skip


def path_of(url: str, settings) -> str:
    assert url.startswith(settings.BASE_URL)
    return url.removeprefix(settings.BASE_URL)


def test_a_song_lands_in_the_keys_project_and_is_paid_by_the_team(program, project, team, bob):
    task_id = program.created("generate", SONG)

    generation = Generation.objects.get(pk=UUID(task_id))
    assert (generation.project, generation.requested_by, generation.via) == (project, bob, "radio robot")
    assert len(task_id) == 32
    assert ledger.balance(team).held == 12


def test_the_provider_is_asked_in_its_own_words_and_calls_back_to_the_studio(program, work, suno):
    work(program.created("generate", SONG))

    (received,) = suno.created
    assert received.body["prompt"] == SONG["prompt"]
    assert "/callbacks/" in received.body["callBackUrl"]


def test_the_record_goes_through_the_states_of_the_contract(program, work, suno):
    task_id = program.created("generate", SONG)

    def states() -> tuple[str, list[tuple[bool, bool]] | None]:
        record = program.record(task_id)
        assert record.keys() == RECORD_KEYS
        tracks = record["response"] and record["response"]["sunoData"]
        assert all(track.keys() == TRACK_KEYS for track in tracks or [])
        return record["status"], tracks and [(bool(t["streamAudioUrl"]), bool(t["audioUrl"])) for t in tracks]

    assert states() == ("PENDING", None)
    work(task_id, "TEXT_SUCCESS", fetch=False)
    assert states() == ("TEXT_SUCCESS", [(True, False)] * 2)
    work(task_id, "FIRST_SUCCESS", fetch=False)
    assert states() == ("TEXT_SUCCESS", [(True, False)] * 2)  # The provider has it; we do not yet.
    work(task_id)
    assert states() == ("FIRST_SUCCESS", [(True, True), (True, False)])
    work(task_id, "SUCCESS", fetch=False)
    assert states() == ("FIRST_SUCCESS", [(True, True), (True, False)])
    work(task_id)
    assert states() == ("SUCCESS", [(True, True)] * 2)


def test_a_record_says_what_was_asked_and_never_the_providers_ids(program, song, suno):
    (task,) = suno.tasks.values()
    assert json.loads(song["param"]) == SONG | {
        "negativeTags": "", "personaId": "", "style": "", "title": "",
    }  # fmt: skip
    assert (song["operationType"], song["type"], song["errorCode"]) == ("generate", "chirp-crow", None)
    written = json.dumps(song)
    assert not any(name in written for name in (task.id, *task.audio_ids, suno.host))


def test_files_open_without_a_key_for_any_program(song, settings):
    track = song["response"]["sunoData"][0]

    audio = Browser().get(path_of(track["audioUrl"], settings), headers={"User-Agent": "Python-urllib/3.11"})
    assert (audio.status_code, audio.headers["Content-Type"]) == (200, "audio/mpeg")
    assert b"".join(audio) == media.mp3(0)
    part = Browser().get(path_of(track["streamAudioUrl"], settings), headers={"Range": "bytes=0-99"})
    assert (part.status_code, part.headers["Content-Length"]) == (206, "100")
    image = Browser().head(path_of(track["imageUrl"], settings))
    assert (image.status_code, image.headers["Content-Type"]) == (200, "image/jpeg")
    assert not image.cookies


def test_a_stream_plays_before_the_song_is_here(program, work, settings):
    task_id = program.created("generate", SONG)
    work(task_id, "FIRST_SUCCESS", fetch=False)
    track = program.record(task_id)["response"]["sunoData"][0]

    answer = Browser().get(path_of(track["streamAudioUrl"], settings))

    assert answer.headers["Content-Type"] == "audio/mpeg"
    assert b"".join(answer) == media.mp3(0)


@pytest.mark.parametrize(
    "spoil", [lambda path: path.replace("/a", "/s", 1), lambda path: path[:-12] + "x/audio.mp3"]
)
def test_a_changed_address_opens_nothing(song, settings, spoil):
    path = path_of(song["response"]["sunoData"][0]["audioUrl"], settings)
    assert Browser().get(spoil(path)).status_code == 404


def test_addresses_end_after_two_weeks(song, settings, monkeypatch):
    path = path_of(song["response"]["sunoData"][0]["audioUrl"], settings)
    from django.utils import timezone

    from suno_web.gateway import addresses

    for days, status in ((13, 200), (16, 404)):
        later = timezone.now() + timezone.timedelta(days=days)
        monkeypatch.setattr(addresses.timezone, "now", lambda later=later: later)
        assert Browser().get(path).status_code == status


def test_a_refused_song_gives_its_credits_back(program, work, team, key):
    task_id = program.created("generate", SONG)
    work(task_id, "SENSITIVE_WORD_ERROR")

    record = program.record(task_id)

    assert (record["status"], record["errorCode"]) == ("SENSITIVE_WORD_ERROR", 400)
    assert record["response"] == {
        "taskId": task_id, "sunoData": [], "errorMessage": record["errorMessage"],
    }  # fmt: skip
    assert ledger.balance(team).held == 0


def test_lyrics_have_records_of_their_own(program, work):
    task_id = program.created("lyrics", {"prompt": "the sea", "callBackUrl": "https://x.example"})
    assert program.record(task_id, "lyrics")["response"] is None
    work(task_id, "SUCCESS")

    record = program.record(task_id, "lyrics")

    assert (record["status"], record["type"], program.record(task_id)) == ("SUCCESS", "LYRICS", None)
    assert {one["status"] for one in record["response"]["data"]} == {"complete"}


def test_a_record_takes_three_queries(program, song, django_assert_max_num_queries):
    program.record(song["taskId"])
    with django_assert_max_num_queries(3):
        program.record(song["taskId"])


def test_takes_made_in_the_browser_are_there_for_the_projects_programs(program, project, bob, work):
    from suno_web.studio import generating

    asked = generating.ask(
        project, by=bob, operation=Generation.Operation.GENERATE, request=dict(SONG, callBackUrl="")
    )
    work(asked.pk.hex, "SUCCESS")
    assert program.record(asked.pk.hex)["status"] == "SUCCESS"


def test_strangers_ids_are_unknown(program, song, charlie, suno):
    from suno_web.gateway import keys
    from suno_web.studio.models import Project

    elsewhere = Project.objects.create(team=charlie.memberships.get().team, name="Elsewhere")
    _, text = keys.make(elsewhere, owner=charlie, wanted=keys.Wanted(name="spy"))
    spy, track = Program(text), song["response"]["sunoData"][0]

    assert spy.get("generate/record-info", taskId=song["taskId"]) == {
        "code": 200,
        "msg": "success",
        "data": None,
    }
    asked = {"taskId": song["taskId"], "audioId": track["id"], "callBackUrl": "https://x.example"}
    assert spy.post("wav/generate", asked) == {"code": 422, "msg": "Record does not exist", "data": None}
    assert spy.post("common/download-url", {"url": track["audioUrl"]})["msg"] == "url is wrong"
    cover = {
        "uploadUrl": track["audioUrl"], "customMode": False, "instrumental": True, "model": "V5",
        "prompt": "jazz", "callBackUrl": "https://x.example",
    }  # fmt: skip
    assert spy.post("generate/upload-cover", cover)["code"] == 422
