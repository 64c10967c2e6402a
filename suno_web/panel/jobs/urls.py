"""Addresses of the panel's jobs."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
