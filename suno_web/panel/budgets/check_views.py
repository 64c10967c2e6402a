"""The proof that the books add up: the last ones, and one more at once. For admins."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from suno_web.accounts.roles import admins_only
from suno_web.credits import checking
from suno_web.http import MemberRequest

# Three months of nights.
SHOWN = 90


@admins_only
@require_http_methods(["GET", "HEAD", "POST"])
def checks(request: MemberRequest) -> HttpResponse:
    """What each check of the books found; a POST checks them now."""
    if request.method == "POST":
        found = checking.check(request.team, by=request.user).differences
        if found:
            messages.error(request, f"The books do not add up: {_count(found)} found.")
        else:
            messages.success(request, "The books add up.")
        return redirect("panel:checks")
    context = {
        "section": "budgets",
        "tab": "checks",
        "checks": request.team.checks.select_related("by")[:SHOWN],
    }
    return render(request, "panel/budgets_checks.html", context)


def _count(found: list[str]) -> str:
    return "1 difference" if len(found) == 1 else f"{len(found)} differences"
