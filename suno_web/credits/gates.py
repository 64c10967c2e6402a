"""What a team has agreed about spending: its numbers, and which requests wait for a lead."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from suno_web.accounts import audit
from suno_web.accounts.models import Team, User
from suno_web.credits import budgets
from suno_web.credits.amounts import readable
from suno_web.credits.models import GateRule, Price, SpendingRules

# One operation that the price list knows by several names: how far a song is taken apart.
KINDS_OF = {"stems": ("separate_vocal", "split_stem", "split_stem_advanced")}
NUMBERS = ("member_budget", "approval_days", "low_balance", "tolerance")
LONGEST_WAIT = 365


def rules_of(team: Team) -> SpendingRules:
    """The team's numbers; the defaults, not saved, where it has set none."""
    return SpendingRules.objects.filter(team=team).first() or SpendingRules(team=team)


@transaction.atomic
def change_rules(team: Team, *, by: User, **values: Any) -> SpendingRules:
    """Set some of NUMBERS. Raises ValidationError naming the fields that are wrong."""
    SpendingRules.objects.get_or_create(team=team)
    rules = SpendingRules.objects.select_for_update().get(team=team)
    before = _numbers(rules)
    for name, value in values.items():
        if name not in NUMBERS:
            raise ValueError(name)
        setattr(rules, name, value)
    rules.full_clean()
    _must_make_sense(rules)
    rules.save(update_fields=list(values))
    budgets.follow_default(team, before["member_budget"], rules.member_budget)
    audit.record(team, "rules.change", by=by, subject=team, before=before, after=_numbers(rules))
    return rules


def rules_for(team: Team) -> list[GateRule]:
    """Every approval rule of the team, oldest first."""
    return list(GateRule.objects.filter(team=team).select_related("member").order_by("pk"))


def why(team: Team, *, member: User, operation: str, model: str, price: Decimal, called: str = "") -> str:
    """Why a request has to wait for a lead, in words for whoever makes it; "" when it does not.

    operation: as a generation names it. called: the operation in people's words.
    """
    return explained(rules_for(team), member, operation, model, price, called=called)


def explained(
    rules: Iterable[GateRule], member: User, operation: str, model: str, price: Decimal, *, called: str = ""
) -> str:
    """The same for rules that have been read, for who asks about many requests."""
    rule = next((one for one in rules if _applies(one, member, operation, model, price)), None)
    return _sentence(rule, price, called or operation.replace("_", " ")) if rule else ""


@transaction.atomic
def add(
    team: Team,
    *,
    by: User,
    member: User | None = None,
    operation: str = "",
    model: str = "",
    above: Decimal | None = None,
) -> GateRule:
    """Have requests wait that meet all of these conditions. Raises ValidationError naming what is wrong."""
    rule = GateRule(team=team, member=member, operation=operation, model=model, above=above, created_by=by)
    _must_be_a_rule(rule)
    if GateRule.objects.filter(team=team, **_conditions(rule)).exists():
        raise ValidationError(_("There is such a rule already."))
    rule.save()
    audit.record(team, "gate.add", by=by, subject=described(rule), after=_facts(rule))
    return rule


@transaction.atomic
def remove(rule: GateRule, *, by: User) -> bool:
    """Let such requests through from now on; what waits already still waits. False if somebody was faster."""
    facts, words = _facts(rule), described(rule)
    if not GateRule.objects.filter(pk=rule.pk).delete()[0]:
        return False
    audit.record(rule.team, "gate.remove", by=by, subject=words, before=facts)
    return True


def described(rule: GateRule, called: str = "") -> str:
    """The rule in words: "requests by Bob for stems above 20 credits"."""
    parts = ["requests"]
    if rule.member:
        parts.append(f"by {rule.member.display_name}")
    if rule.operation:
        parts.append(f"for {called or rule.operation.replace('_', ' ')}")
    if rule.model:
        parts.append(f"with {rule.model.replace('_', '.')}")
    if rule.above is not None:
        parts.append(f"above {readable(rule.above)} credits")
    return " ".join(parts)


def known_operations() -> set[str]:
    """What rules can be about: the lines of the price list, as generations name them."""
    kinds = {kind: name for name, several in KINDS_OF.items() for kind in several}
    priced = Price.objects.values_list("operation", flat=True).distinct().order_by()
    return {kinds.get(name, name) for name in priced}


def _applies(rule: GateRule, member: User, operation: str, model: str, price: Decimal) -> bool:
    return (
        (rule.member_id is None or rule.member_id == member.pk)
        and rule.operation in ("", operation)
        and rule.model in ("", model)
        and (rule.above is None or price > rule.above)
    )


def _sentence(rule: GateRule, price: Decimal, called: str) -> str:
    waits = "for a lead’s approval"
    if rule.above is None:
        return f"{_begun(described(rule, called))} wait {waits}."
    most, costs = readable(rule.above), readable(price)
    if not (rule.member_id or rule.operation or rule.model):
        return f"It costs {costs} credits, and more than {most} wait {waits}."
    return f"{_begun(described(rule, called))} wait {waits}; this costs {costs}."


def _begun(words: str) -> str:
    return words[:1].upper() + words[1:]


def _must_be_a_rule(rule: GateRule) -> None:
    problems: dict[str, Any] = {}
    if rule.member and not rule.member.memberships.filter(team=rule.team).exists():
        problems["member"] = _("Choose a member of this team.")
    if rule.operation and rule.operation not in known_operations():
        problems["operation"] = _("Choose an operation of the list.")
    if rule.above is not None and not (rule.above.is_finite() and rule.above >= 0):
        problems["above"] = _("Enter an amount of 0 credits or more.")
    if problems:
        raise ValidationError(problems)
    if not (rule.member or rule.operation or rule.model or rule.above is not None):
        raise ValidationError(_("Set at least one condition; else everything would wait."))
    rule.clean_fields()


def _must_make_sense(rules: SpendingRules) -> None:
    problems: dict[str, Any] = {}
    for name in ("member_budget", "low_balance", "tolerance"):
        value = getattr(rules, name)
        if value is not None and value < 0:
            problems[name] = _("Enter 0 or more.")
    if not 1 <= rules.approval_days <= LONGEST_WAIT:
        problems["approval_days"] = _("Enter 1 to %(most)s days.") % {"most": LONGEST_WAIT}
    if problems:
        raise ValidationError(problems)


def _numbers(rules: SpendingRules) -> dict[str, Any]:
    return {name: getattr(rules, name) for name in NUMBERS}


def _conditions(rule: GateRule) -> dict[str, Any]:
    return {
        "member": rule.member,
        "operation": rule.operation,
        "model": rule.model,
        "above": rule.above,
    }


def _facts(rule: GateRule) -> dict[str, Any]:
    """What of it is set."""
    return {name: value for name, value in _conditions(rule).items() if value not in (None, "")}
