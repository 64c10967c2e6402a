"""Who comes to listen: from a session cookie to the audiences whose events they may hear."""

from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.base import SessionBase
from django.db import Error, connection
from django.http import HttpRequest
from django.utils.module_loading import import_string

from suno_web.accounts.models import User
from suno_web.live.publishing import refresh

P = ParamSpec("P")
T = TypeVar("T")


def admitted(cookies: str) -> frozenset[str] | None:
    """The audiences of who sent this Cookie header; None for nobody, an ended session or an inactive user."""
    try:
        session = SimpleCookie(cookies).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return None
    if session is None:
        return None
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session.value)
    user = get_user(request)
    if not isinstance(user, User):
        return None
    audiences: Callable[[User], list[str]] = import_string(settings.LIVE_AUDIENCES)
    return frozenset([*audiences(user), f"user:{user.pk}"])


def close_behind(request: HttpRequest, user: User | None, **_: Any) -> None:
    """Somebody logs out: the streams of this session must end. Those of their other sessions may stay."""
    if user is not None:
        # Django ends the session after this signal; a stream that looked before would find it still there.
        session: SessionBase = request.session
        session.delete()
        refresh(f"user:{user.pk}")


def patiently(query: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a query in a thread that keeps its connection; once more when that turns out to have died."""
    try:
        return query(*args, **kwargs)
    except Error:
        connection.close()
        return query(*args, **kwargs)
