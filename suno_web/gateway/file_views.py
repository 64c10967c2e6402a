"""The files behind signed addresses: for any program, with ranges, no key and no cookie."""

from pathlib import Path
from typing import cast

from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from suno_web import media
from suno_web.gateway import addresses
from suno_web.gateway.addresses import Claim, Kind
from suno_web.http import MemberRequest
from suno_web.studio import covers, streaming
from suno_web.studio.models import Asset, Track, Upload
from suno_web.studio.uploading import TYPES

CACHE = "public, max-age=86400"


@login_not_required
@require_safe
def file(request: HttpRequest, token: str, name: str) -> HttpResponseBase:
    """What an address leads to. A line of text for a program where a person would get a page."""
    try:
        claim = addresses.read(token)
        if claim is None:
            raise Http404("This address is wrong or its time is over.")
        return _answer(request, claim)
    except Http404 as missing:
        return HttpResponse(f"{missing}\n", status=404, content_type="text/plain; charset=utf-8")


def _answer(request: HttpRequest, claim: Claim) -> HttpResponseBase:
    match claim.kind:
        case Kind.AUDIO | Kind.STREAM:
            return _sound(request, get_object_or_404(_tracks(), pk=claim.id), claim.kind)
        case Kind.IMAGE:
            return _cover(request, get_object_or_404(_tracks(), pk=claim.id))
        case Kind.ASSET:
            asset = get_object_or_404(Asset, pk=claim.id, archived_at__isnull=False)
            return media.file_response(request, asset.file.path, content_type=asset.content_type, cache=CACHE)
        case Kind.UPLOAD:
            upload = get_object_or_404(Upload, pk=claim.id)
            return media.file_response(
                request, upload.file.path, content_type=upload.content_type, cache=CACHE
            )


def _sound(request: HttpRequest, track: Track, kind: Kind) -> HttpResponseBase:
    """The song; where an early listener is expected, until then what there is of it."""
    if track.is_archived:
        suffix = Path(track.audio.path).suffix
        cache = CACHE if kind == Kind.AUDIO else "no-store"
        return media.file_response(
            request, track.audio.path, content_type=TYPES.get(suffix, "audio/mpeg"), cache=cache
        )
    if kind == Kind.AUDIO:
        raise Http404("This song is not finished yet.")
    # It asks nothing of a person but to listen.
    return streaming.track_stream(cast(MemberRequest, request), track)


def _cover(request: HttpRequest, track: Track) -> HttpResponseBase:
    cover = covers.find(track, "")
    if cover is None:
        raise Http404("This song has no cover.")
    return media.file_response(request, cover.path, content_type=cover.content_type, cache=CACHE)


def _tracks() -> QuerySet[Track]:
    return Track.objects.select_related("generation__project__team")
