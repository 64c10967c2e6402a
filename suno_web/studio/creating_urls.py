"""Addresses of the create tabs, and of what a song can be made from."""

from django.urls import path

from suno_web.studio.views import deriving

urlpatterns = [
    path("projects/<uuid:project_id>/create/<slug:tab>/", deriving.create, name="create"),
    path("projects/<uuid:project_id>/create/<slug:tab>/sources/", deriving.sources, name="sources"),
]
