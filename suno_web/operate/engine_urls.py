"""The addresses of an engine that runs alone: the contract, its files, and the health page."""

from django.http import HttpRequest, JsonResponse
from django.urls import include, path

urlpatterns = [
    path("engine/", include("suno_web.engine.urls")),
    path("", include("suno_web.operate.urls")),
]


def handler404(request: HttpRequest, exception: Exception) -> JsonResponse:
    """In JSON: the page that members see links to places that an engine does not have."""
    return JsonResponse({"code": 404, "msg": "There is no such address here."}, status=404)


def handler500(request: HttpRequest) -> JsonResponse:
    """In JSON, for the same reason."""
    return JsonResponse({"code": 500, "msg": "The engine failed; its log says why."}, status=500)
