"""What can be done about the balance: read it now, say when it is low, explain a difference."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from suno_web.accounts.models import Team
from suno_web.accounts.roles import admins_only
from suno_web.credits import gates, ledger, reconciling
from suno_web.credits.models import Reading
from suno_web.http import MemberRequest
from suno_web.panel.provider import page
from suno_web.panel.provider.forms import ExplanationForm, LimitsForm
from suno_web.studio import balances, provider
from suno_web.suno.errors import SunoError


@admins_only
@require_POST
def balance(request: MemberRequest) -> HttpResponse:
    """Read the provider's balance now."""
    team = request.team
    if team.provider == Team.Provider.KIE:
        try:
            left = balances.read_balance(team, client=provider.hasty_client(team))
        except SunoError as problem:
            messages.error(request, f"The balance could not be read: {problem} What was read last counts.")
        else:
            messages.success(request, f"{ledger.readable(left)} credits are on the account.")
    return redirect("panel:provider")


@admins_only
@require_POST
def limits(request: MemberRequest) -> HttpResponse:
    """Say when the balance is low, and which differences are only rounding."""
    form = LimitsForm(request.POST, rules=gates.rules_of(request.team))
    if not form.is_valid():
        return page.rendered(request, limits=form)
    gates.change_rules(request.team, by=request.user, **form.cleaned_data)
    messages.success(request, "Saved.")
    return redirect("panel:provider")


@admins_only
@require_POST
def reading(request: MemberRequest, reading_id: int) -> HttpResponse:
    """Keep what somebody found out about a difference that nothing explained."""
    differing = Reading.objects.filter(team=request.team, verdict=Reading.Verdict.UNEXPLAINED)
    found = get_object_or_404(differing, pk=reading_id)
    form = ExplanationForm(request.POST, auto_id=f"reading-{found.pk}-%s")
    if not form.is_valid():
        return page.rendered(request, explanation=(found.pk, form))
    reconciling.explain(found, by=request.user, note=form.cleaned_data["note"])
    messages.success(request, "The difference is explained.")
    return redirect("panel:provider")
