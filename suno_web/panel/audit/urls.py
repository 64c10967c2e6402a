"""Addresses of the audit log."""

from django.urls import path

from suno_web.panel.audit import views

urlpatterns = [
    path("admin/audit/", views.audit, name="audit"),
    path("admin/audit/csv/", views.audit_csv, name="audit_csv"),
]
