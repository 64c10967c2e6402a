"""The files of finished and growing songs. Open to anybody who knows the address, as the contract says."""

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from suno_web import media
from suno_web.engine import files, streams

CACHE = "public, max-age=86400"


@login_not_required
@require_safe
def audio(request: HttpRequest, audio_id: UUID) -> HttpResponseBase:
    return media.file_response(request, files.audio(audio_id), content_type="audio/mpeg", cache=CACHE)


@login_not_required
@require_safe
def cover(request: HttpRequest, audio_id: UUID) -> HttpResponseBase:
    return media.file_response(request, files.cover(audio_id), content_type="image/jpeg", cache=CACHE)


@login_not_required
@require_safe
def stream(request: HttpRequest, audio_id: UUID) -> HttpResponseBase:
    """The finished song; until then what there is of it and what is yet to come, without ranges."""
    whole = files.audio(audio_id)
    if whole.exists():
        return media.file_response(request, whole, content_type="audio/mpeg", cache="no-store")
    if not files.folder(audio_id).exists():
        raise Http404("There is no such song.")
    headers = {"Content-Type": "audio/mpeg", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return media.carried(request, lambda: streams.follow(audio_id), headers=headers)
