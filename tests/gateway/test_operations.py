"""Every operation that starts from something: ids of ours in, the provider's out; each record in its own shape."""

from typing import Any
from uuid import UUID

import pytest

from suno_web.credits import ledger
from suno_web.gateway import telling
from suno_web.gateway.models import Delivery
from suno_web.studio.models import Asset, Generation, Persona, Track, Upload
from tests.gateway.conftest import CALLBACK
from tests.provider import media

ELSEWHERE = "https://files.example/voice.mp3"
CUSTOM = {
    "customMode": True, "instrumental": False, "model": "V5", "prompt": "[Verse]\nLow tide", "style": "folk",
    "title": "Low tide", "callBackUrl": CALLBACK,
}  # fmt: skip
CONTINUED = {
    "defaultParamFlag": True, "model": "V5", "prompt": "[Verse]\nHigh tide", "style": "folk", "title": "On",
    "continueAt": 1.0, "callBackUrl": CALLBACK,
}  # fmt: skip
ADDED = {"title": "Low tide", "negativeTags": "", "model": "V5", "callBackUrl": CALLBACK}


@pytest.fixture
def take(song) -> dict[str, Any]:
    return dict(song["response"]["sunoData"][0])


@pytest.fixture
def of_take(song, take) -> dict[str, Any]:
    """What names a take in requests."""
    return {"taskId": song["taskId"], "audioId": take["id"], "callBackUrl": CALLBACK}


@pytest.fixture
def theirs(suno) -> Any:
    """The provider's task of the song."""
    return next(iter(suno.tasks.values()))


def sent_last(suno) -> dict[str, Any]:
    return dict(suno.created[-1].body)


def test_extend_continues_our_take_at_the_provider(program, song, take, theirs, suno, work):
    task_id = program.created("generate/extend", CONTINUED | {"audioId": take["id"]})
    work(task_id, "SUCCESS")

    assert sent_last(suno)["audioId"] == theirs.audio_ids[0]
    record = program.record(task_id)
    assert (record["status"], record["operationType"]) == ("SUCCESS", "extend")
    assert record["parentMusicId"] == take["id"]
    assert Generation.objects.get(pk=UUID(task_id)).inputs.get().track_id == UUID(take["id"])


def test_extending_a_take_that_is_still_being_made_waits_for_it(program, suno, work):
    from suno_web.gateway import making
    from suno_web.studio import sweeping

    source = program.created("generate", CUSTOM)
    work(source, "TEXT_SUCCESS", fetch=False)
    take = program.record(source)["response"]["sunoData"][0]
    task_id = program.created("generate/extend", CONTINUED | {"audioId": take["id"]})
    Generation.objects.filter(pk=UUID(task_id)).update(created_at="2026-01-01T00:00Z")
    making.send_what_waited()
    sweeping.sweep()
    assert (len(suno.created), program.record(task_id)["status"]) == (1, "PENDING")

    work(source, "SUCCESS")
    sweeping.sweep()
    assert suno.created[-1].path == "/api/v1/generate/extend"


def test_extending_an_unknown_take_gives_a_task_that_fails(program, suno, team):
    task_id = program.created("generate/extend", CONTINUED | {"audioId": "no-such-take"})

    record = program.record(task_id)
    assert (record["status"], record["errorMessage"]) == ("CREATE_TASK_FAILED", "Record does not exist")
    assert (suno.created, ledger.balance(team).held) == ([], 0)
    telling.catch_up_all()
    assert Delivery.objects.get().body["data"] == {"callbackType": "error", "task_id": task_id, "data": []}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("generate/upload-cover", CUSTOM),
        ("generate/upload-extend", CONTINUED),
        ("generate/add-instrumental", ADDED | {"tags": "piano"}),
        ("generate/add-vocals", ADDED | {"prompt": "[Verse]\nOh", "style": "soul"}),
    ],
)
def test_audio_from_elsewhere_is_passed_on_and_ours_is_an_input(program, take, suno, work, path, body):
    elsewhere = program.created(path, body | {"uploadUrl": ELSEWHERE})
    work(elsewhere, "SUCCESS")
    assert sent_last(suno)["uploadUrl"] == ELSEWHERE

    ours = program.created(path, body | {"uploadUrl": take["audioUrl"]})
    work(ours, "SUCCESS")
    assert sent_last(suno)["uploadUrl"].startswith(suno.url)
    assert Generation.objects.get(pk=UUID(ours)).inputs.get().track_id == UUID(take["id"])
    assert {program.record(one)["status"] for one in (elsewhere, ours)} == {"SUCCESS"}


def test_a_mashup_takes_two_of_ours(program, song, suno, work):
    urls = [one["audioUrl"] for one in song["response"]["sunoData"]]
    task_id = program.created("generate/mashup", CUSTOM | {"uploadUrlList": urls})
    work(task_id, "SUCCESS")
    assert all(url.startswith(suno.url) for url in sent_last(suno)["uploadUrlList"])
    assert Generation.objects.get(pk=UUID(task_id)).inputs.count() == 2


def test_a_section_is_replaced_in_our_take(program, of_take, theirs, suno, work):
    body = {"prompt": "oh", "tags": "folk", "title": "New", "infillStartS": 10, "infillEndS": 20}
    task_id = program.created("generate/replace-section", of_take | body)
    work(task_id, "SUCCESS")
    assert (sent_last(suno)["taskId"], sent_last(suno)["audioId"]) == (theirs.id, theirs.audio_ids[0])
    telling.catch_up_all()
    told = Delivery.objects.filter(call__generation=UUID(task_id))
    assert [one.stage for one in told] == ["complete"]


def test_sounds_need_no_callback(program, work):
    task_id = program.created("generate/sounds", {"prompt": "rain", "model": "V5"})
    work(task_id, "SUCCESS")
    assert program.record(task_id)["operationType"] == "sounds"


def test_a_wav_is_made_once(program, of_take, work, team):
    task_id = program.created("wav/generate", of_take)
    assert program.record(task_id, "wav")["successFlag"] == "PENDING"
    work(task_id, "SUCCESS")

    record = program.record(task_id, "wav")
    assert (record["successFlag"], record["musicId"], record["musicIndex"]) == (
        "SUCCESS",
        of_take["audioId"],
        0,
    )
    assert record["callbackUrl"] == CALLBACK
    assert record["response"]["audioWavUrl"].endswith(".wav")
    spent = ledger.balance(team)
    again = program.post("wav/generate", of_take)
    assert again == {"code": 409, "msg": "WAV record already exists", "data": None}
    assert ledger.balance(team) == spent


def test_a_wav_that_failed_may_be_asked_for_again(program, of_take, work):
    first = program.created("wav/generate", of_take)
    work(first, "GENERATE_WAV_FAILED")
    record = program.record(first, "wav")
    assert (record["successFlag"], record["errorCode"], record["response"]) == (
        "GENERATE_WAV_FAILED",
        500,
        None,
    )
    assert program.post("wav/generate", of_take)["code"] == 200


def test_stems_and_the_notes_of_one(program, of_take, suno, work):
    task_id = program.created("vocal-removal/generate", of_take | {"type": "split_stem"})
    work(task_id, "SUCCESS")
    record = program.record(task_id, "vocal-removal")
    response = record["response"]
    assert (response["id"], response["originUrl"], response["instrumentalUrl"]) == (None, None, None)
    stems = {one["stem_type_group_name"]: one for one in response["originData"]}
    assert response["drumsUrl"] == stems["Drums"]["audio_url"]

    asked = {"taskId": task_id, "audioId": stems["Drums"]["id"], "callBackUrl": CALLBACK}
    midi = program.created("midi/generate", asked)
    work(midi, "SUCCESS")
    drums = Asset.objects.get(pk=stems["Drums"]["id"])
    assert (sent_last(suno)["taskId"], sent_last(suno)["audioId"]) == (
        drums.generation.task_id,
        drums.audio_id,
    )
    notes = program.record(midi, "midi")
    assert (notes["successFlag"], notes["midiData"]["state"]) == (1, "complete")
    assert notes["midiData"]["instruments"][0]["notes"]
    assert (notes["recordTaskId"], notes["audioId"]) == (-1, stems["Drums"]["id"])


def test_a_video_says_whose_it_is(program, of_take, suno, work):
    task_id = program.created("mp4/generate", of_take | {"author": "Bob", "domainName": "bob.example"})
    work(task_id, "SUCCESS")
    assert (sent_last(suno)["author"], sent_last(suno)["domainName"]) == ("Bob", "bob.example")
    assert program.record(task_id, "mp4")["response"]["videoUrl"].endswith(".mp4")


def test_covers_are_painted_once_a_song(program, song, work):
    asked = {"taskId": song["taskId"], "callBackUrl": CALLBACK}
    task_id = program.created("suno/cover/generate", asked)
    work(task_id, "SUCCESS")
    record = program.record(task_id, "suno/cover")
    assert (record["successFlag"], record["errorCode"], record["parentTaskId"]) == (1, 200, song["taskId"])
    assert len(record["response"]["images"]) == 2
    again = program.post("suno/cover/generate", asked)
    assert (again["code"], again["data"]) == (400, {"taskId": task_id})


def test_timed_words_come_at_once(program, of_take, team):
    words = program.post("generate/get-timestamped-lyrics", of_take)["data"]["alignedWords"]
    assert words[0].keys() == {"word", "success", "startS", "endS", "palign"}
    assert Track.objects.get(pk=of_take["audioId"]).words


def test_a_style_is_boosted_at_once(program, team):
    data = program.post("style/generate", {"content": "pop"})["data"]
    assert (data["param"], data["successFlag"], data["creditsConsumed"]) == ("pop", "1", 0.4)
    assert data["creditsRemaining"] == float(ledger.balance(team).available)
    assert data["result"]


def test_what_the_provider_refuses_at_once_costs_nothing(program, suno, team, key):
    before = ledger.balance(team).available
    suno.answers = [{"code": 500, "msg": "no"}]
    assert program.post("style/generate", {"content": "pop"})["code"] == 500
    key.refresh_from_db()
    assert (ledger.balance(team).available, key.spent) == (before, 0)


def test_a_persona_sings_again_under_our_id(program, of_take, suno, work):
    asked = of_take | {"name": "Ana", "description": "low and close"}
    persona = program.post("generate/generate-persona", asked)["data"]
    assert persona == {
        "personaId": Persona.objects.get().pk.hex,
        "name": "Ana",
        "description": "low and close",
    }
    assert program.post("generate/generate-persona", asked)["code"] == 409

    work(program.created("generate", CUSTOM | {"personaId": persona["personaId"]}))
    assert sent_last(suno)["personaId"] == Persona.objects.get().persona_id
    assert program.post("generate", CUSTOM | {"personaId": "f" * 32})["code"] == 422


@pytest.mark.parametrize(
    ("path", "more"),
    [
        ("wav/generate", {}),
        ("vocal-removal/generate", {}),
        ("mp4/generate", {}),
        ("midi/generate", {}),
        ("suno/cover/generate", {}),
        ("generate/get-timestamped-lyrics", {}),
        ("generate/generate-persona", {"name": "a", "description": "b"}),
    ],
)
def test_unknown_sources_are_422(program, suno, path, more):
    asked = {"taskId": "0" * 32, "audioId": "none", "callBackUrl": CALLBACK} | more
    assert program.post(path, asked) == {"code": 422, "msg": "Record does not exist", "data": None}
    assert suno.created == []


@pytest.mark.parametrize("family", ["wav", "vocal-removal", "midi", "mp4", "suno/cover"])
def test_unknown_records_are_422(program, song, family):
    answer = program.get(f"{family}/record-info", taskId=song["taskId"])
    assert answer == {"code": 422, "msg": "Record does not exist", "data": None}


def test_a_download_link_lives_for_twenty_minutes(program, take, settings, monkeypatch):
    from datetime import timedelta

    from django.test import Client as Browser
    from django.utils import timezone

    from suno_web.gateway import addresses

    link = program.post("common/download-url", {"url": take["audioUrl"]})["data"].removeprefix(
        settings.BASE_URL
    )
    for minutes, status in ((19, 200), (21, 404)):
        later = timezone.now() + timedelta(minutes=minutes)
        monkeypatch.setattr(addresses.timezone, "now", lambda later=later: later)
        assert Browser().get(link).status_code == status


def test_a_foreign_address_gets_no_link(program):
    answer = program.post("common/download-url", {"url": "https://files.example/a.mp3"})
    assert answer == {"code": 422, "msg": "url is wrong", "data": None}


def test_uploads_are_kept_in_the_project_and_used_without_another_copy(
    program, project, suno, work, settings
):
    from base64 import b64encode

    from django.test import Client as Browser

    sent = {"base64Data": b64encode(media.mp3(0)).decode(), "uploadPath": "voices", "fileName": "ana.mp3"}
    answer = program.post("/api/file-base64-upload", sent)
    file = answer.pop("data")
    assert answer == {"success": True, "code": 200, "msg": "File uploaded successfully"}
    assert (file["fileName"], file["filePath"], file["mimeType"]) == (
        "ana.mp3",
        "voices/ana.mp3",
        "audio/mpeg",
    )
    assert file["fileSize"] == len(media.mp3(0))
    got = Browser().get(file["downloadUrl"].removeprefix(settings.BASE_URL))
    assert b"".join(got) == media.mp3(0)
    upload = Upload.objects.get(project=project)

    for _ in range(2):
        work(program.created("generate/upload-cover", CUSTOM | {"uploadUrl": file["downloadUrl"]}))
    assert Upload.objects.get() == upload
    assert upload.used_in.count() == 2
    assert len(suno.uploads) == 1


def test_the_same_name_takes_the_older_files_place(program):
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.test import Client as Browser

    for content in (media.mp3(0), media.mp3(1)):
        file = SimpleUploadedFile("take.mp3", content, "audio/mpeg")
        answer = Browser().post(
            "/api/file-stream-upload",
            {"uploadPath": "a/b", "file": file},
            headers={"Authorization": f"Bearer {program.key}"},
        )
        assert answer.json()["data"]["fileName"] == "take.mp3"
    upload = Upload.objects.get()
    assert (upload.path, upload.file.read()) == ("a/b", media.mp3(1))


def test_a_file_without_a_name_gets_one(program):
    from base64 import b64encode

    data = f"data:audio/mpeg;base64,{b64encode(media.mp3(0)).decode()}"
    name = program.post("/api/file-base64-upload", {"base64Data": data, "uploadPath": "a"})["data"][
        "fileName"
    ]
    assert name.endswith(".mp3")


def test_a_file_is_fetched_from_a_public_address_only(program, suno, settings):
    asked = {"fileUrl": f"{suno.url}/files/nothing.mp3", "uploadPath": "a"}
    refused = program.post("/api/file-url-upload", asked)
    assert (refused["success"], refused["code"]) == (False, 400)
    assert "not a public address" in refused["msg"]
    assert not Upload.objects.exists()
