"""What the create form sends: a song, a richer style, lyrics to choose from, and the draft of it all."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from suno_web.credits.ledger import InsufficientCredits
from suno_web.http import MemberRequest
from suno_web.studio import access, asking, drafts, generating
from suno_web.studio.forms import TAB_OF, TABS, StyleForm, ThemeForm, initial_of, new_form_key
from suno_web.studio.models import Generation, Project
from suno_web.studio.views import deriving, workbench
from suno_web.studio.views.workbench import address, part, wants_part

UNANSWERED = "The provider has not answered yet. What you typed is kept; try again in a moment."


@require_POST
def generate(request: MemberRequest, project_id: UUID) -> HttpResponse:
    """Ask for a song."""
    return deriving.create(request, project_id, "song")


@require_POST
def draft(request: MemberRequest, project_id: UUID) -> HttpResponse:
    """Keep what is typed so far."""
    project = _project_to_make_in(request, project_id)
    tab = request.POST.get("tab", drafts.SONG)
    drafts.keep(project, by=request.user, typed=request.POST, tab=tab if tab in TABS else drafts.SONG)
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
        return _style_field(request, project, problem=asking.offered(project, refusal))
    if boosted.status != Generation.Status.DONE or not boosted.result:
        return _style_field(request, project, problem=boosted.problem or UNANSWERED)
    drafts.change(project, by=request.user, style=str(boosted.result["style"]))
    return _style_field(request, project)


def _style_field(request: MemberRequest, project: Project, *, problem: str = "") -> HttpResponse:
    if not wants_part(request):
        if problem:
            messages.error(request, problem)
        return redirect(address(project, "create", mode="custom", view="create"))
    context = workbench.form_context(request, project, tab=TABS["song"]) | {"boost_problem": problem}
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
            problem = asking.offered(project, refusal)
    else:
        problem = str(next(iter(form.errors.values()))[0])
    return _writer(request, project, asked, problem)


def _writer(request: MemberRequest, project: Project, asked: Generation | None, problem: str) -> HttpResponse:
    if not wants_part(request):
        if problem:
            messages.error(request, problem)
        query = {"mode": "custom", "view": "create"} | ({"lyrics": str(asked.pk)} if asked else {})
        return redirect(address(project, "lyrics-writer", **query))
    context = workbench.form_context(request, project, tab=TABS["song"])
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
    context = workbench.form_context(request, project, tab=TABS["song"]) | {
        "variants": generation,
        "oob": True,
        "choice": choice,
    }
    return part(request, "studio/chosen.html", context, HX_Trigger_After_Settle="filled")


@require_safe
def again(request: MemberRequest, generation_id: UUID) -> HttpResponse:
    """The project page with the form as it was filled in for this request."""
    generation = access.generation(request, generation_id)
    tab = TAB_OF.get(Generation.Operation(generation.operation))
    if tab is None:
        raise Http404("No form makes this.")
    form = tab.form(initial=initial_of(generation) | {"form_key": new_form_key()}, project=generation.project)
    return workbench.page(request, generation.project, form=form, tab=tab, again=generation)


def _project_to_make_in(request: MemberRequest, project_id: UUID) -> Project:
    project = access.project(request, project_id)
    access.must_make(request)
    return project
