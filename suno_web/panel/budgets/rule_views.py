"""Which requests wait for a lead. For admins."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from suno_web.accounts.models import Team, User
from suno_web.accounts.roles import admins_only
from suno_web.credits import gates
from suno_web.credits.amounts import readable
from suno_web.credits.models import GateRule
from suno_web.http import MemberRequest
from suno_web.panel.budgets import names
from suno_web.panel.budgets.rule_forms import RuleForm, WaitForm

# Long enough to notice a slip, short enough that no rule returns by an old page.
UNDO_SECONDS = 600


@admins_only
@require_http_methods(["GET", "HEAD", "POST"])
def rules(request: MemberRequest) -> HttpResponse:
    """The approval rules; a POST adds one."""
    form = RuleForm(request.POST if request.method == "POST" else None, team=request.team)
    if form.is_valid():
        try:
            rule = gates.add(request.team, by=request.user, **form.cleaned_data)
        except ValidationError as problem:
            form.add_error(None, problem)
        else:
            messages.success(request, f"From now on these wait for a lead: {in_words(rule)}.")
            return redirect("panel:rules")
    return _page(request, form=form)


@admins_only
@require_POST
def wait(request: MemberRequest) -> HttpResponse:
    """Change for how long a request waits."""
    form = WaitForm(request.POST)
    if not form.is_valid():
        return _page(request, wait_form=form)
    gates.change_rules(request.team, by=request.user, **form.cleaned_data)
    messages.success(request, f"A request now waits {_days(form.cleaned_data['approval_days'])}.")
    return redirect("panel:rules")


@admins_only
@require_POST
def rule_removal(request: MemberRequest, rule_id: int) -> HttpResponse:
    """Remove a rule and offer to undo it. What waits already still waits."""
    rule = get_object_or_404(GateRule.objects.select_related("member", "team"), pk=rule_id, team=request.team)
    words = in_words(rule)
    undo = signing.dumps(_noted(rule), salt="rule")
    gates.remove(rule, by=request.user)
    return _page(request, removed=words, undo=undo)


@admins_only
@require_POST
def rule_return(request: MemberRequest) -> HttpResponse:
    """Undo a removal, with the signed note that came with it."""
    try:
        noted = signing.loads(request.POST.get("undo", ""), salt="rule", max_age=UNDO_SECONDS)
        rule = gates.add(request.team, by=request.user, **_wanted(request.team, noted))
    except (signing.BadSignature, InvalidOperation):
        messages.error(request, "That was too long ago to undo. Add the rule again.")
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    else:
        messages.success(request, f"The rule is back: {in_words(rule)}.")
    return redirect("panel:rules")


def in_words(rule: GateRule) -> str:
    """A rule as people say it: Songs with V5 over 20 credits by Ben."""
    parts = [names.of(rule.operation).of_many if rule.operation else "Anything"]
    if rule.model:
        parts.append(f"with {names.model(rule.model)}")
    if rule.above is not None:
        parts.append(f"over {readable(rule.above)} credits")
    parts.append(f"by {rule.member.display_name if rule.member else 'anybody'}")
    return " ".join(parts)


def _noted(rule: GateRule) -> dict[str, Any]:
    """What it takes to make the rule again."""
    above = None if rule.above is None else str(rule.above)
    return {
        "team": str(rule.team_id),
        "member": rule.member_id,
        "operation": rule.operation,
        "model": rule.model,
        "above": above,
    }


def _wanted(team: Team, noted: Mapping[str, Any]) -> dict[str, Any]:
    """What `gates.add` takes, of a note. Raises BadSignature for a note of another team or of somebody who left."""
    member = User.objects.filter(memberships__team=team, pk=noted["member"]).first()
    if noted["team"] != str(team.pk) or (noted["member"] and member is None):
        raise signing.BadSignature
    above = None if noted["above"] is None else Decimal(noted["above"])
    return {"member": member, "operation": noted["operation"], "model": noted["model"], "above": above}


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"


def _page(request: MemberRequest, **more: Any) -> HttpResponse:
    days = gates.rules_of(request.team).approval_days
    context = {
        "section": "budgets",
        "tab": "rules",
        "form": RuleForm(team=request.team),
        "wait_form": WaitForm(initial={"approval_days": days}),
        "waits": _days(days),
        "rules": [(rule, in_words(rule)) for rule in _rules_of(request.team)],
        **more,
    }
    return render(request, "panel/budgets_rules.html", context)


def _rules_of(team: Team) -> list[GateRule]:
    return list(
        GateRule.objects.filter(team=team).select_related("member", "created_by").order_by("created_at", "pk")
    )
