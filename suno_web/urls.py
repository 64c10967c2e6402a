"""Every address of Suno Web. Live streams are answered before Django; see `suno_web.asgi`."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("suno_web.operate.urls")),
    path("", include("suno_web.studio.urls")),
    path("", include("suno_web.accounts.urls")),
    path("", include("suno_web.gateway.urls")),
    path("", include("suno_web.panel.urls")),
    path("account/", include("suno_web.accounts.allauth_urls")),
    path("engine/", include("suno_web.engine.urls")),
    path("django-admin/", admin.site.urls),
]
