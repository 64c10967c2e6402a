"""Addresses of the panel's alerts."""

from django.urls import path

from suno_web.panel.alerts import views, webhook_views

urlpatterns = [
    path("admin/alerts/", views.alerts, name="alerts"),
    path("admin/alerts/<int:alert_id>/mail/", views.mail, name="alert_mail"),
    path("admin/alerts/deliveries/<int:sent_id>/", views.delivery, name="alert_delivery"),
    path("admin/alerts/webhooks/", webhook_views.webhooks, name="webhooks"),
    path("admin/alerts/webhooks/<int:webhook_id>/", webhook_views.webhook, name="webhook"),
    path("admin/alerts/webhooks/<int:webhook_id>/state/", webhook_views.state, name="webhook_state"),
    path("admin/alerts/webhooks/<int:webhook_id>/test/", webhook_views.test, name="webhook_test"),
    path("admin/alerts/webhooks/<int:webhook_id>/removal/", webhook_views.removal, name="webhook_removal"),
]
