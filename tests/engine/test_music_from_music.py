"""Music made from other music, through our own client: what each call promises, end to end."""

import io
from pathlib import Path

import pytest
import requests
import soundfile

from suno_web.suno import errors, operations, schemas
from suno_web.suno.client import Client
from tests.engine.running import made

MODEL = {"model": "V5"}


@pytest.fixture(scope="session")
def recording(serving, song, tmp_path_factory) -> str:
    """The song as if it came from elsewhere: the address of an upload of it."""
    path: Path = tmp_path_factory.mktemp("recording") / "tide.mp3"
    path.write_bytes(requests.get(song.tracks[0].audio_url, timeout=30).content)
    return str(serving[0].upload(path, folder="audio", name="tide.mp3").download_url)


def heard(track: schemas.Track) -> float:
    """The length of a take's audio, which is loud and lasts as long as it says."""
    answer = requests.get(track.audio_url, timeout=30)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "audio/mpeg")
    audio, rate = soundfile.read(io.BytesIO(answer.content))
    assert abs(audio).max() > 0.05
    assert len(audio) / rate == pytest.approx(track.duration, abs=0.1)
    return len(audio) / rate


def check(record: schemas.MusicRecord, operation: str, *, takes: int = 2) -> None:
    assert (record.status, record.error_message) == ("SUCCESS", None)
    assert (record.operation_type, len(record.tracks)) == (operation, takes)
    assert len({requests.get(track.audio_url, timeout=30).content for track in record.tracks}) == takes
    for track in record.tracks:
        heard(track)
        assert requests.get(track.image_url, timeout=30).content[:3] == b"\xff\xd8\xff"


def test_song_is_continued_with_its_beginning_kept(suno: Client, song):
    source = song.tracks[0]
    words = "[Chorus]\nOh the tide comes home again"
    record = made(
        suno, operations.EXTEND, defaultParamFlag=True, audioId=source.id, continueAt=10,
        prompt=words, style="folk, 10 seconds", title="High Tide", **MODEL,
    )  # fmt: skip

    check(record, "extend")
    assert record.parent_music_id == source.id
    for track in record.tracks:
        assert track.title == "High Tide"
        assert track.duration > 10
        assert "home again" in track.prompt
        sung = suno.timestamped_lyrics(record.task_id, track.id).aligned_words
        assert [word.word.strip() for word in sung if "again" in word.word]


def test_unknown_track_is_accepted_and_fails_in_its_task(suno: Client):
    before = suno.credits()
    record = made(suno, operations.EXTEND, defaultParamFlag=False, audioId="unknown", **MODEL)

    assert (record.status, record.error_code, record.tracks) == ("CREATE_TASK_FAILED", 400, [])
    assert "audioId" in (record.error_message or "")
    assert suno.credits() == before


def test_continuation_keeps_to_its_source(suno: Client, song):
    wish = {"defaultParamFlag": True, "audioId": song.tracks[0].id, "prompt": "x", "style": "y", "title": "z"}
    with pytest.raises(errors.Invalid, match="continueAt"):
        made(suno, operations.EXTEND, **wish, continueAt=900, **MODEL)
    with pytest.raises(errors.Invalid, match="model"):
        made(suno, operations.EXTEND, **wish, continueAt=5, model="V4")


def test_section_is_replaced_in_one_take(suno: Client, song, receiver):
    source = song.tracks[0]
    record = made(
        suno, operations.REPLACE_SECTION, taskId=song.task_id, audioId=source.id, prompt="A new line to sing",
        tags="folk", title="Low Tide", infillStartS=6, infillEndS=13, callBackUrl=receiver.url,
    )  # fmt: skip

    check(record, "replace_section", takes=1)
    assert record.tracks[0].duration == pytest.approx(source.duration, abs=3)
    assert [stage for stage, _ in receiver.stages] == ["complete"]


def test_more_than_half_of_a_song_is_not_replaced(suno: Client, song):
    with pytest.raises(errors.Invalid, match="half"):
        made(
            suno, operations.REPLACE_SECTION, taskId=song.task_id, audioId=song.tracks[0].id, prompt="x",
            tags="x", title="x", infillStartS=1, infillEndS=19,
        )  # fmt: skip


def test_upload_is_covered_in_another_style(suno: Client, recording, song):
    record = made(
        suno, operations.UPLOAD_COVER, uploadUrl=recording, customMode=True, instrumental=True,
        style="jazz", title="Blue Tide", prompt="", **MODEL,
    )  # fmt: skip

    check(record, "upload_cover")
    assert all("jazz" in track.tags for track in record.tracks)
    assert record.tracks[0].duration == pytest.approx(song.tracks[0].duration, abs=6)


def test_upload_is_continued(suno: Client, recording):
    record = made(
        suno, operations.UPLOAD_EXTEND, uploadUrl=recording, defaultParamFlag=True, instrumental=True,
        continueAt=10, style="folk, 10 seconds", title="High Tide", **MODEL,
    )  # fmt: skip

    check(record, "upload_extend")
    assert record.parent_music_id == ""
    assert all(track.duration > 10 for track in record.tracks)


def test_recording_gets_a_band(suno: Client, recording):
    wish = {"uploadUrl": recording, "title": "Backed", "tags": "rock", "negativeTags": ""}

    check(made(suno, operations.ADD_INSTRUMENTAL, **wish), "add_instrumental")


def test_recording_gets_a_voice(suno: Client, recording):
    record = made(
        suno, operations.ADD_VOCALS, uploadUrl=recording, title="Sung", style="pop", negativeTags="",
        prompt="[Verse]\nHello night\nGoodbye day",
    )  # fmt: skip

    check(record, "add_vocals")
    words = suno.timestamped_lyrics(record.task_id, record.tracks[0].id)
    assert "night" in " ".join(word.word for word in words.aligned_words)


def test_two_recordings_become_one(suno: Client, recording, song):
    urls = [song.tracks[1].audio_url, recording]
    record = made(suno, operations.MASHUP, uploadUrlList=urls, customMode=False, prompt="blend them", **MODEL)

    check(record, "mashup")


def test_sounds_are_made(suno: Client):
    check(made(suno, operations.SOUNDS, prompt="short rain loop", soundLoop=True, soundTempo=90), "sounds")


def test_persona_sings_in_the_voice_it_was_made_of(suno: Client, song):
    wish = schemas.PersonaRequest(
        task_id=song.task_id, audio_id=song.tracks[1].id, name="Ebb", description="calm", vocal_end=18
    )
    persona = suno.persona(wish)
    assert (persona.name, persona.description) == ("Ebb", "calm")
    with pytest.raises(errors.Duplicate):
        suno.persona(wish)

    record = made(
        suno, operations.GENERATE, customMode=True, instrumental=False, prompt="Nothing but the sea",
        style="12 seconds", title="Ebb", personaId=persona.persona_id, **MODEL,
    )  # fmt: skip
    assert record.status == "SUCCESS"
    assert all("female" in track.tags for track in record.tracks)


def test_unknown_persona_fails_the_task(suno: Client):
    record = made(
        suno, operations.GENERATE, customMode=True, instrumental=True, style="folk", title="x",
        personaId="unknown", **MODEL,
    )  # fmt: skip

    assert (record.status, record.error_code) == ("CREATE_TASK_FAILED", 400)
