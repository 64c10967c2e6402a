"""One request for music: its row, and the page that tells what happened to it."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_safe

from suno_web.credits.models import Entry
from suno_web.http import MemberRequest
from suno_web.studio import access, generating, history, jobs, takes
from suno_web.studio.forms import new_form_key
from suno_web.studio.models import Generation, Project
from suno_web.studio.views.workbench import address, part, wants_part


@require_GET
def generation(request: MemberRequest, generation_id: UUID) -> HttpResponse:
    """The row alone, as it is now; a person is sent to the page that shows it."""
    found = access.generation(request, generation_id)
    if not wants_part(request):
        return redirect(address(found.project, f"generation-{found.pk}", view="takes"))
    context = {
        "row": takes.row(found),
        "project": found.project,
        "usual": generating.usual_time(found.project),
    }
    return part(request, "studio/generation.html#takes", context)


@require_safe
def job(request: MemberRequest, generation_id: UUID) -> HttpResponse:
    """Every step with what was sent and received, and what it cost."""
    return page(request, access.generation(request, generation_id))


def page(request: MemberRequest, found: Generation, **more: Any) -> HttpResponse:
    """The job's page; whoever leads its project finds there what can be done about it."""
    context = {
        "generation": found,
        "project": found.project,
        "row": takes.row(found),
        "steps": history.timeline(found),
        "entries": Entry.objects.filter(cause=found.reference).select_related("actor"),
    }
    if Project.objects.led_by(request.user).filter(pk=found.project_id).exists():
        context |= {"possible": jobs.possible(found, by=request.user), "form_key": new_form_key()}
    return render(request, "studio/job.html", context | more)
