"""What a member spent on what, what is left and when it resets."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from suno_web.accounts import audit
from suno_web.credits import asking, budgets, pools
from suno_web.credits.budgets import Standing
from suno_web.http import MemberRequest
from suno_web.panel import sheets
from suno_web.panel.usage import entries, reports, tables
from suno_web.panel.usage.entries import Search
from suno_web.panel.usage.forms import MyUsageForm
from suno_web.studio.models import Project

LATEST = 15
MOST_ASKS = 10


@require_safe
def my_usage(request: MemberRequest) -> HttpResponse:
    """Own budget, figures, chart, latest entries and asks."""
    form = _form(request)
    report = reports.report(request.team, form)
    context = tables.context(report) | {
        "mine": own_standing(request),
        "projects": project_standings(request),
        "balance": pools.balance(request.team),
        "latest": entries.newest(request.team, _search(form), LATEST),
        "asks": asking.of(request.team, request.user)[:MOST_ASKS],
    }
    return render(request, "panel/my_usage.html", context)


@require_safe
def my_usage_csv(request: MemberRequest) -> HttpResponse:
    """The table of the page, as it is narrowed and sorted there."""
    report = reports.report(request.team, _form(request))
    audit.record(request.team, "export", by=request.user, subject=f"own usage of {report.span}")
    name = f"my usage {report.span.since} to {report.span.until} by {report.by}.csv"
    return sheets.answer(name, tables.header(report), tables.rows(report))


@require_safe
def my_entries_csv(request: MemberRequest) -> HttpResponseBase:
    """Every line of the ledger about the member in the days shown."""
    form = _form(request)
    audit.record(request.team, "export", by=request.user, subject=f"own entries of {form.span}")
    name = f"my entries {form.span.since} to {form.span.until}.csv"
    return sheets.csv_answer(request, name, entries.HEADER, entries.rows(request.team, _search(form)))


def _form(request: MemberRequest) -> MyUsageForm:
    # A listener spends nothing.
    if not request.membership.may_make:
        raise Http404
    return MyUsageForm(request.GET, team=request.team, user=request.user)


def _search(form: MyUsageForm) -> Search:
    return Search(form.span, form.narrowing)


def own_standing(request: MemberRequest) -> Standing | None:
    """Where the member's own budget stands; None without a limit."""
    budget = budgets.of_member(request.team, request.user)
    standing = budgets.standing(budget) if budget else None
    return standing if standing and standing.limit is not None else None


def project_standings(request: MemberRequest) -> list[tuple[str, Standing]]:
    """The budgets of the projects that the member works in, by name."""
    limited: dict[UUID, Standing] = {
        project: standing
        for project, standing in budgets.of_projects(request.team).items()
        if standing.limit is not None
    }
    mine = Project.objects.visible_to(request.user).filter(pk__in=limited)
    return [(project.name, limited[project.pk]) for project in mine.order_by("name")]
