"""The files of a take: played, downloaded, looked at by members alone."""

import io
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from suno_web.credits import ledger
from suno_web.studio.models import Generation, Track
from tests.provider import media
from tests.provider.script import Answer


def jpeg(pixels: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (pixels, pixels), "coral").save(buffer, "JPEG")
    return buffer.getvalue()


@pytest.fixture
def song(project, bob) -> Generation:
    return Generation.objects.create(
        project=project, requested_by=bob, model="V5", status="waiting", stage="TEXT_SUCCESS"
    )


@pytest.fixture
def archived(song) -> Track:
    track = Track(
        generation=song, take=1, audio_id="a", title="Last Train / Home", archived_at=timezone.now()
    )
    track.audio.save("audio.mp3", ContentFile(media.mp3(0)), save=False)
    track.image.save("cover", ContentFile(jpeg(1024)), save=False)
    track.save()
    return track


def at(name: str, track: Track) -> str:
    return reverse(f"studio:{name}", args=[track.pk])


def body(response) -> bytes:
    return b"".join(response.streaming_content)


def test_an_archived_take_is_served_in_ranges(client_for, bob, archived):
    client = client_for(bob)
    whole = client.get(at("track_audio", archived))
    part = client.get(at("track_audio", archived), headers={"Range": "bytes=10-19"})
    assert (whole.status_code, whole.headers["Content-Type"], body(whole)) == (
        200,
        "audio/mpeg",
        media.mp3(0),
    )
    assert (part.status_code, body(part)) == (206, media.mp3(0)[10:20])


def test_a_download_has_the_name_of_the_song(client_for, bob, archived):
    name = client_for(bob).get(at("track_download", archived)).headers["Content-Disposition"]
    assert name == "attachment; filename*=utf-8''Last%20Train%20%20%20Home%20%E2%80%93%20take%201.mp3"


def test_a_take_that_still_renders_plays_from_the_stream_and_cannot_be_downloaded(client_for, bob, song):
    track = Track.objects.create(generation=song, take=1, audio_id="a", stream_url="http://127.0.0.1:9/s.mp3")
    client = client_for(bob)
    assert client.get(at("track_audio", track)).headers["Location"] == at("track_stream", track)
    assert client.get(at("track_download", track)).status_code == 404


def test_a_take_without_sound_or_cover_is_not_found(client_for, bob, song):
    track = Track.objects.create(generation=song, take=1, audio_id="a")
    client = client_for(bob)
    assert [client.get(at(name, track)).status_code for name in ("track_audio", "track_image")] == [404, 404]


@pytest.mark.parametrize(
    ("size", "pixels", "kind"), [("", 1024, "JPEG"), ("small", 96, "WEBP"), ("medium", 512, "WEBP")]
)
def test_a_cover_comes_in_the_size_asked_for(client_for, bob, archived, size, pixels, kind):
    response = client_for(bob).get(at("track_image", archived), {"size": size})
    image = Image.open(io.BytesIO(body(response)))
    assert (image.size, image.format) == ((pixels, pixels), kind)
    assert response.headers["Content-Type"] == f"image/{kind.lower()}"


def test_a_lost_file_is_not_found_rather_than_an_error(client_for, bob, archived):
    archived.audio.storage.delete(archived.audio.name)
    archived.image.storage.delete(archived.image.name)
    client = client_for(bob)
    assert [client.get(at(name, archived)).status_code for name in ("track_audio", "track_image")] == [
        404,
        404,
    ]


def test_peaks_and_words_are_given_to_the_player(client_for, bob, archived):
    archived.peaks, archived.duration, archived.words = (
        [0.5, 1],
        2.0,
        [{"word": "Last", "startS": 0, "endS": 1}],
    )
    archived.save()
    client = client_for(bob)
    assert client.get(at("track_peaks", archived)).json() == {
        "peaks": [0.5, 1],
        "duration": 2.0,
        "ready": True,
    }
    assert client.get(at("track_words", archived)).json() == {
        "words": archived.words,
        "lyrics": archived.lyrics,
    }


@pytest.fixture
def sung(sent, suno, look, archive) -> Track:
    """A take with lyrics on our disk."""
    suno.advance(sent.task_id, "SUCCESS")
    look(sent)
    return archive(sent).tracks.get(take=1)


def test_synced_lyrics_are_bought_once_and_then_shown(client_for, bob, sung, team):
    client = client_for(bob)
    before = ledger.balance(team).spent_this_month
    part = client.post(at("sync_lyrics", sung), headers={"HX-Request": "true"}).content.decode()
    again = client.post(at("sync_lyrics", sung))
    sung.refresh_from_db()
    assert "<synced-lyrics" in part
    assert again.headers["Location"] == at("track", sung)
    assert client.get(at("track_words", sung)).json()["words"] == sung.words != []
    assert ledger.balance(team).spent_this_month - before == Decimal("0.5")


def test_synced_lyrics_that_fail_cost_nothing_and_say_so(client_for, bob, sung, suno, team):
    suno.answers = [Answer({"code": 500, "msg": "broken", "data": None}, to="/get-timestamped-lyrics")] * 9
    before = ledger.balance(team).available
    part = client_for(bob).post(at("sync_lyrics", sung), headers={"HX-Request": "true"}).content.decode()
    without = client_for(bob).post(at("sync_lyrics", sung), follow=True).content.decode()
    assert 'role="alert"' in part
    assert 'class="notice bad"' in without
    assert ledger.balance(team).available == before
