"""Who is in the team: roles, leaving, invitations. For admins."""

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from suno_web.accounts import addresses, invitations, teams
from suno_web.accounts.forms import InviteForm, RoleForm
from suno_web.accounts.models import Invitation, Membership
from suno_web.accounts.roles import admins_only
from suno_web.http import MemberRequest

# Long enough to notice a slip, short enough that nobody returns by an old page.
UNDO_SECONDS = 600


@admins_only
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def members(request: MemberRequest) -> HttpResponse:
    """Members and open invitations; a POST invites, and only its answer shows the link."""
    form = InviteForm(request.POST or None)
    if not form.is_valid():
        return _page(request, form)
    email, role = form.cleaned_data["email"], form.cleaned_data["role"]
    try:
        invitation, token = invitations.invite(request.team, email=email, role=role, by=request.user)
    except invitations.AlreadyMember:
        form.add_error("email", "This person is in the team already. Change the role in the list.")
        return _page(request, form)
    return _link_page(request, invitation, token)


@admins_only
@require_POST
def member(request: MemberRequest, membership_id: int) -> HttpResponse:
    """Change a member's role."""
    membership = _member(request, membership_id)
    form = RoleForm(request.POST)
    if form.is_valid():
        try:
            teams.change_role(membership, form.cleaned_data["role"])
        except teams.LastAdmin as problem:
            messages.error(request, str(problem))
        else:
            messages.success(request, f"{membership.user} is now {membership.get_role_display()}.")
    else:
        messages.error(request, "Choose one of the roles.")
    # Who gives up the own admin role may not see this page any more.
    return redirect("studio:home" if _gave_up(request, membership) else "accounts:members")


@admins_only
@require_POST
def removal(request: MemberRequest, membership_id: int) -> HttpResponse:
    """Take a member out of the team and offer to undo it."""
    membership = _member(request, membership_id)
    try:
        teams.remove(membership)
    except teams.LastAdmin as problem:
        messages.error(request, str(problem))
        return redirect("accounts:members")
    if membership.user == request.user:
        return redirect("studio:home")
    undo = signing.dumps([str(request.team.pk), membership.user_id, membership.role], salt="removal")
    return _page(request, InviteForm(), removed=membership.user, undo=undo)


@admins_only
@require_POST
def return_(request: MemberRequest) -> HttpResponse:
    """Undo a removal, with the signed note that came with it."""
    try:
        team_id, user_id, role = signing.loads(
            request.POST.get("undo", ""), salt="removal", max_age=UNDO_SECONDS
        )
    except signing.BadSignature:
        messages.error(request, "That was too long ago to undo. Invite the person again.")
        return redirect("accounts:members")
    if team_id == str(request.team.pk):
        membership = teams.take_back(request.team, user_id, role)
        messages.success(request, f"{membership.user} is back in the team.")
    return redirect("accounts:members")


@admins_only
@never_cache
@require_POST
def renewal(request: MemberRequest, invitation_id: int) -> HttpResponse:
    """A new link for another week; the old one stops working."""
    invitation = _invitation(request, invitation_id)
    try:
        token = invitations.renew(invitation)
    except invitations.InvitationClosed:
        messages.error(request, "The invitation was accepted or revoked a moment ago.")
        return redirect("accounts:members")
    return _link_page(request, invitation, token)


@admins_only
@require_POST
def revocation(request: MemberRequest, invitation_id: int) -> HttpResponse:
    """Close an invitation; its link says so from now on."""
    invitation = _invitation(request, invitation_id)
    try:
        invitations.revoke(invitation)
    except invitations.InvitationClosed:
        messages.error(request, "The invitation was accepted or revoked a moment ago.")
    else:
        messages.success(request, f"The invitation of {invitation.email} is revoked.")
    return redirect("accounts:members")


def _member(request: MemberRequest, membership_id: int) -> Membership:
    return get_object_or_404(request.team.memberships.select_related("user", "team"), pk=membership_id)


def _invitation(request: MemberRequest, invitation_id: int) -> Invitation:
    return get_object_or_404(request.team.invitations.select_related("team", "invited_by"), pk=invitation_id)


def _gave_up(request: MemberRequest, membership: Membership) -> bool:
    return membership.user == request.user and not membership.is_admin


def _link_page(request: MemberRequest, invitation: Invitation, token: str) -> HttpResponse:
    link = addresses.as_seen_by(request, invitations.link(token))
    return _page(
        request, InviteForm(), invited=invitation, link=link, mailed=invitations.mail(invitation, token)
    )


def _page(request: MemberRequest, form: InviteForm, **more: object) -> HttpResponse:
    context = {
        "form": form,
        "memberships": request.team.memberships.select_related("user").order_by("created_at", "pk"),
        "open_invitations": request.team.invitations.open()
        .select_related("invited_by")
        .order_by("-created_at"),
        "roles": Membership.Role.choices,
        "can_mail": invitations.can_mail(),
        **more,
    }
    return render(request, "accounts/members.html", context)
