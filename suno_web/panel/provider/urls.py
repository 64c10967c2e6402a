"""Addresses of the panel's provider."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
