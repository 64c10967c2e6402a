"""Addresses of the panel's provider."""

from django.urls import path

from suno_web.panel.provider import balance_views, views

urlpatterns = [
    path("admin/provider/", views.provider, name="provider"),
    path("admin/provider/check/", views.provider_check, name="provider_check"),
    path("admin/provider/balance/", balance_views.balance, name="provider_balance"),
    path("admin/provider/limits/", balance_views.limits, name="provider_limits"),
    path("admin/provider/readings/<int:reading_id>/", balance_views.reading, name="reading"),
]
