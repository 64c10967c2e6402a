"""The page that explains the Suno API of this studio, and the same for tools."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from suno_web.gateway import describing
from suno_web.gateway import openapi as documents
from suno_web.http import MemberRequest


@require_safe
def docs(request: MemberRequest) -> HttpResponse:
    """Every operation with its fields, an example and a form to try it."""
    context = {"operations": describing.all_operations(), "base_url": settings.BASE_URL}
    return render(request, "gateway/docs.html", context)


@login_not_required
@require_safe
def openapi(request: HttpRequest) -> JsonResponse:
    """The document that makes clients. It says nothing about this team, so any tool may load it."""
    return JsonResponse(documents.document())
