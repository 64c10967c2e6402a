"""Addresses for those who run the installation."""

from django.urls import path

from suno_web.operate import views

app_name = "operate"
urlpatterns = [path("healthz", views.healthz, name="healthz")]
