"""Addresses of requests that wait for a lead."""

from django.urls import path

from suno_web.studio.views import approvals

urlpatterns = [path("approvals/<uuid:generation_id>/", approvals.approval, name="approval")]
