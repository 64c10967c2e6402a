"""The health page."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from suno_web.operate import health


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when every part works, 503 when one does not. Open to all: it tells names and ages, no secrets."""
    report = health.report()
    return JsonResponse(report, status=200 if report["ok"] else 503)
