"""Every address of Suno Web. Live streams and relayed audio are answered before Django; see `suno_web.asgi`."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("account/", include("allauth.urls")),
    path("django-admin/", admin.site.urls),
]
