"""The audit log: who changed what, from what to what."""

from urllib.parse import urlencode

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from suno_web.accounts import audit as log
from suno_web.accounts.roles import admins_only
from suno_web.credits import months
from suno_web.http import MemberRequest
from suno_web.panel import sheets
from suno_web.panel.audit import reading
from suno_web.panel.audit.forms import FilterForm

HEADER = ("at", "who", "e-mail", "did", "to what", "from", "to")


@admins_only
@require_safe
def audit(request: MemberRequest) -> HttpResponse:
    """A page of the log, newest first; `older` is the entry that the page before ended with."""
    form = _filter(request)
    rows = reading.entries(request.team, form)
    older = request.GET.get("older", "")
    if older.isdecimal() and len(older) < 19:
        rows = rows.filter(pk__lt=int(older))
    page = list(rows[: reading.PAGE + 1])
    shown = page[: reading.PAGE]
    zone = request.team.zone
    context = {
        "section": "audit",
        "form": form,
        "entries": [(entry, reading.did(entry), reading.facts(entry, zone)) for entry in shown],
        "query": _query(form),
        "older": shown[-1].pk if len(page) > reading.PAGE else None,
        "is_first": not older,
    }
    return render(request, "panel/audit.html", context)


@admins_only
@require_safe
@transaction.atomic
def audit_csv(request: MemberRequest) -> HttpResponse:
    """All that the filter shows, as a sheet. That it was taken is recorded like every other export."""
    form = _filter(request)
    rows = reading.entries(request.team, form)
    answer = sheets.answer(
        f"audit-{months.today(request.team)}", HEADER, reading.table(rows, request.team.zone)
    )
    what = _chosen(form) or {"rows": "all"}
    log.record(request.team, "export", by=request.user, subject="the audit log", after=what)
    return answer


def _filter(request: MemberRequest) -> FilterForm:
    return FilterForm(request.GET, people=reading.people(request.team))


def _chosen(form: FilterForm) -> dict[str, object]:
    """What the filter narrows, by name."""
    return {name: form[name].value() for name in form.fields if form.is_valid() and form[name].value()}


def _query(form: FilterForm) -> str:
    return urlencode(_chosen(form))
