"""Every address, with every kind of visitor: strangers are sent to log in, outsiders learn nothing."""

import uuid
from collections.abc import Iterable, Iterator
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from suno_web.accounts import invitations
from suno_web.accounts.models import Departure
from suno_web.alerts.models import Alert, Webhook
from suno_web.alerts.models import Delivery as AlertDelivery
from suno_web.credits import asking, budgets, gates, prices
from suno_web.credits.models import Reading
from suno_web.gateway import keys
from suno_web.gateway.models import Call, Delivery
from suno_web.studio.models import Asset, Generation, Project, Track, Upload

# What anybody may open, and why.
OPEN = {
    "accounts:setup",  # has its own one-time token
    "accounts:invitation",  # has its own token
    "account_login",
    "account_logout",  # only asks
    "account_reauthenticate",  # sends on to the login
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "mfa_authenticate",  # the second step of logging in
    "admin:login",
    "admin:logout",
    "admin:jsi18n",
    "operate:healthz",
    "studio:callback",  # has its own token
    "gateway:file",  # the address itself is signed
    "gateway:openapi",  # for tools; says nothing about a team
    "engine:audio",  # the contract: files need no key
    "engine:cover",
    "engine:stream",
}


def named(patterns: list[URLPattern | URLResolver], namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from named(pattern.url_patterns, inner)
        elif pattern.name:
            yield f"{namespace}{pattern.name}", pattern


ADDRESSES = dict(named(get_resolver().url_patterns))
OURS = sorted(name for name in ADDRESSES if name.startswith(("studio:", "accounts:", "gateway:", "panel:")))


@pytest.fixture
def rows(project, bob, alice, team) -> dict[str, object]:
    """One row of each kind that an address can name, all of Alice's team."""
    generation = Generation.objects.create(project=project, requested_by=bob, status="done", stage="SUCCESS")
    track = Track.objects.create(generation=generation, take=1, audio_id="a", title="Low tide")
    asset = Asset.objects.create(generation=generation, track=track, kind="image", name="1")
    upload = Upload.objects.create(project=project, name="humming.mp3", bytes=1, sha256="0" * 64)
    key, _ = keys.make(project, owner=bob, wanted=keys.Wanted(name="radio robot"))
    call = Call.objects.create(key=key, generation=generation, request={})
    delivery = Delivery.objects.create(call=call, stage="text", body={}, due_at=None)
    return {
        **spending_rows(team, project, alice, bob),
        "asset_id": asset.pk,
        "upload_id": upload.pk,
        "tab": "cover",
        "kind": "txt",
        "project_id": project.pk,
        "generation_id": generation.pk,
        "track_id": track.pk,
        "team_id": team.pk,
        "membership_id": bob.memberships.get().pk,
        "token": "no-such-token",
        "name": "audio.mp3",
        "key_id": key.pk,
        "delivery_id": delivery.pk,
    }


def spending_rows(team, project, alice, bob) -> dict[str, object]:
    """One row of each kind that the admin panel can name."""
    budget = budgets.set_amount(team, member=bob, amount=Decimal(10), by=alice)
    more = budgets.give_raise(budget, Decimal(5), by=alice)
    wish = asking.ask(
        team, by=bob, amount=Decimal(5), reason="More", project=project.pk, budget=budget, back="/"
    )
    invitation, _ = invitations.invite(team, email="dora@example.com", role="maker", by=alice)
    webhook = Webhook.objects.create(team=team, name="chat", url="https://example.com/hook")
    alert = Alert.objects.create(team=team, kind=Alert.Kind.BALANCE_LOW, key="low", title="Low")
    return {
        "ask_id": wish.pk,
        "raise_id": more.pk,
        "member_id": bob.pk,
        "departure_id": Departure.objects.create(team=team, user=bob, role="maker", by=alice).pk,
        "invitation_id": invitation.pk,
        "rule_id": gates.add(team, by=alice, above=Decimal(100)).pk,
        "price_id": prices.set_price(team, "lyrics", "", Decimal(1), by=alice).pk,
        "operation": "lyrics",
        "reading_id": Reading.objects.create(team=team, balance=Decimal(1), verdict="first").pk,
        "webhook_id": webhook.pk,
        "alert_id": alert.pk,
        "sent_id": AlertDelivery.objects.create(webhook=webhook, alert=alert, due_at=None).pk,
    }


def address(name: str, rows: dict[str, object]) -> str:
    wanted = ADDRESSES[name].pattern.converters
    return reverse(name, kwargs={key: rows[key] for key in wanted})


def answers(visitor: Client, names: Iterable[str], rows, *, allowed: set[int]) -> dict[str, list[int]]:
    """What each address says to this visitor's GET and POST, where that is not allowed.

    All addresses in one test: making the rows anew for each would take most of a minute.
    """
    said = {}
    for name in names:
        got = [method(address(name, rows)).status_code for method in (visitor.get, visitor.post)]
        if not set(got) <= allowed:
            said[name] = got
    return said


def about(*ids: str) -> list[str]:
    """The addresses that name one of these rows."""
    return [name for name in OURS if set(ids) & set(ADDRESSES[name].pattern.converters)]


ABOUT_ONESELF = {
    "accounts:profile",
    "accounts:choice_of_team",
    "panel:my_usage",
    "panel:my_usage_csv",
    "panel:my_entries_csv",
}
# Where pages were once; they lead to where they are now.
MOVED = {"studio:provider", "accounts:members", "accounts:member"}
GOVERNING = {name for name in OURS if name.startswith(("accounts:", "panel:"))} - ABOUT_ONESELF - MOVED - OPEN
# What a lead sees a part of.
FOR_LEADS = {
    name
    for name in GOVERNING
    if name.startswith(("panel:usage", "panel:entries", "panel:request", "panel:ask", "panel:job"))
}
NOT_THERE = {404, 405}


def test_a_stranger_is_sent_to_log_in(rows, client):
    wrong = answers(client, set(OURS) - OPEN, rows, allowed={302, 405})

    assert wrong == {}
    for name in sorted(set(OURS) - OPEN):
        answer = client.get(address(name, rows))
        assert answer.status_code == 405 or answer.url.startswith("/account/login/"), name


def test_an_outsider_finds_nothing(rows, charlie, client_for):
    names = about("project_id", "generation_id", "track_id", "asset_id", "upload_id", "key_id", "ask_id")

    assert answers(client_for(charlie), names, rows, allowed=NOT_THERE) == {}


@pytest.mark.parametrize("who", ["bob", "lisa"])
def test_only_admins_govern(who, rows, request, client_for):
    visitor = client_for(request.getfixturevalue(who))

    assert answers(visitor, GOVERNING, rows, allowed=NOT_THERE) == {}


def test_an_admin_elsewhere_governs_nothing_here(rows, charlie, client_for):
    # Every team has a price of each operation.
    named = {name for name in GOVERNING if set(ADDRESSES[name].pattern.converters) - {"operation"}}

    assert answers(client_for(charlie), named, rows, allowed=NOT_THERE) == {}


def test_a_lead_governs_no_team(rows, bob, project, client_for):
    project.leads.add(bob)

    assert answers(client_for(bob), GOVERNING - FOR_LEADS, rows, allowed=NOT_THERE) == {}


def test_a_lead_sees_the_panels_part_about_their_projects(rows, bob, project, client_for):
    project.leads.add(bob)
    lead = client_for(bob)
    said = {name: lead.get(address(name, rows)).status_code for name in FOR_LEADS}

    assert {name: status for name, status in said.items() if status not in {200, 302, 405}} == {}


def test_a_lead_of_another_project_finds_nothing_of_this_one(rows, bob, project, client_for):
    Project.objects.create(team=project.team, name="Bob’s own", created_by=bob).leads.add(bob)
    named = {name for name in FOR_LEADS if ADDRESSES[name].pattern.converters}

    assert answers(client_for(bob), named, rows, allowed=NOT_THERE) == {}


def test_whoever_makes_sees_their_own_usage_and_a_listener_has_none(rows, bob, lisa, client_for):
    for name in ("panel:my_usage", "panel:my_usage_csv", "panel:my_entries_csv"):
        assert client_for(bob).get(address(name, rows)).status_code == 200
        assert client_for(lisa).get(address(name, rows)).status_code == 404


def test_an_admin_opens_every_page_of_the_panel(rows, alice, client_for):
    admin = client_for(alice)
    said = {name: admin.get(address(name, rows)).status_code for name in GOVERNING}

    assert {name: status for name, status in said.items() if status not in {200, 302, 405}} == {}


def test_a_listener_hears_but_does_not_spend(rows, lisa, project, client_for):
    listener = client_for(lisa)

    assert listener.get(address("studio:project", rows)).status_code == 200
    spending = (
        "generate",
        "style_boost",
        "lyrics_write",
        "sync_lyrics",
        "create",
        "track_files",
        "persona",
        "midi",
    )
    for name in [f"studio:{one}" for one in (*spending, "import", "uploads", "use_as_cover", "track_retry")]:
        assert listener.post(address(name, rows), {"prompt": "rain"}).status_code in {403, 404}, name
    assert Generation.objects.count() == 1


@pytest.mark.parametrize(
    "name", ["studio:project", "studio:generation", "studio:track", "studio:asset", "studio:upload"]
)
def test_what_does_not_exist_is_not_found(name, rows, alice, client_for):
    nowhere = {key: uuid.uuid4() for key in rows}
    assert client_for(alice).get(address(name, nowhere)).status_code == 404
