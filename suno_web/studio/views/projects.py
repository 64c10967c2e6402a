"""Projects: finding them, making them, the page members work in."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Max, Q
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from suno_web.accounts import audit
from suno_web.http import MemberRequest
from suno_web.live import publishing
from suno_web.studio import access, calls, generating
from suno_web.studio.forms import ProjectForm
from suno_web.studio.models import Project, Track
from suno_web.studio.views import workbench
from suno_web.studio.views.workbench import LAST_PROJECT


@require_safe
def home(request: MemberRequest) -> HttpResponse:
    """The project worked in last, else the newest; without any, how to begin."""
    projects = Project.objects.visible_to(request.user).filter(team=request.team)
    remembered = str(request.session.get(LAST_PROJECT, ""))
    last = next((one for one in projects if str(one.pk) == remembered), None) or projects.first()
    if last:
        return redirect(last)
    return render(request, "studio/welcome.html", {"form": ProjectForm(team=request.team)})


@require_http_methods(["GET", "HEAD", "POST"])
def projects(request: MemberRequest) -> HttpResponse:
    """All projects of the team that this member may see; a POST makes one."""
    if request.method == "POST":
        return _create(request)
    songs = Q(generations__operation__in=calls.MAKING_TAKES)
    mine = (
        Project.objects.filter(pk__in=Project.objects.visible_to(request.user), team=request.team)
        .annotate(
            songs=Count("generations", filter=songs), last_at=Max("generations__created_at", filter=songs)
        )
        .order_by("-created_at")
    )
    return render(request, "studio/projects.html", {"projects": mine})


@require_safe
def project_new(request: MemberRequest) -> HttpResponse:
    access.must_make(request)
    alone = [request.user.pk]
    form = ProjectForm(team=request.team, initial={"members": alone, "leads": alone})
    return render(request, "studio/project_form.html", {"form": form})


def _create(request: MemberRequest) -> HttpResponse:
    access.must_make(request)
    form = ProjectForm(request.POST, team=request.team, maker=request.user)
    if not form.is_valid():
        return render(request, "studio/project_form.html", {"form": form})
    form.instance.team, form.instance.created_by = request.team, request.user
    with transaction.atomic():
        project = form.save()
        # Whoever makes a project is in it and leads it, also when they forgot to tick themselves.
        project.members.add(request.user)
        project.leads.add(request.user)
        audit.record(
            request.team, "project.make", by=request.user, subject=project.name, after=_facts(project)
        )
        publishing.refresh(f"team:{request.team.pk}")
    return redirect(project)


@require_safe
def project(request: MemberRequest, project_id: UUID) -> HttpResponse:
    """The workbench: create form, takes, player queue."""
    found = access.project(request, project_id)
    if request.session.get(LAST_PROJECT) != str(found.pk):
        request.session[LAST_PROJECT] = str(found.pk)
    return workbench.page(request, found)


@require_http_methods(["GET", "HEAD", "POST"])
def project_edit(request: MemberRequest, project_id: UUID) -> HttpResponse:
    """Name, brief, members and leads."""
    found = access.project(request, project_id)
    if not access.may_edit(request, found):
        raise PermissionDenied("Only admins and whoever leads a project may change it.")
    before = _facts(found)
    form = ProjectForm(request.POST or None, instance=found, team=request.team)
    if not form.is_valid():
        return render(
            request, "studio/project_form.html", {"form": form, "project": Project.objects.get(pk=found.pk)}
        )
    with transaction.atomic():
        form.save()
        changes = {"before": before, "after": _facts(found)}
        audit.record(request.team, "project.change", by=request.user, subject=found.name, **changes)
        publishing.refresh(f"team:{found.team_id}")
    messages.success(request, "Saved.")
    return redirect(found)


def _facts(project: Project) -> dict[str, object]:
    """What the audit says about a project."""
    return {
        "name": project.name,
        "brief": project.brief,
        "members": sorted(str(one) for one in project.members.all()),
        "leads": sorted(str(one) for one in project.leads.all()),
    }


@require_GET
def takes(request: MemberRequest, project_id: UUID) -> HttpResponse:
    """The rows alone: what is newer than the list on the page, or the next older ones."""
    found = access.project(request, project_id)
    if not workbench.wants_part(request):
        return workbench.page(request, found)
    search = request.GET.get("q", "").strip()[:200]
    context = {"project": found, "page": workbench.rows(request, found, search=search), "search": search}
    return workbench.part(request, "studio/rows.html", context | {"usual": generating.usual_time(found)})


@require_GET
def queue(request: MemberRequest, project_id: UUID) -> JsonResponse:
    """Every playable take in the order of the rows, for the player."""
    found = access.project(request, project_id)
    rows = Track.objects.filter(generation__project=found).defer("lyrics", "words", "peaks")
    tracks = rows.order_by("-generation__created_at", "-generation_id", "take")
    return JsonResponse({"tracks": [_queued(track, found) for track in tracks if track.is_playable]})


def _queued(track: Track, project: Project) -> dict[str, object]:
    return {
        "id": str(track.pk),
        "title": track.title,
        "take": track.take,
        "project": project.name,
        "href": reverse("studio:track", args=[track.pk]),
        "cover": reverse("studio:track_image", args=[track.pk]) if track.image else None,
        "duration": track.duration,
        "ready": track.is_archived,
        "generation": str(track.generation_id),
    }


@require_GET
def meter(request: MemberRequest) -> HttpResponse:
    """What this member has left: the meter of the side bar, or the line beside the create button."""
    is_button = request.GET.get("at") == "button"
    template = "studio/left.html" if is_button else "studio/meter.html"
    return workbench.part(request, template, {"project": _about(request)})


def _about(request: MemberRequest) -> Project | None:
    """The project that the page with the meter is about."""
    try:
        return access.project(request, UUID(request.GET.get("project", "")))
    except ValueError:
        return None
