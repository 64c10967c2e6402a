"""Where the members were before the admin panel had them: bookmarks and old mails still lead there."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe

from suno_web.accounts.roles import admins_only
from suno_web.http import MemberRequest


@admins_only
@require_safe
def members(request: MemberRequest) -> HttpResponse:
    """The list of members."""
    return redirect("panel:members", permanent=True)


@admins_only
@require_safe
def member(request: MemberRequest, membership_id: int) -> HttpResponse:
    """A member's page."""
    membership = get_object_or_404(request.team.memberships, pk=membership_id)
    return redirect("panel:member", membership.pk, permanent=True)
