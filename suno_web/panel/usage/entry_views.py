"""The ledger line by line: what every number of the usage page leads to."""

from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from suno_web.accounts import audit
from suno_web.http import MemberRequest
from suno_web.panel import sheets
from suno_web.panel.access import leads_only, led_projects
from suno_web.panel.usage import entries as ledger_lines
from suno_web.panel.usage.entries import BadCursor
from suno_web.panel.usage.forms import EntriesForm
from suno_web.panel.usage.spans import quick


@require_safe
@leads_only
def entries(request: MemberRequest) -> HttpResponse:
    """Lines of the ledger, the newest first."""
    form = EntriesForm(request.GET, team=request.team, projects=led_projects(request))
    try:
        page = ledger_lines.page(request.team, form.search, older=request.GET.get("older", ""))
    except BadCursor as problem:
        raise Http404 from problem
    ranges = [
        {"name": name, "query": form.words(**span.words), "is_shown": span == form.span}
        for name, span in quick(form.today).items()
    ]
    context = {
        "section": "usage",
        "form": form,
        "page": page,
        "ranges": ranges,
        "is_later": "older" in request.GET,
    }
    context |= {"words": form.words(), "usage": urlencode(form.span.words | form.narrowing.chosen)}
    context["everything"] = urlencode(form.span.words)
    return render(request, "panel/entries.html", context)


@require_safe
@leads_only
def entries_csv(request: MemberRequest) -> HttpResponseBase:
    """All lines that are meant, the oldest first."""
    form = EntriesForm(request.GET, team=request.team, projects=led_projects(request))
    search = form.search
    audit.record(request.team, "export", by=request.user, subject=f"entries of {search.span}")
    name = f"entries {search.span.since} to {search.span.until}.csv"
    return sheets.csv_answer(request, name, ledger_lines.HEADER, ledger_lines.rows(request.team, search))
