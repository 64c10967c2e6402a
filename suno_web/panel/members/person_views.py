"""One member: what they may do and spend, what they have and did."""

from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.views.decorators.http import require_http_methods, require_POST

from suno_web.accounts.models import AuditEntry, Membership
from suno_web.accounts.roles import admins_only
from suno_web.credits import budgets, months
from suno_web.credits.amounts import readable
from suno_web.credits.models import Raise
from suno_web.gateway import keys
from suno_web.gateway.models import ApiKey
from suno_web.http import MemberRequest
from suno_web.panel.audit import reading as log
from suno_web.panel.members import reading
from suno_web.panel.members.forms import MemberForm, RaiseForm
from suno_web.panel.members.views import member_of, saved
from suno_web.studio.models import Project

LAST_ACTIONS = 10


@admins_only
@require_http_methods(["GET", "HEAD", "POST"])
def member(request: MemberRequest, membership_id: int) -> HttpResponse:
    """A member's page; a POST saves role and budget."""
    membership = member_of(request, membership_id)
    form = MemberForm(request.POST or None, membership=membership, standing=reading.standing(membership))
    if not request.POST or not saved(request, membership, form):
        return _page(request, membership, form=form)
    if membership.user == request.user and not membership.is_admin:
        return redirect("studio:home")
    return redirect("panel:member", membership.pk)


@admins_only
@require_http_methods(["GET", "HEAD", "POST"])
def raises(request: MemberRequest, membership_id: int) -> HttpResponse:
    """Give a member more for a while. What is refused stays typed; a reload shows the page as it is."""
    membership = member_of(request, membership_id)
    if request.method != "POST":
        return redirect("panel:member", membership.pk)
    form, standing = RaiseForm(request.POST, team=request.team), reading.standing(membership)
    if standing is None or standing.limit is None:
        messages.error(request, "There is no limit to raise.")
        return redirect("panel:member", membership.pk)
    if not form.is_valid():
        return _page(request, membership, raise_form=form)
    amount, note = form.cleaned_data["amount"], form.cleaned_data["note"]
    budget = budgets.own(request.team, member=membership.user)
    budgets.give_raise(budget, amount, until=form.ends_at(), by=request.user, note=note)
    until = date_format(form.cleaned_data["until"], "j M")
    messages.success(request, f"{membership.user} may spend {readable(amount)} credits more until {until}.")
    return redirect("panel:member", membership.pk)


@admins_only
@require_POST
def raise_end(request: MemberRequest, membership_id: int, raise_id: int) -> HttpResponse:
    """End a raise now; what was spent of it stays spent."""
    membership = member_of(request, membership_id)
    given = get_object_or_404(Raise, pk=raise_id, budget__team=request.team, budget__member=membership.user)
    budgets.end_raise(given, by=request.user)
    messages.success(request, f"The raise of {readable(given.amount)} credits has ended.")
    return redirect("panel:member", membership.pk)


@admins_only
@require_POST
def key_revocation(request: MemberRequest, membership_id: int, key_id: UUID) -> HttpResponse:
    """End a key of this member."""
    membership = member_of(request, membership_id)
    key = get_object_or_404(_keys(membership), pk=key_id)
    keys.revoke(key, by=request.user)
    messages.success(
        request, f"The key “{key.name}” is revoked. Programs that use it are refused from now on."
    )
    return redirect("panel:member", membership.pk)


def _page(
    request: MemberRequest,
    membership: Membership,
    *,
    form: MemberForm | None = None,
    raise_form: RaiseForm | None = None,
) -> HttpResponse:
    team, user = request.team, membership.user
    standing = reading.standing(membership)
    actions = AuditEntry.objects.filter(team=team, actor=user).select_related("actor")[:LAST_ACTIONS]
    context = {
        "section": "members",
        "member": membership,
        "standing": standing,
        "form": form or MemberForm(membership=membership, standing=standing),
        "raises": budgets.raises_of(standing.budget) if standing and standing.budget.pk else [],
        "raise_form": raise_form or RaiseForm(team=team),
        "projects": Project.objects.filter(team=team, members=user).order_by("name"),
        "led": set(Project.objects.filter(team=team, leads=user).values_list("pk", flat=True)),
        "keys": _keys(membership).filter(revoked_at=None).select_related("project"),
        "asked": reading.requests_since(membership, months.start(team)),
        "month_start": months.start(team),
        "actions": [(entry, log.did(entry), log.facts(entry, team.zone)) for entry in actions],
    }
    return render(request, "panel/member.html", context)


def _keys(membership: Membership) -> QuerySet[ApiKey]:
    return ApiKey.objects.filter(project__team=membership.team, owner=membership.user)
