"""From a request to two takes on disk, by polling alone and by callbacks."""

import hashlib

from suno_web.credits import ledger
from suno_web.live.models import Event
from suno_web.studio import generating, history, processing, sending
from suno_web.studio.models import Generation
from tests.provider import media
from tests.studio.conftest import SONG


def test_a_request_holds_its_price_before_anything_is_sent(begun, team, suno):
    assert (begun.status, begun.price) == ("queued", 12)
    assert ledger.balance(team).held == 12
    assert suno.created == []


def test_the_provider_gets_the_form_in_the_contracts_words(sent, suno):
    (received,) = suno.created
    assert received.path == "/api/v1/generate"
    assert received.body | {"callBackUrl": ""} == {
        "customMode": False,
        "instrumental": False,
        "model": "V5",
        "prompt": SONG["prompt"],
        "negativeTags": "",
        "personaId": "",
        "style": "",
        "title": "",
        "callBackUrl": "",
    }
    assert received.body["callBackUrl"].endswith(f"/callbacks/{sent.callback_token}/")


def test_polling_alone_brings_a_song_home(sent, suno, team, look, archive):
    assert (sent.status, sent.task_id in suno.tasks) == ("waiting", True)

    for stage in ("TEXT_SUCCESS", "FIRST_SUCCESS", "SUCCESS"):
        suno.advance(sent.task_id, stage)
        assert look(sent).stage == stage
    assert sent.status == "waiting"  # Delivered, but not on our disk yet.

    assert archive(sent).status == "done"
    takes = list(sent.tracks.all())
    assert [(take.take, take.is_archived, len(take.peaks)) for take in takes] == [
        (1, True, 200),
        (2, True, 200),
    ]
    assert takes[0].audio.read() == media.mp3(0)
    assert takes[0].audio_sha256 == hashlib.sha256(media.mp3(0)).hexdigest()
    assert takes[1].image.read() == media.jpeg(1)
    balance = ledger.balance(team)
    assert (balance.held, balance.spent_this_month) == (0, 12)
    assert ledger.differences(team) == []


def test_a_take_is_playable_before_the_song_is_done(sent, suno, look):
    suno.advance(sent.task_id, "TEXT_SUCCESS")
    look(sent)

    assert [take.is_playable for take in sent.tracks.all()] == [True, True]


def test_every_change_is_told_to_the_projects_streams(sent, suno, look):
    suno.advance(sent.task_id, "TEXT_SUCCESS")
    look(sent)

    told = Event.objects.filter(audience=f"project:{sent.project_id}").values_list(
        "topic", "data__status", "data__stage"
    )
    assert list(told) == [
        ("takes", None, None),
        (sent.topic, "queued", ""),
        (sent.topic, "sending", ""),
        (sent.topic, "waiting", ""),
        (sent.topic, "waiting", "TEXT_SUCCESS"),
    ]


def test_the_same_form_twice_makes_one_song(project, bob, suno, team):
    first = generating.begin(project, by=bob, form=SONG, form_key="form-1")
    second = generating.begin(project, by=bob, form=SONG, form_key="form-1")

    assert (first, Generation.objects.count(), ledger.balance(team).held) == (second, 1, 12)


def test_only_one_worker_sends(begun, suno):
    sending.send(str(begun.pk))
    sending.send(str(begun.pk))

    assert len(suno.created) == 1


def test_lyrics_come_in_variants(project, bob, suno, look):
    asked = generating.write_lyrics(project, by=bob, idea="the last train home", form_key="l-1")
    sending.send(str(asked.pk))
    asked.refresh_from_db()
    suno.advance(asked.task_id, "SUCCESS")

    done = look(asked)

    assert done.status == "done"
    assert all(set(one) == {"title", "text"} for one in done.result)
    assert len(done.result) >= 2


def test_a_style_is_boosted_at_once(project, bob, suno, team):
    boosted = generating.boost_style(project, by=bob, style="synth-pop")

    assert (boosted.status, bool(boosted.result["style"])) == ("done", True)
    assert str(ledger.balance(team).spent_this_month) == "0.40"


def test_synced_lyrics_land_in_the_track(sent, suno, bob, look, archive):
    suno.advance(sent.task_id, "SUCCESS")
    archive(look(sent))
    track = sent.tracks.get(take=1)

    asked = processing.sync_lyrics(track, by=bob)

    track.refresh_from_db()
    assert asked.status == "done"
    assert [set(word) for word in track.words] == [{"word", "startS", "endS"}] * len(track.words)


def test_the_timeline_keeps_no_secret(sent, suno, look):
    suno.advance(sent.task_id, "SUCCESS")
    look(sent)

    written = str([(step.what, step.payload) for step in sent.steps.all()])
    assert suno.key not in written
    assert sent.callback_token not in written


def test_a_token_is_masked_however_the_provider_quotes_it(sent):
    escaped = f"https:\\/\\/studio\\/callbacks\\/{sent.callback_token}\\/"

    history.note(sent, "Odd answer", {"param": [escaped], "apiKey": "abc", "n": 1})

    payload = sent.steps.get(what="Odd answer").payload
    assert payload == {"param": [escaped.replace(sent.callback_token, "••••")], "apiKey": "••••", "n": 1}
