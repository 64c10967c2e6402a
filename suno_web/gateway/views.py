"""The pages about keys: a member's own, and for admins those of the whole team."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from suno_web.gateway import delivering, keys
from suno_web.gateway.forms import KeyForm
from suno_web.gateway.models import ApiKey, Delivery
from suno_web.http import MemberRequest
from suno_web.studio import access

MOST_CALLS = 50


@never_cache
@sensitive_post_parameters("webhook_secret")
@require_http_methods(["GET", "HEAD", "POST"])
def key_list(request: MemberRequest) -> HttpResponse:
    """Keys and how to use one; a POST makes a key, and only its answer shows it."""
    access.must_make(request)
    # A member without a project gets one here, so that the form has somewhere to send things.
    keys.usual_project(request.team, request.user)
    form = KeyForm(request.POST or None, team=request.team, user=request.user)
    if not form.is_valid():
        return _page(request, form)
    project = form.cleaned_data["project"]
    key, text = keys.make(project, owner=request.user, wanted=form.wanted(), by=request.user)
    return _page(request, KeyForm(team=request.team, user=request.user), made=key, text=text)


@require_safe
def key_detail(request: MemberRequest, key_id: UUID) -> HttpResponse:
    """One key: what was asked with it, and what its program was told."""
    key = _key(request, key_id)
    calls = key.calls.select_related("generation").prefetch_related("deliveries")[:MOST_CALLS]
    return render(request, "gateway/key.html", {"key": key, "calls": calls})


@require_POST
def revocation(request: MemberRequest, key_id: UUID) -> HttpResponse:
    """End a key."""
    key = _key(request, key_id)
    keys.revoke(key, by=request.user)
    messages.success(
        request, f"The key “{key.name}” is revoked. Programs that use it are refused from now on."
    )
    return redirect("gateway:keys")


@require_POST
def redelivery(request: MemberRequest, key_id: UUID, delivery_id: int) -> HttpResponse:
    """Send a callback once more."""
    key = _key(request, key_id)
    delivery = get_object_or_404(Delivery, pk=delivery_id, call__key=key)
    if delivering.again(delivery):
        messages.success(request, "The callback is on its way again.")
    else:
        messages.error(request, "This callback is being delivered just now.")
    return redirect("gateway:key", key_id=key.pk)


def _key(request: MemberRequest, key_id: UUID) -> ApiKey:
    rows = ApiKey.objects.visible_to(request.user).filter(project__team=request.team)
    found: ApiKey = get_object_or_404(rows.select_related("owner", "project"), pk=key_id)
    access.must_make(request)
    return found


def _page(request: MemberRequest, form: KeyForm, made: ApiKey | None = None, text: str = "") -> HttpResponse:
    rows = ApiKey.objects.visible_to(request.user).filter(project__team=request.team, revoked_at=None)
    context = {
        "form": form,
        "keys": rows.select_related("owner", "project").order_by("-created_at"),
        "made": made,
        "text": text,
        "base_url": settings.BASE_URL,
    }
    return render(request, "gateway/keys.html", context)
