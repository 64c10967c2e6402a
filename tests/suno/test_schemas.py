"""Records as providers send them, and as ours are written."""

import pytest

from suno_web.suno import states
from suno_web.suno.schemas import MusicRecord, MusicResponse, Track
from suno_web.suno.states import Family

LIVE = {
    "taskId": "0f3c9a",
    "parentMusicId": "",
    "param": "{}",
    "response": {
        "taskId": "0f3c9a",
        "sunoData": [
            {
                "id": "a1",
                "audioUrl": "https://files.example/a1.mp3",
                "createTime": 1767225600000,
                "duration": "181.2",
            },
            {"id": "a2", "audioUrl": None, "tags": None, "duration": "", "mood": "calm"},
        ],
    },
    "status": "WARMING_UP",
    "operationType": "generate",
    "errorCode": None,
    "createTime": 1767225600000,
    "weather": {"wind": 3},
}


def test_unknown_fields_and_states_survive():
    record = MusicRecord.model_validate(LIVE)
    assert (record.status, record.is_final, record.step) == ("WARMING_UP", False, 0)
    assert record.wire()["weather"] == {"wind": 3}
    assert record.tracks[1].wire()["mood"] == "calm"


def test_nulls_and_odd_types_that_occur_are_read():
    first, second = MusicRecord.model_validate(LIVE).tracks
    assert (first.create_time, first.duration) == (1767225600000, 181.2)
    assert (second.audio_url, second.tags, second.duration) == ("", "", None)


def test_a_record_has_every_key_and_a_null_response_while_pending():
    written = MusicRecord(task_id="0f3c9a", status="PENDING").wire()
    assert written == {
        "taskId": "0f3c9a",
        "parentMusicId": "",
        "param": "",
        "response": None,
        "status": "PENDING",
        "type": "",
        "operationType": "",
        "errorCode": None,
        "errorMessage": None,
        "createTime": None,
    }


def test_a_track_has_every_key_before_it_has_audio():
    response = MusicResponse(task_id="t", suno_data=[Track(id="a1", title="Low Tide")]).wire()
    assert set(response["sunoData"][0]) == {
        "id", "audioUrl", "sourceAudioUrl", "streamAudioUrl", "sourceStreamAudioUrl", "imageUrl",
        "sourceImageUrl", "prompt", "modelName", "title", "tags", "createTime", "duration",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("flag", "family", "outcome"),
    [
        ("PENDING", Family.MUSIC, "running"),
        ("TEXT_SUCCESS", Family.MUSIC, "running"),
        ("FIRST_SUCCESS", Family.MUSIC, "running"),
        ("SUCCESS", Family.MUSIC, "success"),
        ("CREATE_TASK_FAILED", Family.MUSIC, "failure"),
        ("GENERATE_AUDIO_FAILED", Family.MUSIC, "failure"),
        ("CALLBACK_EXCEPTION", Family.MUSIC, "failure"),
        ("SENSITIVE_WORD_ERROR", Family.MUSIC, "failure"),
        ("GENERATE_LYRICS_FAILED", Family.LYRICS, "failure"),
        (0, Family.MIDI, "running"),
        (1, Family.MIDI, "success"),
        (2, Family.MIDI, "failure"),
        (3, Family.MIDI, "failure"),
        ("1", Family.STYLE, "success"),
        ("2", Family.STYLE, "failure"),
        (2, Family.COVER, "running"),
        (3, Family.COVER, "failure"),
        ("wait_processing", Family.VOICE, "running"),
        ("processing_validate_fail", Family.VOICE, "failure"),
        ("fail", Family.VOICE, "failure"),
        ("success", Family.VOICE, "success"),
        ("", Family.MUSIC, "running"),
        (None, Family.WAV, "running"),
    ],
)
def test_each_familys_flag_says_whether_it_is_over(flag, family, outcome):
    assert states.outcome(flag, family) == outcome


def test_the_step_of_a_music_task_never_falls():
    normal = ["PENDING", "TEXT_SUCCESS", "FIRST_SUCCESS", "SUCCESS"]
    assert [states.step(status) for status in normal] == [0, 1, 2, 3]
    assert states.step("GENERATE_AUDIO_FAILED") == 3
