"""A member's own profile, the team's name and clock, and which team is being looked at."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from suno_web.accounts import teams
from suno_web.accounts.forms import ProfileForm, TeamForm
from suno_web.accounts.models import User
from suno_web.accounts.roles import admins_only
from suno_web.http import MemberRequest


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: MemberRequest) -> HttpResponse:
    """The name colleagues read; the way to password, second factor and sessions."""
    # A copy, so that a refused name does not already show in the frame of the page that refuses it.
    form = ProfileForm(request.POST or None, instance=User.objects.get(pk=request.user.pk))
    if form.is_valid():
        form.save()
        messages.success(request, "Saved.")
        return redirect("accounts:profile")
    others = request.user.memberships.exclude(team=request.team).select_related("team")
    return render(request, "accounts/profile.html", {"form": form, "other_memberships": others})


@admins_only
@require_http_methods(["GET", "HEAD", "POST"])
def team(request: MemberRequest) -> HttpResponse:
    """Name and time zone of the team."""
    form = TeamForm(request.POST or None, instance=type(request.team).objects.get(pk=request.team.pk))
    if form.is_valid():
        teams.change(request.team, by=request.user, **form.cleaned_data)
        messages.success(request, "Saved.")
        return redirect("accounts:team")
    return render(request, "accounts/team.html", {"form": form})


@require_POST
def choice_of_team(request: MemberRequest, team_id: UUID) -> HttpResponse:
    """Look at another of one's teams from now on."""
    if teams.team_of(request.user, team_id) is None:
        raise Http404
    request.session[teams.SESSION_KEY] = str(team_id)
    return redirect("studio:home")
