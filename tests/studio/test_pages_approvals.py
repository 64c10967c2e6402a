"""What a request that waits looks like to whoever made it, decides about it, or looks on; and several at once."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from suno_web.accounts.models import Membership, User
from suno_web.credits import budgets, gates, ledger
from suno_web.studio import approving, generating
from suno_web.studio.models import Approval, Generation
from tests.studio.conftest import SONG

TYPED = {"mode": "simple", "idea": "rain on a tin roof", "model": "V5", "form_key": "form-9"}


@pytest.fixture
def gated(team, alice) -> None:
    gates.add(team, by=alice, above=Decimal(10))


@pytest.fixture
def waiting(gated, project, bob) -> Approval:
    """A song of Bob's that waits for Alice."""
    made = generating.begin(project, by=bob, form=SONG, form_key="form-1")
    return Approval.objects.select_related("generation__project").get(generation=made)


@pytest.fixture
def erin(team, project) -> User:
    """Another maker of the project, who leads nothing."""
    user = User.objects.create_user("erin@example.com", name="Erin")
    Membership.objects.create(team=team, user=user, role=Membership.Role.MAKER)
    project.members.add(user)
    return user


def page(client, approval) -> str:
    return client.get(approving.address(approval.generation)).content.decode()


def act(client, approval, action, **more):
    return client.post(approving.address(approval.generation), {"action": action, **more}, follow=True)


def messages(response) -> list[str]:
    return [str(one) for one in response.context["messages"]]


def state() -> tuple[str, str]:
    found = Approval.objects.select_related("generation").get()
    return found.status, found.generation.status


def test_a_row_says_why_it_waits_and_offers_each_what_is_theirs(
    client_for, waiting, alice, bob, erin, lisa, project
):
    at = project.get_absolute_url() + "?view=takes"
    seen = {user.name: client_for(user).get(at).content.decode() for user in (alice, bob, erin, lisa)}

    assert all("waiting for approval" in text and waiting.why in text for text in seen.values())
    assert all("12 credits, nothing held yet" in text for text in seen.values())
    offers = {
        name: [what for what in ("row-approve", "row-decide", "row-withdraw") if what in text]
        for name, text in seen.items()
    }
    assert offers == {
        "Alice": ["row-approve", "row-decide"],
        "Bob": ["row-withdraw"],
        "Erin": [],
        "Lisa": [],
    }


def test_rows_that_wait_cost_no_query_each(client_for, waiting, project, bob, alice):
    client, at = client_for(bob), project.get_absolute_url()
    client.get(at)
    with CaptureQueriesContext(connection) as one:
        client.get(at)
    for number in (2, 3):
        generating.begin(project, by=bob, form=SONG, form_key=f"form-{number}")
    with CaptureQueriesContext(connection) as three:
        client.get(at)
    # What a row was made from is looked up for each, as for every other row.
    assert len(three) == len(one)


def test_outsiders_find_nothing_and_makers_decide_nothing(client_for, waiting, charlie, bob, erin, lisa):
    assert client_for(charlie).get(approving.address(waiting.generation)).status_code == 404
    tried = [
        act(client_for(user), waiting, action).status_code
        for user in (bob, erin, lisa)
        for action in ("approve", "decline", "save", "save_approve")
    ]
    assert set(tried) == {403}
    assert [act(client_for(user), waiting, "withdraw").status_code for user in (erin, lisa)] == [403, 403]
    assert state() == ("open", "awaiting")


def test_what_never_waited_has_no_such_page(client_for, project, bob):
    made = generating.begin(project, by=bob, form=SONG, form_key="form-1")
    assert client_for(bob).get(approving.address(made)).status_code == 404


def test_an_unknown_action_changes_nothing(client_for, waiting, alice):
    assert act(client_for(alice), waiting, "burn").status_code == 400
    assert state() == ("open", "awaiting")


def test_an_approval_says_what_is_held_and_goes_back(client_for, waiting, alice, project):
    back = project.get_absolute_url()
    answer = act(client_for(alice), waiting, "approve", next=back)

    assert answer.redirect_chain == [(back, 302)]
    assert messages(answer) == ["Approved and on its way. 12 credits are held for it."]
    assert state() == ("approved", "queued")


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_nobody_is_sent_elsewhere(client_for, waiting, alice, elsewhere):
    answer = act(client_for(alice), waiting, "approve", next=elsewhere)
    assert answer.redirect_chain == [(approving.address(waiting.generation), 302)]


def test_an_approval_without_credits_says_so_and_still_waits(client_for, waiting, alice, bob, team):
    budgets.set_amount(team, member=bob, amount=Decimal(5), by=alice)
    (said,) = messages(act(client_for(alice), waiting, "approve"))
    assert said.startswith("This costs 12 credits and 5 are left of Bob’s budget")
    assert said.endswith("Nothing was charged. It still waits.")
    assert state() == ("open", "awaiting")


def test_a_reason_reaches_the_maker(client_for, waiting, alice, bob):
    act(client_for(alice), waiting, "decline", note="Too <b>long</b>")

    text = client_for(bob).get(reverse("studio:job", args=[waiting.generation_id])).content.decode()
    assert "Alice declined this: “Too &lt;b&gt;long&lt;/b&gt;”. Nothing was charged." in text
    assert "credits returned" not in text


def test_who_comes_too_late_is_told(client_for, waiting, alice, bob):
    act(client_for(bob), waiting, "withdraw")
    assert messages(act(client_for(alice), waiting, "approve")) == ["Bob has withdrawn this already."]
    assert state() == ("withdrawn", "failed")


def test_a_lead_finds_the_form_filled_in_and_changes_it(client_for, waiting, alice):
    client = client_for(alice)
    assert SONG["prompt"] in page(client, waiting)

    answer = act(client, waiting, "save", **TYPED)
    assert messages(answer) == ["Saved. It still waits for approval."]
    assert (Generation.objects.get().request["prompt"], state()[0]) == ("rain on a tin roof", "open")

    act(client, waiting, "save_approve", **TYPED | {"idea": "snow"})
    assert (Generation.objects.get().request["prompt"], state()) == ("snow", ("approved", "queued"))


def test_a_change_that_breaks_a_rule_is_not_saved_and_not_lost(client_for, waiting, alice):
    answer = act(client_for(alice), waiting, "save_approve", **TYPED | {"idea": "x" * 501})

    text = answer.content.decode()
    assert "Not saved yet" in text
    assert "x" * 501 in text
    assert (Generation.objects.get().request["prompt"], state()) == (SONG["prompt"], ("open", "awaiting"))


def test_a_maker_sees_no_form_but_the_facts(client_for, waiting, bob):
    text = page(client_for(bob), waiting)
    assert ("save-approval" in text, "Withdraw" in text, waiting.why in text) == (False, True, True)


def test_the_form_says_beforehand_that_it_would_wait(client_for, gated, project, bob, alice):
    at = project.get_absolute_url() + "?view=create"
    said = "more than 10 wait for a lead’s approval. Alice decides."
    assert said in client_for(bob).get(at).content.decode()
    assert said not in client_for(alice).get(at).content.decode()


def test_several_are_asked_for_in_one_press(client_for, project, bob, team):
    at = reverse("studio:generate", args=[project.pk])
    client_for(bob).post(at, TYPED | {"count": "3"})
    assert (Generation.objects.count(), ledger.balance(team).held) == (3, 36)
    assert "count" not in Generation.objects.first().settings


@pytest.mark.parametrize("count", ["0", "-1", "11", "many", "2.5"])
def test_a_number_that_is_none_is_said_at_its_field(client_for, project, bob, count):
    at = reverse("studio:generate", args=[project.pk])
    text = client_for(bob).post(at, TYPED | {"count": count}).content.decode()
    assert "Choose from 1 to 10." in text
    assert not Generation.objects.exists()


def test_a_refused_batch_says_how_many_would_fit_and_keeps_what_was_typed(
    client_for, project, alice, bob, team
):
    budgets.set_amount(team, member=bob, amount=Decimal(30), by=alice)
    text = (
        client_for(bob)
        .post(reverse("studio:generate", args=[project.pk]), TYPED | {"count": "3"})
        .content.decode()
    )
    assert "3 × 12 = 36 credits" in text
    assert "<p>2 of the 3 would fit.</p>" in text
    assert "Create 6 takes" in text
    assert TYPED["idea"] in text
    assert not Generation.objects.exists()


def test_a_file_that_would_wait_says_so_and_one_that_waits_does_not_look_broken(
    client_for, take, team, alice, bob, suno
):
    gates.add(team, by=alice, operation="stems")
    client, at = client_for(bob), reverse("studio:track_files", args=[take.pk])
    assert client.get(reverse("studio:track", args=[take.pk])).content.decode().count('class="waits"') == 2

    client.post(at, {"operation": "stems", "type": "split_stem", "form_key": "f-1"})

    text = client.get(reverse("studio:track", args=[take.pk])).content.decode()
    assert "Waits for approval until" in text
    assert Generation.objects.get(operation="stems").status == "awaiting"


def test_lyrics_that_wait_say_so_where_they_will_appear(client_for, project, team, alice, bob):
    gates.add(team, by=alice, operation="lyrics")
    asked = generating.write_lyrics(project, by=bob, idea="the last train", form_key="l-1")

    at = reverse("studio:lyrics_variants", args=[asked.pk])
    text = client_for(bob).get(at, headers={"HX-Request": "true"}).content.decode()
    assert "Lyrics about “the last train” wait for approval until" in text
    approving.decline(asked.approval, by=alice)
    text = client_for(bob).get(at, headers={"HX-Request": "true"}).content.decode()
    assert "Alice declined this. Nothing was charged." in text
    assert "credits returned" not in text
