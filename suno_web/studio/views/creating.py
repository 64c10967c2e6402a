"""What the create form sends: a song, a richer style, lyrics to choose from, and the draft of it all."""

import json
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from suno_web.credits.ledger import InsufficientCredits
from suno_web.http import MemberRequest
from suno_web.studio import access, drafts, generating
from suno_web.studio.forms import SongForm, StyleForm, ThemeForm, new_form_key
from suno_web.studio.models import Generation, Project
from suno_web.studio.views import workbench
from suno_web.studio.views.workbench import address, part, wants_part

UNANSWERED = "The provider has not answered yet. What you typed is kept; try again in a moment."


@require_POST
def generate(request: MemberRequest, project_id: UUID) -> HttpResponse:
    """Ask for a song."""
    project = _project_to_make_in(request, project_id)
    drafts.keep(project, by=request.user, typed=request.POST)
    form = SongForm(request.POST)
    if form.is_valid():
        song = {name: value for name, value in form.cleaned_data.items() if name != "form_key"}
        form_key = form.cleaned_data["form_key"] or new_form_key()
        try:
            generating.begin(project, by=request.user, form=cast(generating.Song, song), form_key=form_key)
        except InsufficientCredits as refusal:
            form.add_error(None, str(refusal))
        else:
            return _begun(request, project)
    form.point_at_first_error()
    if not wants_part(request):
        return workbench.page(request, project, form=form)
    context = workbench.form_context(request, project, form)
    return part(request, "studio/create.html", context | {"usual": generating.usual_time(project)})


def _begun(request: MemberRequest, project: Project) -> HttpResponse:
    """The form again as it was, with a new key: the next press of the button is a new wish."""
    if not wants_part(request):
        return redirect(address(project, "takes", view="takes"))
    context = workbench.form_context(request, project)
    context |= {"begun": True, "usual": generating.usual_time(project)}
    news = json.dumps({"takes": {}, "created": {}})
    return part(request, "studio/create.html", context, HX_Trigger_After_Settle=news)


@require_POST
def draft(request: MemberRequest, project_id: UUID) -> HttpResponse:
    """Keep what is typed so far."""
    project = _project_to_make_in(request, project_id)
    drafts.keep(project, by=request.user, typed=request.POST)
    return HttpResponse(status=204)


@require_POST
def style_boost(request: MemberRequest, project_id: UUID) -> HttpResponse:
    """Make the typed style richer and put it into the form."""
    project = _project_to_make_in(request, project_id)
    drafts.keep(project, by=request.user, typed=request.POST)
    form = StyleForm(request.POST)
    if not form.is_valid():
        return _style_field(request, project, problem=str(form.errors["style"][0]))
    try:
        boosted = generating.boost_style(project, by=request.user, style=form.cleaned_data["style"])
    except InsufficientCredits as refusal:
        return _style_field(request, project, problem=str(refusal))
    if boosted.status != Generation.Status.DONE or not boosted.result:
        return _style_field(request, project, problem=boosted.problem or UNANSWERED)
    drafts.change(project, by=request.user, style=str(boosted.result["style"]))
    return _style_field(request, project)


def _style_field(request: MemberRequest, project: Project, *, problem: str = "") -> HttpResponse:
    if not wants_part(request):
        if problem:
            messages.error(request, problem)
        return redirect(address(project, "create", mode="custom", view="create"))
    context = workbench.form_context(request, project) | {"boost_problem": problem}
    return part(request, "studio/create.html#style", context, HX_Trigger_After_Settle="filled")


@require_POST
def lyrics_write(request: MemberRequest, project_id: UUID) -> HttpResponse:
    """Have lyrics written about a theme; the variants come by themselves."""
    project = _project_to_make_in(request, project_id)
    drafts.keep(project, by=request.user, typed=request.POST)
    form = ThemeForm(request.POST)
    problem, asked = "", None
    if form.is_valid():
        key = form.cleaned_data["lyrics_key"] or new_form_key()
        try:
            asked = generating.write_lyrics(
                project, by=request.user, idea=form.cleaned_data["theme"], form_key=key
            )
        except InsufficientCredits as refusal:
            problem = str(refusal)
    else:
        problem = str(next(iter(form.errors.values()))[0])
    return _writer(request, project, asked, problem)


def _writer(request: MemberRequest, project: Project, asked: Generation | None, problem: str) -> HttpResponse:
    if not wants_part(request):
        if problem:
            messages.error(request, problem)
        query = {"mode": "custom", "view": "create"} | ({"lyrics": str(asked.pk)} if asked else {})
        return redirect(address(project, "lyrics-writer", **query))
    context = workbench.form_context(request, project)
    context |= {"variants": asked, "writer_problem": problem, "writer_open": True}
    return part(request, "studio/create.html#writer", context)


@require_http_methods(["GET", "HEAD", "POST"])
def lyrics_variants(request: MemberRequest, generation_id: UUID) -> HttpResponse:
    """The lyrics written so far; a POST chooses one of them for the form, or takes the former words back."""
    generation = access.generation(request, generation_id)
    if generation.operation != Generation.Operation.LYRICS:
        raise Http404("These are no lyrics.")
    if request.method == "POST":
        return _choose(request, generation)
    if not wants_part(request):
        query = {"mode": "custom", "view": "create", "lyrics": str(generation.pk)}
        return redirect(address(generation.project, "lyrics-writer", **query))
    return part(request, "studio/variants.html", {"variants": generation, "project": generation.project})


def _choose(request: MemberRequest, generation: Generation) -> HttpResponse:
    access.must_make(request)
    project, choice = generation.project, request.POST.get("choose", "")
    fields = request.POST.dict()
    before, texts = fields.get("lyrics", ""), [one["text"] for one in generation.result or []]
    if choice == "before":
        fields |= {"lyrics": fields.get("lyrics_before", ""), "lyrics_before": ""}
    elif choice.isdecimal() and int(choice) < len(texts):
        chosen = (generation.result or [])[int(choice)]
        fields |= {
            "lyrics": chosen["text"],
            "title": chosen["title"] or fields.get("title", ""),
            "mode": "custom",
        }
        # Words of one's own are never lost to a click; a variant can be chosen again.
        if before.strip() and before.replace("\r\n", "\n") not in texts:
            fields["lyrics_before"] = before
    else:
        raise Http404("No such variant.")
    drafts.keep(project, by=request.user, typed=fields)
    if not wants_part(request):
        query = {"mode": "custom", "view": "create", "lyrics": str(generation.pk)}
        return redirect(address(project, "create", **query))
    context = workbench.form_context(request, project) | {
        "variants": generation,
        "oob": True,
        "choice": choice,
    }
    return part(request, "studio/chosen.html", context, HX_Trigger_After_Settle="filled")


@require_safe
def again(request: MemberRequest, generation_id: UUID) -> HttpResponse:
    """The project page with the form as it was filled in for this song."""
    generation = access.generation(request, generation_id)
    return workbench.page(
        request, generation.project, form=SongForm(initial=_settings(generation)), again=generation
    )


def _settings(generation: Generation) -> dict[str, object]:
    """The form that made it, also for a song that was not asked for in the browser."""
    kept = dict(generation.settings)
    custom = bool(kept.get("custom_mode"))
    kept.setdefault("mode", "custom" if custom else "simple")
    kept.setdefault("lyrics" if custom else "idea", kept.get("prompt", ""))
    return kept | {"form_key": new_form_key()}


def _project_to_make_in(request: MemberRequest, project_id: UUID) -> Project:
    project = access.project(request, project_id)
    access.must_make(request)
    return project
