"""What everything costs, and changing it. For admins."""

from collections.abc import Iterator

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from suno_web.accounts import audit
from suno_web.accounts.models import Team
from suno_web.accounts.roles import admins_only
from suno_web.credits import months
from suno_web.credits import prices as price_list
from suno_web.credits.amounts import readable
from suno_web.credits.models import Price
from suno_web.http import MemberRequest
from suno_web.panel import sheets
from suno_web.panel.budgets import names, pricing
from suno_web.panel.budgets.price_forms import PriceForm

HEADER = ("operation", "name", "model", "credits", "since", "set by", "list")


@admins_only
@require_safe
def prices(request: MemberRequest) -> HttpResponse:
    """The price list."""
    return render(request, "panel/prices.html", {"section": "prices", "lines": pricing.listed(request.team)})


@admins_only
@require_safe
@transaction.atomic
def prices_csv(request: MemberRequest) -> HttpResponse:
    """The price list as a sheet. That it was taken is recorded like every other export."""
    answer = sheets.answer(f"prices-{months.today(request.team)}.csv", HEADER, _table(request.team))
    audit.record(request.team, "export", by=request.user, subject="the price list")
    return answer


@admins_only
@require_http_methods(["GET", "HEAD", "POST"])
def price(request: MemberRequest, operation: str) -> HttpResponse:
    """The prices of one operation with their history; a POST sets one, now or from a day on."""
    _must_be_listed(request.team, operation)
    if "end" in request.POST:
        return _end(request, operation)
    typed = request.POST if request.method == "POST" else None
    form = PriceForm(typed, team=request.team, operation=operation)
    if form.is_valid():
        model, credits = form.cleaned_data.get("model", ""), form.cleaned_data["credits"]
        try:
            price_list.set_price(
                request.team,
                operation,
                model,
                credits,
                by=request.user,
                valid_from=form.begins_at,
                name=_called(operation, model),
            )
        except ValueError as problem:
            form.add_error(None, str(problem))
        else:
            when = f"from {months.said(form.begins_at)}" if form.begins_at else "from now on"
            messages.success(request, f"{_called(operation, model)}: {_said(credits)} {when}.")
            return redirect("panel:price", operation)
    return render(
        request,
        "panel/price.html",
        {
            "section": "prices",
            "form": form,
            "operation": operation,
            "name": names.of(operation),
            "histories": list(pricing.histories(request.team, operation)),
            "now": timezone.now(),
        },
    )


@admins_only
@require_POST
def withdrawal(request: MemberRequest, price_id: int) -> HttpResponse:
    """Take back a price that is still to come.

    The row goes: it never was in force, so nothing was held at it and no history needs it. The audit keeps that it was
    planned and withdrawn.
    """
    planned = get_object_or_404(Price.objects.select_related("team"), pk=price_id, team=request.team)
    called = _called(planned.operation, planned.model)
    if price_list.withdraw(planned, by=request.user, name=called):
        messages.success(request, f"{called}: the price planned for {_day(planned)} is withdrawn.")
    else:
        messages.error(request, f"{called}: this price is in force by now. Set another one instead.")
    return redirect("panel:price", planned.operation)


def _end(request: MemberRequest, operation: str) -> HttpResponse:
    """Give up the team's own price for a model, or for any: the next line that fits counts from now on."""
    model = request.POST["end"]
    found = next((one for one in pricing.histories(request.team, operation) if one.model == model), None)
    if found and found.is_own:
        called = _called(operation, model)
        price_list.set_price(request.team, operation, model, None, by=request.user, name=called)
        now = price_list.price(operation, model, team=request.team)
        messages.success(request, f"{called}: {_said(now)} now. The price of your own has ended.")
    return redirect("panel:price", operation)


def _must_be_listed(team: Team, operation: str) -> None:
    if not any(row.operation == operation for row in price_list.price_list(team)):
        raise Http404


def _called(operation: str, model: str) -> str:
    """The operation, and the model where it is about one: Song with V5."""
    name = names.of(operation).of_one
    return f"{name} with {names.model(model)}" if model else name


def _said(credits: object) -> str:
    return f"{readable(credits)} credits" if credits else "free"  # type: ignore[arg-type]


def _day(planned: Price) -> str:
    return months.said(timezone.localtime(planned.valid_from, planned.team.zone))  # type: ignore[union-attr]


def _table(team: Team) -> Iterator[tuple[object, ...]]:
    for line in pricing.listed(team):
        row = line.row
        since = timezone.localtime(row.valid_from, team.zone).isoformat(timespec="minutes")
        yield (
            row.operation,
            line.name.of_one,
            names.model(row.model),
            f"{row.credits:.2f}",
            since,
            row.set_by.display_name if row.set_by else "",
            "own" if row.is_own else "common",
        )
