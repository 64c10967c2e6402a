"""Addresses of the panel's requests."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
