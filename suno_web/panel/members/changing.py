"""Changing what a member may do and spend, in one go."""

from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from suno_web.accounts import teams
from suno_web.accounts.models import Membership, User
from suno_web.credits import budgets
from suno_web.credits.amounts import readable
from suno_web.panel.members import reading
from suno_web.panel.members.forms import MemberForm


@transaction.atomic
def save(membership: Membership, form: MemberForm, *, by: User) -> list[str]:
    """Change what the valid form changes and say so, a sentence each. Raises LastAdmin, and nothing is changed."""
    said = []
    if form.changes("role"):
        teams.change_role(membership, form.cleaned_data["role"], by=by)
        said.append(f"{membership.user} is now {membership.get_role_display()}.")
    if form.changes("budget"):
        said.append(_set_budget(membership, form.cleaned_data["budget"], by=by))
    return said


def _set_budget(membership: Membership, amount: Decimal | None, *, by: User) -> str:
    before = reading.standing(membership)
    budget = budgets.set_amount(
        membership.team,
        member=membership.user,
        amount=amount,
        rolls_over=before.budget.rolls_over if before else False,
        by=by,
    )
    if amount is None:
        return f"{membership.user} has no limit of their own now."
    now = budgets.standing(budget)
    said = f"{membership.user} may spend {readable(amount)} credits a month."
    if now.left:
        return said
    # Allowed, and worth saying: the next thing this member hears from the studio would otherwise be a refusal.
    resets = date_format(timezone.localtime(now.resets_at, membership.team.zone), "j M, H:i")
    return f"{said} {readable(now.used)} are used already, so nothing more can be spent until {resets}."
