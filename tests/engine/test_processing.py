"""What is made of a finished take, through our own client."""

import io

import av
import numpy as np
import pytest
import requests
import soundfile
from PIL import Image

from suno_web.suno import errors, operations, schemas
from suno_web.suno.client import Client
from tests.engine.running import made


@pytest.fixture
def source(song) -> dict[str, str]:
    return {"taskId": song.task_id, "audioId": song.tracks[0].id}


def sound(url: str, content_type: str) -> np.ndarray:
    answer = requests.get(url, timeout=30)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, content_type)
    audio, rate = soundfile.read(io.BytesIO(answer.content), always_2d=True)
    assert rate == 44100
    return audio


@pytest.fixture(scope="session")
def separation(serving, song) -> schemas.StemsRecord:
    """The first take taken apart."""
    wish = {"taskId": song.task_id, "audioId": song.tracks[0].id, "type": "split_stem"}
    return made(serving[0], operations.STEMS, **wish)


def test_wav_has_24_bits_and_is_made_once(suno: Client, source, song, receiver):
    before = suno.credits()
    record = made(suno, operations.WAV, **source, callBackUrl=receiver.url)

    assert (record.success_flag, record.music_id, record.music_index) == ("SUCCESS", source["audioId"], 0)
    content = requests.get(record.audio_url, timeout=30).content
    info = soundfile.info(io.BytesIO(content))
    assert (info.format, info.subtype, info.samplerate) == ("WAV", "PCM_24", 44100)
    assert info.duration == pytest.approx(song.tracks[0].duration, abs=0.01)
    assert [body["data"]["audioWavUrl"] for body in receiver.bodies] == [record.audio_url]
    with pytest.raises(errors.Duplicate, match="WAV record already exists"):
        made(suno, operations.WAV, **source)
    assert float(before - suno.credits()) == pytest.approx(0.4)


def test_song_is_taken_apart_into_what_it_is_made_of(suno: Client, separation):
    assert (separation.success_flag, separation.response.instrumental_url) == ("SUCCESS", None)
    assert {"vocal", "bass", "guitar"} <= separation.stems.keys()
    parts = {name: sound(url, "audio/flac") for name, url in separation.stems.items()}
    assert len({len(part) for part in parts.values()}) == 1
    assert [part.id for part in separation.response.origin_data]


def test_every_separation_is_charged(suno: Client, source):
    before = suno.credits()
    records = [made(suno, operations.STEMS, **source) for _ in range(2)]

    for record in records:
        assert set(record.stems) == {"vocal", "instrumental"}
        sound(record.stems["vocal"], "audio/mpeg")
    assert before - suno.credits() == 20


def test_one_instrument_is_taken_out(suno: Client, source):
    advanced = source | {"type": "split_stem_advanced"}
    record = made(suno, operations.STEMS, **advanced, stemName="Acoustic Guitar")
    missing = made(suno, operations.STEMS, **advanced, stemName="Trumpet")

    assert list(record.stems) == ["guitar"]
    assert missing.success_flag == "CREATE_TASK_FAILED"
    assert "Trumpet" in missing.error_message


def test_notes_of_a_separation_are_those_of_the_score(suno: Client, separation):
    whole = made(suno, operations.MIDI, taskId=separation.task_id)
    stem = next(part for part in separation.response.origin_data if part.stem_type_group_name == "Bass")
    bass = made(suno, operations.MIDI, taskId=separation.task_id, audioId=stem.id)

    assert (whole.success_flag, whole.midi_data.state) == (1, "complete")
    assert {"Vocals", "Bass"} <= {one.name for one in whole.instruments}
    assert [one.name for one in bass.instruments] == ["Bass"]
    for one in whole.instruments:
        assert all(0 <= note.pitch <= 127 and note.start < note.end for note in one.notes)
    with pytest.raises(errors.Invalid, match="Record does not exist"):
        made(suno, operations.MIDI, taskId=separation.task_id, audioId="unknown")


def test_video_shows_and_sounds_as_long_as_the_song(suno: Client, source, song):
    record = made(suno, operations.VIDEO, **source, author="Ann", domainName="tide.example")

    assert (record.success_flag, record.progress) == ("SUCCESS", 1.0)
    answer = requests.get(record.video_url, timeout=30)
    assert answer.headers["Content-Type"] == "video/mp4"
    with av.open(io.BytesIO(answer.content)) as film:
        picture, track = film.streams.video[0], film.streams.audio[0]
        assert (picture.codec_context.name, picture.height, track.codec_context.name) == ("h264", 720, "aac")
        assert film.duration / av.time_base == pytest.approx(song.tracks[0].duration, abs=0.5)


def test_two_covers_are_painted_once(suno: Client, song):
    record = made(suno, operations.COVER_IMAGES, taskId=song.task_id)

    assert (record.success_flag, record.parent_task_id) == (1, song.task_id)
    first, second = (requests.get(url, timeout=30).content for url in record.images)
    assert first != second
    assert Image.open(io.BytesIO(first)).format == "PNG"
    with pytest.raises(errors.Refused) as repeated:
        made(suno, operations.COVER_IMAGES, taskId=song.task_id)
    assert (repeated.value.code, repeated.value.data) == (400, {"taskId": record.task_id})


def test_what_is_unknown_is_refused(suno: Client, source, song):
    for operation in (operations.WAV, operations.STEMS, operations.VIDEO):
        with pytest.raises(errors.Invalid, match="Record does not exist"):
            made(suno, operation, taskId=song.task_id, audioId="unknown")
    for operation in (operations.MIDI, operations.COVER_IMAGES):
        with pytest.raises(errors.Invalid, match="Record does not exist"):
            made(suno, operation, taskId="unknown")
    with pytest.raises(errors.Invalid, match="Record does not exist"):
        suno.record(operations.WAV_RECORD, song.task_id)


def test_links_last_and_lead_to_our_own_files_only(suno: Client, song):
    url = song.tracks[0].audio_url
    answer = requests.get(suno.download_url(url), timeout=30)

    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.content == requests.get(url, timeout=30).content
    with pytest.raises(errors.Invalid, match="url is wrong"):
        suno.download_url("https://elsewhere.example/song.mp3")
