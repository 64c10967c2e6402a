"""Every address, with every kind of visitor: strangers are sent to log in, outsiders learn nothing."""

import uuid
from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from suno_web.gateway import keys
from suno_web.gateway.models import Call, Delivery
from suno_web.studio.models import Asset, Generation, Track, Upload

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
OURS = sorted(name for name in ADDRESSES if name.startswith(("studio:", "accounts:", "gateway:")))


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
        "asset_id": asset.pk,
        "upload_id": upload.pk,
        "tab": "cover",
        "kind": "txt",
        "project_id": project.pk,
        "generation_id": generation.pk,
        "track_id": track.pk,
        "team_id": team.pk,
        "membership_id": bob.memberships.get().pk,
        "invitation_id": 1,
        "token": "no-such-token",
        "name": "audio.mp3",
        "key_id": key.pk,
        "delivery_id": delivery.pk,
    }


def address(name: str, rows: dict[str, object]) -> str:
    wanted = ADDRESSES[name].pattern.converters
    return reverse(name, kwargs={key: rows[key] for key in wanted})


@pytest.mark.parametrize("name", sorted(set(OURS) - OPEN))
def test_a_stranger_is_sent_to_log_in(name, rows, client):
    for method in (client.get, client.post):
        answer = method(address(name, rows))
        assert answer.status_code == 405 or (
            answer.status_code == 302 and answer.url.startswith("/account/login/")
        ), (name, answer.status_code)


@pytest.mark.parametrize(
    "name",
    [
        name
        for name in OURS
        if {"project_id", "generation_id", "track_id", "asset_id", "upload_id", "key_id"}
        & set(ADDRESSES[name].pattern.converters)
    ],
)
def test_an_outsider_finds_nothing(name, rows, charlie, client_for):
    outsider = client_for(charlie)
    for method in (outsider.get, outsider.post):
        assert method(address(name, rows)).status_code in {404, 405}, name


ABOUT_ONESELF = {"accounts:profile", "accounts:choice_of_team"}
GOVERNING = [
    name
    for name in OURS
    if (name.startswith("accounts:") or "provider" in name) and name not in ABOUT_ONESELF | OPEN
]


@pytest.mark.parametrize("name", GOVERNING)
@pytest.mark.parametrize("who", ["bob", "lisa"])
def test_only_admins_govern(name, who, rows, request, client_for):
    visitor = client_for(request.getfixturevalue(who))
    for method in (visitor.get, visitor.post):
        assert method(address(name, rows)).status_code in {404, 405}, name


@pytest.mark.parametrize("name", [name for name in GOVERNING if ADDRESSES[name].pattern.converters])
def test_an_admin_elsewhere_governs_nothing_here(name, rows, charlie, client_for):
    visitor = client_for(charlie)
    for method in (visitor.get, visitor.post):
        assert method(address(name, rows)).status_code in {404, 405}, name


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
