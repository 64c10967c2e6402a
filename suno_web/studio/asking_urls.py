"""Addresses of a project's credits, and of what was asked for."""

from django.urls import path

from suno_web.studio.views import asking

urlpatterns = [
    path("projects/<uuid:project_id>/credits/", asking.ask, name="ask"),
    path("asks/<uuid:ask_id>/", asking.asked, name="asked"),
]
