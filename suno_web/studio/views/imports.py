"""Bringing here what was made elsewhere with the team's key."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from suno_web.http import MemberRequest
from suno_web.studio import access, importing
from suno_web.studio.file_forms import ImportForm
from suno_web.studio.importing import CannotImport
from suno_web.studio.views.workbench import address, part, wants_part


@require_POST
def bring(request: MemberRequest, project_id: UUID) -> HttpResponse:
    """Follow a task by its id."""
    project = access.project(request, project_id)
    access.must_make(request)
    form = ImportForm(request.POST)
    brought = None
    if form.is_valid():
        try:
            brought = importing.bring(project, by=request.user, task_id=form.cleaned_data["task_id"])
        except CannotImport as problem:
            form.add_error("task_id", str(problem))
    if wants_part(request):
        shown = ImportForm() if brought else form
        context = {"project": project, "importing": shown, "brought": brought}
        return part(request, "studio/import.html", context)
    if brought is None:
        messages.error(request, str(form.errors["task_id"][0]))
        return redirect(address(project, "takes", view="takes"))
    return redirect(address(project, f"generation-{brought.pk}", view="takes"))
