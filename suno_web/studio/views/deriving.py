"""The create tabs: a form for each way to make takes, filled in from what they are made from."""

import json
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from suno_web.credits.ledger import InsufficientCredits
from suno_web.http import MemberRequest
from suno_web.studio import access, drafts, generating
from suno_web.studio import sources as sourcing
from suno_web.studio.forms import TABS, SourcedForm, Tab, TakeForm, new_form_key
from suno_web.studio.models import Generation, Project
from suno_web.studio.views import opening, workbench
from suno_web.studio.views.workbench import address, part, wants_part


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: MemberRequest, project_id: UUID, tab: str) -> HttpResponse:
    """The form of a tab; a POST asks for the takes, or chooses another source."""
    project, chosen = access.project(request, project_id), _tab(tab)
    if request.method != "POST":
        return _opened(request, project, chosen)
    access.must_make(request)
    if "choose" in request.POST:
        return _choose(request, project, chosen)
    drafts.keep(project, by=request.user, typed=request.POST, tab=chosen.name)
    form = chosen.form(request.POST, project=project)
    if form.is_valid() and (made := ask(request, project, form)):
        return begun(request, project, chosen, made)
    return refused(request, project, chosen, form)


@require_safe
def sources(request: MemberRequest, project_id: UUID, tab: str) -> HttpResponse:
    """What can be chosen, narrowed by what is searched for."""
    project, chosen = access.project(request, project_id), _tab(tab)
    access.must_make(request)
    if not issubclass(chosen.form, SourcedForm):
        raise Http404("A tab without a source.")
    field = request.GET.get("field", "source")
    if not wants_part(request):
        return redirect(address(project, "create", tab=chosen.name, view="create"))
    search = request.GET.get("find", "").strip()[:200]
    found = sourcing.choices(project, search=search, own_only=chosen.form.own_only)
    context = {"project": project, "tab": chosen, "choices": found, "field_name": field, "find": search}
    return part(request, "studio/source_choices.html", context)


def ask(request: MemberRequest, project: Project, form: TakeForm) -> list[Generation]:
    """Ask for what a valid form describes. None when it was refused, which the form then says."""
    try:
        return generating.ask_many(
            project,
            by=request.user,
            count=form.times,
            operation=form.operation,
            request=form.request,
            inputs=form.inputs,
            title=form.song_title,
            settings=form.settings,
            form_key=form.cleaned_data["form_key"] or new_form_key(),
        )
    except InsufficientCredits as refusal:
        form.refuse(refusal)
    except generating.BatchRefused as batch:
        form.refuse(batch.refusal)
        form.add_error(None, batch.advice)
    return []


def begun(request: MemberRequest, project: Project, tab: Tab, made: list[Generation]) -> HttpResponse:
    """The form again as it was, with a new key: the next press of the button is a new wish."""
    if not wants_part(request):
        return redirect(address(project, "takes", view="takes"))
    context = workbench.form_context(request, project, tab=tab) | {"begun": _said(tab, made)}
    news = json.dumps({"takes": {}, "created": {}})
    return part(request, "studio/create.html", context, HX_Trigger_After_Settle=news)


def _said(tab: Tab, made: list[Generation]) -> str:
    """What came of pressing the button, in words."""
    count = len(made)
    if made[0].status == Generation.Status.AWAITING:
        return f"{'It waits' if count == 1 else f'All {count} wait'} for approval. Nothing is charged until then."
    return tab.begun if count == 1 else f"All {count} are on their way."


def refused(request: MemberRequest, project: Project, tab: Tab, form: TakeForm) -> HttpResponse:
    """The form with what is wrong at its fields, and nothing lost."""
    form.point_at_first_error()
    if not wants_part(request):
        return workbench.page(request, project, form=form, tab=tab)
    return part(request, "studio/create.html", workbench.form_context(request, project, form, tab=tab))


def _opened(request: MemberRequest, project: Project, tab: Tab) -> HttpResponse:
    access.must_make(request)
    if not wants_part(request):
        return workbench.page(request, project, tab=tab, view="create")
    context = workbench.form_context(request, project, tab=tab)
    return part(request, "studio/create.html", context, HX_Trigger_After_Settle="opened")


def _choose(request: MemberRequest, project: Project, tab: Tab) -> HttpResponse:
    """Put another source into the form: "source=track:<uuid>"."""
    field, _, reference = request.POST["choose"].partition("=")
    if not issubclass(tab.form, SourcedForm) or field not in tab.form.source_fields:
        raise Http404("No such field.")
    source = sourcing.find(project, reference)
    if source is None:
        raise Http404("No such take or upload here.")
    before = sourcing.find(project, request.POST.get(field, ""))
    typed = opening.with_source(tab.form, request.POST.dict(), field, source, before)
    drafts.keep(project, by=request.user, typed=typed, tab=tab.name)
    if not wants_part(request):
        return redirect(address(project, "create", tab=tab.name, view="create"))
    return part(request, "studio/create.html", workbench.form_context(request, project, tab=tab))


def _tab(name: str) -> Tab:
    if name not in TABS:
        raise Http404("No such tab.")
    return TABS[name]
