"""Both ends of the contract: our own client asks the engine over HTTP."""

from decimal import Decimal

import pytest

from suno_web.suno import errors, schemas
from suno_web.suno.client import Client
from tests.engine.conftest import KEY, SONG


@pytest.fixture
def suno(live_server) -> Client:
    return Client(f"{live_server.url}/engine", KEY)


def test_client_gets_a_song_from_the_engine(suno, work, receiver, live_server, settings):
    settings.ENGINE_URL = f"{live_server.url}/engine"
    wish = schemas.GenerateRequest.model_validate(SONG | {"callBackUrl": receiver.url})

    task_id = suno.generate(wish).task_id
    before = suno.music_record(task_id)
    work()
    after = suno.music_record(task_id)

    assert before
    assert (before.status, before.response, before.is_final) == ("PENDING", None, False)
    assert after
    assert (after.is_success, after.step, len(after.tracks)) == (True, 3, 2)
    for track in after.tracks:
        song = suno._session.get(track.audio_url)
        assert (song.status_code, song.headers["Content-Type"]) == (200, "audio/mpeg")
        assert suno._session.get(track.image_url).content[:3] == b"\xff\xd8\xff"
    assert suno.credits() == Decimal(100_000 - 12)
    assert [stage for stage, _ in receiver.stages] == ["text", "first", "complete"]


def test_client_gets_lyrics_styles_and_word_times(suno, work):
    task_id = suno.lyrics(
        schemas.LyricsRequest(prompt="the sea", call_back_url="http://127.0.0.1:9/")
    ).task_id
    work()

    record = suno.lyrics_record(task_id)
    assert record
    assert (record.is_success, len(record.variants)) == (True, 3)
    assert suno.boost_style("rock").result.startswith("rock, ")
    assert suno.music_record(task_id) is None


def test_client_is_told_why_it_is_refused(suno, live_server):
    with pytest.raises(errors.Unauthorized):
        Client(f"{live_server.url}/engine", "wrong").credits()
    with pytest.raises(errors.NotFound):
        suno.timestamped_lyrics("unknown", "unknown")
    with pytest.raises(errors.Invalid, match="callBackUrl"):
        suno.generate(schemas.GenerateRequest.model_validate(SONG | {"callBackUrl": ""}))
