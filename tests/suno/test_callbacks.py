"""Callbacks as they are written, signed and read."""

import json

import pytest

from suno_web.suno import callbacks
from suno_web.suno.schemas import Lyrics, MidiInstrument, MidiNote, Track
from suno_web.suno.states import Family

KEY, TASK, AT = "demo-hmac-key", "ee9c2715375b7837f8bb51d641ff5863", 1769670760
SIGNATURE = "T3f4ME1lIMtlKpMUXa0snTp68MYvqBl3XvBf1Rx14H8="


def test_the_contracts_test_vector():
    assert callbacks.sign(KEY, TASK, AT) == SIGNATURE
    assert callbacks.headers(KEY, TASK, now=AT + 0.9) == {
        "X-Webhook-Timestamp": str(AT), "X-Webhook-Signature": SIGNATURE,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "now", "genuine"),
    [
        ({}, AT, True),
        ({}, AT + 299, True),
        ({}, AT - 299, True),
        ({}, AT + 301, False),
        ({}, AT - 301, False),
        ({"X-Webhook-Signature": ""}, AT, False),
        ({"X-Webhook-Signature": "é"}, AT, False),
        ({"X-Webhook-Timestamp": str(AT + 1)}, AT, False),
        ({"X-Webhook-Timestamp": "soon"}, AT, False),
        ({"X-Webhook-Timestamp": "9" * 5000}, AT, False),
    ],
)
def test_only_a_fresh_signature_of_this_task_is_genuine(changed, now, genuine):
    received = callbacks.headers(KEY, TASK, now=AT) | changed
    assert callbacks.is_genuine(KEY, received, TASK, now=now) is genuine


def test_a_signature_for_another_task_or_by_another_key_is_not_genuine():
    received = callbacks.headers(KEY, TASK, now=AT)
    assert not callbacks.is_genuine(KEY, received, "another", now=AT)
    assert not callbacks.is_genuine("another", received, TASK, now=AT)


TRACK = Track(
    id="a1", audio_url="https://files.example/a1.mp3", title="Low Tide", duration=181.2, create_time="2026"
)


def test_a_music_callback_is_snake_case_except_for_two_names():
    body = callbacks.music("0f3c9a", "first", [TRACK])
    assert (body["code"], body["msg"]) == (200, "First track generated successfully.")
    assert body["data"]["callbackType"] == "first"
    assert body["data"]["task_id"] == "0f3c9a"
    assert body["data"]["data"] == [
        {
            "id": "a1",
            "audio_url": "https://files.example/a1.mp3",
            "source_audio_url": "",
            "stream_audio_url": "",
            "source_stream_audio_url": "",
            "image_url": "",
            "source_image_url": "",
            "prompt": "",
            "model_name": "",
            "title": "Low Tide",
            "tags": "",
            "createTime": "2026",
            "duration": 181.2,
        }
    ]


@pytest.mark.parametrize(
    ("operation", "data"),
    [
        ("generate", {"callbackType": "error", "task_id": "t", "data": None}),
        ("add_vocals", {"callbackType": "error", "task_id": "t", "data": None}),
        ("extend", {"callbackType": "error", "task_id": "t", "data": []}),
        ("upload_cover", {"callbackType": "error", "task_id": "t", "data": []}),
        ("replace_section", {"callbackType": "error", "task_id": "t", "error": "Audio generation failed"}),
    ],
)
def test_a_failed_music_task_has_its_operations_shape(operation, data):
    assert callbacks.music("t", "error", operation=operation) == {
        "code": 501, "msg": "Audio generation failed", "data": data,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("operation", "msg"),
    [
        ("generate", "Text generation completed successfully."),
        ("extend", "Text generation completed."),
    ],
)
def test_the_text_stage_is_announced_in_the_operations_words(operation, msg):
    assert callbacks.music("t", "text", operation=operation)["msg"] == msg


def test_failed_lyrics_say_complete_and_differ_by_code():
    body = callbacks.lyrics("77aa", code=400, msg="Song Description flagged for moderation")
    assert body == {
        "code": 400,
        "msg": "Song Description flagged for moderation",
        "data": {"callbackType": "complete", "task_id": "77aa", "data": None},
    }
    assert not callbacks.parse(body).is_success


NOTE = {"pitch": 73, "start": 0.036, "end": 0.182, "velocity": 1.0}
TWELVE = (
    "vocal", "backing_vocals", "drums", "bass", "guitar", "keyboard", "percussion",
    "strings", "synth", "fx", "brass", "woodwinds",
)  # fmt: skip


@pytest.mark.parametrize(
    ("body", "msg", "data"),
    [
        (callbacks.wav("t", "a.wav"), "success", {"task_id": "t", "audioWavUrl": "a.wav"}),
        (callbacks.mp4("t", "a.mp4"), "success", {"task_id": "t", "video_url": "a.mp4"}),
        (
            callbacks.cover("t", ["1.png", "2.png"]),
            "success",
            {"taskId": "t", "task_id": "t", "images": ["1.png", "2.png"]},
        ),
        (
            callbacks.midi("t", [MidiInstrument(name="Drums", notes=[MidiNote.model_validate(NOTE)])]),
            "success",
            {
                "taskId": "t",
                "task_id": "t",
                "state": "complete",
                "instruments": [{"name": "Drums", "notes": [NOTE]}],
            },
        ),
        (
            callbacks.stems("t", {"vocal": "v.mp3", "instrumental": "i.mp3"}),
            "vocal separation generated successfully.",
            {
                "task_id": "t",
                "vocal_separation_info": {
                    "origin_url": "", "vocal_url": "v.mp3", "instrumental_url": "i.mp3",
                },
            },
        ),
        (
            callbacks.stems("t", {"drums": "d.mp3", "piano": "p.mp3"}),
            "vocal separation generated successfully.",
            {
                "task_id": "t",
                "vocal_separation_info": {"origin_url": ""}
                | {f"{name}_url": "d.mp3" if name == "drums" else "" for name in TWELVE}
                | {"piano_url": "p.mp3"},
            },
        ),
    ],
)  # fmt: skip
def test_what_a_finished_task_calls_back_with(body, msg, data):
    assert body == {"code": 200, "msg": msg, "data": data}


@pytest.mark.parametrize(
    ("write", "code", "msg", "data"),
    [
        (
            callbacks.wav,
            500,
            "Internal Error - Please try again later",
            {"task_id": "t", "audioWavUrl": None},
        ),
        (callbacks.mp4, 500, "Internal Error - Please try again later", {"task_id": "t", "video_url": None}),
        (
            callbacks.stems,
            500,
            "Internal Error - Please try again later",
            {"task_id": "t", "vocal_separation_info": None},
        ),
        (callbacks.midi, 500, "Internal Error - Please try again later", {"taskId": "t", "task_id": "t"}),
        (
            callbacks.cover,
            501,
            "Cover generation failed",
            {"taskId": "t", "task_id": "t", "images": None},
        ),
    ],
)
def test_a_failed_task_keeps_its_familys_keys_with_nothing_in_them(write, code, msg, data):
    assert write("t", code=code) == {"code": code, "msg": msg, "data": data}


def test_every_familys_result_is_read_as_it_was_written():
    assert callbacks.parse(callbacks.wav("t", "a.wav")).wav_url == "a.wav"
    assert callbacks.parse(callbacks.mp4("t", "a.mp4")).video_url == "a.mp4"
    assert callbacks.parse(callbacks.cover("t", ["1.png"])).images == ["1.png"]
    assert callbacks.parse(callbacks.stems("t", {"drums": "d", "piano": "p"})).stems == {
        "drums": "d", "piano": "p",
    }  # fmt: skip
    (piano,) = callbacks.parse(callbacks.midi("t", [MidiInstrument(name="Piano")])).instruments
    assert (piano.name, piano.notes) == ("Piano", [])


@pytest.mark.parametrize(
    ("write", "family"),
    [
        (callbacks.wav, Family.WAV),
        (callbacks.stems, Family.STEMS),
        (callbacks.midi, Family.MIDI),
        (callbacks.mp4, Family.MP4),
        (callbacks.cover, Family.COVER),
    ],
)
def test_a_failure_brings_nothing_and_still_tells_its_family(write, family):
    found = callbacks.parse(write("t", code=500))
    assert (found.family, found.is_success, found.task_id) == (family, False, "t")
    assert (found.wav_url, found.video_url, found.images, found.stems, found.instruments) == (
        "", "", [], {}, (),
    )  # fmt: skip


def test_note_times_may_be_text():
    notes = [{"pitch": 60, "start": "0.5", "end": "1.25"}]
    data = {"taskId": "t", "state": "complete", "instruments": [{"name": "Bass", "notes": notes}]}
    (bass,) = callbacks.parse({"code": 200, "data": data}).instruments
    assert [(note.start, note.end, note.velocity) for note in bass.notes] == [(0.5, 1.25, 1.0)]


def test_a_providers_callback_is_genuine_and_read(suno_server, client, song):
    """The fake provider signs and writes by the contract's text, we check and read by our code."""
    task_id = client.generate(song).task_id
    suno_server.advance(task_id, "FIRST_SUCCESS")
    headers, body = suno_server.callback(task_id, "first", key=KEY)
    assert callbacks.is_genuine(KEY, headers, callbacks.task_id_of(body))
    callback = callbacks.parse(json.dumps(body))
    assert (callback.task_id, callback.callback_type, callback.is_success) == (task_id, "first", True)
    assert list(callback.tracks) == client.music_record(task_id).tracks


def test_a_delivered_callback_is_answered(suno_server, client, song, website):
    seen = []

    def receive(handler):
        seen.append(json.loads(handler.rfile.read(int(handler.headers["Content-Length"]))))
        handler.send_response(200 if len(seen) == 1 else 409)
        handler.end_headers()

    address = website(receive)
    task_id = client.generate(song.model_copy(update={"call_back_url": address})).task_id
    assert [suno_server.call_back(task_id), suno_server.call_back(task_id, "text")] == [200, 409]
    assert [body["data"]["callbackType"] for body in seen] == ["complete", "text"]


def test_what_is_written_is_read_again():
    music = callbacks.parse(callbacks.music("t", "complete", [TRACK, TRACK]))
    assert (music.task_id, music.callback_type, music.family, music.is_success) == (
        "t",
        "complete",
        Family.MUSIC,
        True,
    )
    assert music.tracks == (TRACK, TRACK)

    one = Lyrics(text="[Verse]\nTide", title="Tide", status="complete")
    lyrics = callbacks.parse(callbacks.lyrics("t", [one]))
    assert (lyrics.family, lyrics.lyrics) == (Family.LYRICS, (one,))


@pytest.mark.parametrize(
    ("data", "task_id", "family"),
    [
        ({"task_id": "88bb", "audioWavUrl": "https://files.example/a1.wav"}, "88bb", Family.WAV),
        ({"task_id": "88bb", "audioWavUrl": None}, "88bb", Family.WAV),
        ({"task_id": "99cc", "vocal_separation_info": {"vocal_url": "x"}}, "99cc", Family.STEMS),
        ({"taskId": "aadd", "state": "complete", "instruments": []}, "aadd", Family.MIDI),
        ({"task_id": "bbee", "video_url": "x"}, "bbee", Family.MP4),
        ({"taskId": "ccff", "images": ["x"]}, "ccff", Family.COVER),
        ({"taskId": "dd", "validateInfo": "sing", "status": "wait_validating"}, "dd", Family.VOICE),
        ({"callbackType": "error", "task_id": "t"}, "t", Family.MUSIC),
    ],
)
def test_every_familys_callback_is_read(data, task_id, family):
    found = callbacks.parse({"code": 200, "msg": "success", "data": data})
    assert (found.task_id, found.family, found.data) == (task_id, family, data)


def test_null_missing_and_empty_tracks_are_alike():
    for data in ({"data": None}, {"data": []}, {}):
        whole = {"code": 501, "msg": "no", "data": {"task_id": "t", "callbackType": "error", **data}}
        assert callbacks.parse(whole).tracks == ()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b"null",
        b"{}",
        b'{"data": "x"}',
        b'{"data": {"task_id": ""}}',
        b"[" * 100_000,
    ],
)
def test_what_is_no_callback_is_unreadable(body):
    with pytest.raises(callbacks.Unreadable):
        callbacks.parse(body)


@pytest.mark.parametrize("data", [5, "tracks", {"id": "x"}, [[1]], [{"id": {"no": "id"}}]])
def test_odd_tracks_never_crash_the_receiver(data):
    body = {"code": "200", "msg": None, "data": {"task_id": 7, "data": data}}
    try:
        assert callbacks.parse(body).task_id == "7"
    except callbacks.Unreadable:
        assert data == [{"id": {"no": "id"}}]
