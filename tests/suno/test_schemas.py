"""Records as providers send them, and as ours are written."""

import pytest

from suno_web.suno import states
from suno_web.suno.schemas import (
    BoostedStyle,
    CoverRecord,
    MidiRecord,
    MusicRecord,
    MusicResponse,
    StemsRecord,
    TimestampedLyrics,
    Track,
    VideoRecord,
    WavRecord,
)
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


def test_what_was_paid_for_is_read_with_gaps_in_it():
    style = BoostedStyle.model_validate({"result": "warm", "creditsConsumed": "", "creditsRemaining": "99.6"})
    assert (style.result, style.credits_consumed, style.credits_remaining) == ("warm", None, 99.6)
    words = [{"word": "Low ", "startS": "0.5", "endS": None, "success": None, "palign": ""}, None]
    lyrics = TimestampedLyrics.model_validate({"alignedWords": words, "waveformData": None})
    assert [(one.word, one.start_s, one.end_s) for one in lyrics.aligned_words] == [("Low ", 0.5, 0.0)]


def test_an_object_is_read_where_its_json_was_promised():
    record = MusicRecord.model_validate({"taskId": 7, "param": {"prompt": "rain"}, "errorMessage": ["a"]})
    assert (record.task_id, record.param, record.error_message) == ("7", '{"prompt": "rain"}', '["a"]')


@pytest.mark.parametrize(
    ("kind", "sent", "word", "is_success"),
    [
        (WavRecord, {"successFlag": 1}, "1", True),
        (WavRecord, {"successFlag": None}, "", False),
        (StemsRecord, {"successFlag": "SUCCESS", "musicIndex": "1"}, "SUCCESS", True),
        (MidiRecord, {"successFlag": "1", "recordTaskId": "-1"}, "1", True),
        (MidiRecord, {"successFlag": 1.0}, "1", True),
        (CoverRecord, {"successFlag": "SUCCESS", "errorCode": "200"}, "SUCCESS", True),
        (CoverRecord, {"successFlag": 2}, "2", False),
        (VideoRecord, {"successFlag": "SUCCESS", "createTime": 1767225600000.5}, "SUCCESS", True),
    ],
)
def test_flags_are_words_or_numbers(kind, sent, word, is_success):
    record = kind.model_validate({"taskId": "t"} | sent)
    assert (record.status_word, record.is_success) == (word, is_success)


def test_files_of_a_record_without_a_response_are_none():
    assert WavRecord(task_id="t").audio_url == VideoRecord(task_id="t").video_url == ""
    assert StemsRecord(task_id="t").stems == {}
    assert MidiRecord(task_id="t").instruments == CoverRecord(task_id="t").images == []
    images = {"images": ["https://files.example/1.png", None]}
    assert CoverRecord.model_validate({"taskId": "t", "response": images}).images == images["images"][:1]


def test_a_video_may_tell_how_far_it_is():
    assert VideoRecord.model_validate({"taskId": "t", "progress": 0.4}).progress == 0.4
    assert VideoRecord(task_id="t").progress is None
