"""Addresses of the gateway: the pages about keys, the files, and below `/api/` the Suno API itself."""

from django.urls import include, path, re_path

from suno_web.gateway import docs_views, file_views, views
from suno_web.gateway.backend import HANDLERS, GatewayBackend
from suno_web.suno import serving

*_operations, _everything_else = serving.urls(GatewayBackend(), HANDLERS)

app_name = "gateway"
urlpatterns = [
    path("settings/keys/", views.key_list, name="keys"),
    path("settings/keys/<uuid:key_id>/", views.key_detail, name="key"),
    path("settings/keys/<uuid:key_id>/revocation/", views.revocation, name="revocation"),
    path("settings/keys/<uuid:key_id>/deliveries/<int:delivery_id>/", views.redelivery, name="redelivery"),
    path("api/docs/", docs_views.docs, name="docs"),
    path("api/openapi.json", docs_views.openapi, name="openapi"),
    path("api/files/<str:token>/<str:name>", file_views.file, name="file"),
    *_operations,
    # Programs that were given `…/api/v1` as their base and add the whole path to it.
    path("api/v1/", include(_operations)),
    re_path(r"^api/", _everything_else.callback),
]
