"""One request for music: its row, and the page that tells what happened to it."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_safe

from suno_web.credits.models import Entry
from suno_web.http import MemberRequest
from suno_web.studio import access, generating, takes
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
    found = access.generation(request, generation_id)
    context = {
        "generation": found,
        "project": found.project,
        "row": takes.row(found),
        "steps": found.steps.all(),
        "entries": Entry.objects.filter(cause=found.reference).select_related("actor"),
    }
    return render(request, "studio/job.html", context)
