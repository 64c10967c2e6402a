"""Programs and what a team has agreed about spending: requests that wait for a lead, and budgets."""

from decimal import Decimal

import pytest

from suno_web.accounts import teams
from suno_web.credits import budgets, gates, ledger, prices
from suno_web.gateway import telling
from suno_web.gateway.models import ApiKey, Call, Delivery
from suno_web.studio import approving
from suno_web.studio.models import Approval, Generation
from tests.gateway.conftest import SONG

TOO_FEW = {"code": 402, "msg": "The current credits are insufficient. Please top up.", "data": None}


@pytest.fixture
def gated(team, alice) -> None:
    """Every song waits."""
    gates.add(team, by=alice, above=Decimal(10))


def approval() -> Approval:
    return Approval.objects.select_related("generation__project__team").get()


def test_a_request_that_waits_is_a_pending_task_to_its_program(program, gated, suno):
    task_id = program.created("generate", SONG)
    telling.tell()

    record = program.record(task_id)
    assert (record["status"], record["response"], record["errorCode"]) == ("PENDING", None, None)
    assert (Generation.objects.get().via, Generation.objects.get().status) == ("radio robot", "awaiting")
    assert suno.created == []


def test_an_approved_request_goes_its_usual_way(program, gated, alice, work):
    task_id = program.created("generate", SONG)
    approving.approve(approval(), by=alice)

    work(task_id, "TEXT_SUCCESS", "SUCCESS")

    assert program.record(task_id)["status"] == "SUCCESS"


def test_a_declined_request_has_failed_with_the_reason_and_frees_the_keys_limit(
    made_key, gated, alice, suno, team
):
    capped = made_key(cap=Decimal(12))
    task_id = capped.created("generate", SONG)
    assert capped.post("generate", SONG)["code"] == 433

    approving.decline(approval(), by=alice, note="too long")
    telling.catch_up_all()
    telling.catch_up_all()

    record = capped.record(task_id)
    said = "Alice declined this: “too long”. Nothing was charged."
    assert (record["status"], record["errorMessage"]) == ("CREATE_TASK_FAILED", said)
    assert [one.stage for one in Delivery.objects.all()] == ["error"]
    assert ApiKey.objects.get().spent == 0
    assert ledger.balance(team).held == 0


def test_a_limit_counts_what_was_held_when_the_price_changed_meanwhile(made_key, gated, alice, team, work):
    capped = made_key(cap=Decimal(100))
    task_id = capped.created("generate", SONG)
    prices.set_price(team, "generate", "", Decimal(30), by=alice)
    approving.approve(approval(), by=alice)

    telling.catch_up_all()
    assert ApiKey.objects.get().spent == 30
    work(task_id, "GENERATE_AUDIO_FAILED")
    telling.catch_up_all()
    assert ApiKey.objects.get().spent == 0


def test_a_price_that_rose_fills_a_limit_and_no_more(made_key, gated, alice, team, suno):
    capped = made_key(cap=Decimal(20))
    capped.created("generate", SONG)
    prices.set_price(team, "generate", "", Decimal(30), by=alice)
    approving.approve(approval(), by=alice)

    telling.catch_up_all()
    telling.catch_up_all()
    assert ApiKey.objects.get().spent == 20


def test_lyrics_and_files_wait_as_well(program, song, alice, team, suno):
    gates.add(team, by=alice, member=ApiKey.objects.get().owner)
    take = song["response"]["sunoData"][0]["id"]
    before = len(suno.created)
    asked = {"callBackUrl": SONG["callBackUrl"]}
    lyrics = program.created("lyrics", asked | {"prompt": "rain"})
    wav = program.created("wav/generate", asked | {"taskId": song["taskId"], "audioId": take})

    assert program.record(lyrics, "lyrics")["status"] == "PENDING"
    assert program.record(wav, "wav")["successFlag"] == "PENDING"
    assert (len(suno.created), Approval.objects.filter(status="open").count()) == (before, 2)


def test_an_extension_approved_early_waits_for_its_take(program, gated, alice, work, suno):
    gates.GateRule.objects.update(operation="extend")
    source = program.created("generate", SONG)
    work(source, "TEXT_SUCCESS")
    take = program.record(source)["response"]["sunoData"][0]["id"]
    asked = {"defaultParamFlag": False, "audioId": take, "model": "V5", "callBackUrl": SONG["callBackUrl"]}
    extension = program.created("generate/extend", asked)

    made = approving.approve(approval(), by=alice)

    telling.tell()
    assert (made.pk.hex, Generation.objects.get(pk=made.pk).status) == (extension, "queued")
    assert len(suno.created) == 1
    work(source, "SUCCESS")
    assert work(extension, fetch=False).status == "waiting"


@pytest.mark.parametrize("whose", ["member", "project"])
def test_over_a_budget_is_402_in_the_contracts_words(program, key, alice, bob, project, team, whose):
    of = {"member": bob} if whose == "member" else {"project": project.pk}
    budgets.set_amount(team, **of, amount=Decimal(20), by=alice)

    assert program.get("chat/credit")["data"] == 20
    assert [program.post("generate", SONG)["code"] for _ in range(2)] == [200, 402]
    assert program.post("generate", SONG) == TOO_FEW
    key.refresh_from_db()
    assert (key.spent, Call.objects.count(), ledger.balance(team).held) == (12, 1, 12)


def test_the_key_of_a_removed_member_stops_at_once_and_its_jobs_settle(program, bob, alice, team, work):
    task_id = program.created("generate", SONG)
    teams.remove(bob.memberships.get(team=team), by=alice)

    assert program.post("generate", SONG)["code"] == 401
    assert work(task_id, "SUCCESS").status == "done"
    balance = ledger.balance(team)
    assert (balance.held, balance.spent_this_month, ledger.differences(team)) == (0, 12, [])
