"""The page behind an invitation's link."""

from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from suno_web.accounts import invitations, teams
from suno_web.accounts.forms import JoinForm
from suno_web.accounts.models import Invitation, Membership, User


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Somebody new sets a name and a password; somebody with an account logs in and joins."""
    offer = invitations.find(token)
    if offer is None or not offer.is_usable:
        return _closed(request, offer)
    try:
        return _answer(request, offer)
    except invitations.InvitationClosed:
        offer.refresh_from_db()
        return _closed(request, offer)


def _answer(request: HttpRequest, offer: Invitation) -> HttpResponse:
    account = User.objects.filter(email__iexact=offer.email).first()
    if request.user.is_authenticated:
        return (
            _join(request, offer, request.user) if request.user == account else _somebody_else(request, offer)
        )
    if account is not None:
        return render(request, "accounts/invitation_login.html", {"invitation": offer})
    form = JoinForm(request.POST or None, email=offer.email, initial={"name": offer.name})
    if form.is_valid():
        perform_login(request, invitations.accept_as_new(offer, **form.cleaned_data))
        return _welcome(request, offer)
    context = {"invitation": offer, "form": form}
    return render(request, "accounts/invitation.html", context)


def _join(request: HttpRequest, offer: Invitation, user: User) -> HttpResponse:
    if request.method != "POST":
        is_member = Membership.objects.filter(team=offer.team, user=user).exists()
        return render(request, "accounts/invitation_join.html", {"invitation": offer, "is_member": is_member})
    invitations.accept(offer, user)
    return _welcome(request, offer)


def _somebody_else(request: HttpRequest, offer: Invitation) -> HttpResponse:
    return render(request, "accounts/invitation_other.html", {"invitation": offer}, status=403)


def _welcome(request: HttpRequest, offer: Invitation) -> HttpResponse:
    request.session[teams.SESSION_KEY] = str(offer.team_id)
    messages.success(request, f"Welcome to {offer.team}.")
    return redirect("studio:home")


def _closed(request: HttpRequest, offer: Invitation | None) -> HttpResponse:
    # Gone rather than not found: the person did nothing wrong, the offer is over.
    status = 404 if offer is None else 410
    return render(request, "accounts/invitation_closed.html", {"invitation": offer}, status=status)
