"""Requests: who asks for credits and what waits for approval, decided in one click."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from suno_web.credits import asking, ledger
from suno_web.credits.models import Ask
from suno_web.http import MemberRequest
from suno_web.live import reading
from suno_web.panel import access
from suno_web.panel.requests import listing
from suno_web.panel.requests.forms import Search
from suno_web.studio import leading
from suno_web.studio.forms import AnswerForm
from suno_web.studio.models import Project


@require_safe
@access.leads_only
def requests(request: MemberRequest) -> HttpResponseBase:
    """What waits for this member, and what was decided before."""
    return _page(request)


@require_POST
@access.leads_only
def decide(request: MemberRequest, ask_id: UUID) -> HttpResponseBase:
    """Grant an ask, or decline it."""
    mine = leading.asks_for(request.user, request.team).select_related("member", "budget", "team")
    ask = get_object_or_404(mine, pk=ask_id)
    form = listing.answer_form(ask, request.POST)
    if not form.is_valid():
        return _page(request, {ask.pk: form})
    try:
        said = _decided(request, ask, form)
    except asking.CannotGrant as problem:
        form.add_error(None, str(problem))
        return _page(request, {ask.pk: form})
    except asking.Closed as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, said)
    return redirect("panel:requests")


def _decided(request: MemberRequest, ask: Ask, form: AnswerForm) -> str:
    """Do what the button says, and return what to tell. Raises CannotGrant, Closed."""
    answer = form.cleaned_data["answer"]
    if request.POST.get("decision") == "decline":
        asking.decline(ask, by=request.user, answer=answer)
        return f"Declined. {ask.member} is told."
    amount = form.cleaned_data["amount"] or ask.amount
    project = Project.objects.filter(pk=ask.project).first() if ask.project else None
    name = project.name if project else ""
    asking.grant(ask, amount, by=request.user, answer=answer, name=name)
    return f"Granted {ledger.readable(amount)} credits. {ask.member} is told."


def _page(request: MemberRequest, answered: dict[UUID, AnswerForm] | None = None) -> HttpResponse:
    # Read before the rows: an event between the two is then told again rather than missed.
    last_id = reading.last_id()
    wanted, held = listing.waiting(request, answered)
    search = Search(request)
    context: dict[str, Any] = {
        "section": "requests",
        "live_last_id": last_id,
        "wanted": wanted,
        "held": held,
        "search": search,
        "decided": listing.decided(request, search.wish),
        "most_decided": listing.MOST_DECIDED,
        "is_narrowed": bool(request.GET),
        "balance": ledger.balance(request.team),
    }
    return render(request, "panel/requests.html", context)
