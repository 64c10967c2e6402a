"""Our client against a provider that does everything a provider has been seen to do."""

import json
import time
from decimal import Decimal

import pytest

from suno_web.suno import errors, transport
from suno_web.suno.client import Client, Exchange
from suno_web.suno.schemas import LyricsRequest
from tests.provider.script import Answer

# As they are outside of tests.
PAUSES = transport.BACK_OFF
ADDRESSES = [
    "http://no-such-host.invalid", "not an address", "http://[", "ftp://x", "http://a..b", "http://" + "a" * 300,
    "http://\ud800", "http://*", "", "http://127.0.0.1:99999", "https://127.0.0.1:1",
]  # fmt: skip


def impatient(suno, **options):
    return Client(suno.url, "test-key", timeout=(1, 0.3), **options)


def test_a_song_is_asked_for_followed_and_found(client, suno_server, song):
    task_id = client.generate(song).task_id
    assert client.music_record(task_id).response is None

    suno_server.advance(task_id, "FIRST_SUCCESS")
    record = client.music_record(task_id)
    assert [bool(track.audio_url) for track in record.tracks] == [True, False]
    assert not record.is_final

    suno_server.advance(task_id, "SUCCESS")
    record = client.music_record(task_id)
    assert (record.is_final, record.is_success, len(record.tracks)) == (True, True, 2)
    assert record.tracks[0].duration == 3.0


def test_the_wire_carries_camel_case_the_key_and_an_ordinary_name(client, suno_server, song):
    client.generate(song)
    (sent,) = suno_server.requests
    assert (sent.method, sent.path) == ("POST", "/api/v1/generate")
    assert sent.body == {
        "prompt": "the last train home",
        "customMode": False,
        "instrumental": False,
        "model": "V5",
        "callBackUrl": "https://studio.example/callback",
        "style": "",
        "title": "",
        "negativeTags": "",
        "personaId": "",
    }
    assert sent.headers["Authorization"] == "Bearer test-key"
    assert sent.headers["User-Agent"].startswith("Mozilla/5.0")


def test_lyrics_style_words_and_credits(client, suno_server):
    task_id = client.lyrics(LyricsRequest(prompt="tides", call_back_url="https://studio.example/c")).task_id
    assert client.lyrics_record(task_id).variants == []
    suno_server.advance(task_id, "SUCCESS")
    assert [one.title for one in client.lyrics_record(task_id).variants] == ["Last Train", "Low Tide"]
    assert client.lyrics_record(task_id).is_success
    assert client.boost_style("synth-pop").result.startswith("synth-pop, warm")
    words = client.timestamped_lyrics("t", "a").aligned_words
    assert [(one.word, one.start_s, one.end_s) for one in words] == [
        ("[Verse]\nLow ", 0.25, 0.5),
        ("tide ", 0.5, 1.0),
    ]
    suno_server.credits = 5916.25
    assert client.credits() == Decimal("5916.25")


@pytest.mark.parametrize("ending", ["", "/", "/api/v1", "/api/v1/"])
def test_a_base_address_may_end_either_way(suno_server, ending):
    assert Client(suno_server.url + ending, "test-key").credits() == 1000


def test_an_unknown_task_and_a_task_of_another_family_are_nothing(client, song):
    task_id = client.generate(song).task_id
    assert client.music_record("nobody") is None
    assert client.lyrics_record(task_id) is None


@pytest.mark.parametrize(
    ("code", "msg", "kind", "try_again"),
    [
        (400, "bad", errors.Invalid, False),
        (401, "no", errors.Unauthorized, False),
        (402, "Insufficient credits", errors.OutOfCredits, False),
        (404, "gone", errors.NotFound, False),
        (409, "exists", errors.Duplicate, False),
        (413, "too long", errors.Invalid, False),
        (422, "Please enter callBackUrl.", errors.Invalid, False),
        (451, "no file", errors.Unfetchable, False),
        (433, "not enough credits", errors.OutOfCredits, False),
        (408, "too slow", errors.Unavailable, True),
        (455, "maintenance", errors.Maintenance, True),
        (500, "crash", errors.Unavailable, True),
        (501, "failed", errors.Unavailable, True),
        (505, "off", errors.Disabled, False),
        (531, "failed, returned", errors.Unavailable, True),
        (429, "The current credits are insufficient. Please top up.", errors.OutOfCredits, False),
        (405, "not enough credits", errors.OutOfCredits, False),
        (777, "new", errors.Refused, False),
    ],
)
@pytest.mark.parametrize("status", [200, 500])
def test_a_refusal_is_told_by_its_code_whatever_the_http_status(
    client, suno_server, song, code, msg, kind, try_again, status
):
    suno_server.answers = [Answer({"code": code, "msg": msg}, status=status)]
    with pytest.raises(errors.Refused) as refused:
        client.generate(song)
    assert type(refused.value) is kind
    assert (refused.value.code, refused.value.msg, refused.value.try_again) == (code, msg, try_again)
    assert (msg in str(refused.value)) is (msg != kind.default)
    assert len(suno_server.created) == 1


def test_a_wrong_key_is_refused_in_words_for_members(suno_server):
    with pytest.raises(errors.Unauthorized, match="An admin can correct it"):
        Client(suno_server.url, "wrong").credits()


def test_too_fast_is_tried_again_after_a_second(client, suno_server, song, monkeypatch):
    monkeypatch.setattr(transport, "BACK_OFF", PAUSES)
    suno_server.answers = [{"code": 429, "msg": "slow down"}]
    began = time.monotonic()
    assert client.generate(song).task_id in suno_server.tasks
    assert 1.0 <= time.monotonic() - began < 2.0
    assert len(suno_server.created) == 2
    assert len(suno_server.tasks) == 1


@pytest.mark.parametrize(
    "answer",
    [
        Answer({"code": 429, "msg": "slow down"}, status=429),
        Answer({"code": 430, "msg": "slow down"}),
        Answer({"code": 405, "msg": "slow down"}),
        Answer({"code": 433, "msg": "slow down"}),
        Answer(b"Too Many Requests", status=429),
    ],
)
def test_every_way_of_saying_too_fast_is_understood(client, suno_server, song, answer, monkeypatch):
    monkeypatch.setattr(transport, "BACK_OFF", (0.05, 0.05, 0.05))
    suno_server.answers = [answer]
    client.generate(song)
    assert len(suno_server.created) == 2


def test_pauses_grow_and_end(client, suno_server, song, monkeypatch):
    monkeypatch.setattr(transport, "BACK_OFF", (0.1, 0.2, 0.4))
    suno_server.answers = [{"code": 429, "msg": "slow down"}] * 9
    began = time.monotonic()
    with pytest.raises(errors.RateLimited):
        client.generate(song)
    assert 0.7 <= time.monotonic() - began < 1.5
    assert len(suno_server.created) == 4


def test_no_pause_goes_beyond_the_budget(suno_server, song, monkeypatch):
    monkeypatch.setattr(transport, "BACK_OFF", PAUSES)
    suno_server.answers = [{"code": 429, "msg": "slow down"}] * 9
    began = time.monotonic()
    with pytest.raises(errors.RateLimited):
        Client(suno_server.url, "test-key", budget=0.5).generate(song)
    assert time.monotonic() - began < 0.5
    assert len(suno_server.created) == 1


def test_nobody_there_certainly_accepted_nothing(suno_server, client, song):
    suno_server.close()
    with pytest.raises(errors.Unanswered) as lost:
        client.generate(song)
    assert (lost.value.maybe_accepted, lost.value.try_again) == (False, True)
    assert "cannot be reached" in str(lost.value)
    assert "Nothing was charged" in str(lost.value)


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_that_leads_nowhere_accepted_nothing(address, song):
    with pytest.raises(errors.Unanswered) as lost:
        Client(address, "test-key", budget=0).generate(song)
    assert not lost.value.maybe_accepted


@pytest.mark.parametrize(
    ("fault", "tasks"),
    [
        (Answer(delay=0.6, drop="before"), 0),
        (Answer(delay=0.6), 1),
        (Answer(drop="before"), 0),
        (Answer(drop="after"), 1),
        (Answer(b"<html>Bad gateway</html>", status=502), 0),
        (Answer(b"", status=504), 0),
        (Answer(b"", status=200), 0),
        (Answer(b'{"code": 200, "msg": "succ', status=200), 0),
        (Answer(b"[1, 2]", status=200), 0),
        (Answer(b"[" * 100_000, status=200), 0),
        (Answer({"code": 200, "data": None}), 0),
        (Answer({"code": 200, "data": {"id": "renamed"}}), 0),
        (Answer({"code": 200, "data": {"taskId": ""}}), 0),
        (Answer({"code": 200, "data": {"taskId": "t"}}, status=500), 0),
    ],
)
def test_a_lost_or_unreadable_answer_is_never_asked_for_again(suno_server, song, fault, tasks):
    suno_server.answers = [fault]
    with pytest.raises(errors.Unanswered) as lost:
        impatient(suno_server).generate(song)
    assert lost.value.maybe_accepted
    assert "may still be working" in str(lost.value)
    time.sleep(fault.delay)
    assert len(suno_server.created) == 1
    assert len(suno_server.tasks) == tasks


@pytest.mark.parametrize(
    "fault",
    [
        Answer(delay=0.6, to="record-info"),
        Answer(drop="before", to="record-info"),
        Answer(b"oops", to="record-info"),
        Answer(b"", status=503, to="record-info"),
        Answer({"code": 200, "data": {"response": 7}}, to="record-info"),
    ],
)
def test_a_poll_whose_answer_was_lost_is_repeated(suno_server, song, fault, monkeypatch):
    monkeypatch.setattr(transport, "BACK_OFF", (0.05, 0.05, 0.05))
    client = impatient(suno_server)
    task_id = client.generate(song).task_id
    suno_server.answers = [fault]
    assert client.music_record(task_id).status == "PENDING"


@pytest.mark.parametrize(
    ("status", "kind"), [(404, errors.Misdirected), (405, errors.Misdirected), (403, errors.Unauthorized)]
)
def test_an_http_error_without_envelope_is_a_refusal(client, suno_server, song, status, kind):
    suno_server.answers = [Answer(b"<html>", status=status)]
    with pytest.raises(kind):
        client.generate(song)


def test_the_key_never_follows_a_redirect(client, suno_server, song):
    suno_server.answers = [Answer(b"", status=307, headers={"Location": f"{suno_server.url}/elsewhere"})]
    with pytest.raises(errors.Misdirected, match="address is not right"):
        client.generate(song)
    assert [one.path for one in suno_server.requests] == ["/api/v1/generate"]


@pytest.mark.parametrize("key", ["nöt-a-key", "two\nlines"])
def test_a_key_with_impossible_characters_is_refused_without_asking(suno_server, key):
    with pytest.raises(errors.Unauthorized):
        Client(suno_server.url, key).credits()
    assert suno_server.requests == []


def test_a_watcher_in_trouble_does_not_lose_the_answer(suno_server, song):
    def stumble(exchange):
        raise RuntimeError("the disk is full")

    assert Client(suno_server.url, "test-key", watch=stumble).generate(song).task_id in suno_server.tasks


def test_unknown_states_and_fields_survive_the_way(client, suno_server, song):
    task_id = client.generate(song).task_id
    suno_server.advance(task_id, "WARMING_UP", track_extra={"mood": "calm"}, weather="nice")
    record = client.music_record(task_id)
    assert (record.status, record.is_final) == ("WARMING_UP", False)
    assert record.wire()["weather"] == "nice"
    assert record.tracks[0].wire()["mood"] == "calm"


def test_what_databases_refuse_is_dropped_from_answers(client, suno_server, song):
    task_id = client.generate(song).task_id
    suno_server.advance(
        task_id, "SUCCESS", track_extra={"title": "Low\x00 Tide\ud800", "no\x00te": ["\udfff"]}
    )
    track = client.music_record(task_id).tracks[0]
    assert (track.title, track.wire()["note"]) == ("Low Tide", [""])


def test_every_exchange_is_told_to_who_watches_and_none_holds_the_key(suno_server, song):
    seen: list[Exchange] = []
    client = Client(suno_server.url, "test-key", watch=seen.append, budget=0)
    suno_server.answers = [{"code": 402, "msg": "Insufficient credits"}]
    with pytest.raises(errors.OutOfCredits):
        client.generate(song)
    client.generate(song)
    suno_server.close()
    with pytest.raises(errors.Unanswered):
        client.credits()

    assert [(one.operation, one.status, one.problem) for one in seen] == [
        ("generate", 200, "Insufficient credits"),
        ("generate", 200, ""),
        ("credits", None, seen[2].problem),
    ]
    assert seen[2].problem
    assert json.loads(seen[1].received)["data"]["taskId"] in suno_server.tasks
    assert "test-key" not in repr(seen) + repr(client)
