"""Money that is music: the price list, the ledger, budgets, and what is asked for and agreed about them."""

from suno_web.credits.models.budgets import Budget, BudgetMonth, Raise
from suno_web.credits.models.ledger import Check, Entry, Pool, Reading
from suno_web.credits.models.prices import Price
from suno_web.credits.models.requests import Ask
from suno_web.credits.models.rules import GateRule, SpendingRules

__all__ = [
    "Ask",
    "Budget",
    "BudgetMonth",
    "Check",
    "Entry",
    "GateRule",
    "Pool",
    "Price",
    "Raise",
    "Reading",
    "SpendingRules",
]
