"""Asking for credits, from a form that was refused or from a page of its own, and how that stands."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from suno_web.credits import asking as asks
from suno_web.credits import budgets
from suno_web.credits.models import Ask
from suno_web.http import MemberRequest
from suno_web.studio import access, asking, drafts, leading
from suno_web.studio.forms import TABS, AskForm, Tab
from suno_web.studio.models import Project
from suno_web.studio.views.workbench import address, part, wants_part


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: MemberRequest, project_id: UUID) -> HttpResponse:
    """What a member may spend in a project and has asked for; a POST asks for more."""
    project = access.project(request, project_id)
    access.must_make(request)
    if request.method == "POST":
        return _ask(request, project)
    whose = budgets.tightest(request.team, member=request.user, project=project.pk).whose
    asked = {name: request.GET[name] for name in ("amount", "whose") if request.GET.get(name)}
    return _page(request, project, AskForm(initial={"whose": whose} | asked))


@require_http_methods(["GET", "HEAD", "POST"])
def asked(request: MemberRequest, ask_id: UUID) -> HttpResponse:
    """How something one asked for stands; a POST takes it back."""
    own = Ask.objects.select_related("team", "budget", "decided_by", "member")
    found = get_object_or_404(own, pk=ask_id, member=request.user)
    if found.project is None:
        raise Http404("Not asked for in a project.")
    project = access.project(request, found.project)
    if request.method == "POST":
        _keep(request, project)
        try:
            asks.withdraw(found, by=request.user)
        except asks.Closed as problem:
            messages.error(request, str(problem))
    return _stands(request, found, project)


def _ask(request: MemberRequest, project: Project) -> HttpResponse:
    tab = _keep(request, project)
    form = AskForm(request.POST)
    if not form.is_valid():
        return _refused(request, project, form)
    back = address(project, tab=tab.name, view="create") if tab else address(project)
    wish = asking.ask(project, by=request.user, back=back, **form.cleaned_data)
    return _stands(request, wish, project)


def _stands(request: MemberRequest, ask: Ask, project: Project) -> HttpResponse:
    """The notice of an ask; for a browser without scripts the page that has it."""
    if not wants_part(request):
        return redirect("studio:ask", project_id=project.pk)
    # What was pressed is gone: the focus goes to what came instead, but never by itself.
    context = {"stop": asking.stand(ask, project), "project": project, "is_fresh": request.method == "POST"}
    return part(request, "studio/stop.html", context)


def _refused(request: MemberRequest, project: Project, form: AskForm) -> HttpResponse:
    """The fields again with what is wrong at them; the rest of the page stays as it is."""
    wrong = next((name for name in ("amount", "reason") if name in form.errors), "reason")
    form.fields[wrong].widget.attrs["autofocus"] = True
    if not wants_part(request):
        return _page(request, project, form)
    headers = {"HX_Retarget": "#ask-fields", "HX_Reswap": "outerHTML"}
    return part(request, "studio/ask_fields.html", {"ask_form": form, "project": project}, **headers)


def _page(request: MemberRequest, project: Project, form: AskForm) -> HttpResponse:
    asked = list(asks.of(request.team, request.user, project=project.pk)[:20])
    latest = asked[0] if asked else None
    is_open = latest is not None and latest.status == Ask.Status.OPEN
    whose = form.data.get("ask-whose") if form.is_bound else form.initial["whose"]
    budget = asking.budget_of(project, request.user, str(whose))
    context = {
        "project": project,
        "ask_form": form,
        "stop": asking.stand(latest, project) if latest and is_open else None,
        "asks": asked[1:] if is_open else asked,
        "people": leading.deciders(project, budget=budget, asker=request.user),
        "back": latest.back if latest and is_open else address(project, view="create"),
    }
    return render(request, "studio/credits.html", context)


def _keep(request: MemberRequest, project: Project) -> Tab | None:
    """Keep what is typed into the create form that the button stands in, if it stands in one."""
    tab = TABS.get(request.POST.get("tab", ""))
    if tab:
        drafts.keep(project, by=request.user, typed=request.POST, tab=tab.name)
    return tab
