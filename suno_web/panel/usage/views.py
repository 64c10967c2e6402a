"""Usage of the team, or of the projects somebody leads, as a page and as the same in CSV."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from suno_web.accounts import audit
from suno_web.http import MemberRequest
from suno_web.panel import sheets
from suno_web.panel.access import leads_only, led_projects
from suno_web.panel.usage import reports, tables
from suno_web.panel.usage.forms import UsageForm
from suno_web.panel.usage.outlook import outlook


@require_safe
@leads_only
def usage(request: MemberRequest) -> HttpResponse:
    """Figures, chart and table of any range."""
    form = UsageForm(request.GET, team=request.team, projects=led_projects(request))
    report = reports.report(request.team, form)
    own = {"section": "usage", "outlook": outlook(request.team) if form.projects is None else None}
    return render(request, "panel/usage.html", tables.context(report) | own)


@require_safe
@leads_only
def usage_csv(request: MemberRequest) -> HttpResponse:
    """The table of the page, as it is narrowed and sorted there."""
    form = UsageForm(request.GET, team=request.team, projects=led_projects(request))
    report = reports.report(request.team, form)
    audit.record(request.team, "export", by=request.user, subject=f"usage of {report.span}")
    name = f"usage {report.span.since} to {report.span.until} by {report.by}.csv"
    return sheets.answer(name, tables.header(report), tables.rows(report))
