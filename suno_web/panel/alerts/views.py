"""What people were told, and sending it once more. For admins."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from suno_web.accounts.roles import admins_only
from suno_web.alerts import delivering
from suno_web.alerts.models import Alert, Delivery
from suno_web.http import MemberRequest
from suno_web.panel.alerts import page


@admins_only
@require_safe
def alerts(request: MemberRequest) -> HttpResponse:
    """Every alert of the team, newest first, and the webhooks that hear of them."""
    return page.rendered(request)


@admins_only
@require_POST
def mail(request: MemberRequest, alert_id: int) -> HttpResponse:
    """Mail an alert once more."""
    alert = get_object_or_404(Alert, team=request.team, pk=alert_id)
    _tell(request, delivering.mail_again(alert))
    return redirect("panel:alerts")


@admins_only
@require_POST
def delivery(request: MemberRequest, sent_id: int) -> HttpResponse:
    """Send an alert to a webhook once more."""
    found = get_object_or_404(
        Delivery.objects.select_related("webhook"), webhook__team=request.team, pk=sent_id
    )
    _tell(request, delivering.again(found))
    return redirect("panel:webhook", found.webhook_id)


def _tell(request: MemberRequest, is_queued: bool) -> None:
    if is_queued:
        messages.success(request, "It is sent again, within seconds.")
    else:
        messages.info(request, "It is on its way already.")
