"""The budgets page as it is shown, after whatever was done on it."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from suno_web.accounts.models import Team
from suno_web.credits import forecasting, gates, ledger, months
from suno_web.credits.amounts import readable
from suno_web.credits.models import Raise
from suno_web.http import MemberRequest
from suno_web.panel.budgets import lines
from suno_web.panel.budgets.forms import AllowanceForm, BudgetsForm, DefaultForm, GrantForm, shown_of
from suno_web.panel.budgets.lines import Line
from suno_web.studio.models import Project

# More are found by name: a form of a thousand fields is refused, and nobody reads a thousand lines.
MOST = 200
STATES = {"": "All", "near": "80 % and more", "up": "Used up"}


def render_page(request: MemberRequest, *, form: BudgetsForm | None = None, **forms: Any) -> HttpResponse:
    """The page; form: what was edited and refused."""
    team, found = request.team, form.lines if form else _all(request.team)
    pool, default = ledger.pool_of(team), gates.rules_of(team).member_budget
    chosen = [one for one in found if one.problems or _fits(one, request.GET)]
    members = [one for one in chosen if one.whose == "member"][:MOST]
    projects = [one for one in chosen if one.whose == "project"][:MOST]
    context = {
        "section": "budgets",
        "tab": "budgets",
        "form": form,
        "members": members,
        "projects": projects,
        "shown": shown_of([*members, *projects]),
        "left_out": len(chosen) - len(members) - len(projects),
        "states": [
            (name, words, _address(request, name), _count(found, name)) for name, words in STATES.items()
        ],
        "part": request.GET.get("q", ""),
        "state": request.GET.get("state", ""),
        "here": address(request),
        "pool": pool,
        "balance": ledger.balance(team),
        "forecast": forecasting.forecast(team),
        "resets_at": months.end(team),
        "raises": _raises(team),
        "default_form": DefaultForm(initial={"member_budget": default}),
        "allowance_form": AllowanceForm(initial={"allowance": pool.allowance}),
        "grant_form": GrantForm(),
        "check": team.checks.select_related("by").first(),
        **forms,
    }
    return render(request, "panel/budgets.html", context)


def tell_of(request: MemberRequest, changed: list[Line]) -> None:
    """Say what was saved, and of whom nothing more can be spent."""
    if not changed:
        messages.info(request, "Nothing was changed.")
        return
    keys = {one.key for one in changed}
    now = [one for one in _all(request.team) if one.key in keys]
    words = f"The budget of {now[0].name} is" if len(now) == 1 else f"{len(now)} budgets are"
    messages.success(request, f"{words} saved.")
    for one in now:
        if one.is_used_up and one.limit is not None and one.standing:
            resets = months.said(one.standing.resets_at)
            messages.warning(
                request,
                f"{one.name} has used {readable(one.used)} of {readable(one.limit)} credits: nothing more can be "
                f"spent until it resets on {resets}.",
            )


def address(request: MemberRequest) -> str:
    """This page with the filter that is chosen."""
    return _address(request, request.GET.get("state", ""))


def line_of(team: Team, pk: int | UUID | None) -> Line:
    """The line of a member or project. Raises Http404."""
    found = next((one for one in _all(team) if one.subject.pk == pk), None)
    if found is None:
        raise Http404
    return found


def names_of(raises: Iterable[Raise], team: Team) -> dict[int, str]:
    """Whose each raise is."""
    projects = dict(Project.objects.filter(team=team).values_list("pk", "name"))
    return {
        one.pk: one.budget.member.display_name
        if one.budget.member
        else projects.get(one.budget.project, "a project that is gone")  # type: ignore[arg-type]
        for one in raises
    }


def _all(team: Team) -> list[Line]:
    return [*lines.of_members(team), *lines.of_projects(team)]


def _fits(line: Line, query: Mapping[str, str]) -> bool:
    """Whether the filter shows it."""
    part = query.get("q", "").strip().casefold()
    return part in f"{line.name} {line.hint}".casefold() and _is(line, query.get("state", ""))


def _is(line: Line, state: str) -> bool:
    return {"near": line.is_near or line.is_used_up, "up": line.is_used_up}.get(state, True)


def _count(found: list[Line], state: str) -> int:
    return sum(_is(one, state) for one in found)


def _address(request: MemberRequest, state: str) -> str:
    chosen = {"q": request.GET.get("q", "").strip(), "state": state}
    query = urlencode({name: value for name, value in chosen.items() if value})
    return reverse("panel:budgets") + (f"?{query}" if query else "")


def _raises(team: Team) -> list[tuple[Raise, str]]:
    """Those in force or still to come, with whose they are."""
    raises = Raise.objects.filter(budget__team=team, ends_at__gt=timezone.now())
    raises = raises.select_related("budget__member", "by").order_by("ends_at", "pk")
    names = names_of(raises, team)
    return [(one, names[one.pk]) for one in raises]
