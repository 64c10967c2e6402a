"""All members of the team: who they are, what each may do and spend."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from suno_web.accounts import audit, invitations, teams
from suno_web.accounts.forms import InviteForm
from suno_web.accounts.models import Departure, Membership
from suno_web.accounts.roles import admins_only
from suno_web.credits import months
from suno_web.http import MemberRequest
from suno_web.panel import sheets
from suno_web.panel.members import changing, listing, reading
from suno_web.panel.members.forms import MemberForm
from suno_web.panel.members.inviting_views import link_page

HEADER = ("name", "e-mail", "role", "budget", "used", "left", "API keys", "projects", "last seen")


@admins_only
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def members(request: MemberRequest) -> HttpResponse:
    """The list, and below it who is invited; a POST invites, and only its answer shows the link."""
    form = InviteForm(request.POST or None)
    if not form.is_valid():
        return listing.page(request, invite=form)
    email, role = form.cleaned_data["email"], form.cleaned_data["role"]
    try:
        invitation, token = invitations.invite(request.team, email=email, role=role, by=request.user)
    except invitations.AlreadyMember:
        form.add_error("email", "This person is in the team already. Change the role in the list.")
        return listing.page(request, invite=form)
    return link_page(request, invitation, token)


@admins_only
@require_safe
@transaction.atomic
def members_csv(request: MemberRequest) -> HttpResponse:
    """The list as a sheet, searched and sorted as it is shown, with all pages of it."""
    search, sort = listing.wanted(request)
    found = reading.rows(request.team, search=search, sort=sort)
    audit.record(
        request.team,
        "export",
        by=request.user,
        subject="the members",
        after={"search": search} if search else None,
    )
    return sheets.answer(f"members-{months.today(request.team)}", HEADER, reading.table(found))


@admins_only
@require_http_methods(["GET", "HEAD", "POST"])
def row(request: MemberRequest, membership_id: int) -> HttpResponse:
    """Save a row of the list: role and budget. What is refused stays typed in its row; a reload shows the list."""
    membership = member_of(request, membership_id)
    if request.method != "POST":
        return redirect("panel:members")
    form = MemberForm(request.POST, membership=membership, standing=reading.standing(membership))
    if not saved(request, membership, form):
        return listing.page(request, refused=(membership.pk, form))
    if membership.user == request.user and not membership.is_admin:
        # Who gives up the own admin role may not see the list any more.
        return redirect("studio:home")
    return redirect(f"{reverse('panel:members')}?{request.GET.urlencode()}".rstrip("?"))


@admins_only
@require_POST
def removal(request: MemberRequest, membership_id: int) -> HttpResponse:
    """Take a member out of the team; the list then offers to undo it."""
    membership = member_of(request, membership_id)
    try:
        departure = teams.remove(membership, by=request.user)
    except teams.LastAdmin as problem:
        messages.error(request, str(problem))
        return redirect("panel:members")
    if departure.user == request.user:
        return redirect("studio:home")
    return redirect(f"{reverse('panel:members')}?left={departure.pk}")


@admins_only
@require_POST
def return_(request: MemberRequest, departure_id: int) -> HttpResponse:
    """Give somebody who left their place back, with the role they had."""
    departure = get_object_or_404(
        Departure.objects.select_related("team", "user"), pk=departure_id, team=request.team
    )
    membership = teams.take_back(departure, by=request.user)
    messages.success(request, f"{membership.user} is back in the team as {membership.get_role_display()}.")
    return redirect("panel:members")


def member_of(request: MemberRequest, membership_id: int) -> Membership:
    """A member of the team that is looked at; anybody else is not found."""
    found: Membership = get_object_or_404(
        request.team.memberships.select_related("user", "team"), pk=membership_id
    )
    return found


def saved(request: MemberRequest, membership: Membership, form: MemberForm) -> bool:
    """Whether the form was saved; if so the next page says what changed."""
    if not form.is_valid():
        return False
    try:
        said = changing.save(membership, form, by=request.user)
    except teams.LastAdmin as problem:
        form.add_error("role", str(problem))
        return False
    for sentence in said or ["Nothing to change."]:
        messages.success(request, sentence)
    return True
