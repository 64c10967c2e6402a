"""Inviting: one person by a link, many by a list; and what can be done with an open invitation."""

from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from suno_web.accounts import addresses, invitations, mailing
from suno_web.accounts.models import Invitation
from suno_web.accounts.roles import admins_only
from suno_web.http import MemberRequest
from suno_web.panel import sheets
from suno_web.panel.members import guestlist, inviting, listing
from suno_web.panel.members.forms import GuestListForm


@admins_only
@never_cache
@require_POST
def renewal(request: MemberRequest, invitation_id: int) -> HttpResponse:
    """A new link for another week; the old one stops working."""
    invitation = _invitation(request, invitation_id)
    try:
        token = invitations.renew(invitation, by=request.user)
    except invitations.InvitationClosed:
        messages.error(request, "The invitation was accepted or revoked a moment ago.")
        return redirect("panel:members")
    return link_page(request, invitation, token)


@admins_only
@require_POST
def revocation(request: MemberRequest, invitation_id: int) -> HttpResponse:
    """Close an invitation; its link says so from now on."""
    invitation = _invitation(request, invitation_id)
    try:
        invitations.revoke(invitation, by=request.user)
    except invitations.InvitationClosed:
        messages.error(request, "The invitation was accepted or revoked a moment ago.")
    else:
        messages.success(request, f"The invitation of {invitation.email} is revoked.")
    return redirect("panel:members")


@admins_only
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def guests(request: MemberRequest) -> HttpResponse:
    """Invite many: first every line is shown with what is wrong with it, then the good ones are invited."""
    form = GuestListForm(request.POST or None, request.FILES or None)
    if not form.is_valid():
        return _list_page(request, form=form)
    text = form.whole()
    found = guestlist.read(text, request.team)
    if problem := guestlist.trouble(found):
        form.add_error("text", problem)
        return _list_page(request, form=form)
    good = [guest for guest in found if not guest.problem]
    if "confirm" in request.POST and good:
        return _invite(request, good)
    shown = {"guests": found, "good": good, "bad": len(found) - len(good), "text": text}
    return _list_page(request, form=form, **shown)


def link_page(request: MemberRequest, invitation: Invitation, token: str) -> HttpResponse:
    """The list of members with a link on it that is shown only now."""
    link = addresses.as_seen_by(request, invitations.link(token))
    return listing.page(request, invited=invitation, link=link, mailed=invitations.mail(invitation, token))


def _invite(request: MemberRequest, good: list[guestlist.Guest]) -> HttpResponse:
    offers = inviting.invite(request.team, good, by=request.user)
    mailed = inviting.mail(offers)
    links = [
        (invitation, addresses.as_seen_by(request, invitations.link(token)))
        for invitation, token in offers[mailed:]
    ]
    rows = [(invitation.email, invitation.get_role_display(), link) for invitation, link in links]
    # The links are kept nowhere, so the sheet travels in the page itself.
    sheet = "data:text/csv;charset=utf-8," + quote(sheets.text(("email", "role", "link"), rows))
    return _list_page(request, offers=offers, mailed=mailed, links=links, sheet=sheet)


def _list_page(request: MemberRequest, **more: Any) -> HttpResponse:
    context = {"section": "members", "can_mail": mailing.can_mail(), "most": guestlist.MOST, **more}
    return render(request, "panel/members_guests.html", context)


def _invitation(request: MemberRequest, invitation_id: int) -> Invitation:
    rows = request.team.invitations.select_related("team", "invited_by")
    found: Invitation = get_object_or_404(rows, pk=invitation_id)
    return found
