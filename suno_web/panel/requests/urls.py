"""Addresses of the panel's requests."""

from django.urls import path

from suno_web.panel.requests import views

urlpatterns = [
    path("admin/requests/", views.requests, name="requests"),
    path("admin/requests/asks/<uuid:ask_id>/", views.decide, name="ask"),
]
