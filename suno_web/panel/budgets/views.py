"""Who may spend how much: the team's credits, and the budgets of members and projects. For admins."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.views.decorators.http import require_http_methods, require_POST

from suno_web.accounts.roles import admins_only
from suno_web.credits import budgets as limits
from suno_web.credits import gates, ledger, pools
from suno_web.credits.amounts import readable
from suno_web.credits.models import Raise
from suno_web.http import MemberRequest
from suno_web.panel.budgets import lines, page
from suno_web.panel.budgets.forms import AllowanceForm, BudgetsForm, DefaultForm, GrantForm, RaiseForm


@admins_only
@require_http_methods(["GET", "HEAD", "POST"])
def budgets(request: MemberRequest) -> HttpResponse:
    """The team's credits and every budget; a POST changes those that were edited."""
    if request.method != "POST":
        return page.render_page(request)
    with transaction.atomic():
        # The lock of every movement of credits: two admins who save at once wait in line.
        pools.locked(request.team)
        form = BudgetsForm([*lines.of_members(request.team), *lines.of_projects(request.team)], request.POST)
        changed = form.save(by=request.user) if form.is_valid() else []
    if not form.is_valid():
        return page.render_page(request, form=form)
    page.tell_of(request, changed)
    return redirect(page.address(request))


@admins_only
@require_POST
def default_budget(request: MemberRequest) -> HttpResponse:
    """Change what members get who have no budget of their own, or what everybody has."""
    form = DefaultForm(request.POST)
    if not form.is_valid():
        return page.render_page(request, default_form=form)
    amount = form.cleaned_data["member_budget"]
    with transaction.atomic():
        pools.locked(request.team)
        gates.change_rules(request.team, by=request.user, member_budget=amount)
        members = lines.of_members(request.team) if form.cleaned_data["everybody"] else []
        for line in members:
            line.set(amount, rolls_over=line.rolls_over, by=request.user)
    said = "no limit" if amount is None else f"{readable(amount)} credits a month"
    whom = f"All {len(members)} members have" if members else "Members without a budget of their own have"
    messages.success(request, f"{whom} {said}.")
    return redirect("panel:budgets")


@admins_only
@require_http_methods(["GET", "HEAD", "POST"])
def raise_(
    request: MemberRequest, member_id: int | None = None, project_id: UUID | None = None
) -> HttpResponse:
    """Give a member or a project more for a while."""
    line = page.line_of(request.team, member_id or project_id)
    form, name = RaiseForm(request.POST if request.method == "POST" else None, team=request.team), line.name
    if line.limit is not None and form.is_valid():
        typed = form.cleaned_data
        try:
            limits.give_raise(
                line.kept(),
                typed["amount"],
                until=form.ends_at,
                by=request.user,
                note=typed["note"],
                name=name,
            )
        except ValueError as problem:
            form.add_error(None, str(problem))
        else:
            until = date_format(typed["until"], "j F")
            messages.success(request, f"{name} has {readable(typed['amount'])} credits more until {until}.")
            return redirect("panel:budgets")
    context = {"section": "budgets", "form": form, "line": line}
    return render(request, "panel/budgets_raise.html", context)


@admins_only
@require_POST
def raise_end(request: MemberRequest, raise_id: int) -> HttpResponse:
    """End a raise now."""
    given = get_object_or_404(
        Raise.objects.select_related("budget__member"), pk=raise_id, budget__team=request.team
    )
    name = page.names_of([given], request.team)[given.pk]
    limits.end_raise(given, by=request.user, name=name)
    messages.success(request, f"The raise of {name} by {readable(given.amount)} credits has ended.")
    return redirect("panel:budgets")


@admins_only
@require_POST
def allowance(request: MemberRequest) -> HttpResponse:
    """Change what the team gets each month."""
    form = AllowanceForm(request.POST)
    if ledger.pool_of(request.team).allowance is None:
        raise Http404
    if not form.is_valid():
        return page.render_page(request, allowance_form=form)
    amount = form.cleaned_data["allowance"]
    ledger.follow_allowance(request.team, amount, by=request.user)
    messages.success(request, f"The team has {readable(amount)} credits a month.")
    return redirect("panel:budgets")


@admins_only
@require_POST
def grant(request: MemberRequest) -> HttpResponse:
    """Give the team more credits for this month."""
    form = GrantForm(request.POST)
    if not form.is_valid():
        return page.render_page(request, grant_form=form)
    amount, note = form.cleaned_data["credits"], form.cleaned_data["note"]
    try:
        ledger.grant(request.team, amount, by=request.user, note=note)
    except ValueError as problem:
        # The provider's balance rules, and its page has no such form.
        raise Http404 from problem
    messages.success(request, f"The team has {readable(amount)} credits more this month.")
    return redirect("panel:budgets")
