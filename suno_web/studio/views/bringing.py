"""The uploads of a project as its page shows them."""

from typing import Any

from suno_web.http import MemberRequest
from suno_web.studio import uploading
from suno_web.studio.models import Project, Upload

# How many the page shows before somebody wants to see all.
SHOWN = 3


def section(request: MemberRequest, project: Project) -> dict[str, Any]:
    """The newest uploads, or all with ?uploads=all."""
    everything = request.GET.get("uploads") == "all"
    rows = Upload.objects.filter(project=project).select_related("uploaded_by", "project")
    uploads = list(rows if everything else rows[: SHOWN + 1])
    more = not everything and len(uploads) > SHOWN
    return {
        "uploads": uploads[:SHOWN] if more else uploads,
        "more_uploads": more,
        "upload_count": rows.count() if more else len(uploads),
        "all_uploads": everything,
        "upload_types": ",".join(sorted(uploading.TYPES)),
        "most_upload_bytes": uploading.MOST_BYTES,
        "may_make": request.membership.may_make,
    }
