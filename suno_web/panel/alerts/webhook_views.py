"""Where alerts are sent besides mail: added, changed, tried out, switched off, removed. For admins."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from suno_web.accounts.roles import admins_only
from suno_web.alerts import delivering
from suno_web.alerts import webhooks as hooks
from suno_web.alerts.models import Webhook
from suno_web.http import MemberRequest
from suno_web.panel.alerts import page
from suno_web.panel.alerts.forms import WebhookForm


@admins_only
@sensitive_post_parameters("url", "secret")
@require_POST
def webhooks(request: MemberRequest) -> HttpResponse:
    """Add a webhook."""
    form = WebhookForm(request.POST)
    if not form.is_valid():
        return page.rendered(request, form=form)
    hook = hooks.add(request.team, by=request.user, **form.values)
    messages.success(request, "Added. Send a test to see that it arrives.")
    return redirect("panel:webhook", hook.pk)


@admins_only
@sensitive_post_parameters("url", "secret")
@require_http_methods(["GET", "HEAD", "POST"])
def webhook(request: MemberRequest, webhook_id: int) -> HttpResponse:
    """One webhook: change it, and see what was sent there."""
    hook = _of(request, webhook_id)
    # Another copy, so that what is only typed does not show beside the form.
    form = WebhookForm(request.POST or None, instance=_of(request, webhook_id))
    if not form.is_valid():
        return page.webhook(request, hook, form)
    hooks.change(hook, by=request.user, **form.values)
    messages.success(request, "Saved.")
    return redirect("panel:webhook", hook.pk)


@admins_only
@require_POST
def state(request: MemberRequest, webhook_id: int) -> HttpResponse:
    """Switch a webhook on or off."""
    hook = _of(request, webhook_id)
    hooks.change(hook, by=request.user, is_on=request.POST.get("on") == "1")
    messages.success(request, f"{hook} is {'on' if hook.is_on else 'off: nothing is sent there'}.")
    return redirect("panel:alerts")


@admins_only
@require_POST
def test(request: MemberRequest, webhook_id: int) -> HttpResponse:
    """Send a test now and say what came of it."""
    hook = _of(request, webhook_id)
    delivery = hooks.test(hook)
    delivering.post(delivery.pk)
    delivery.refresh_from_db()
    if delivery.delivered_at:
        messages.success(request, f"The test arrived at {hooks.host(hook)}.")
    else:
        messages.error(request, f"The test did not arrive at {hooks.host(hook)}. {delivery.problem}.")
    return redirect("panel:webhook", hook.pk)


@admins_only
@require_POST
def removal(request: MemberRequest, webhook_id: int) -> HttpResponse:
    """Remove a webhook with what was sent there."""
    hook = _of(request, webhook_id)
    hooks.remove(hook, by=request.user)
    messages.success(request, f"{hook} is removed. Nothing is sent there any more.")
    return redirect("panel:alerts")


def _of(request: MemberRequest, webhook_id: int) -> Webhook:
    return get_object_or_404(Webhook.objects.select_related("team"), team=request.team, pk=webhook_id)
