"""Which team a request is about."""

from collections.abc import Callable
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.deprecation import MiddlewareMixin

from suno_web.accounts import teams
from suno_web.http import MemberRequest

# Who belongs to no team may still log out and look after the account; Django's admin has its own rights.
PAGES_OF_THE_PERSON = ("account_", "mfa_", "usersessions_")


class MemberMiddleware(MiddlewareMixin):
    """Sets request.team and request.membership for somebody logged in, and notes that they are here; views open
    to all are left alone.

    The team is the one chosen in this session, else the first one joined. A person without a team reads so.
    """

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if not request.user.is_authenticated or not getattr(view, "login_required", True):
            return None
        membership = teams.current_membership(request.user, request.session.get(teams.SESSION_KEY))
        if membership is not None:
            member_request = cast(MemberRequest, request)
            member_request.membership, member_request.team = membership, membership.team
            teams.note_seen(membership)
            return None
        return (
            None if _works_without_a_team(request) else render(request, "accounts/no_team.html", status=403)
        )


def _works_without_a_team(request: HttpRequest) -> bool:
    match = request.resolver_match
    return match is not None and (
        match.app_name == "admin" or str(match.url_name or "").startswith(PAGES_OF_THE_PERSON)
    )
