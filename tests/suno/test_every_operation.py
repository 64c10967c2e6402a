"""Every call of the contract, asked by our client of a provider written without our schemas."""

from typing import Any

import pytest

from suno_web.suno import callbacks, errors, operations, prices, schemas, transport
from suno_web.suno.client import Client
from suno_web.suno.operations import OPERATIONS, Operation
from suno_web.suno.states import Family
from tests.provider.script import Answer
from tests.provider.server import FakeSuno

BACK = {"call_back_url": "https://studio.example/callback"}
FILE = "https://files.example/vox.mp3"
TUNED = {"style": "folk", "title": "Low Tide", "prompt": "[Verse] Low tide", "model": "V5"}

SONGS: dict[Operation[Any, Any], schemas.Request] = {
    operations.GENERATE: schemas.GenerateRequest(**BACK, **TUNED, custom_mode=True, instrumental=False),
    operations.EXTEND: schemas.ExtendRequest(
        **BACK, **TUNED, default_param_flag=True, audio_id="a1", continue_at=30.5
    ),
    operations.UPLOAD_COVER: schemas.UploadCoverRequest(
        **BACK, **TUNED, custom_mode=True, instrumental=False, upload_url=FILE
    ),
    operations.UPLOAD_EXTEND: schemas.UploadExtendRequest(
        **BACK, **TUNED, default_param_flag=True, upload_url=FILE, continue_at=10
    ),
    operations.ADD_INSTRUMENTAL: schemas.AddInstrumentalRequest(
        **BACK, upload_url=FILE, title="Low Tide", tags="folk", negative_tags=""
    ),
    operations.ADD_VOCALS: schemas.AddVocalsRequest(
        **BACK, upload_url=FILE, title="Low Tide", style="folk", prompt="Low tide", negative_tags="metal"
    ),
    operations.REPLACE_SECTION: schemas.ReplaceSectionRequest(
        task_id="t", audio_id="a", prompt="New", tags="folk", title="T", infill_start_s=10, infill_end_s=20,
        **BACK,
    ),
    operations.MASHUP: schemas.MashupRequest(
        **BACK, **TUNED, custom_mode=True, upload_url_list=[FILE, FILE]
    ),
    operations.SOUNDS: schemas.SoundsRequest(
        **BACK, prompt="rain on a tin roof", sound_loop=True, sound_tempo=90, sound_key="F#m"
    ),
}  # fmt: skip


def made_of(song: schemas.TaskCreated, suno: FakeSuno) -> dict[Operation[Any, Any], schemas.Request]:
    """What can be asked for about a song's first take."""
    track = {"task_id": song.task_id, "audio_id": suno.tasks[song.task_id].audio_ids[0], **BACK}
    return {
        operations.WAV: schemas.WavRequest(**track),
        operations.STEMS: schemas.StemsRequest(**track, type="split_stem"),
        operations.VIDEO: schemas.VideoRequest(**track, author="Harbour Sound", domain_name="studio.example"),
        operations.COVER_IMAGES: schemas.CoverRequest(**BACK, task_id=song.task_id),
        operations.MIDI: schemas.MidiRequest(**BACK, task_id=song.task_id),
    }


def test_the_table_names_every_call_once_and_every_price_it_names_exists():
    assert len({(one.method, one.path) for one in OPERATIONS.values()}) == len(OPERATIONS) == 30
    assert {one.price for one in OPERATIONS.values() if one.price} <= prices.PRICES.keys()
    assert set(operations.RECORDS) == {one.callbacks for one in OPERATIONS.values() if one.callbacks}


@pytest.mark.parametrize("operation", SONGS, ids=lambda one: one.name)
def test_a_song_of_every_kind_is_asked_for_and_followed(operation, client, suno_server):
    request = SONGS[operation]
    task_id = client.create(operation, request).task_id
    (sent,) = suno_server.created
    assert (sent.path, sent.body) == (operation.path, request.wire())
    assert suno_server.tasks[task_id].operation == operation.name

    suno_server.advance(task_id, "SUCCESS")
    record = client.record(operations.MUSIC_RECORD, task_id)
    assert (record.is_success, record.operation_type) == (True, operation.name)
    assert all(track.audio_url for track in record.tracks)


FAULTS = {
    "an empty account": (Answer({"code": 402, "msg": "Insufficient credits"}), errors.OutOfCredits, None),
    "maintenance": (Answer({"code": 455, "msg": "Back soon"}), errors.Maintenance, None),
    "a gateway in trouble": (Answer(b"<html>Bad gateway</html>", status=502), errors.Unanswered, True),
    "a lost answer": (Answer(drop="after"), errors.Unanswered, True),
    "an empty answer": (Answer({"code": 200, "data": None}), errors.Unanswered, True),
}


@pytest.mark.parametrize(("fault", "kind", "maybe_accepted"), FAULTS.values(), ids=FAULTS)
def test_whatever_is_asked_for_is_asked_for_once_when_its_answer_fails(
    client, suno_server, song, fault, kind, maybe_accepted
):
    asked = SONGS | made_of(client.generate(song), suno_server)
    for operation, request in asked.items():
        suno_server.answers, before = [fault], len(suno_server.created)
        with pytest.raises(kind) as lost:
            client.create(operation, request)
        assert getattr(lost.value, "maybe_accepted", None) is maybe_accepted
        assert len(suno_server.created) == before + 1, operation.name


def test_who_asks_too_fast_is_patient_whatever_is_asked_for(client, suno_server, song, monkeypatch):
    monkeypatch.setattr(transport, "BACK_OFF", (0.01, 0.01, 0.01))
    asked = SONGS | made_of(client.generate(song), suno_server)
    for operation, request in asked.items():
        suno_server.answers = [
            Answer({"code": 429, "msg": "slow down"}, status=429),
            {"code": 433, "msg": "cap"},
        ]
        assert client.create(operation, request).task_id in suno_server.tasks


@pytest.mark.parametrize(
    ("family", "reads", "expected"),
    [
        (Family.WAV, lambda record: record.audio_url[-4:], ".wav"),
        (Family.MP4, lambda record: record.video_url[-4:], ".mp4"),
        (Family.COVER, lambda record: [one[-6:] for one in record.images], [".1.png", ".2.png"]),
        (Family.MIDI, lambda record: [one.name for one in record.instruments], ["Piano", "Drums"]),
        (
            Family.STEMS,
            lambda record: tuple(record.stems),
            (
                "vocal", "backing_vocals", "drums", "bass", "guitar", "keyboard", "percussion",
                "strings", "synth", "fx",
            ),
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "habits",
    [(), ("numbers as text",), ("ISO times", "nulls for blanks"), ("epoch times", "unknown fields")],
    ids=lambda habits: ", ".join(habits) or "plain",
)
def test_what_is_made_of_a_track_is_read_however_it_is_written(
    client, suno_server, song, family, reads, expected, habits
):
    suno_server.habits = set(habits)
    asked = made_of(client.generate(song), suno_server)
    (operation,) = [one for one in asked if one.callbacks is family]
    task_id = client.create(operation, asked[operation]).task_id
    record_of = operations.RECORDS[family]

    before = client.record(record_of, task_id)
    assert (before.task_id, before.is_final, before.step) == (task_id, False, 0)
    assert not reads(before)
    suno_server.advance(task_id, "SUCCESS")
    after = client.record(record_of, task_id)
    assert (after.is_success, after.step, reads(after)) == (True, 3, expected)
    suno_server.advance(task_id, "CREATE_TASK_FAILED", error_code=500, error_message="out of luck")
    failed = client.record(record_of, task_id)
    assert (failed.is_final, failed.is_success) == (True, False)
    assert (str(failed.error_code), failed.error_message) == ("500", "out of luck")

    suno_server.habits = {"forgets tasks"}
    assert client.record(record_of, task_id) is None


def test_cover_images_that_are_being_made_have_not_failed(client, suno_server, song):
    asked = made_of(client.generate(song), suno_server)[operations.COVER_IMAGES]
    task_id = client.cover_images(asked).task_id
    suno_server.advance(task_id, "GENERATING")
    assert (client.cover_record(task_id).status_word, client.cover_record(task_id).is_final) == ("2", False)


def test_a_single_stem_is_named_after_its_instrument(client, suno_server):
    wish = schemas.StemsRequest(**BACK, audio_url=FILE, type="split_stem_advanced", stem_name="Lead Vocal")
    task_id = client.stems(wish).task_id
    suno_server.advance(task_id, "SUCCESS")
    assert list(client.stems_record(task_id).stems) == ["lead_vocal"]
    assert operations.STEMS.price_of(wish) == "split_stem_advanced"


def test_what_is_made_once_is_refused_when_it_is_asked_for_again(client, suno_server, song):
    made = client.generate(song)
    asked = made_of(made, suno_server)
    client.wav(asked[operations.WAV])
    with pytest.raises(errors.Duplicate):
        client.wav(asked[operations.WAV])

    cover = client.cover_images(asked[operations.COVER_IMAGES])
    with pytest.raises(errors.Invalid) as refused:
        client.cover_images(asked[operations.COVER_IMAGES])
    assert (refused.value.code, refused.value.data) == (400, {"taskId": cover.task_id})

    wish = schemas.PersonaRequest(task_id=made.task_id, audio_id="a1", name="Ada", description="warm alto")
    assert client.persona(wish).wire() == {
        "personaId": "persona-a1",
        "name": "Ada",
        "description": "warm alto",
    }
    with pytest.raises(errors.Duplicate):
        client.persona(wish)


def test_the_source_of_what_is_made_must_exist(client):
    with pytest.raises(errors.Invalid, match="Record does not exist"):
        client.midi(schemas.MidiRequest(**BACK, task_id="nobody"))


def test_a_download_link_is_a_text_and_only_for_the_providers_files(client, suno_server):
    assert client.download_url(f"{suno_server.url}/files/a.mp3").startswith(suno_server.url)
    with pytest.raises(errors.Invalid, match="url is wrong"):
        client.download_url("https://elsewhere.example/a.mp3")


def test_uploads_go_to_their_own_address_with_the_key(suno_server, tmp_path):
    path = tmp_path / "潮 vox.mp3"
    path.write_bytes(b"\x00\r\n--x\xff" * 1000)
    client = Client("http://127.0.0.1:9", "test-key", upload_url=suno_server.url)
    found = client.upload(path, folder="night drive")
    assert suno_server.uploads == {"night drive/潮 vox.mp3": path.read_bytes()}
    assert (found.file_size, found.mime_type, found.success) == (7000, "audio/mpeg", True)
    assert client._session.get(found.download_url).content == path.read_bytes()
    assert client.upload_base64("QUJD", folder="a", name="b.txt").file_size == 3
    assert client.upload_url(FILE, folder="a", name="c.mp3").file_path == "kieai/1001/a/c.mp3"


def test_an_upload_whose_answer_was_lost_is_sent_again(client, suno_server, tmp_path):
    path = tmp_path / "vox.mp3"
    path.write_bytes(b"vox")
    suno_server.answers = [
        Answer(drop="after", to="upload"),
        Answer({"success": False, "code": 200}, to="upload"),
    ]
    with pytest.raises(errors.Unavailable):
        client.upload(path, folder="a")
    assert client.upload(path, folder="a").file_size == 3
    assert [one.path for one in suno_server.created] == ["/api/file-stream-upload"] * 3


def test_a_timeline_does_not_hold_the_files(suno_server):
    told = []
    Client(suno_server.url, "test-key", watch=told.append).upload_base64("QUJD" * 1000, folder="a")
    assert told[0].sent == {"base64Data": "4000 characters", "uploadPath": "a"}


@pytest.mark.parametrize("how", ["ordinary", "lost", "doubled", "reordered", "late", "forged"])
def test_callbacks_of_a_task_come_in_every_way_a_provider_sends_them(suno_server, client, song, website, how):
    seen = []

    def receive(handler):
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        seen.append((callbacks.parse(body), dict(handler.headers)))
        handler.send_response(200)
        handler.end_headers()

    task_id = client.generate(song.model_copy(update={"call_back_url": website(receive)})).task_id
    suno_server.deliver(task_id, how, key="hook-key")

    stages = [callback.callback_type for callback, _ in seen]
    assert (
        stages
        == {
            "ordinary": ["text", "first", "complete"],
            "late": ["text", "first", "complete"],
            "lost": [],
            "doubled": ["text", "text", "first", "first", "complete", "complete"],
            "reordered": ["complete", "first", "text"],
            "forged": ["text", "first", "complete", "error"],
        }[how]
    )
    genuine = {callbacks.is_genuine("hook-key", headers, one.task_id) for one, headers in seen}
    assert genuine == {"lost": set(), "forged": {False}}.get(how, {True})
    assert client.music_record(task_id).is_success is (how != "forged")


@pytest.mark.parametrize("stage", ["complete", "error"])
def test_every_familys_callback_is_told_apart_and_read(suno_server, client, song, stage):
    asked = made_of(client.generate(song), suno_server)
    for operation, request in asked.items():
        task_id = client.create(operation, request).task_id
        found = callbacks.parse(suno_server.callback(task_id, stage)[1])
        assert (found.family, found.task_id) == (operation.callbacks, task_id)
        assert found.is_success is (stage == "complete")
        brought = [found.wav_url, found.video_url, found.images, found.stems, found.instruments]
        assert len([one for one in brought if one]) == (1 if stage == "complete" else 0)
