"""Which team a request is about, in both kinds of server."""

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from django.http import HttpResponse
from django.test import AsyncClient, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from suno_web.accounts.middleware import MemberMiddleware
from suno_web.accounts.models import Membership, Team


@pytest.mark.django_db(transaction=True)
def test_it_serves_an_async_server_too(alice, team):
    browser = AsyncClient()
    browser.force_login(alice, backend="allauth.account.auth_backends.AuthenticationBackend")

    response = async_to_sync(browser.get)("/settings/profile/")

    assert (response.status_code, response.asgi_request.team) == (200, team)


def test_it_takes_one_query_however_many_teams(alice, team):
    for name in ("North", "South"):
        Membership.objects.create(user=alice, team=Team.objects.create(name=name))
    # Seen a moment ago, so that this visit is not written down.
    Membership.objects.update(last_seen_at=timezone.now())
    request = RequestFactory().get("/")
    request.user, request.session = alice, {}

    with CaptureQueriesContext(connection) as captured:
        MemberMiddleware(HttpResponse).process_view(request, lambda request: None, (), {})

    assert (request.team, request.membership.role, len(captured)) == (team, "admin", 1)


def test_open_pages_are_left_alone(alice):
    def open_page(request: object) -> None: ...

    open_page.login_required = False  # type: ignore[attr-defined]
    request = RequestFactory().get("/")
    request.user, request.session = alice, {}

    assert MemberMiddleware(HttpResponse).process_view(request, open_page, (), {}) is None
    assert not hasattr(request, "team")
