"""Who may enter Django's admin: staff, who have shown their second factor in this session."""

from collections.abc import Callable

from allauth.account.authentication import get_authentication_records
from allauth.account.decorators import secure_admin_login
from allauth.account.utils import get_next_redirect_url
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode

Login = Callable[..., HttpResponse]


def guard(site: AdminSite) -> None:
    """Let only operators with a second factor into this site, and tell others who are staff how to get one."""
    allowed = site.has_permission
    site.has_permission = lambda request: allowed(request) and has_shown_it(request)  # type: ignore[method-assign]
    site.login = secure_admin_login(_second_factor_first(site.login))  # type: ignore[method-assign]


def has_shown_it(request: HttpRequest) -> bool:
    """Whether this session was opened, or confirmed, by more than a password.

    To have a second factor is not enough: a session from before it was set up has never shown it.
    """
    user = request.user
    if not user.is_authenticated or not is_mfa_enabled(user):
        return False
    return any(one.get("method") == "mfa" for one in get_authentication_records(request, user))


def _second_factor_first(login: Login) -> Login:
    def asked(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if has_shown_it(request):
            return login(request, *args, **kwargs)
        if not is_mfa_enabled(request.user):
            return render(request, "accounts/second_factor.html", status=403)
        back = get_next_redirect_url(request) or reverse("admin:index")
        return redirect(f"{reverse('mfa_reauthenticate')}?{urlencode({'next': back})}")

    return asked
