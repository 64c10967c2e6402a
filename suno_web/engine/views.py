"""The files of finished and growing songs and all that is made of them. Open to anybody who knows the address, as
the contract says."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from suno_web import media
from suno_web.engine import addresses, files, streams

CACHE = "public, max-age=86400"
# An upload may be overwritten at any time, and a link ends.
NO_CACHE = "no-cache"
MP3, JPEG = "audio/mpeg", "image/jpeg"

View = Callable[..., HttpResponseBase]


def _for_programs(view: View) -> View:
    """Open to all, and with a line of text where a person would get a page."""

    @login_not_required
    @require_safe
    @wraps(view)
    def answer(request: HttpRequest, **found: object) -> HttpResponseBase:
        try:
            return view(request, **found)
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


@_for_programs
def made(request: HttpRequest, task_id: str, name: str) -> HttpResponseBase:
    """A file that a task made from a take."""
    return _send(request, addresses.located(addresses.made(task_id, name)), cache=CACHE)


@_for_programs
def upload(request: HttpRequest, token: str, name: str) -> HttpResponseBase:
    """A file that a program keeps here."""
    return _send(request, addresses.upload_of(token), cache=NO_CACHE)


@_for_programs
def link(request: HttpRequest, signed: str, name: str) -> HttpResponseBase:
    """Any of these files as a download, by a link that ends."""
    found = addresses.linked(signed)
    return _send(request, found, cache=NO_CACHE, filename=found.name if found else None)


def _send(
    request: HttpRequest, found: addresses.Located | None, *, cache: str, filename: str | None = None
) -> HttpResponseBase:
    if not found:
        raise Http404("There is no such file.")
    if found.content_type == addresses.ANY_BYTES:
        filename = found.name
    return media.file_response(
        request, found.path, content_type=found.content_type, cache=cache, filename=filename
    )
