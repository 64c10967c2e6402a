"""The audit log: who changed what, from what to what. Written in the transaction of the change."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from suno_web.accounts.models import AuditEntry, Team, User

MASK = "••••"

# What is recorded, in the words of the audit page.
ACTIONS: dict[str, str] = {
    "team.change": "changed the team",
    "member.invite": "invited",
    "member.join": "joined",
    "member.role": "changed the role of",
    "member.remove": "took out of the team",
    "member.return": "brought back into the team",
    "invitation.renew": "made a new link for",
    "invitation.revoke": "revoked the invitation of",
    "budget.set": "set the budget of",
    "budget.raise": "raised the budget of",
    "budget.end_raise": "ended a raise of",
    "rules.change": "changed the spending rules",
    "gate.add": "added an approval rule",
    "gate.remove": "removed an approval rule",
    "price.set": "set the price of",
    "price.withdraw": "withdrew the scheduled price of",
    "pool.allowance": "changed the monthly allowance",
    "pool.grant": "granted credits to the team",
    "books.check": "checked the books",
    "reading.explain": "explained a difference",
    "ask.grant": "granted credits to",
    "ask.decline": "declined credits for",
    "approval.approve": "approved",
    "approval.edit": "edited and kept waiting",
    "approval.decline": "declined",
    "approval.withdraw": "withdrew",
    "provider.change": "changed the provider",
    "webhook.add": "added a webhook",
    "webhook.change": "changed a webhook",
    "webhook.remove": "removed a webhook",
    "key.make": "made an API key",
    "key.revoke": "revoked an API key",
    "project.make": "made the project",
    "project.change": "changed the project",
    "job.retry": "had a job done again",
    "job.recheck": "had a job looked at again",
    "job.refund": "gave credits back for",
    "job.end": "ended a job",
    "export": "exported",
}


def record(
    team: Team,
    action: str,
    *,
    by: User | None,
    subject: object = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> AuditEntry | None:
    """Write down a change; call it in the transaction that makes it.

    action: one of ACTIONS. before, after: the facts, from which what stayed the same is left out; a secret is given as
    MASK by the caller. Nothing is written, and None returned, where both are given and nothing differs.
    """
    if action not in ACTIONS:
        raise ValueError(action)
    if before is not None and after is not None:
        changed = [name for name in {**before, **after} if before.get(name) != after.get(name)]
        if not changed:
            return None
        before = {name: before.get(name) for name in changed}
        after = {name: after.get(name) for name in changed}
    return AuditEntry.objects.create(
        team=team,
        actor=by,
        action=action,
        subject=str(subject)[:200],
        before=_plain(before),
        after=_plain(after),
    )


def _plain(facts: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Values as JSON can keep them and people read them."""
    return None if facts is None else {name: _value(value) for name, value in facts.items()}


def _value(value: Any) -> Any:
    match value:
        case None | bool() | int() | str():
            return value
        case Decimal():
            return str(value)
        case datetime() | date():
            return value.isoformat()
        case list() | tuple() | set():
            return [_value(one) for one in value]
        case _:
            return str(value)
