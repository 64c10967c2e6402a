"""Who may ask, how often and for how much; in which order a request is refused, and with what."""

import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from suno_web.accounts.models import Membership
from suno_web.credits import ledger
from suno_web.gateway import keys
from suno_web.gateway.models import ApiKey, Call
from suno_web.studio.models import Generation
from tests.gateway.conftest import SONG, Program

UNAUTHORIZED = {"code": 401, "msg": "You do not have access permissions", "data": None}


def refusal(code, msg):
    return {"code": code, "msg": msg, "data": None}


@pytest.mark.parametrize("path", ["generate", "/api/v1/api/v1/generate", "/api/v1/generate/"])
def test_both_kinds_of_base_address_work(program, path):
    assert program.post(path, SONG)["code"] == 200


@pytest.mark.parametrize("path", ["nothing", "generate/everything", "/api/file-mystery"])
def test_an_unknown_path_is_answered_in_the_envelope(program, path):
    answer = program.answer("post", path, SONG)
    assert (answer.status_code, answer.json()) == (404, refusal(404, "Not found"))


def test_the_wrong_method_is_answered_in_the_envelope(program):
    answer = program.answer("get", "generate", {})
    assert (answer.status_code, answer.json()["code"]) == (405, 405)


@pytest.mark.parametrize("wrong", ["", "sw_" + "x" * 40, "something else"])
def test_a_wrong_key_opens_nothing(program, wrong):
    answer = Program(wrong).answer("post", "generate", "not even JSON")
    assert (answer.status_code, answer.json()) == (401, UNAUTHORIZED)


def test_uploads_refuse_a_wrong_key_in_their_own_envelope(program):
    answer = Program("wrong").answer("post", "/api/file-base64-upload", {})
    expected = {"success": False, "code": 401, "msg": "Authentication failed: Invalid API Key"}
    assert (answer.status_code, answer.json()) == (401, expected)


def _expire(key, bob):
    ApiKey.objects.update(expires_at=timezone.now() - timedelta(seconds=1))


def _revoke(key, bob):
    keys.revoke(key)


def _leave_team(key, bob):
    bob.memberships.all().delete()


def _become_listener(key, bob):
    bob.memberships.update(role=Membership.Role.LISTENER)


def _leave_project(key, bob):
    key.project.members.remove(bob)


def _be_locked_out(key, bob):
    type(bob).objects.filter(pk=bob.pk).update(is_active=False)


@pytest.mark.parametrize(
    "end", [_expire, _revoke, _leave_team, _become_listener, _leave_project, _be_locked_out]
)
def test_a_key_ends_with_what_it_rests_on(program, key, bob, end):
    assert program.get("chat/credit")["code"] == 200
    end(key, bob)
    assert program.get("chat/credit") == UNAUTHORIZED


def test_an_admins_key_works_in_a_project_without_being_a_member(project, alice, suno):
    project.members.remove(alice)
    _, text = keys.make(project, owner=alice, wanted=keys.Wanted(name="mine"))
    assert Program(text).get("chat/credit")["code"] == 200


def test_a_key_that_may_only_look_makes_nothing(made_key, suno):
    looker = made_key(scope=ApiKey.Scope.LOOK)
    assert looker.get("chat/credit")["code"] == 200
    assert looker.post("generate", SONG)["code"] == 401
    upload = looker.post("/api/file-base64-upload", {"base64Data": "SUQz", "uploadPath": "a"})
    assert (upload["success"], upload["code"]) == (False, 401)
    assert not Generation.objects.exists()


def test_the_first_broken_rule_wins_and_costs_nothing(program, team, suno):
    before = ledger.balance(team)
    for body, code, msg in [
        ("{", 400, "The request body is not valid JSON"),
        ({}, 422, "Please enter callBackUrl."),
        (SONG | {"customMode": None}, 422, "customMode cannot be null"),
        (SONG | {"instrumental": None}, 422, "instrumental cannot be null"),
        (SONG | {"model": None}, 422, "model cannot be null"),
        (SONG | {"prompt": "x" * 501, "model": "V9"}, 422, None),
        (SONG | {"prompt": "x" * 501}, 422, "prompt must not exceed 500 characters"),
    ]:
        answer = program.post("generate", body)
        assert answer == refusal(code, msg or answer["msg"])
    assert ledger.balance(team) == before
    assert not Generation.objects.exists()


def test_too_few_credits_are_402_and_leave_nothing_behind(program, team, suno, key):
    ledger.adjust(team, Decimal(-995), cause="test", note="almost all of it")
    assert program.post("generate", SONG) == refusal(
        402, "The current credits are insufficient. Please top up."
    )
    key.refresh_from_db()
    assert (key.spent, Generation.objects.count(), Call.objects.count()) == (0, 0, 0)


def test_a_key_spends_no_more_than_its_limit(made_key, suno):
    capped = made_key(cap=Decimal("24.3"))
    assert [capped.post("generate", SONG)["code"] for _ in range(3)] == [200, 200, 433]
    assert capped.get("chat/credit")["data"] == 0.3
    assert Generation.objects.count() == 2


def test_what_failed_does_not_count_against_the_limit(made_key, suno, work):
    from suno_web.gateway import telling

    capped = made_key(cap=Decimal(12))
    work(capped.created("generate", SONG), "GENERATE_AUDIO_FAILED")
    telling.catch_up_all()
    telling.catch_up_all()
    assert ApiKey.objects.get().spent == 0
    assert capped.post("generate", SONG)["code"] == 200


def test_more_than_twenty_requests_in_ten_seconds_are_429(made_key, suno):
    busy, other = made_key(), made_key(name="another")
    codes = [busy.answer("post", "generate", {}).json()["code"] for _ in range(21)]
    assert codes == [422] * 20 + [429]
    last = busy.answer("post", "generate", SONG)
    assert (last.status_code, last.json()) == (429, refusal(429, "Too many requests"))
    assert busy.get("chat/credit")["code"] == 200
    assert other.post("generate", SONG)["code"] == 200


@pytest.mark.django_db(transaction=True)
def test_requests_at_the_same_moment_share_one_limit(made_key, suno):
    capped = made_key(cap=Decimal(36))
    codes: list[int] = []

    def ask():
        codes.append(capped.post("generate", SONG)["code"])
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(codes) == [200, 200, 200, 433, 433, 433]
    assert ApiKey.objects.get().spent == 36


def test_credits_are_the_teams_or_what_the_limit_leaves(program, made_key, suno):
    assert program.get("chat/credit") == {"code": 200, "msg": "success", "data": 1000}
    assert program.get("generate/credit")["data"] == 1000
    assert made_key(cap=Decimal(50)).get("chat/credit")["data"] == 50


def test_the_last_use_is_written_once_a_minute(program, key, django_assert_num_queries):
    program.get("chat/credit")
    key.refresh_from_db()
    first = key.last_used_at
    program.get("chat/credit")
    key.refresh_from_db()
    assert key.last_used_at == first


def test_no_key_is_kept(program, key):
    assert program.key.startswith("sw_")
    assert len(program.key) == 43
    assert program.key not in str(ApiKey.objects.values().get())
    assert key.digest == keys.digest(program.key)
