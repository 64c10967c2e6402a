"""A form that was refused for credits: what it can be told next, and asking who leads the project for more."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django import forms
from django.db import transaction
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from suno_web.accounts.models import User
from suno_web.alerts import alerting
from suno_web.alerts.models import Alert
from suno_web.credits import asking, budgets, ledger, prices
from suno_web.credits.amounts import CENT
from suno_web.credits.models import Ask, Budget
from suno_web.credits.refusals import InsufficientCredits, OverBudget
from suno_web.studio import leading
from suno_web.studio.forms import AskForm, TakeForm
from suno_web.studio.models import Generation, Project

# The link leaves the part of the page it stands in, which may put answers elsewhere.
_LINK = (
    '{} <a class="prose-link" href="{}?amount={}&amp;whose={}" hx-target="#main" hx-select="#main" '
    'hx-swap="outerHTML show:window:top">Ask for credits</a>'
)


@dataclass(frozen=True)
class Stop:
    """What a create form says about credits.

    ask: what this member asked for here, waiting or just answered. form: to ask, where something was refused.
    people: who decides. cheaper: another model that the credits are enough for, and its price.
    """

    ask: Ask | None = None
    refusal: InsufficientCredits | None = None
    form: AskForm | None = None
    people: tuple[User, ...] = ()
    cheaper: tuple[str, Decimal] | None = None

    @property
    def is_waiting(self) -> bool:
        return self.ask is not None and self.ask.status == Ask.Status.OPEN

    @property
    def is_top_up(self) -> bool:
        """Whether only the provider's account can be filled."""
        return self.refusal is not None and not self.refusal.blocking and self.refusal.resets_at is None


def stop(project: Project, user: User, form: TakeForm | None = None) -> Stop:
    """What the create form of a project tells a member: a refusal with its ways out, else how an ask stands."""
    refusal = form.refusal if form else None
    ask = asking.news(project.team, user, project.pk)
    if form is None or refusal is None:
        return Stop(ask=_of_use(ask, user), people=_people(project, ask))
    cheaper = _cheaper(project, form, refusal)
    if ask is not None and ask.status == Ask.Status.OPEN:
        return Stop(ask=ask, refusal=refusal, people=_people(project, ask), cheaper=cheaper)
    people = leading.deciders(project, budget=refusal.blocking, asker=user)
    to_ask = empty_form(refusal, form.data)
    return Stop(refusal=refusal, form=to_ask, people=tuple(people), cheaper=cheaper)


def stand(ask: Ask, project: Project) -> Stop:
    """How an ask stands."""
    return Stop(ask=ask, people=_people(project, ask))


def empty_form(refusal: InsufficientCredits, typed: Mapping[str, str] | None = None) -> AskForm:
    """The form to ask with, which knows how many are missing and what stopped the member."""
    initial = {"amount": _missing(refusal), "whose": _whose(refusal)}
    # Pressing Create again must not take away what was typed here.
    kept = {name: typed[f"ask-{name}"] for name in ("amount", "reason") if typed and typed.get(f"ask-{name}")}
    return AskForm(initial=initial | kept)


@transaction.atomic
def ask(project: Project, *, by: User, amount: Decimal, reason: str, whose: str, back: str) -> Ask:
    """Ask for credits in a project and tell who may decide.

    whose: what stopped the member: "member", "project" or "team".
    """
    budget = budget_of(project, by, whose)
    wish = asking.ask(
        project.team, by=by, amount=amount, reason=reason, project=project.pk, budget=budget, back=back
    )
    if people := leading.deciders(project, budget=budget, asker=by):
        alerting.tell(
            project.team,
            Alert.Kind.ASK,
            key=f"ask:{wish.pk}",
            title=f"{by} asks for {ledger.readable(amount)} credits",
            text=f"For “{project.name}”: {wish.reason}",
            path=reverse("panel:requests"),
            people=people,
        )
    return wish


def budget_of(project: Project, member: User, whose: str) -> Budget | None:
    """The budget that is to be raised; None: the team's own credits."""
    if whose == "member":
        return budgets.of_member(project.team, member)
    return budgets.of_project(project.team, project.pk) if whose == "project" else None


def offered(project: Project, refusal: InsufficientCredits) -> SafeString:
    """What was refused in words, with a link to where one asks for credits: for notices without room for a form."""
    at = reverse("studio:ask", args=[project.pk])
    return format_html(_LINK, str(refusal), at, _missing(refusal), _whose(refusal))


def _missing(refusal: InsufficientCredits) -> Decimal:
    return max(refusal.needed - refusal.available, CENT)


def _whose(refusal: InsufficientCredits) -> str:
    """What stopped the member: "member", "project" or "team"."""
    return refusal.whose if isinstance(refusal, OverBudget) else "team"


def _people(project: Project, ask: Ask | None) -> tuple[User, ...]:
    if ask is None or ask.status != Ask.Status.OPEN:
        return ()
    return tuple(leading.deciders(project, budget=ask.budget, asker=ask.member))


def _of_use(ask: Ask | None, user: User) -> Ask | None:
    """An answer is news until the next request was made with it."""
    if ask is None or ask.status == Ask.Status.OPEN:
        return ask
    since = Generation.objects.filter(project=ask.project, requested_by=user, created_at__gt=ask.decided_at)
    return None if since.exists() else ask


def _cheaper(project: Project, form: TakeForm, refusal: InsufficientCredits) -> tuple[str, Decimal] | None:
    """The dearest of the models that cost less than the chosen one and that the credits are enough for."""
    models = form.fields.get("model")
    if not isinstance(models, forms.ChoiceField):
        return None
    chosen = str(form["model"].value() or "")
    offered: list[tuple[str, str]] = list(models.choices)  # type: ignore[arg-type]
    costs = {name: prices.price(form.operation, name, team=project.team) for name, _ in offered}
    # A batch costs a multiple of the price.
    times = refusal.needed / costs[chosen] if costs.get(chosen) else Decimal(1)
    enough = [(name, cost * times) for name, cost in costs.items() if cost * times <= refusal.available]
    return max(enough, key=lambda offer: offer[1], default=None)
