"""The page where an admin chooses who makes the music. The keys never leave the server."""

from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from suno_web import background
from suno_web.accounts.models import Team
from suno_web.accounts.roles import admins_only
from suno_web.credits import ledger
from suno_web.http import MemberRequest
from suno_web.studio import balances
from suno_web.studio.provider import connection
from suno_web.studio.provider_forms import ProviderForm, hint
from suno_web.suno import errors
from suno_web.suno.client import Client

# Somebody is waiting at the page: one try, and not for long.
PATIENCE = (5.0, 10.0)


@dataclass(frozen=True)
class Outcome:
    """What a test of the connection found, in a sentence."""

    works: bool
    words: str
    # The key that was typed is not sent back with the page, so a page loaded anew has lost it.
    key_is_lost: bool = False


@admins_only
@never_cache
@sensitive_post_parameters("key", "webhook_key")
@require_http_methods(["GET", "HEAD", "POST"])
def provider(request: MemberRequest) -> HttpResponse:
    """Choose the provider. Takes effect with the next request, nothing is restarted."""
    form = _form(request)
    if not form.is_valid():
        return _page(request, form)
    with transaction.atomic():
        team = form.apply()
        balances.choose(team, by=request.user)
        if team.provider == Team.Provider.KIE:
            # Soon, but not here: nobody waits for a provider in a transaction.
            background.enqueue(balances.follow_choice, str(team.pk))
        else:
            balances.follow_choice(str(team.pk))
    messages.success(request, "Saved. New takes go to the chosen provider.")
    return redirect("studio:provider")


@admins_only
@never_cache
@sensitive_post_parameters("key", "webhook_key")
@require_POST
def provider_check(request: MemberRequest) -> HttpResponse:
    """Ask the provider as it stands in the form for its balance. Saves nothing."""
    form = _form(request)
    if form.is_valid():
        outcome = try_connection(form.apply())
        key_is_lost = bool(form.cleaned_data["key"]) and not request.htmx
        return _page(request, form, replace(outcome, key_is_lost=key_is_lost))
    if request.htmx:
        # Only the outcome is swapped in, so it has to carry what is wrong with the fields.
        words = " ".join(str(problem) for problems in form.errors.values() for problem in problems)
        return _page(request, form, Outcome(False, words))
    return _page(request, form)


def try_connection(team: Team) -> Outcome:
    """Whether the team's provider answers with its balance, and if not, what is to be done."""
    at = connection(team)
    host = urlsplit(at.base_url).netloc
    try:
        left = Client(at.base_url, at.key, upload_url=at.upload_url, timeout=PATIENCE, budget=0).credits()
    except errors.Unauthorized:
        return Outcome(
            False, f"{host} does not accept this key. Copy it again and look for missing characters."
        )
    except errors.Misdirected:
        return Outcome(False, f"{host} answers, but not as the Suno API. Check the API address.")
    except errors.Unanswered as problem:
        return Outcome(False, f"Nobody answered at {host}: {problem.reason}. Check the API address.")
    except errors.SunoError as problem:
        return Outcome(False, str(problem))
    return Outcome(True, f"{host} answers. {ledger.readable(left)} credits are left on the account.")


def _form(request: MemberRequest) -> ProviderForm:
    # A copy, so that what is only typed does not show in the frame of the page.
    return ProviderForm(request.POST or None, team=Team.objects.get(pk=request.team.pk))


def _page(request: MemberRequest, form: ProviderForm, outcome: Outcome | None = None) -> HttpResponse:
    stored = request.team
    context = {
        "form": form,
        "outcome": outcome,
        "public_url": settings.PUBLIC_URL,
        "key_hint": hint(stored.provider_key),
        "webhook_key_hint": hint(stored.provider_webhook_key),
    }
    return render(request, "accounts/provider.html", context)
