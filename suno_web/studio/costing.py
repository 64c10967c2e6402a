"""What pressing the button of a create form would cost, what it would leave, and whether it would wait for a lead."""

import json
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from suno_web.accounts.models import User
from suno_web.credits import budgets, gates
from suno_web.credits.amounts import readable
from suno_web.credits.models import GateRule
from suno_web.studio import approving, leading, pricing
from suno_web.studio.forms import TakeForm
from suno_web.studio.models import Project
from suno_web.suno import limits

MOST_NAMES = 3


@dataclass(frozen=True)
class Cost:
    """The cost of a form as it is filled in.

    price: credits for one; count: how many are wanted; available: what is left before, for this member in this project.
    prices, waits: by model, credits for one, and why it would wait for a lead ("" when it would not); "" is the only
    key where the form has no model.
    """

    model: str
    count: int
    available: Decimal
    prices: dict[str, Decimal]
    waits: dict[str, str]

    @property
    def price(self) -> Decimal:
        return self.prices[self.model]

    @property
    def total(self) -> Decimal:
        return self.price * self.count

    @property
    def words(self) -> str:
        """On the button: "12 credits", "3 × 12 = 36 credits"."""
        total = f"{readable(self.total)} credits"
        return total if self.count == 1 else f"{self.count} × {readable(self.price)} = {total}"

    @property
    def after(self) -> str:
        """What is left then, or how many would fit."""
        left = self.available - self.total
        if left >= 0:
            return f"leaves {readable(left)}"
        fits = int(self.available // self.price)
        return f"{fits} would fit" if fits and self.count > 1 else "more than is left"

    @property
    def is_too_much(self) -> bool:
        return self.total > self.available

    @property
    def hint(self) -> str:
        """Why it would wait and who decides; "" when it would be made at once."""
        return self.waits[self.model]

    @cached_property
    def as_data(self) -> str:
        """The same for the script that follows what is typed."""
        offers = {name: [str(price.normalize()), self.waits[name]] for name, price in self.prices.items()}
        return json.dumps(offers, separators=(",", ":"), ensure_ascii=False)


def of(form: TakeForm, project: Project, user: User, tariff: pricing.Tariff | None = None) -> Cost:
    """What the form would cost this member now. tariff: the team's, where it has been read already."""
    names = _models(form)
    chosen = str(form["model"].value() or "") if "model" in form.fields else ""
    tariff = tariff or pricing.Tariff(project.team)
    prices = {
        name: tariff.price_of(form.operation, {"model": name or limits.DEFAULT_MODEL}) for name in names
    }
    return Cost(
        model=chosen if chosen in prices else names[0],
        count=form.times,
        available=budgets.tightest(project.team, member=user, project=project.pk).available,
        prices=prices,
        waits=_waits(form, project, user, prices),
    )


def _models(form: TakeForm) -> list[str]:
    if "model" not in form.fields:
        return [""]
    choices = getattr(form.fields["model"], "choices", ())
    return [str(value) for value, _ in choices] or [""]


def _waits(form: TakeForm, project: Project, user: User, prices: dict[str, Decimal]) -> dict[str, str]:
    rules = gates.rules_for(project.team)
    whys = {name: _why(rules, form, user, name, price) for name, price in prices.items()}
    if not any(whys.values()) or approving.is_led_by(user, project):
        return dict.fromkeys(prices, "")
    who = _deciders(project)
    return {name: f"{why} {who}" if why else "" for name, why in whys.items()}


def _why(rules: list[GateRule], form: TakeForm, user: User, model: str, price: Decimal) -> str:
    return gates.explained(rules, user, form.operation, model, price, called=str(form.operation.label))


def _deciders(project: Project) -> str:
    names = [one.display_name for one in leading.leads(project)[:MOST_NAMES]]
    if not names:
        return ""
    several = f"{', '.join(names[:-1])} or {names[-1]}" if len(names) > 1 else names[0]
    return f"{several} decides."
