"""The project page around whatever a view adds to it: the form to the left, the takes, a track to the right."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control

from suno_web.http import MemberRequest
from suno_web.live import reading
from suno_web.studio import access, asking, costing, drafts, generating, pricing, sources, takes
from suno_web.studio.forms import TABS, SourcedForm, Tab, TakeForm, ThemeForm, new_form_key
from suno_web.studio.models import Generation, Project
from suno_web.studio.views import bringing, opening
from suno_web.suno import limits

Operation = Generation.Operation

# Ideas for somebody who looks at an empty style field.
STYLE_CHIPS = (
    "female vocal",
    "slow build",
    "warm analog bass",
    "gated snare",
    "saxophone",
    "lo-fi",
    "104 bpm",
)
LAST_PROJECT = "project"


def wants_part(request: MemberRequest) -> bool:
    """Whether a script asks for a part of the page, rather than a person for the whole of it."""
    return bool(request.htmx) and not request.htmx.boosted and not request.htmx.history_restore_request


def part(request: MemberRequest, template: str, context: dict[str, Any], **headers: str) -> HttpResponse:
    """A part of a page. Not kept by the browser: Back would show it as if it were the page."""
    response = render(request, template, context)
    patch_cache_control(response, no_store=True)
    for name, value in headers.items():
        response.headers[name.replace("_", "-")] = value
    return response


def page(request: MemberRequest, project: Project, /, **more: Any) -> HttpResponse:
    """The whole project page."""
    # Read before the rows: an event between the two is then told again rather than missed.
    last_id = reading.last_id()
    search = request.GET.get("q", "").strip()[:200]
    context = {
        "workbench": True,
        "live_last_id": last_id,
        "project": project,
        "page": rows(request, project, search=search),
        "search": search,
        "may_edit": access.may_edit(request, project),
        "usual": generating.usual_time(project),
    }
    form, tab = more.pop("form", None), more.pop("tab", None)
    if request.membership.may_make:
        context |= form_context(request, project, form, tab=tab)
    context |= bringing.section(request, project) | more
    context["selected"] = more["track"].pk if "track" in more else None
    context["view"] = more.get("view") or _view(request, context)
    return render(request, "studio/project.html", context)


def rows(request: MemberRequest, project: Project, *, search: str = "") -> takes.Page:
    """The rows that the address asks for. Raises Http404."""
    try:
        older, newer = request.GET.get("older", ""), request.GET.get("newer", "")
        return takes.page(project, older=older, newer=newer, search=search)
    except takes.BadCursor as problem:
        raise Http404("No such place in the list.") from problem


def form_context(
    request: MemberRequest, project: Project, form: TakeForm | None = None, *, tab: Tab | None = None
) -> dict[str, Any]:
    """What the form of a tab needs: its price, its sources; for a song also the lyrics being written for it."""
    tab = tab or (TABS[form.tab] if form else opening.tab_of(request))
    form = form or opening.form_of(request, project, tab)
    tariff = pricing.Tariff(project.team)
    cost = costing.of(form, project, request.user, tariff)
    context: dict[str, Any] = {
        "project": project,
        "tabs": TABS.values(),
        "tab": tab,
        "form": form,
        "mode": "custom" if "mode" in form.fields and form["mode"].value() == "custom" else "simple",
        "cost": cost,
        "price": cost.price,
        "style_chips": STYLE_CHIPS,
        "form_usual": generating.usual_time(project, form.operation),
        "stop": asking.stop(project, request.user, form),
    }
    if isinstance(form, SourcedForm):
        context["choices"] = sources.choices(project, own_only=form.own_only)
    return context | (_lyrics_writer(request, project, tariff) if tab.name == "song" else {})


def _lyrics_writer(request: MemberRequest, project: Project, tariff: pricing.Tariff) -> dict[str, Any]:
    draft = drafts.kept(project, by=request.user)
    return {
        "theme": ThemeForm(initial={"theme": draft.get("theme", ""), "lyrics_key": new_form_key()}),
        "lyrics_price": tariff.price_of(Operation.LYRICS, {}),
        "style_price": tariff.price_of(Operation.STYLE, {}),
        "theme_limit": limits.LYRICS_PROMPT,
        "variants": variants_of(request, project),
        "lyrics_before": draft.get("lyrics_before", ""),
    }


def variants_of(request: MemberRequest, project: Project) -> Generation | None:
    """The lyrics this member had written last here, while they are still of use."""
    asked = Generation.objects.filter(
        project=project, requested_by=request.user, operation=Operation.LYRICS
    ).first()
    return asked if asked and (not asked.is_finished or request.GET.get("lyrics") == str(asked.pk)) else None


def address(project: Project, anchor: str = "", **query: str) -> str:
    """Where the project page is, for a browser without scripts."""
    asked = f"?{urlencode(query)}" if query else ""
    return f"{project.get_absolute_url()}{asked}{anchor and '#'}{anchor}"


def _view(request: MemberRequest, context: dict[str, Any]) -> str:
    """Which column a phone shows first."""
    asked = request.GET.get("view", "")
    if context.get("track"):
        return "track"
    if "form" not in context:
        return "takes"
    if asked in {"create", "takes"}:
        return asked
    if "tab" in request.GET:
        return "create"
    return (
        "create" if context["form"].is_bound or not context["page"].rows or context.get("again") else "takes"
    )
