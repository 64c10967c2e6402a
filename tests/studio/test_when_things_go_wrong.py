"""Faults of the provider, the network and our own workers: never charged twice, never lost, always in plain words."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from suno_web.credits import ledger
from suno_web.studio import archiving, generating, sending, sweeping
from suno_web.studio.models import Generation, Track
from tests.provider.script import Answer
from tests.studio.conftest import SONG


def books(team) -> tuple[Decimal, Decimal, list[str]]:
    balance = ledger.balance(team)
    return balance.held, balance.spent_this_month, ledger.differences(team)


NOTHING_OWED = (0, 0, [])


def test_without_credits_nothing_is_made(project, bob, suno, team):
    ledger.balance(team)
    ledger.adjust(team, Decimal(-995), cause="test", note="leave five")

    with pytest.raises(ledger.InsufficientCredits, match="This costs 12 credits and 5 are left"):
        generating.begin(project, by=bob, form=SONG, form_key="form-1")

    assert (Generation.objects.count(), suno.requests) == (0, [])


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer({"code": 401, "msg": "You do not have access permissions"}, status=401), "API key"),
        (Answer({"code": 402, "msg": "Insufficient credits"}), "too few credits"),
        (Answer({"code": 422, "msg": "Please enter callBackUrl."}), "Please enter callBackUrl."),
        (Answer({"code": 455, "msg": "maintenance"}), "under maintenance"),
        (Answer({"code": 500, "msg": "Internal Error"}, status=500), "having trouble"),
    ],
)
def test_a_refused_request_gives_its_credits_back(begun, suno, team, answer, words):
    suno.answers = [answer]

    sending.send(str(begun.pk))

    begun.refresh_from_db()
    assert begun.status == "failed"
    assert words in begun.problem
    assert books(team) == NOTHING_OWED


def test_too_fast_is_tried_again_and_charged_once(begun, suno, team):
    suno.answers = [Answer({"code": 429, "msg": "Too many requests"}, status=429)]

    sending.send(str(begun.pk))

    begun.refresh_from_db()
    assert (begun.status, len(suno.tasks), len(suno.created)) == ("waiting", 1, 2)


def test_a_provider_that_is_not_there_costs_nothing(begun, suno, team):
    suno.close()

    sending.send(str(begun.pk))

    begun.refresh_from_db()
    assert (begun.status, books(team)) == ("failed", NOTHING_OWED)
    assert "cannot be reached" in begun.problem


@pytest.mark.parametrize(
    "lost",
    [Answer(drop="after"), Answer(b"{not json"), Answer(b"<html>", status=502)],
    ids=["dropped", "malformed", "502"],
)
def test_a_lost_answer_is_never_sent_again(begun, suno, team, lost):
    suno.answers = [lost]

    for _ in range(3):
        sending.send(str(begun.pk))

    begun.refresh_from_db()
    assert (begun.status, len(suno.created)) == ("sending", 1)
    assert books(team)[0] == 12


def test_a_lost_answer_is_found_again_by_its_callback(begun, suno, client, team, look, archive):
    suno.answers = [Answer(drop="after")]
    sending.send(str(begun.pk))
    (task_id,) = suno.tasks
    suno.advance(task_id, "SUCCESS")

    answer = call_back(client, suno, begun, task_id)

    begun.refresh_from_db()
    assert (answer, begun.status, begun.task_id) == (200, "waiting", task_id)
    assert archive(look(begun)).status == "done"
    assert books(team) == (0, 12, [])


def test_a_lost_answer_that_nobody_calls_about_is_given_back_in_the_end(begun, suno, team):
    suno.answers = [Answer(drop="before")]
    sending.send(str(begun.pk))
    Generation.objects.update(sent_at=timezone.now() - sweeping.LOST_AFTER)

    assert sweeping.due()
    sweeping.sweep()

    begun.refresh_from_db()
    assert (begun.status, books(team)) == ("failed", NOTHING_OWED)
    assert not sweeping.due()


def test_a_worker_killed_while_sending_is_like_a_lost_answer(begun, suno, client, team):
    sending.claim(str(begun.pk))  # … and the worker dies before it writes down what came back.

    sending.send(str(begun.pk))

    assert suno.created == []
    Generation.objects.update(sent_at=timezone.now() - sweeping.LOST_AFTER)
    sweeping.sweep()
    assert books(team) == NOTHING_OWED


def test_a_worker_killed_while_saving_is_followed_by_another(sent, suno, look, archive):
    suno.advance(sent.task_id, "SUCCESS")
    look(sent)
    track = sent.tracks.get(take=1)
    assert archiving.claim(Track.objects.all(), str(track.pk))  # … and the worker dies.
    assert (
        archiving.claim(Track.objects.all(), str(track.pk)) is None
    )  # Nobody else may take it while its lease lasts.

    Track.objects.filter(pk=track.pk).update(archive_at=timezone.now() - timedelta(seconds=1))
    archiving.archive(str(track.pk))

    track.refresh_from_db()
    assert track.is_archived


def test_a_failed_song_is_refunded_with_its_reason(sent, suno, team, look):
    suno.advance(sent.task_id, "SENSITIVE_WORD_ERROR", error_code=400, error_message="blocked word: x")

    look(sent)

    assert (sent.status, books(team)) == ("failed", NOTHING_OWED)
    assert sent.problem.startswith("The provider’s content filter refused these words.")
    assert "blocked word: x" in sent.problem


def test_a_state_nobody_knows_is_waited_out(sent, suno, look):
    suno.advance(sent.task_id, "POLISHING")
    assert look(sent).status == "waiting"

    suno.advance(sent.task_id, "SUCCESS")
    assert look(sent).stage == "SUCCESS"


def test_an_unreadable_record_changes_nothing(sent, suno, look):
    suno.answers = [Answer(b"{not json", to="record-info")] * 4

    assert (look(sent).status, sent.stage) == ("waiting", "")


def test_news_that_comes_late_is_not_believed(sent, suno, team, look, archive):
    suno.advance(sent.task_id, "SUCCESS")
    archive(look(sent))

    suno.advance(sent.task_id, "GENERATE_AUDIO_FAILED", error_code=501)
    look(sent)

    assert (sent.status, books(team)) == ("done", (0, 12, []))


def test_a_request_the_provider_forgot_is_given_back(sent, suno, team, look):
    del suno.tasks[sent.task_id]
    assert look(sent).status == "waiting"  # It may only be late.

    Generation.objects.update(sent_at=timezone.now() - timedelta(minutes=11))
    look(sent)

    assert (sent.status, books(team)) == ("failed", NOTHING_OWED)


@pytest.mark.parametrize("how", ["dead", "truncated", "html", "empty"])
def test_a_bad_file_is_fetched_again_and_no_take_is_lost(sent, suno, team, look, archive, how):
    suno.spoil("mp3", how)
    suno.advance(sent.task_id, "SUCCESS")
    archive(look(sent))
    assert sent.status == "waiting"
    assert all(take.archive_problem and take.archive_at for take in sent.tracks.all())

    suno.spoil("mp3", None)

    assert archive(sent).status == "done"
    assert all(take.is_archived and not take.archive_problem for take in sent.tracks.all())
    assert books(team) == (0, 12, [])


def test_a_song_without_its_cover_is_still_a_song(sent, suno, look, archive):
    suno.spoil("jpeg", "dead")
    suno.advance(sent.task_id, "SUCCESS")

    assert archive(look(sent)).status == "done"
    assert not sent.tracks.get(take=1).image


def test_a_file_behind_our_own_walls_is_not_fetched(sent, suno, look, archive):
    suno.advance(sent.task_id, "SUCCESS", track_extra={"audioUrl": "http://127.0.0.2:22/secret.mp3"})

    archive(look(sent))

    assert [take.is_archived for take in sent.tracks.all()] == [False, False]
    assert "public" in sent.tracks.get(take=1).archive_problem


def call_back(client, suno, generation, task_id, stage="complete", key="") -> int:
    headers, body = suno.callback(task_id, stage, key=key)
    address = reverse("studio:callback", args=[generation.callback_token])
    return client.post(address, body, content_type="application/json", headers=headers).status_code


def test_callbacks_twice_and_out_of_order_change_nothing(sent, suno, client, team, look, archive):
    suno.advance(sent.task_id, "SUCCESS")

    answers = [
        call_back(client, suno, sent, sent.task_id, stage)
        for stage in ("complete", "first", "text", "complete")
    ]
    archive(look(sent))
    answers.append(call_back(client, suno, sent, sent.task_id))

    assert answers == [200] * 5
    assert (sent.status, sent.tracks.count(), books(team)) == ("done", 2, (0, 12, []))


def test_a_callback_makes_us_look_at_once(sent, suno, client):
    Generation.objects.update(next_poll_at=timezone.now() + timedelta(hours=1))

    call_back(client, suno, sent, sent.task_id, "text")

    sent.refresh_from_db()
    assert sent.next_poll_at <= timezone.now()


def test_a_callback_says_nothing_that_the_record_does_not(sent, suno, client, look):
    call_back(client, suno, sent, sent.task_id, "complete")  # The record still says PENDING.

    assert (look(sent).stage, sent.tracks.count()) == ("PENDING", 0)


def test_a_callback_to_nobody_is_turned_away(client, db):
    assert client.post("/callbacks/nobody-has-this/", {}, content_type="application/json").status_code == 404


def test_a_callback_about_anothers_task_is_turned_away(sent, suno, client, team, project, bob):
    other = generating.begin(project, by=bob, form=SONG, form_key="form-2")
    sending.send(str(other.pk))
    other.refresh_from_db()

    assert call_back(client, suno, sent, other.task_id) == 409


def test_a_callback_cannot_give_one_task_to_two_generations(sent, suno, client, project, bob):
    suno.answers = [Answer(drop="before")]
    lost = generating.begin(project, by=bob, form=SONG, form_key="form-2")
    sending.send(str(lost.pk))

    assert call_back(client, suno, lost, sent.task_id) == 409

    lost.refresh_from_db()
    assert (lost.status, lost.task_id) == ("sending", "")


@pytest.mark.parametrize(("key", "answer"), [("the webhook key", 200), ("a guess", 401), ("", 401)])
def test_with_a_webhook_key_only_signed_callbacks_count(sent, suno, client, team, key, answer):
    team.provider_webhook_key = "the webhook key"
    team.save()

    assert call_back(client, suno, sent, sent.task_id, key=key) == answer


def test_an_unreadable_callback_is_recorded_and_turned_away(sent, client):
    address = reverse("studio:callback", args=[sent.callback_token])

    assert client.post(address, b"{", content_type="application/json").status_code == 400
    assert sent.steps.filter(what__startswith="Callback ignored").exists()
