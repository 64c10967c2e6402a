"""What is made of a take: asking for it, its files, and the words as a file."""

from pathlib import Path
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from suno_web import media
from suno_web.credits.ledger import InsufficientCredits
from suno_web.http import MemberRequest
from suno_web.studio import access, asking, covers, lyricfiles, made, processing
from suno_web.studio.file_forms import MakeForm, PersonaForm
from suno_web.studio.forms import new_form_key
from suno_web.studio.models import Asset, Generation, Track
from suno_web.studio.names import file_name
from suno_web.studio.processing import Impossible
from suno_web.studio.views.workbench import part, wants_part

Operation = Generation.Operation


@require_http_methods(["GET", "HEAD", "POST"])
def track_files(request: MemberRequest, track_id: UUID) -> HttpResponse:
    """The files of a take; a POST has one more made."""
    track = access.track(request, track_id)
    if request.method != "POST":
        return _shown(request, track)
    access.must_make(request)
    form = MakeForm(request.POST)
    if not form.is_valid():
        return _shown(request, track, problem=str(next(iter(form.errors.values()))[0]), video=form)
    operation = Operation(form.cleaned_data["operation"])
    key = form.cleaned_data["form_key"] or new_form_key()
    try:
        processing.ask(track, by=request.user, operation=operation, form_key=key, **form.extra)
    except (Impossible, InsufficientCredits) as refusal:
        return _shown(request, track, problem=_said(track, refusal))
    return _shown(request, track)


@require_POST
def midi(request: MemberRequest, generation_id: UUID) -> HttpResponse:
    """Have the notes of stems written down."""
    stems = access.generation(request, generation_id)
    access.must_make(request)
    source = stems.inputs.select_related("track").first()
    if stems.operation != Operation.STEMS or source is None or source.track is None:
        raise Http404("These are no stems of a take.")
    problem = ""
    try:
        key = request.POST.get("form_key", "")[:40] or new_form_key()
        processing.midi(stems, by=request.user, form_key=key)
    except (Impossible, InsufficientCredits) as refusal:
        problem = _said(source.track, refusal)
    return _shown(request, access.track(request, source.track.pk), problem=problem)


@require_POST
def persona(request: MemberRequest, track_id: UUID) -> HttpResponse:
    """Keep the take's voice and style under a name."""
    track = access.track(request, track_id)
    access.must_make(request)
    form = PersonaForm(request.POST)
    if not form.is_valid():
        return _shown(request, track, persona=form)
    wanted = form.cleaned_data
    try:
        asked = processing.make_persona(
            track,
            by=request.user,
            name=wanted["name"],
            description=wanted["description"],
            start=wanted["vocal_start"],
            end=wanted["vocal_end"],
        )
    except (Impossible, InsufficientCredits) as refusal:
        form.add_error(None, _said(track, refusal))
        return _shown(request, track, persona=form)
    if asked.status != Generation.Status.DONE:
        form.add_error(None, asked.problem or "The provider has not answered yet. Try again in a moment.")
        return _shown(request, track, persona=form)
    return _shown(request, track)


@require_safe
def asset(request: MemberRequest, asset_id: UUID) -> HttpResponseBase:
    """The file itself, with ranges, to be played or shown."""
    found = _saved(request, asset_id)
    return media.file_response(request, found.file.path, content_type=found.content_type)


@require_safe
def asset_download(request: MemberRequest, asset_id: UUID) -> HttpResponseBase:
    """The file under a name a person recognises."""
    found = _saved(request, asset_id)
    title = found.track.title if found.track else found.generation.title
    what = f"{title} – take {found.track.take}" if found.track else title
    name = what if found.kind == Asset.Kind.WAV else f"{what} – {_called(found)}"
    suffix = Path(found.file.path).suffix
    return media.file_response(
        request, found.file.path, content_type=found.content_type, filename=f"{file_name(name)}{suffix}"
    )


@require_POST
def use_as_cover(request: MemberRequest, asset_id: UUID) -> HttpResponse:
    """Make an image the take's cover."""
    found = _saved(request, asset_id)
    access.must_make(request)
    if found.kind != Asset.Kind.IMAGE or found.track is None:
        raise Http404("This is no image of a take.")
    covers.replace(found.track, found)
    return redirect("studio:track", track_id=found.track.pk)


@require_GET
def lyrics_file(request: MemberRequest, track_id: UUID, kind: str) -> HttpResponse:
    """The words as LRC, SRT or plain text."""
    track = access.track(request, track_id)
    if kind == "txt" and track.lyrics:
        content = f"{track.title}\n\n{track.lyrics.strip()}\n"
    elif kind == "lrc" and track.words:
        content = lyricfiles.lrc(track.words, title=track.title, seconds=track.duration)
    elif kind == "srt" and track.words:
        content = lyricfiles.srt(track.words)
    else:
        raise Http404("There are no such words of this take.")
    name = f"{file_name(track.title)} – take {track.take}.{kind}"
    return media.text_response(content, filename=name)


def context(request: MemberRequest, track: Track) -> dict[str, object]:
    """What the files section of a track's card needs."""
    prices = made.prices(request.team)
    return {
        "track": track,
        "project": track.generation.project,
        "made": made.of(track),
        "prices": prices,
        "waits": made.waiting(track.generation.project, request.user, prices),
        "form_key": new_form_key(),
        "may_make": request.membership.may_make,
        "video": MakeForm(initial={"author": request.team.name}),
        "persona": PersonaForm(initial={"name": f"{track.title} voice"[:80], **_window(track)}),
    }


def _shown(request: MemberRequest, track: Track, problem: str = "", **more: object) -> HttpResponse:
    if not wants_part(request):
        if problem:
            messages.error(request, problem)
        for form in more.values():
            if isinstance(form, PersonaForm) and form.errors:
                messages.error(request, str(next(iter(form.errors.values()))[0]))
        return redirect(reverse("studio:track", args=[track.pk]) + "#files")
    return part(request, "studio/files.html", context(request, track) | {"problem": problem} | more)


def _said(track: Track, refusal: Impossible | InsufficientCredits) -> str:
    """Why not, with a way on where there is one."""
    if isinstance(refusal, InsufficientCredits):
        return asking.offered(track.generation.project, refusal)
    return str(refusal)


def _window(track: Track) -> dict[str, float]:
    """Half a minute from where singing has usually begun, or the whole of a short take."""
    seconds = track.duration or 60
    start = 0.0 if seconds < 45 else min(20.0, round(seconds / 6))
    return {"vocal_start": start, "vocal_end": min(start + 30, float(int(seconds)))}


def _saved(request: MemberRequest, asset_id: UUID) -> Asset:
    found = access.asset(request, asset_id)
    if not found.is_archived:
        raise Http404("This file is not saved yet.")
    return found


def _called(asset: Asset) -> str:
    """The part of a file's name that says which of the take's files it is."""
    if asset.kind == Asset.Kind.STEM:
        return asset.label.lower()
    return f"{asset.get_kind_display()} {asset.name}".strip()
