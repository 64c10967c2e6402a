"""A request that waits for a lead: what it is, and approving, changing, declining or withdrawing it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from suno_web.credits.ledger import InsufficientCredits, readable
from suno_web.http import MemberRequest
from suno_web.studio import access, approving, costing
from suno_web.studio.forms import TAB_OF, Tab, TakeForm, initial_of
from suno_web.studio.models import Approval, Generation
from suno_web.studio.views import workbench


class NoteForm(forms.Form):
    """Why not."""

    note = forms.CharField(max_length=300, required=False)


@require_http_methods(["GET", "HEAD", "POST"])
def approval(request: MemberRequest, generation_id: UUID) -> HttpResponse:
    """The request with why it waits; a lead finds it as a form. A POST decides about it, or changes it."""
    found = access.generation(request, generation_id)
    waiting = Approval.objects.select_related("decided_by").filter(generation=found).first()
    if waiting is None:
        raise Http404("This did not have to wait for anybody.")
    waiting.generation = found
    if request.method != "POST":
        return _page(request, waiting)
    action = ACTIONS.get(request.POST.get("action", ""))
    if action is None:
        return HttpResponseBadRequest("No such action.")
    try:
        return action(request, waiting)
    except approving.Closed as closed:
        messages.warning(request, str(closed))
        return _back(request, waiting)


def _approve(request: MemberRequest, waiting: Approval) -> HttpResponse:
    _must_decide(request, waiting)
    asked = waiting.generation.price
    try:
        made = approving.approve(waiting, by=request.user)
    except InsufficientCredits as refusal:
        messages.error(request, f"{refusal} It still waits.")
        return _back(request, waiting)
    costs = f"{readable(made.price)} credits are held for it."
    if made.price != asked:
        costs = f"The price has changed from {readable(asked)}: {costs}"
    messages.success(request, f"Approved and on its way. {costs}")
    return _back(request, waiting)


def _decline(request: MemberRequest, waiting: Approval) -> HttpResponse:
    _must_decide(request, waiting)
    form = NoteForm(request.POST)
    if not form.is_valid():
        messages.error(request, "The reason can have 300 characters. It still waits.")
        return _back(request, waiting)
    approving.decline(waiting, by=request.user, note=form.cleaned_data["note"])
    messages.success(request, "Declined. Nothing was charged.")
    return _back(request, waiting)


def _withdraw(request: MemberRequest, waiting: Approval) -> HttpResponse:
    if waiting.generation.requested_by_id != request.user.pk:
        raise PermissionDenied("Only whoever asked for it can withdraw it.")
    approving.withdraw(waiting, by=request.user)
    messages.success(request, "Withdrawn. Nothing was charged.")
    return _back(request, waiting)


def _save(request: MemberRequest, waiting: Approval) -> HttpResponse:
    _must_decide(request, waiting)
    tab = _tab(waiting)
    if tab is None:
        raise Http404("No form makes this.")
    form = tab.form(request.POST, project=waiting.generation.project)
    if not form.is_valid():
        form.point_at_first_error()
        return _page(request, waiting, form)
    approving.edit(waiting, by=request.user, form=form)
    if request.POST["action"] == "save_approve":
        return _approve(request, waiting)
    messages.success(request, "Saved. It still waits for approval.")
    return redirect(approving.address(waiting.generation))


ACTIONS: dict[str, Callable[[MemberRequest, Approval], HttpResponse]] = {
    "approve": _approve,
    "decline": _decline,
    "withdraw": _withdraw,
    "save": _save,
    "save_approve": _save,
}


def _page(request: MemberRequest, waiting: Approval, form: TakeForm | None = None) -> HttpResponse:
    generation = waiting.generation
    context: dict[str, Any] = {"approval": waiting, "generation": generation, "project": generation.project}
    tab, is_open = _tab(waiting), waiting.status == Approval.Status.OPEN
    if tab and is_open and approving.is_led_by(request.user, generation.project):
        context |= _form_context(request, generation, tab, form)
    return render(request, "studio/approval.html", context)


def _form_context(
    request: MemberRequest, generation: Generation, tab: Tab, form: TakeForm | None
) -> dict[str, Any]:
    """The create form, filled in as it was asked for, with what it costs whoever asked."""
    form = form or tab.form(initial=initial_of(generation), project=generation.project)
    context = workbench.form_context(request, generation.project, form, tab=tab)
    if generation.requested_by:
        cost = costing.of(form, generation.project, generation.requested_by)
        # It waits already; and it is one, however many somebody typed.
        context["cost"] = replace(cost, count=1, waits=dict.fromkeys(cost.prices, ""))
    return context


def _tab(waiting: Approval) -> Tab | None:
    return TAB_OF.get(Generation.Operation(waiting.generation.operation))


def _must_decide(request: MemberRequest, waiting: Approval) -> None:
    if not approving.is_led_by(request.user, waiting.generation.project):
        raise PermissionDenied("Only who leads this project decides about this.")


def _back(request: MemberRequest, waiting: Approval) -> HttpResponse:
    """Where the button was pressed, or the page of the request."""
    asked = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(asked, allowed_hosts=None) and asked.startswith("/")
    return redirect(asked if is_ours else approving.address(waiting.generation))
