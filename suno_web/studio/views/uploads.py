"""Audio that members bring: the list, taking files in, and each file itself."""

from pathlib import PurePath
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from suno_web import media
from suno_web.http import MemberRequest
from suno_web.studio import access, uploading
from suno_web.studio.models import Project, Upload
from suno_web.studio.views import bringing
from suno_web.studio.views.workbench import address, part, wants_part

LONGEST_NAME = 200
NO_FILE = "Choose a file first."


@require_http_methods(["GET", "HEAD", "POST"])
def uploads(request: MemberRequest, project_id: UUID) -> HttpResponse:
    """The rows; a POST brings one file or several."""
    project = access.project(request, project_id)
    if request.method == "POST":
        access.must_make(request)
        return _bring(request, project)
    if not wants_part(request):
        return redirect(address(project, "uploads", uploads="all", view="takes"))
    context = bringing.section(request, project) | {"project": project}
    return part(request, "studio/uploads.html#rows", context)


def _bring(request: MemberRequest, project: Project) -> HttpResponse:
    """Keep what was sent. A script sends one file at a time and shows what is said at its row."""
    by_script = "application/json" in request.headers.get("Accept", "")
    problems, files = [], request.FILES.getlist("file")
    for file in files:
        try:
            _keep(request, project, file)
        except uploading.Refused as refusal:
            problems.append(str(refusal))
    if not files:
        problems.append(NO_FILE)
    if by_script:
        return JsonResponse({"problem": " ".join(problems)}, status=422 if problems else 201)
    for problem in problems:
        messages.error(request, problem)
    return redirect(address(project, "uploads", view="takes"))


def _keep(request: MemberRequest, project: Project, file: "UploadedFile[Any]") -> Upload:
    return uploading.keep(project, by=request.user, file=file, name=file.name or "")


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: MemberRequest, upload_id: UUID) -> HttpResponse:
    """The row alone, as it is now; a POST gives it another name."""
    found = _upload(request, upload_id)
    if request.method == "POST":
        access.must_make(request)
        _rename(found, request.POST.get("name", ""))
    if not wants_part(request):
        return redirect(address(found.project, f"upload-{found.pk}", uploads="all", view="takes"))
    context = {"upload": found, "project": found.project, "may_make": request.membership.may_make}
    return part(request, "studio/upload.html", context)


def _rename(upload: Upload, name: str) -> None:
    """Keep the kind of the file, which says how it is played."""
    suffix = PurePath(upload.name).suffix
    stem = " ".join(name.split()).removesuffix(suffix)
    if stem:
        upload.name = stem[: LONGEST_NAME - len(suffix)] + suffix
        upload.save(update_fields=["name"])


@require_POST
def upload_delete(request: MemberRequest, upload_id: UUID) -> HttpResponse:
    """Remove the file. What was made from it stays."""
    found = _upload(request, upload_id)
    access.must_make(request)
    project = found.project
    uploading.delete(found)
    if not wants_part(request):
        messages.success(request, f"“{found.name}” is deleted. What was made from it stays.")
        return redirect(address(project, "uploads", view="takes"))
    return part(
        request, "studio/uploads.html#rows", bringing.section(request, project) | {"project": project}
    )


@require_safe
def upload_audio(request: MemberRequest, upload_id: UUID) -> HttpResponseBase:
    """The file with ranges."""
    found = _upload(request, upload_id)
    return media.file_response(request, found.file.path, content_type=found.content_type)


@require_safe
def upload_download(request: MemberRequest, upload_id: UUID) -> HttpResponseBase:
    """The file as it was brought."""
    found = _upload(request, upload_id)
    kind = found.content_type or "application/octet-stream"
    return media.file_response(request, found.file.path, content_type=kind, filename=found.name)


@require_GET
def upload_peaks(request: MemberRequest, upload_id: UUID) -> JsonResponse:
    found = _upload(request, upload_id)
    if not found.is_ready:
        raise Http404("It does not play.")
    return JsonResponse({"peaks": found.peaks, "duration": found.duration, "ready": True})


@require_GET
def upload_words(request: MemberRequest, upload_id: UUID) -> JsonResponse:
    """Nobody knows the words of a file; the player asks all the same."""
    _upload(request, upload_id)
    return JsonResponse({"words": None, "lyrics": ""})


@require_GET
def upload_queue(request: MemberRequest, upload_id: UUID) -> JsonResponse:
    """What plays after it: nothing, it is played alone."""
    found = _upload(request, upload_id)
    return JsonResponse({"tracks": [_queued(found)] if found.is_ready else []})


def _queued(upload: Upload) -> dict[str, object]:
    return {
        "id": f"upload-{upload.pk}",
        "title": upload.name,
        "take": 1,
        "project": upload.project.name,
        "href": reverse("studio:uploads", args=[upload.project_id]),
        "cover": None,
        "duration": upload.duration,
        "ready": True,
        "generation": "",
    }


def _upload(request: MemberRequest, upload_id: UUID) -> Upload:
    """The upload, if this member may see it."""
    rows = Upload.objects.visible_to(request.user).select_related("project__team", "uploaded_by")
    found: Upload = get_object_or_404(rows, pk=upload_id)
    found.project = access.project(request, found.project_id)
    return found
