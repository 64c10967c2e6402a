"""The page behind the link that the first start prints."""

from typing import cast

from allauth.account.utils import perform_login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from suno_web.accounts import setup
from suno_web.accounts.forms import SetupForm


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def set_up(request: HttpRequest, token: str) -> HttpResponse:
    """Team, admin and password in one form; then straight into the studio."""
    if not setup.is_open(token):
        return _closed(request)
    form = SetupForm(request.POST or None)
    if form.is_valid():
        try:
            user = setup.found(token, setup.Founding(**form.cleaned_data))
        except setup.SetupClosed:
            return _closed(request)
        return cast(HttpResponse, perform_login(request, user))
    return render(request, "accounts/setup.html", {"form": form})


def _closed(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/setup_closed.html", {"is_needed": setup.is_needed()}, status=404)
