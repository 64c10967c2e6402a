"""The watch over files that the provider has and we do not: it keeps them for two weeks."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from suno_web.http import MemberRequest
from suno_web.studio import access, archiving
from suno_web.studio.models import Asset, Track

AT_MOST = 200


@require_safe
def unsaved(request: MemberRequest) -> HttpResponse:
    """Every take and file not on our disk, the most urgent first."""
    related = "generation__project", "generation__requested_by"
    takes = archiving.unsaved(Track.objects.visible_to(request.user)).select_related(*related)
    assets = archiving.unsaved(Asset.objects.visible_to(request.user)).select_related("track", *related)
    rows = sorted([*takes[:AT_MOST], *assets[:AT_MOST]], key=lambda row: row.created_at)
    context = {"rows": rows, "may_make": request.membership.may_make}
    return render(request, "studio/unsaved.html", context)


@require_POST
def retry_track(request: MemberRequest, track_id: UUID) -> HttpResponse:
    """Try again now to save a take."""
    return _retry(request, access.track(request, track_id))


@require_POST
def retry_asset(request: MemberRequest, asset_id: UUID) -> HttpResponse:
    """Try again now to save a file of a take."""
    return _retry(request, access.asset(request, asset_id))


def _retry(request: MemberRequest, file: Track | Asset) -> HttpResponse:
    access.must_make(request)
    if archiving.retry(file):
        messages.success(request, "Trying again. It disappears from this list once it is saved.")
    else:
        messages.info(request, "It is being fetched at this moment, or is saved already.")
    return redirect("studio:unsaved")
