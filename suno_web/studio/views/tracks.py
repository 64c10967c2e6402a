"""One take: its page, its files, its words."""

from pathlib import Path
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST, require_safe

from suno_web import media
from suno_web.credits import prices
from suno_web.credits.ledger import InsufficientCredits
from suno_web.http import MemberRequest
from suno_web.studio import access, asking, covers, made, processing, streaming
from suno_web.studio.models import Generation, Track
from suno_web.studio.names import file_name
from suno_web.studio.processing import Impossible
from suno_web.studio.views import files, workbench

AUDIO_TYPES = {".mp3": "audio/mpeg", ".wav": "audio/wav", ".flac": "audio/flac", ".ogg": "audio/ogg"}


@require_safe
def track(request: MemberRequest, track_id: UUID) -> HttpResponse:
    """The take beside the rows of its project; alone for the script that opens the panel."""
    found = access.track(request, track_id)
    context = _panel(request, found)
    if workbench.wants_part(request):
        # The panel that is open asks for its card again when something changed.
        template = "studio/track.html#card" if request.htmx.target == "track" else "studio/track.html"
        return workbench.part(request, template, context)
    return workbench.page(request, found.generation.project, **context)


def _panel(request: MemberRequest, track: Track) -> dict[str, object]:
    return files.context(request, track) | {
        "sources": track.generation.inputs.select_related("track__generation", "upload"),
        "children": made.children(track),
        "words_price": prices.price(Generation.Operation.TIMESTAMPED_LYRICS, team=request.team),
    }


@require_safe
def track_audio(request: MemberRequest, track_id: UUID) -> HttpResponseBase:
    """The archived file with ranges; until it is here, the growing stream."""
    found = access.track(request, track_id)
    if found.is_archived:
        return media.file_response(request, found.audio.path, content_type=_audio_type(found))
    if not found.is_playable:
        raise Http404("This take has no sound yet.")
    return redirect("studio:track_stream", track_id=found.pk)


@require_safe
def track_stream(request: MemberRequest, track_id: UUID) -> HttpResponseBase:
    return streaming.track_stream(request, access.track(request, track_id))


@require_safe
def track_download(request: MemberRequest, track_id: UUID) -> HttpResponseBase:
    """The file under a name a person recognises."""
    found = access.track(request, track_id)
    if not found.is_archived:
        raise Http404("This take is not saved yet, so there is nothing to download.")
    name = file_name(found.title)
    suffix = Path(found.audio.path).suffix
    return media.file_response(
        request,
        found.audio.path,
        content_type=_audio_type(found),
        filename=f"{name} – take {found.take}{suffix}",
    )


@require_safe
def track_image(request: MemberRequest, track_id: UUID) -> HttpResponseBase:
    """The cover; `?size=small` or `medium` for a row or the player."""
    found = access.track(request, track_id)
    cover = covers.find(found, request.GET.get("size", ""))
    if cover is None:
        raise Http404("This take has no cover.")
    return media.file_response(
        request, cover.path, content_type=cover.content_type, cache="private, max-age=604800"
    )


@require_GET
def track_peaks(request: MemberRequest, track_id: UUID) -> JsonResponse:
    found = access.track(request, track_id)
    return JsonResponse({"peaks": found.peaks, "duration": found.duration, "ready": found.is_archived})


@require_GET
def track_words(request: MemberRequest, track_id: UUID) -> JsonResponse:
    found = access.track(request, track_id)
    return JsonResponse({"words": found.words, "lyrics": found.lyrics})


@require_POST
def sync_lyrics(request: MemberRequest, track_id: UUID) -> HttpResponse:
    """Have the words timed, so that they follow the music."""
    found = access.track(request, track_id)
    access.must_make(request)
    problem = "" if found.words else _sync(request, found)
    if not workbench.wants_part(request):
        if problem:
            messages.error(request, problem)
        return redirect("studio:track", track_id=found.pk)
    found.refresh_from_db(fields=["words"])
    return workbench.part(request, "studio/track.html", _panel(request, found) | {"words_problem": problem})


def _sync(request: MemberRequest, track: Track) -> str:
    """Try it. What went wrong, in words; "" when nothing did."""
    try:
        asked = processing.sync_lyrics(track, by=request.user)
    except InsufficientCredits as refusal:
        return asking.offered(track.generation.project, refusal)
    except Impossible as refusal:
        return str(refusal)
    if asked.status == Generation.Status.DONE:
        return ""
    return asked.problem or "The provider has not answered yet. Try again in a moment."


def _audio_type(track: Track) -> str:
    return AUDIO_TYPES.get(Path(track.audio.path).suffix.lower(), "application/octet-stream")
