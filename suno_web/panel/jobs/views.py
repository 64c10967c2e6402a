"""Every request for music, running and ended: for admins the team's, for leads those of their projects."""

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_safe

from suno_web.accounts import audit
from suno_web.http import MemberRequest
from suno_web.live import reading
from suno_web.panel import access, sheets
from suno_web.panel.jobs import listing
from suno_web.panel.jobs.forms import Search
from suno_web.studio import access as studio_access
from suno_web.studio.models import Generation, Project
from suno_web.studio.takes import BadCursor
from suno_web.studio.views.workbench import part, wants_part

COLUMNS = (
    "Asked for", "State", "Title", "Operation", "Model", "Member", "Project", "Credits", "Seconds", "Via", "Problem",
    "Task id", "Id",
)  # fmt: skip


@require_safe
@access.leads_only
def jobs(request: MemberRequest) -> HttpResponse:
    """The list, narrowed as the address says, with a tab for each state."""
    # Read before the rows: an event between the two is then told again rather than missed.
    last_id = reading.last_id()
    search, projects, found = searched(request)
    state = request.GET.get("state", "")
    try:
        page = listing.page(listing.in_state(found, state), older=request.GET.get("older", ""))
    except BadCursor as problem:
        raise Http404("No such place in the list.") from problem
    query = request.GET.copy()
    query.pop("older", None)
    context: dict[str, Any] = {
        "section": "jobs",
        "live_last_id": last_id,
        "search": search,
        "state": state,
        "tabs": listing.tabs(found, search.applied(listing.counted(request.team, projects)), state),
        "page": page,
        "query": query.urlencode(),
        "query_without_state": _without(request, "state", "older"),
        "is_first": not request.GET.get("older"),
    }
    return render(request, "panel/jobs.html", context)


@require_GET
def row(request: MemberRequest, generation_id: UUID) -> HttpResponse:
    """One row as it is now; a person is sent to the job's own page."""
    job = led(request, generation_id)
    if not wants_part(request):
        return redirect("studio:job", job.pk)
    return part(request, "panel/jobs.html#row", {"row": listing.rows_of([job])[0]})


@require_GET
@access.leads_only
def jobs_csv(request: MemberRequest) -> HttpResponseBase:
    """What the list shows, all pages of it."""
    *_, found = searched(request)
    state = request.GET.get("state", "")
    asked = {name: value for name, value in request.GET.items() if value}
    audit.record(request.team, "export", by=request.user, subject="jobs", after=asked)
    zone = request.team.zone
    lines = (_line(one, zone) for one in listing.every(listing.in_state(found, state)))
    return sheets.csv_answer(request, f"jobs-{timezone.localdate(timezone=zone)}.csv", COLUMNS, lines)


def searched(request: MemberRequest) -> tuple[Search, list[UUID] | None, QuerySet[Generation]]:
    """The fields as they were filled in, the projects this member leads, and the jobs of these that are asked for."""
    projects = access.led_projects(request)
    asked = request.GET if request.method in {"GET", "HEAD"} else request.POST
    search = Search(asked, team=request.team, led=projects)
    return search, projects, search.applied(listing.jobs_of(request.team, projects))


def led(request: MemberRequest, generation_id: UUID) -> Generation:
    """The job, if this member leads its project; the request is then about its team. Raises Http404."""
    found = studio_access.generation(request, generation_id)
    if not Project.objects.led_by(request.user).filter(pk=found.project_id).exists():
        raise Http404("No such job.")
    return found


def _line(row: listing.Row, zone: ZoneInfo) -> tuple[object, ...]:
    job = row.job
    return (
        # The zone is given: the lines are made in threads that know of no team.
        job.created_at.astimezone(zone).isoformat(sep=" ", timespec="seconds"),
        row.state,
        job.title,
        row.operation,
        job.model,
        job.requested_by.display_name if job.requested_by else "",
        job.project.name,
        job.price,
        "" if row.took is None else round(row.took, 1),
        job.via,
        job.problem,
        job.task_id,
        str(job.pk),
    )


def _without(request: MemberRequest, *names: str) -> str:
    query = request.GET.copy()
    for name in names:
        query.pop(name, None)
    return query.urlencode()
