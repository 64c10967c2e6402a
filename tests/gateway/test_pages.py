"""The pages about keys, the page about the API, and keys from a terminal."""

import io
import json
import re
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.test import Client as Browser

from suno_web.gateway import delivering, describing, keys, openapi, telling
from suno_web.gateway.models import ApiKey, Call, Delivery
from suno_web.studio.models import Project
from suno_web.suno import checks
from suno_web.suno.operations import OPERATIONS
from tests.gateway.conftest import SONG, Program

PAGE = "/settings/keys/"


def filled(project, **more):
    return {"name": "radio robot", "project": str(project.pk), "scope": "everything", "lives": "never"} | more


def test_a_key_is_shown_once_and_works(project, bob, suno, client_for):
    browser = client_for(bob)
    page = browser.post(PAGE, filled(project, cap="50", webhook_secret="hush")).content.decode()

    text = re.search(r'id="new-key"[^>]* value="(sw_\w{40})"', page)[1]
    assert Program(text).get("chat/credit")["data"] == 50
    assert text not in browser.get(PAGE).content.decode()
    key = ApiKey.objects.get()
    assert (key.owner, key.cap, key.webhook_secret) == (bob, Decimal(50), "hush")
    assert "hush" not in browser.get(f"{PAGE}{key.pk}/").content.decode()


def test_an_empty_page_says_what_keys_are_for(project, bob, client_for):
    page = client_for(bob).get(PAGE).content.decode()
    assert "No keys yet" in page
    assert "YOUR_API_KEY" in page


def test_a_form_with_mistakes_keeps_what_was_typed(project, bob, client_for):
    page = client_for(bob).post(PAGE, filled(project, name="", cap="-3")).content.decode()
    assert not ApiKey.objects.exists()
    assert 'value="-3"' in page


def test_members_see_their_own_keys_and_admins_all(project, alice, bob, client_for):
    for owner, name in ((alice, "of Alice"), (bob, "of Bob")):
        keys.make(project, owner=owner, wanted=keys.Wanted(name=name))
    seen = {who: client_for(who).get(PAGE).content.decode() for who in (alice, bob)}
    assert [("of Alice" in page, "of Bob" in page) for page in seen.values()] == [(True, True), (False, True)]
    theirs = ApiKey.objects.get(owner=alice)
    assert client_for(bob).get(f"{PAGE}{theirs.pk}/").status_code == 404
    assert client_for(bob).post(f"{PAGE}{theirs.pk}/revocation/").status_code == 404


def test_a_key_lands_only_in_a_project_its_maker_sees(project, team, alice, bob, client_for):
    secret = Project.objects.create(team=team, name="Secret", created_by=alice)
    client_for(bob).post(PAGE, filled(secret))
    assert not ApiKey.objects.exists()


def test_listeners_have_no_keys(project, lisa, client_for):
    assert client_for(lisa).get(PAGE).status_code == 403
    assert client_for(lisa).post(PAGE, filled(project)).status_code == 403


def test_a_revoked_key_is_gone_at_once(program, key, bob, client_for):
    assert program.get("chat/credit")["code"] == 200
    client_for(bob).post(f"{PAGE}{key.pk}/revocation/")
    assert program.get("chat/credit")["code"] == 401
    assert "radio robot" not in client_for(bob).get(PAGE).content.decode().partition("<main")[2].partition(
        "settings-page"
    )[2].replace("The key “radio robot” is revoked", "")


def test_the_page_of_a_key_shows_what_was_told_and_sends_it_again(program, key, bob, client_for, work):
    work(program.created("generate", SONG), "GENERATE_AUDIO_FAILED")
    telling.catch_up_all()
    delivery = Delivery.objects.get()
    Delivery.objects.update(due_at=None, attempts=4, problem="HTTP status 500")
    browser = client_for(bob)
    page = browser.get(f"{PAGE}{key.pk}/").content.decode()
    assert "HTTP status 500; given up after 4 tries" in page
    assert SONG["callBackUrl"] in page

    browser.post(f"{PAGE}{key.pk}/deliveries/{delivery.pk}/")

    assert delivering.due().get() == delivery
    assert "on its way" in browser.get(f"{PAGE}{key.pk}/").content.decode()


@pytest.mark.parametrize("page", [PAGE, "key"])
def test_more_rows_cost_no_more_queries(program, key, bob, client_for, page, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    browser = client_for(bob)
    address = PAGE if page == PAGE else f"{PAGE}{key.pk}/"
    counts = []
    for _ in range(2):
        program.post("generate", SONG)
        keys.make(key.project, owner=bob, wanted=keys.Wanted(name="another"))
        call = Call.objects.first()
        Delivery.objects.create(call=call, stage="text", body={})
        browser.get(address)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            browser.get(address)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_api_page_explains_every_operation(bob, project, client_for):
    page = client_for(bob).get("/api/docs/").content.decode()
    for operation in OPERATIONS.values():
        assert f"<code>{operation.path}</code>" in page
    assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=", page)


@pytest.mark.parametrize("one", describing.all_operations(), ids=lambda one: one.operation.name)
def test_every_example_is_a_valid_request(one):
    file = {"file": object()} if one.operation.body == "multipart" else {}
    assert checks.problems(one.operation.request, {**one.example, **file}) == []


def test_limits_are_those_that_are_checked():
    fields = {
        (one.operation.name, field.name): field for one in describing.all_operations() for field in one.fields
    }
    assert fields["generate", "prompt"].most == 500
    assert fields["extend", "title"].most == 100
    assert fields["generate", "styleWeight"].limits == "from 0 to 1"
    assert "V5" in fields["generate", "model"].choices
    assert fields["sounds", "soundKey"].choices[0] == "Any"
    assert fields["sounds", "soundTempo"].limits == "from 1 to 300"
    assert fields["lyrics", "prompt"].most == 200
    assert fields["upload_stream", "file"].type == "file"


def test_tools_get_a_document_of_every_operation(db):
    document = Browser().get("/api/openapi.json").json()
    assert document == json.loads(json.dumps(openapi.document()))
    served = {(path, method.upper()) for path, methods in document["paths"].items() for method in methods}
    assert served >= {(one.path, one.method) for one in OPERATIONS.values()}
    written = json.dumps(document)
    referred = set(re.findall(r"#/components/schemas/(\w+)", written))
    assert referred <= document["components"]["schemas"].keys()
    names = [one["operationId"] for methods in document["paths"].values() for one in methods.values()]
    assert len(names) == len(set(names))


def command(*arguments):
    out = io.StringIO()
    call_command("apikey", *arguments, stdout=out)
    return out.getvalue()


def test_a_key_from_the_terminal_is_printed_alone_and_works(project, bob, suno):
    text = command("create", "--email", "Bob@example.com", "--name", "batch", "--cap", "10")
    assert re.fullmatch(r"sw_\w{40}\n", text)
    assert Program(text.strip()).get("chat/credit")["data"] == 10
    assert ApiKey.objects.get().project == project


def test_a_member_without_a_project_gets_one(alice, team):
    command("create", "--email", alice.email, "--name", "batch")
    assert ApiKey.objects.get().project.name == "API"


def test_a_named_project_is_found_or_made(project, bob):
    command("create", "--email", bob.email, "--name", "one", "--project", "Night drive")
    command("create", "--email", bob.email, "--name", "two", "--project", "Jingles")
    assert {key.name: key.project.name for key in ApiKey.objects.all()} == {
        "one": "Night drive", "two": "Jingles",
    }  # fmt: skip
    assert Project.objects.get(name="Jingles").members.get() == bob


@pytest.mark.parametrize(
    "arguments",
    [
        ("create", "--email", "nobody@example.com", "--name", "x"),
        ("create", "--email", "lisa@example.com", "--name", "x"),
        ("create", "--email", "bob@example.com", "--name", "x", "--cap", "lots"),
        ("create", "--email", "bob@example.com", "--name", "x", "--cap", "-1"),
        ("revoke", "sw_nothing"),
    ],
)
def test_the_command_says_what_is_wrong(project, bob, lisa, arguments):
    with pytest.raises(CommandError):
        command(*arguments)
    assert not ApiKey.objects.exists()


def test_keys_are_listed_and_revoked_by_their_beginning(project, bob):
    text = command("create", "--email", bob.email, "--name", "batch").strip()
    listed = command("list", "--email", bob.email)
    assert "batch" in listed
    assert text not in listed
    assert "revoked" in command("revoke", text[:8])
    assert command("list") == ""
