"""The page where an admin chooses who makes the music, and sees what it costs. The keys never leave the server."""

from dataclasses import replace
from urllib.parse import urlsplit

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from suno_web import background
from suno_web.accounts.models import Team
from suno_web.accounts.roles import admins_only
from suno_web.credits import ledger
from suno_web.http import MemberRequest
from suno_web.panel.provider import page
from suno_web.panel.provider.forms import ProviderForm
from suno_web.panel.provider.page import Outcome
from suno_web.studio import balances
from suno_web.studio.provider import connection, hasty_client
from suno_web.suno import errors


@admins_only
@never_cache
@sensitive_post_parameters("key", "webhook_key")
@require_http_methods(["GET", "HEAD", "POST"])
def provider(request: MemberRequest) -> HttpResponse:
    """Choose the provider. Takes effect with the next request, nothing is restarted."""
    form = _form(request)
    if not form.is_valid():
        return page.rendered(request, form=form)
    with transaction.atomic():
        team = form.apply()
        balances.choose(team, by=request.user)
        if team.provider == Team.Provider.KIE:
            # Soon, but not here: nobody waits for a provider in a transaction.
            background.enqueue(balances.follow_choice, str(team.pk))
        else:
            balances.follow_choice(str(team.pk))
    messages.success(request, "Saved. New takes go to the chosen provider.")
    return redirect("panel:provider")


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
        return page.rendered(request, form=form, outcome=replace(outcome, key_is_lost=key_is_lost))
    if request.htmx:
        # Only the outcome is swapped in, so it has to carry what is wrong with the fields.
        words = " ".join(str(problem) for problems in form.errors.values() for problem in problems)
        return page.rendered(request, form=form, outcome=Outcome(False, words))
    return page.rendered(request, form=form)


def try_connection(team: Team) -> Outcome:
    """Whether the team's provider answers with its balance, and if not, what is to be done."""
    host = urlsplit(connection(team).base_url).netloc
    try:
        left = hasty_client(team).credits()
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
