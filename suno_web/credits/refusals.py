"""Why credits are not held: too few in the team's pool, or a budget that is used up."""

from datetime import datetime
from decimal import Decimal

from suno_web.credits import months
from suno_web.credits.amounts import readable
from suno_web.credits.models import Budget


class InsufficientCredits(Exception):
    """The team has fewer free credits than a request needs. Nothing was held.

    needed, available: credits; resets_at: when the next monthly allowance comes, or None on a provider's balance.
    """

    blocking: Budget | None = None

    def __init__(self, needed: Decimal, available: Decimal, resets_at: datetime | None) -> None:
        self.needed, self.available, self.resets_at = needed, max(available, Decimal(0)), resets_at
        super().__init__(needed, available, resets_at)

    def __str__(self) -> str:
        said = self._said("the team’s credits")
        if self.resets_at:
            return f"{said} They reset on {months.said(self.resets_at)}. Nothing was charged."
        return f"{said} Ask an admin to top up the provider’s account. Nothing was charged."

    def _said(self, of: str) -> str:
        """What it costs and what is left of what."""
        left = f"{readable(self.available)} {'is' if self.available == 1 else 'are'} left of {of}."
        return f"This costs {readable(self.needed)} credit{'' if self.needed == 1 else 's'} and {left}"


class OverBudget(InsufficientCredits):
    """A member's or a project's budget for the month has fewer credits left than a request needs. Nothing was held.

    budget: the one that stopped it; whose: "member" or "project"; owner: whose it is as a sentence says it;
    month: as "2026-11".
    """

    def __init__(
        self,
        needed: Decimal,
        available: Decimal,
        resets_at: datetime,
        *,
        budget: Budget,
        owner: str,
        month: str,
    ) -> None:
        super().__init__(needed, available, resets_at)
        self.budget, self.owner, self.month, self.ends_at = budget, owner, month, resets_at

    @property
    def whose(self) -> str:
        return "member" if self.budget.member_id else "project"

    @property
    def blocking(self) -> Budget | None:  # type: ignore[override]
        return self.budget

    def __str__(self) -> str:
        said = self._said(f"{self.owner} budget for {months.name(self.month)}")
        return f"{said} It resets on {months.said(self.ends_at)}. Nothing was charged."
