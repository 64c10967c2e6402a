"""Whether the installation works, in plain words, and what to do where it does not."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from suno_web.accounts.roles import admins_only
from suno_web.credits import checking
from suno_web.http import MemberRequest
from suno_web.panel.health import parts


@require_safe
@never_cache
@admins_only
def health(request: MemberRequest) -> HttpResponse:
    """The state of every part; the page asks for itself again every ten seconds."""
    groups = parts.groups(request.team)
    state, sentence = parts.in_a_sentence(groups)
    context = {"section": "health", "groups": groups, "state": state, "sentence": sentence}
    return render(request, "panel/health.html", context)


@require_POST
@admins_only
def books(request: MemberRequest) -> HttpResponse:
    """Prove the books now."""
    check = checking.check(request.team, by=request.user)
    if check.differences:
        messages.error(request, f"The books differ. {' '.join(check.differences[:3])}")
    else:
        messages.success(request, f"The books are right: {check.entries:,} entries add up.")
    return redirect("panel:health")
