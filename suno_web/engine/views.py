"""The files of finished and growing songs. Open to anybody who knows the address, as the contract says."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from suno_web import media
from suno_web.engine import files, streams

CACHE = "public, max-age=86400"
MP3, JPEG = "audio/mpeg", "image/jpeg"

View = Callable[[HttpRequest, UUID], HttpResponseBase]


def _for_programs(view: View) -> View:
    """Open to all, and with a line of text where a person would get a page."""

    @login_not_required
    @require_safe
    @wraps(view)
    def answer(request: HttpRequest, audio_id: UUID) -> HttpResponseBase:
        try:
            return view(request, audio_id)
        except Http404 as missing:
            return HttpResponse(f"{missing}\n", status=404, content_type="text/plain; charset=utf-8")

    return answer


@_for_programs
def audio(request: HttpRequest, audio_id: UUID) -> HttpResponseBase:
    return media.file_response(request, files.audio(audio_id), content_type=MP3, cache=CACHE)


@_for_programs
def cover(request: HttpRequest, audio_id: UUID) -> HttpResponseBase:
    return media.file_response(request, files.cover(audio_id), content_type=JPEG, cache=CACHE)


@_for_programs
def stream(request: HttpRequest, audio_id: UUID) -> HttpResponseBase:
    """The finished song; until then what there is of it and what is yet to come, without ranges."""
    if files.audio(audio_id).exists():
        return media.file_response(request, files.audio(audio_id), content_type=MP3, cache="no-store")
    if not files.folder(audio_id).exists():
        raise Http404("There is no such song.")
    headers = {"Content-Type": MP3, "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return media.carried(request, lambda: streams.follow(audio_id), headers=headers)
