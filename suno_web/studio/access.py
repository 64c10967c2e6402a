"""What a person may see and do, and which live streams carry it."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from suno_web.accounts.models import Membership, User
from suno_web.http import MemberRequest
from suno_web.studio.models import Asset, Generation, Project, Track


def audiences(user: User) -> list[str]:
    """Whose events this person's streams carry: their own, their teams', their projects'."""
    teams = user.memberships.values_list("team_id", flat=True)
    projects = Project.objects.visible_to(user).values_list("pk", flat=True)
    return [f"user:{user.pk}", *(f"team:{pk}" for pk in teams), *(f"project:{pk}" for pk in projects)]


def project(request: MemberRequest, project_id: UUID) -> Project:
    """The project, if this member may see it; the request is then about its team. Raises Http404."""
    rows = Project.objects.visible_to(request.user).select_related("team")
    found: Project = get_object_or_404(rows, pk=project_id)
    _act_in(request, found)
    return found


def generation(request: MemberRequest, generation_id: UUID) -> Generation:
    """The same for one request for music."""
    rows = Generation.objects.visible_to(request.user).select_related("project__team", "requested_by")
    found: Generation = get_object_or_404(rows, pk=generation_id)
    _act_in(request, found.project)
    return found


def track(request: MemberRequest, track_id: UUID) -> Track:
    """The same for one take."""
    rows = Track.objects.visible_to(request.user)
    related = "generation__project__team", "generation__requested_by"
    found: Track = get_object_or_404(rows.select_related(*related), pk=track_id)
    _act_in(request, found.generation.project)
    return found


def asset(request: MemberRequest, asset_id: UUID) -> Asset:
    """The same for a file made of a take."""
    rows = Asset.objects.visible_to(request.user).select_related("track", "generation__project__team")
    found: Asset = get_object_or_404(rows, pk=asset_id)
    _act_in(request, found.generation.project)
    return found


def must_make(request: MemberRequest) -> None:
    """Raises PermissionDenied for a listener."""
    if not request.membership.may_make:
        raise PermissionDenied(
            "Listeners hear the takes and cannot make new ones. Ask an admin to be made a maker."
        )


def may_edit(request: MemberRequest, one: Project) -> bool:
    """Admins and the project's leads change its name, brief, members and leads."""
    return request.membership.is_admin or (
        request.membership.may_make and one.leads.filter(pk=request.user.pk).exists()
    )


def _act_in(request: MemberRequest, project: Project) -> None:
    """A member of two teams acts with the role they have in the project's team, not in the one chosen."""
    if project.team_id != request.team.pk:
        request.membership = Membership.objects.get(team=project.team_id, user=request.user)
        request.team = project.team
    else:
        project.team = request.team
