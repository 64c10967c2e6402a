"""Addresses of the provider page, part of the studio's own."""

from django.urls import path

from suno_web.studio import provider_views

urlpatterns = [
    path("settings/provider/", provider_views.provider, name="provider"),
    path("settings/provider/check/", provider_views.provider_check, name="provider_check"),
]
